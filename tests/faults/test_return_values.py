# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""RETURN of each module documents every key of the results that its scenarios have, also inside of other values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from faults.proof import run
from faults.scenarios import SCENARIOS
from sandbox.client import Sandbox
from tools import sync_docs

MODULES = sorted({scenario.module for scenario in SCENARIOS})
# Ansible documents these for all modules.
COMMON = {"changed", "deprecations", "diff", "failed", "invocation", "msg", "warnings"}
# Values whose keys depend on the object, on the account or on the server, by the last part of their place.
FREE = {
    "after": "options of any kind",
    "before": "options of any kind",
    "headers": "names of headers",
    "inherited_properties": "names of properties",
    "json": "the body of any response",
    "password_settings": "the vendor documents no keys",
    "permissions": "names of permissions",
    "profile": "names of switches of the sandbox",
    "properties": "names of properties",
    "undo": "options of the module",
}


def undocumented(value: Any, documented: Mapping[str, Any], place: str) -> Iterator[str]:
    """The places of the keys in a value that its documentation has neither in C(contains) nor in C(sample)."""
    if isinstance(value, list):
        for item in value:
            yield from undocumented(item, documented, f"{place}[]")
    elif isinstance(value, dict) and "contains" in documented:
        # A key that is named like a method of a dictionary can only be documented in the text.
        described = {key for key in value if hasattr(dict, key) and f"C({key})" in str(documented["description"])}
        yield from undocumented_keys(
            {key: value[key] for key in value.keys() - described}, documented["contains"], f"{place}."
        )
    elif isinstance(value, dict) and place.rpartition(".")[2].removesuffix("[]") not in FREE:
        sample = documented.get("sample") or {}
        sample = sample[0] if isinstance(sample, list) else sample
        yield from (f"{place}.{key}" for key in value if key not in sample)


def undocumented_keys(value: Mapping[str, Any], documented: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The places of the keys that are not documented, or contain others that are not."""
    for key, inside in value.items():
        if key not in documented:
            yield f"{place}{key}"
        else:
            yield from undocumented(inside, documented[key], f"{place}{key}")


# What a refused request is answered with: the first one, or the last one of a run, when others have succeeded.
REFUSED = {"kind": "status", "status": 400}


def undocumented_in(result: Mapping[str, Any], module: str) -> set[str]:
    """The places of the keys of a result that RETURN lacks."""
    text = (sync_docs.MODULES / f"{module}.py").read_text(encoding="utf-8")
    documented = sync_docs.return_values(text, module)
    return set(undocumented_keys({key: result[key] for key in result.keys() - COMMON}, documented))


@pytest.mark.parametrize("module", MODULES)
def test_the_documentation_has_every_key_of_a_result(sandbox: Sandbox, module: str) -> None:
    missing = set()
    for scenario in SCENARIOS:
        if scenario.module == module:
            scenario.prepare(sandbox)
            result = run(sandbox, scenario, scenario.given(sandbox)).result
            assert not result.get("failed"), result
            missing |= undocumented_in(result, module)
    assert sorted(missing) == []


@pytest.mark.parametrize("module", MODULES)
def test_the_documentation_has_every_key_of_a_failed_result(sandbox: Sandbox, module: str) -> None:
    missing, failed = set(), 0
    for scenario in SCENARIOS:
        if scenario.module != module:
            continue
        scenario.prepare(sandbox)
        options = scenario.given(sandbox)
        requests = len(run(sandbox, scenario, options).wire.hosts)
        for skip in sorted({0, requests - 1}):
            scenario.prepare(sandbox)
            options = scenario.given(sandbox)
            sandbox.fault(service=scenario.service, skip=skip, **REFUSED)
            result = run(sandbox, scenario, options).result
            sandbox.clear_faults()
            failed += bool(result.get("failed"))
            missing |= undocumented_in(result, module)
    # A probe reports what was refused, and does not fail.
    assert failed or module.endswith("_probe")
    assert sorted(missing) == []
