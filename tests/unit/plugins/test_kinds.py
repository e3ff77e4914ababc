# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must exist for each kind of objects and for each field of it, so that a new one cannot be forgotten.

The tests here read files, and need no server. What else a new kind needs is demanded by test_roles.py (argument
specifications of the roles, how it is disabled), faults/test_matrix.py (a scenario for each module), and
integration/test_bad_input.py (options that are accepted, the page in docs).
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from ansible.module_utils.basic import AnsibleModule

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import ROOT
from integration.test_fed_back import NOT_FED_BACK, OBJECTS
from properties.worlds import WORLDS
from sandbox.rehearsal import _BY_ID
from tools import sync_docs

MODULES = "ansible_collections.declarative.monitoring.plugins.modules"
# Actions run in place of these.
WITHOUT_SPEC = {"direct_execution", "monitoring_config", "monitoring_config_end"}
KINDS = [(service.name, kind) for service in SERVICES.values() for kind in service.kinds.values()]
IDS = [f"{service}_{kind.name}" for service, kind in KINDS]
# Kinds that no info module shows: its device and its resource show them, and the service shows no account.
WITHOUT_INFO = {"alertra_maintenance", "pinghome_integration", "portmonitor_account"}

# Kinds that are not declared for a whole account: maintenance is not permanent, and a new account has no login yet.
WITHOUT_CONFIG = {"alertra_maintenance", "portmonitor_account"}


def block(module: str, name: str) -> dict[str, Any]:
    """The DOCUMENTATION or RETURN of a module."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    found = re.search(rf'^{name} = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    assert found is not None, f"{module} has no {name}"
    parsed: dict[str, Any] = yaml.safe_load(found[1])
    return parsed


def returned(module: str, kind: Kind) -> set[str]:
    """The names that the RETURN of a module gives the values of an object."""
    content = block(module, "RETURN")
    found = next((content[name] for name in (kind.name, kind.plural) if name in content), None)
    assert found is not None, f"RETURN of {module} has neither {kind.name} nor {kind.plural}"
    return set(found.get("contains", {}))


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_a_kind_has_a_module_and_an_info_module(service: str, kind: Kind) -> None:
    module = f"{service}_{kind.name}"
    expected = {module} if module in WITHOUT_INFO else {module, f"{module}_info"}
    assert expected <= set(sync_docs.module_names())


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_config_module_has_each_kind(service: str, kind: Kind) -> None:
    """The C(config) of the service names it."""
    assert (kind.name in SERVICES[service].config) != (f"{service}_{kind.name}" in WITHOUT_CONFIG)


@pytest.mark.parametrize("module", sync_docs.module_names())
def test_the_table_in_the_readme_has_every_module(module: str) -> None:
    assert f"`{module}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_all_that_is_generated_is_up_to_date() -> None:
    """The options in the C(_config) modules and in the roles, the table in the README, the action groups."""
    stale = [str(path.relative_to(ROOT)) for path in sync_docs.stale_files()]
    assert stale == [], "run .venv/bin/python tests/tools/sync_docs.py"


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_documentation_has_the_options_of_a_kind(service: str, kind: Kind) -> None:
    module = f"{service}_{kind.name}"
    options = block(module, "DOCUMENTATION")["options"].keys()
    expected = {item.name for item in (*kind.options, *kind.controls)} | {kind.id_option} - {""}
    # The module for maintenance chooses devices by its own options.
    assert (expected <= options) or module == "alertra_maintenance"


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_options_in_the_documentation_are_those_of_the_module(service: str, kind: Kind) -> None:
    module = f"{service}_{kind.name}"
    # This module has no argument spec of a kind.
    spec = block(module, "DOCUMENTATION")["options"] if module == "alertra_maintenance" else object_spec(kind)
    assert block(module, "DOCUMENTATION")["options"].keys() == set(spec)


def argument_spec(module: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The options that a module gives to ansible-core."""
    found: list[dict[str, Any]] = []

    def stop(self: AnsibleModule, *, argument_spec: dict[str, Any], **keywords: Any) -> None:
        found.append(argument_spec)
        sys.exit()

    monkeypatch.setattr(AnsibleModule, "__init__", stop)
    with pytest.raises(SystemExit):
        importlib.import_module(f"{MODULES}.{module}").main()
    return found[0]


def described(options: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What the documentation or an argument spec says of the values of options."""
    found = {}
    for name, option in options.items():
        values = [option.get("type", "str"), option.get("elements"), bool(option.get("required"))]
        found[f"{prefix}{name}"] = [*values, sorted(option.get("choices") or [], key=str)]
        found |= described(option.get("suboptions") or option.get("options") or {}, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("module", [name for name in sync_docs.module_names() if name not in WITHOUT_SPEC])
def test_the_documentation_has_the_types_and_the_choices_of_the_module(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This does not wait for the sanity tests of ansible-test, which compare more."""
    documented = described(block(module, "DOCUMENTATION").get("options", {}))
    taken = described(argument_spec(module, monkeypatch))
    # The options of a connection are documented in a fragment.
    assert {name: taken.get(name) for name in documented} == documented


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_return_values_have_what_the_service_sets(service: str, kind: Kind) -> None:
    """A user finds the other values among the options."""
    shown = {item.name for item in kind.fields if item.read_only and not item.returned_on_create}
    shown |= {kind.id_option} - {""}
    module = f"{service}_{kind.name}"
    modules = {module, f"{module}_info"} & set(sync_docs.module_names()) - {"alertra_maintenance"}
    missing = {name: shown - returned(name, kind) for name in sorted(modules)}
    assert missing == {name: set() for name in missing}


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_random_accounts_have_every_kind(service: str, kind: Kind) -> None:
    (world,) = (world for world in WORLDS if world.service.name == service)
    assert kind.name in {**world.lists, **world.apart}


@pytest.mark.parametrize("service", SERVICES)
def test_a_rehearsal_creates_objects_with_given_ids(service: str) -> None:
    """Objects with the same name are declared with their ids, which no request can choose."""
    assert _BY_ID.get(service), f"_BY_ID in tests/sandbox/rehearsal.py has no {service}"


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_the_result_of_a_kind_is_fed_back(service: str, kind: Kind) -> None:
    module = f"{service}_{kind.name}"
    assert (module in OBJECTS) != (module in NOT_FED_BACK)


@pytest.mark.parametrize(("service", "kind"), KINDS, ids=IDS)
def test_an_integration_test_manages_each_kind(service: str, kind: Kind) -> None:
    """In check mode, for real, and again; created, changed, renamed and deleted."""
    files = sorted((ROOT / "tests" / "integration").glob(f"test_{service}_*.py"))
    named = [path.name for path in files if f'"{service}_{kind.name}"' in path.read_text(encoding="utf-8")]
    assert named, f"no test of tests/integration/test_{service}_life.py runs {service}_{kind.name}"
