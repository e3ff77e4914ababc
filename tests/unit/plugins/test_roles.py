# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles and playbooks: their variables, and that they pass on every kind of object without naming it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import config_spec
from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_options import ROLE_VARIABLES, Options
from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_run import module_options
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import (
    SERVICES,
    Document,
    config_kinds,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._file_settings import Declared, read_declared
from ansible_collections.declarative.monitoring.plugins.plugin_utils._maintenance import KINDS as MAINTAINED
from ansible_collections.declarative.monitoring.plugins.plugin_utils._offboarding import (
    DISABLED,
    decide,
    plan_offboarding,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._onboarding import plan_onboarding
from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import site_kinds
from integration.harness import COLLECTION, ROOT

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
TASK_FILES = sorted([*(ROOT / "roles").glob("*/tasks/*.yml"), *(ROOT / "playbooks").rglob("*.yml")])
# A playbook that is about one kind of object, and not about whole accounts.
ABOUT_ONE_KIND = {("agent_schedule.yml", "agents"), ("stale_agents.yml", "agents")}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _role_options(role: str) -> dict[str, Any]:
    options: dict[str, Any] = _read(ROOT / "roles" / role / "meta" / "argument_specs.yml")["argument_specs"]["main"][
        "options"
    ]
    return options


def _config_tasks(content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tasks that run a C(_config) module, each with its service."""
    if isinstance(content, list):
        for item in content:
            yield from _config_tasks(item)
    elif isinstance(content, dict):
        for service in SERVICES:
            if f"{COLLECTION}.{service}_config" in content:
                yield service, content
        for key in ("tasks", "block", "rescue", "always"):
            yield from _config_tasks(content.get(key))


def test_the_action_of_a_role_takes_for_misspelt_what_the_role_does_not_document() -> None:
    assert list(ROLE_VARIABLES) == sorted(_role_options("monitoring_config"))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "monitoring_config"])
def test_a_role_takes_for_misspelt_what_it_does_not_document(role: str) -> None:
    folder = ROOT / "roles" / role
    known = [value for name, value in _read(folder / "vars" / "main.yml").items() if name.endswith("known_variables")]
    assert known == [sorted(_role_options(role))]
    assert _read(folder / "tasks" / "main.yml")[0]["name"] == "Check the names of the variables"


# -- no kind is named by hand ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["maintenance", "monitoring_export", "offboarding", "uptime_report"])
def test_a_blank_answer_stands_for_the_default_of_a_role(role: str) -> None:
    """A survey of AWX sends a blank text for a question without an answer."""
    variables, defaults = (_read(ROOT / "roles" / role / folder / "main.yml") for folder in ("vars", "defaults"))
    (described,) = (value for name, value in variables.items() if name.endswith("_described"))
    assert {name: one.get("default") or None for name, one in described.items()} == {
        name: defaults.get(name) or None for name in described
    }


def test_no_config_task_names_a_kind() -> None:
    found = [
        (path.relative_to(ROOT), option)
        for path in TASK_FILES
        for service, task in _config_tasks(_read(path))
        for option in task[f"{COLLECTION}.{service}_config"] or {}
        if option in config_kinds(service) and (path.name, option) not in ABOUT_ONE_KIND
    ]
    assert found == []


def test_the_config_tasks_of_each_role_are_found() -> None:
    """The other tests here would pass if there were none."""
    found = {role: sorted(service for service, _task in _role_tasks(role)) for role in ROLES}
    services = sorted(SERVICES)
    assert found == {
        # At Alertra, it runs alertra_maintenance.
        "maintenance": sorted({kind.service for kind in MAINTAINED if kind.field}),
        # Its action runs the modules.
        "monitoring_config": [],
        "monitoring_export": [],
        "offboarding": sorted([*services, *services]),
        "onboarding": services,
        # It only reads.
        "uptime_report": [],
    }


def _role_tasks(role: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tasks of a role that run a C(_config) module, with texts that Ansible accepts as templates."""
    for path in sorted((ROOT / "roles" / role / "tasks").glob("*.yml")):
        yield from _config_tasks(DataLoader().load_from_file(str(path), trusted_as_template=True))


@pytest.mark.parametrize("role", [role for role in ROLES if role != "monitoring_export"])
def test_the_result_of_each_config_task_is_used(role: str) -> None:
    """Otherwise nobody sees that a service failed."""
    folder = ROOT / "roles" / role
    files = [*(folder / "tasks").glob("*.yml"), *(folder / "vars").glob("*.yml")]
    text = "".join(path.read_text(encoding="utf-8").replace("register: ", "#") for path in files)
    unused = [
        task["register"]
        for _service, task in _role_tasks(role)
        if not re.search(rf"(?<![#\w]){task['register']}\b", text)
    ]
    assert unused == []


def _passed(role: str, service: str, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """The options that each C(_config) task of a role passes to the module of a service."""
    loader = DataLoader()
    folder = ROOT / "roles" / role
    files = [
        loader.load_from_file(str(folder / name / "main.yml"), trusted_as_template=True)
        for name in ("defaults", "vars")
    ]
    templar = Templar(loader=loader, variables={**files[0], **files[1], **variables})
    module = f"{COLLECTION}.{service}_config"
    found = []
    for name, task in _role_tasks(role):
        if name == service:
            defaults = templar.template(task.get("module_defaults", {}).get(module, {}))
            found.append({**defaults, **(task[module] or {})})
    return found


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("role", "variables"),
    [("onboarding", ["onboarding__declared"]), ("offboarding", ["offboarding__declared", "offboarding__steps"])],
)
def test_each_task_passes_on_every_kind_and_the_connection(role: str, variables: list[str], service: str) -> None:
    declared = {option: [{"name": option}] for option in config_kinds(service)}
    given = {variable: {service: declared} for variable in variables}
    connections = {f"{role}_connections": {service: {"api_url": "https://api.example.com"}}}
    found = _passed(role, service, {**given, **connections})
    assert len(found) == len(variables)
    for options in found:
        assert options.keys() == {*declared, "api_url"}
        assert {option: options[option] for option in declared} == declared


@pytest.mark.parametrize("service", SERVICES)
def test_the_action_passes_on_every_kind_and_the_connection(service: str) -> None:
    declared = {option: [{"name": option}] for option in config_kinds(service)}
    options = Options(connections={service: {"api_url": "https://api.example.com"}}, prune_limit=3)
    assert module_options(service, Declared({service: declared}), options) == {
        **declared,
        "api_url": "https://api.example.com",
        "concurrency": 4,
        "prune": [],
        "prune_limit": 3,
    }


def test_variables_for_pruning_win_over_the_files() -> None:
    declared = Declared(
        {"alertra": {}}, prune={"alertra": ["devices", "tags"]}, prune_only={"alertra": {"devices": {"tags": "berlin"}}}
    )
    told = [
        (Options(), ["devices", "tags"], {"devices": {"tags": "berlin"}}),
        (Options(prune={"alertra": ["devices"]}), ["devices"], {"devices": {"tags": "berlin"}}),
        (Options(prune={"alertra": []}), [], None),
        (Options(prune_only={"alertra": {"tags": {"name": "b*"}}}), ["devices", "tags"], {"tags": {"name": "b*"}}),
    ]
    for options, prune, only in told:
        found = module_options("alertra", declared, options)
        assert (found["prune"], found.get("prune_only")) == (prune, only)


def test_the_action_knows_the_variables_of_the_role() -> None:
    assert sorted(ROLE_VARIABLES) == sorted(_role_options("monitoring_config"))


# Kinds that nobody has heard of, each a copy of another one of the service.
MODELS = {"alertra": "tag", "pinghome": "heartbeat", "portmonitor": "group"}
GADGET = {"name": "new"}


@pytest.fixture(params=sorted(MODELS))
def gadgets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a service that has a new kind of objects: gadgets."""
    name: str = request.param
    service = SERVICES[name]
    gadget = dataclasses.replace(service.kinds[MODELS[name]], name="gadget", plural="gadgets", id_option="gadget_id")
    monkeypatch.setattr(service, "kinds", {**service.kinds, "gadget": gadget})
    monkeypatch.setattr(service, "config", (*service.config, "gadget"))
    monkeypatch.setitem(DISABLED, (name, "gadget"), {"name": "off"})
    return name


def test_a_new_kind_in_a_file_reaches_the_module(gadgets: str) -> None:
    declared = read_declared([Document("a.yml", {gadgets: {"gadgets": [GADGET]}})], lambda value: value)
    assert module_options(gadgets, declared, Options())["gadgets"] == [GADGET]


def test_a_new_kind_of_a_site_is_set_up(gadgets: str) -> None:
    plan = plan_onboarding([], [], [{"name": "Berlin", gadgets: {"gadgets": [GADGET]}}])
    assert plan.problems == []
    (options,) = _passed("onboarding", gadgets, {"onboarding__plan": plan.as_dict()})
    assert options["gadgets"] == [GADGET]


@pytest.mark.parametrize("remove", [False, True])
def test_a_new_kind_of_a_site_is_disabled_or_removed(gadgets: str, remove: bool) -> None:
    plan = plan_offboarding([], [], [{"name": "Berlin", gadgets: {"gadgets": [GADGET]}}], remove=remove).as_dict()
    assert plan["problems"] == []
    change = {"kind": "gadget", "name": "new", "id": "g1", "action": "delete", "fields": []}
    decision = decide(plan, {gadgets: {"changes": [change]}}, remove=remove, named=["new"], tags=[])
    variables = {"offboarding__plan": plan, "offboarding__decision": decision}
    changed, found = (options["gadgets"] for options in _passed("offboarding", gadgets, variables))
    absent = [{"name": "new", "state": "absent"}]
    assert found == absent
    assert changed == (absent if remove else [{"gadget_id": "g1", "name": "off"}])


def test_at_alertra_only_devices_are_disabled() -> None:
    """The role offboarding starts their maintenance instead of running alertra_config."""
    assert [kind for (service, kind), options in DISABLED.items() if service == "alertra" and options is not None] == [
        "device"
    ]


def test_the_variables_of_sites_have_an_option_for_every_kind() -> None:
    """A new kind is added to the argument specification of both roles, or is refused as an unknown option."""
    named: dict[str, set[str]] = {"portmonitor": {"group"}, "pinghome": {"service_id"}, "alertra": set()}
    for role in ("onboarding", "offboarding"):
        sites = _role_options(role)[f"{role}_sites"]["options"]
        assert sites.keys() - {"name"} == named.keys()
        for service, others in named.items():
            assert sites[service]["options"].keys() == {*site_kinds(service), *others}, (role, service)


def test_how_a_kind_is_disabled_is_known_of_every_kind() -> None:
    kinds = {(service, kind.name): kind for service in SERVICES for kind in config_kinds(service).values()}
    assert DISABLED.keys() == kinds.keys()
    for ident, values in DISABLED.items():
        assert (values or {}).keys() <= kinds[ident].by_name.keys(), ident


def test_the_role_for_whole_accounts_prunes_what_its_modules_prune() -> None:
    options = _role_options("monitoring_config")
    prune = options["monitoring_config_prune"]["options"]
    assert prune.keys() == options["monitoring_config_connections"]["options"].keys() == SERVICES.keys()
    for name, service in SERVICES.items():
        assert sorted(prune[name]["choices"]) == sorted(config_spec(service)["prune"]["choices"]), name
