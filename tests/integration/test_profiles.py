# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules of all kinds against the sandbox with each profile in tests/profiles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faults.proof import run
from faults.scenarios import SCENARIOS
from sandbox.client import Sandbox
from tools import profiles

ALL = list(profiles.all_profiles())


@pytest.mark.parametrize(("name", "service", "profile"), ALL, ids=[f"{name}-{service}" for name, service, _one in ALL])
def test_all_modules_work_with_a_profile(sandbox: Sandbox, name: str, service: str, profile: profiles.Profile) -> None:
    problems = []
    for scenario in SCENARIOS:
        if scenario.service != service or scenario.reads or scenario.switches:
            continue
        scenario.prepare(sandbox)
        sandbox.switches(service, **profile)
        options = scenario.given(sandbox)
        first = run(sandbox, scenario, options).result
        if first.get("failed") or not first["changed"]:
            problems.append(f"{scenario.name}: {first.get('msg', 'nothing changed')}")
        elif not scenario.action:
            again = run(sandbox, scenario, options).result
            if again.get("failed") or again["changed"]:
                problems.append(f"{scenario.name}, again: {again.get('msg', 'it changed something')}")
    assert not problems, "\n".join(problems)


def test_there_is_a_profile_of_the_documents_for_each_service(sandbox: Sandbox) -> None:
    found = [service for name, service, _profile in ALL if name.startswith("documents/")]
    assert sorted(found) == sorted(sandbox.services)


def test_the_table_counts_what_accounts_confirm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(profiles, "PROFILES", tmp_path)
    (tmp_path / "accounts").mkdir()
    count = len(profiles.reading_of_documents("alertra"))
    titles = {"alertra": "Alertra"}
    assert profiles.table_of_verified(titles).splitlines()[-1] == f"| Alertra | 0 | {count} | 0 | 0 | {count} |"
    for number, listing in ((1, "thin"), (2, "full")):
        profile = {"alertra": {"list_envelope": "bare", "listing": listing}}
        (tmp_path / "accounts" / f"{number}.json").write_text(json.dumps(profile), encoding="utf-8")
    assert profiles.table_of_verified(titles).splitlines()[-1] == f"| Alertra | 2 | {count} | 1 | 1 | {count - 2} |"
