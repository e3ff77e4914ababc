# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two tasks that create the same object at the same moment, in processes of their own, on one machine or on two."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.clock import poll
from faults.scenarios import HOOK, SHOP, SITE, WEB, Scenario
from integration.harness import Result, requests_of, run_module, writes
from sandbox.client import Sandbox
from tools.fault_matrix import BOTH, REFUSED, Notes

DELAYS_S = (0.5, 2.0, 8.0)
"""How long the creations are held up, so that both are under way; longer if the first attempts were not enough."""


@dataclass(frozen=True)
class Race:
    """An object that is created twice, and what the service makes of that.

    :param rows: where the sandbox keeps it, and under which keys its name and its id are
    :param switches: of the sandbox, where it is in doubt whether the service takes two of a name
    """

    title: str
    module: str
    options: Mapping[str, Any]
    rows: tuple[str, str, str]
    outcome: str
    switches: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """The creation as a scenario."""
        return Scenario(self.module, "creates", self.options, switches=self.switches)

    def ids(self, sandbox: Sandbox) -> list[str]:
        """The ids of all objects of that name."""
        place, name, ident = self.rows
        found = sandbox.state(self.scenario.service)[place]
        rows = [row for one in found for row in one["integrations"]] if name == "integration" else found
        return [str(row[ident]) for row in rows if row[name] in self.options.values()]


AGENT = ("agents", "Name", "UniqueId")
USER = ("users", "EmailAddress", "Id")
RESOURCES = ("resources", "name", "id")
RACES = (
    Race(
        "Alertra device", "alertra_device", {"short_name": "SHOP", **WEB}, ("devices", "ShortName", "device_id"), BOTH
    ),
    Race("Alertra tag", "alertra_tag", {"name": "new"}, ("tags", "Name", "tag_id"), BOTH),
    Race("Pinghome resource", "pinghome_resource", {"name": "shop", **SHOP}, RESOURCES, BOTH),
    Race(
        "Pinghome resource, where names are unique",
        "pinghome_resource",
        {"name": "shop", **SHOP},
        RESOURCES,
        REFUSED,
        {"duplicate_names": "refused"},
    ),
    Race(
        "Pinghome server resource",
        "pinghome_server_resource",
        {"name": "db9"},
        ("server_resources", "name", "id"),
        BOTH,
    ),
    Race(
        "Pinghome heartbeat",
        "pinghome_heartbeat",
        {"name": "hourly", "interval": 60},
        ("heartbeats", "name", "id"),
        BOTH,
    ),
    Race(
        "Pinghome integration",
        "pinghome_integration",
        {"resource": "www", "integration": "second", **HOOK},
        ("resources", "integration", "integration"),
        REFUSED,
    ),
    Race("PingPlotter Cloud agent", "pingplotter_agent", {"name": "desktop"}, AGENT, BOTH),
    Race("PingPlotter Cloud user", "pingplotter_user", {"email_address": "ben@example.com"}, USER, REFUSED),
    Race(
        "PingPlotter Cloud user, where addresses are not unique",
        "pingplotter_user",
        {"email_address": "ben@example.com"},
        USER,
        BOTH,
        {"duplicate_email": "allowed"},
    ),
    Race("Port Monitor group", "portmonitor_group", {"name": "New"}, ("groups", "name", "id"), BOTH),
    Race(
        "Port Monitor target",
        "portmonitor_target",
        {"group": "Web", "name": "Blog", **SITE},
        ("targets", "name", "id"),
        BOTH,
    ),
    Race(
        "SimpleHelp technician",
        "simplehelp_technician",
        {"username": "anna"},
        ("technicians", "username", "uniqueID"),
        REFUSED,
    ),
    Race("SimpleHelp group", "simplehelp_group", {"name": "New"}, ("groups", "name", "uniqueID"), REFUSED),
    Race(
        "SimpleHelp group, where names are not unique",
        "simplehelp_group",
        {"name": "New"},
        ("groups", "name", "uniqueID"),
        BOTH,
        {"group_names": "free"},
    ),
)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that wait for modules to run."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def run_both(
    sandbox: Sandbox, processes: ProcessPoolExecutor, race: Race, delay: float, homes: Sequence[Path]
) -> list[Result]:
    """Let two tasks create the object, whose creation takes a while, and return their results.

    :param homes: the home directories of the two; with one of their own each, they do not take turns
    """
    scenario = race.scenario
    creation = {"method": "POST", "path": "/new$" if scenario.service == "simplehelp" else ""}
    scenario.prepare(sandbox)
    sandbox.fault(service=scenario.service, kind="delay", seconds=delay, times=2, **creation)
    user = scenario.user(sandbox)
    users = [replace(user, environment={**user.environment, "HOME": str(home)}) for home in homes]
    both = [processes.submit(run_module, one, scenario.module, dict(race.options)) for one in users]
    results = [one.result(timeout=120) for one in both]
    sandbox.clear_faults()
    return results


def race(sandbox: Sandbox, processes: ProcessPoolExecutor, race: Race, folder: Path) -> list[Result]:
    """Let two tasks create the object before either sees that of the other, as on two controllers."""
    homes = [folder / "one", folder / "other"]
    for home in homes:
        home.mkdir()
    for delay in DELAYS_S:
        results = run_both(sandbox, processes, race, delay, homes)
        if len([one for one in sandbox.requests(race.scenario.service) if one["fault"] == "delay"]) == 2:
            return results
    raise AssertionError("one of the two came too late each time to create anything")


@pytest.mark.parametrize("pair", RACES, ids=lambda pair: pair.title)
def test_two_tasks_on_one_machine_create_one_object(
    sandbox: Sandbox, processes: ProcessPoolExecutor, tmp_path: Path, pair: Race
) -> None:
    results = run_both(sandbox, processes, pair, DELAYS_S[0], [tmp_path, tmp_path])
    assert not any(result.get("failed") for result in results), results
    assert sorted(result["changed"] for result in results) == [False, True], results
    assert len(pair.ids(sandbox)) == 1


@pytest.mark.parametrize("pair", RACES, ids=lambda pair: pair.title)
def test_two_tasks_that_create_one_object_at_once_end_in_one_object_or_in_a_sentence_with_both_ids(
    sandbox: Sandbox, processes: ProcessPoolExecutor, notes: Notes, everything: bool, pair: Race, tmp_path: Path
) -> None:
    results = race(sandbox, processes, pair, tmp_path)
    scenario, ids = pair.scenario, pair.ids(sandbox)
    if everything:
        notes.two[pair.title] = pair.outcome
    assert notes.two[pair.title] == pair.outcome
    assert any(result["changed"] for result in results), results
    with requests_of(sandbox, scenario.service) as requests:
        found = run_module(scenario.user(sandbox), scenario.module, pair.options)
    assert not writes(requests)
    if pair.outcome == REFUSED:
        assert len(ids) == 1
        assert not any(result.get("failed") for result in results), results
        assert sorted(result["changed"] for result in results) == [False, True], results
        assert not found.get("failed"), found
        assert not found["changed"], found
        return
    assert len(ids) == 2
    for result in results:
        # The one that has to look up its new object by name may see that there are two of it by now.
        assert result["changed"], result
        assert not result.get("failed") or all(one in result["msg"] for one in ids), result
    assert found["failed"], found
    assert "there are 2 " in found["msg"], found["msg"]
    assert all(one in found["msg"] for one in ids), found["msg"]


def test_a_task_that_comes_second_resets_nothing_that_the_first_has_set_and_the_service_hides(
    sandbox: Sandbox, processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    options = {"resource": "www", "integration": "second", **HOOK}
    scenario = Scenario("pinghome_integration", "creates", options, switches={"field_hidden": "items"})
    scenario.prepare(sandbox)
    sandbox.fault(service="pinghome", kind="delay", method="POST", seconds=DELAYS_S[-1])
    user = scenario.user(sandbox)
    homes = [tmp_path / "first", tmp_path / "second"]
    for home in homes:
        home.mkdir()
    first, second = (replace(user, environment={**user.environment, "HOME": str(home)}) for home in homes)
    later = processes.submit(run_module, second, scenario.module, {**options, "message_text": "Look"})
    assert poll(lambda: sandbox.faults()[0]["hits"], 60, 0.05)
    result = run_module(first, scenario.module, {**options, "items": ["api"]})
    assert result["changed"], result
    result = later.result(timeout=120)
    assert result["failed"], result
    assert "does not show the items of integration " in result["msg"]
    (resource,) = [row for row in sandbox.state("pinghome")["resources"] if row["name"] == "www"]
    (made,) = [row for row in resource["integrations"] if row["integration"] == "second"]
    assert made["items"] == ["api"]


def test_two_tasks_that_sign_up_at_once_have_one_account(
    sandbox: Sandbox, processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    options = {"new_email": "new@example.com", "new_password": "new-password"}
    sign_up = Race("account", "portmonitor_account", options, ("user", "email", "email"), REFUSED)
    results = race(sandbox, processes, sign_up, tmp_path)
    assert sorted(result["changed"] for result in results) == [False, True], results
    assert not any(result.get("failed") for result in results), results
    again = run_module(sign_up.scenario.user(sandbox), "portmonitor_account", options)
    assert not again.get("failed"), again
    assert not again["changed"], again
