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
from integration.harness import run_module
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
        before = scenario.holdings(sandbox)
        checked = run_module(scenario.user(sandbox), scenario.module, options, check=True)
        if scenario.holdings(sandbox) != before:
            problems.append(f"{scenario.name}, in check mode: it changed something")
        if checked.get("failed") or not checked["changed"]:
            problems.append(f"{scenario.name}, in check mode: {checked.get('msg', 'it predicts no change')}")
        first = run(sandbox, scenario, options).result
        if first.get("failed") or not first["changed"]:
            problems.append(f"{scenario.name}: {first.get('msg', 'nothing changed')}")
        elif not scenario.action:
            again = run(sandbox, scenario, options).result
            if again.get("failed") or again["changed"]:
                problems.append(f"{scenario.name}, again: {again.get('msg', 'it changed something')}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("folder", ["documents", "invented"])
def test_there_is_such_a_profile_for_each_service(sandbox: Sandbox, folder: str) -> None:
    found = [service for name, service, _profile in ALL if name.startswith(f"{folder}/")]
    assert sorted(found) == sorted(sandbox.services)


def test_an_invented_profile_differs_from_the_documents() -> None:
    for name, service, profile in ALL:
        if name.startswith("invented/"):
            documented = profiles.reading_of_documents(service)
            assert set(profile) <= set(documented)
            others = [switch for switch, position in profile.items() if position != documented[switch]]
            assert len(others) > 0.6 * len(documented), service


@pytest.mark.parametrize("service", sorted(profiles.IMPORTANT))
def test_each_open_question_of_the_readme_is_one_of_the_probe(service: str) -> None:
    names = {question.switch for question in profiles.questions(service)}
    assert set(profiles.IMPORTANT[service]) <= names


def test_the_table_counts_what_accounts_confirm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(profiles, "PROFILES", tmp_path)
    (tmp_path / "accounts").mkdir()
    (tmp_path / "invented").mkdir()
    (tmp_path / "invented" / "alertra.json").write_text('{"alertra": {"list_envelope": "data"}}', encoding="utf-8")
    count = len(profiles.reading_of_documents("alertra"))
    titles = {"alertra": "Alertra"}
    important = profiles.table_of_important(titles).splitlines()[-1]
    assert "the unit of the frequency of a device" in important
    assert "how a tag shows its devices" in important
    assert profiles.table_of_verified(titles).splitlines()[-1] == f"| Alertra | 0 | {count} | 0 | 0 | {count} |"
    for number, listing in ((1, "thin"), (2, "full")):
        profile = {"alertra": {"list_envelope": "bare", "listing": listing, "tag_devices": "ids"}}
        (tmp_path / "accounts" / f"{number}.json").write_text(json.dumps(profile), encoding="utf-8")
    assert profiles.table_of_verified(titles).splitlines()[-1] == f"| Alertra | 2 | {count} | 2 | 1 | {count - 3} |"
    # What an account answers is no open question any more.
    assert "how a tag shows its devices" not in profiles.table_of_important(titles)
