# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks of the roles: which modules they call with what, and what they do after a failure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_options import variable_of
from integration.harness import ROOT
from unit.plugins.role_player import Answer, RoleFailedError, RolePlayer

SERVICES = ("simplehelp", "pingplotter", "portmonitor", "pinghome", "alertra")
CONNECTIONS = {service: {"api_url": f"https://{service}.example.com"} for service in SERVICES}
SITE: Mapping[str, Any] = {
    "name": "Berlin",
    "portmonitor": {"targets": [{"name": "Shop", "type": "ping", "host": "shop.example.com"}]},
    "pinghome": {"service_id": "11111111-1111-4111-8111-111111111111", "heartbeats": [{"name": "Backup"}]},
    "alertra": {"devices": [{"short_name": "WWW", "method": "PING", "url": "www.example.com"}]},
}
ANNA = {"username": "anna", "email_address": "anna@example.com"}
ONBOARDING = {
    "onboarding_technicians": [
        {"name": "Anna", "email_address": ANNA["email_address"], "simplehelp": {"username": "anna"}, "pingplotter": {}}
    ],
    "onboarding_agents": [{"name": "laptop"}],
    "onboarding_sites": [SITE],
    "onboarding_connections": CONNECTIONS,
}
OFFBOARDING = {
    "offboarding_technicians": [ANNA],
    "offboarding_agents": ["laptop"],
    "offboarding_sites": [SITE],
    "offboarding_connections": CONNECTIONS,
}
# What the accounts hold: the kind, the name and the id of each object.
OBJECTS: Mapping[str, list[tuple[str, str, str]]] = {
    "simplehelp": [("technician", "anna", "1")],
    "pingplotter": [("user", "anna@example.com", "2"), ("agent", "laptop", "3")],
    "portmonitor": [("target", "Shop", "4")],
    "pinghome": [("heartbeat", "Backup", "5")],
    "alertra": [("device", "WWW", "6")],
}


def role_options(role: str) -> list[str]:
    """The variables that a role documents."""
    file = ROOT / "roles" / role / "meta" / "argument_specs.yml"
    return list(yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"])


def found(service: str) -> Answer:
    """Finds all objects of a service, or changes them."""
    keys = ("kind", "name", "id")
    changes = [{**dict(zip(keys, one, strict=True)), "action": "delete", "fields": []} for one in OBJECTS[service]]
    return lambda options: {"changed": True, "changes": changes}


def failed(options: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a module that failed."""
    return {"failed": True, "msg": "No connection."}


ANSWERS: Mapping[str, Answer] = {
    **{f"{service}_config": found(service) for service in SERVICES},
    "simplehelp_technician_info": lambda options: {"technicians": [{"username": "anna", "groups": []}]},
    "pingplotter_user_info": lambda options: {"users": [{"email_address": "ANNA@example.com", "user_id": "2"}]},
    "pingplotter_agent_info": lambda options: {
        "agents": [
            {"name": "laptop", "unique_id": "3", "download_url": "https://agents.example.com/secret", "platform": "x"},
            {"name": "other", "unique_id": "9", "download_url": "https://agents.example.com/other"},
        ]
    },
    "alertra_maintenance": lambda options: {"changed": True, "changes": []},
}


def offboard(**variables: Any) -> RolePlayer:
    """The role offboarding, played to its end."""
    return RolePlayer("offboarding", {**OFFBOARDING, **variables}, ANSWERS).play()


def play_to_the_failure(role: RolePlayer) -> str:
    """Play a role that fails, and return its message."""
    with pytest.raises(RoleFailedError) as error:
        role.play()
    return str(error.value)


# -- onboarding --------------------------------------------------------------------------------------------------------


def test_onboarding_declares_at_each_service_what_the_variables_name() -> None:
    role = RolePlayer("onboarding", ONBOARDING, ANSWERS).play()
    target = {"group": "Berlin", "name": "Shop", "type": "ping", "host": "shop.example.com"}
    device = {"short_name": "WWW", "method": "PING", "url": "www.example.com", "tags": ["Berlin"], "purge_tags": False}
    heartbeat = {"name": "Backup", "service_id": SITE["pinghome"]["service_id"]}
    declared: Mapping[str, Mapping[str, Any]] = {
        "simplehelp": {
            "technicians": [{"username": "anna", "display_name": "Anna", "email_address": "anna@example.com"}]
        },
        "pingplotter": {
            "users": [{"name": "Anna", "email_address": "anna@example.com"}],
            "agents": [{"name": "laptop"}],
        },
        "portmonitor": {"groups": [{"name": "Berlin"}], "targets": [target]},
        "pinghome": {"heartbeats": [heartbeat]},
        "alertra": {"tags": [{"name": "Berlin"}], "devices": [device]},
    }
    for service in SERVICES:
        assert role.calls(f"{service}_config") == [{**CONNECTIONS[service], **declared[service]}], service
    assert role.calls("pingplotter_agent_info") == [{**CONNECTIONS["pingplotter"], "include": ["templates"]}]


@pytest.mark.parametrize("shared", [False, True])
def test_the_links_of_agents_are_in_the_result_and_shared_if_the_user_says_so(shared: bool) -> None:
    role = RolePlayer("onboarding", {**ONBOARDING, "onboarding_share_links": shared}, ANSWERS).play()
    laptop = {"name": "laptop", "unique_id": "3"}
    link = {"download_url": "https://agents.example.com/secret"}
    assert role.facts["onboarding_result"]["agents"] == [{**laptop, **link}]
    (published,) = role.calls("set_stats")
    assert published["data"]["onboarding_result"]["agents"] == [{**laptop, **link} if shared else laptop]
    (stats,) = [one for one in role.called if one.name == "set_stats"]
    assert stats.keywords["no_log"] == "{{ onboarding__share_links }}"


@pytest.mark.parametrize("service", SERVICES)
def test_onboarding_goes_on_at_the_other_services_and_then_fails(service: str) -> None:
    role = RolePlayer("onboarding", ONBOARDING, {**ANSWERS, f"{service}_config": failed})
    assert "No connection." in play_to_the_failure(role)
    assert [len(role.calls(f"{other}_config")) for other in SERVICES] == [1] * len(SERVICES)
    result = role.facts["onboarding_result"]
    assert [one for one in SERVICES if result["services"][one]["failed"]] == [service]
    assert role.calls("debug") == [{"msg": result["summary"]}]


def test_agents_without_links_are_a_failure() -> None:
    role = RolePlayer("onboarding", ONBOARDING, {**ANSWERS, "pingplotter_agent_info": failed})
    assert "No connection." in play_to_the_failure(role)
    assert role.facts["onboarding_result"]["services"]["pingplotter"]["failed"]


def test_nothing_is_sent_to_a_service_for_which_nothing_is_declared() -> None:
    role = RolePlayer("onboarding", {"onboarding_agents": [{"name": "laptop"}]}, ANSWERS).play()
    assert [one.name for one in role.called] == ["pingplotter_config", "pingplotter_agent_info", "debug", "set_stats"]


# -- offboarding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "duration"), [({}, "23:59"), ({"offboarding_maintenance_duration": "02:30"}, "02:30")]
)
def test_offboarding_disables_what_exists(given: dict[str, Any], duration: str) -> None:
    role = offboard(**given)
    disabled: Mapping[str, Mapping[str, Any]] = {
        "simplehelp": {"technicians": [{"unique_id": "1", "enabled": False}]},
        "pingplotter": {"users": [{"user_id": "2", "roles": []}], "agents": [{"unique_id": "3", "sessions": "paused"}]},
        "pinghome": {"heartbeats": [{"heartbeat_id": "5", "enabled": False}]},
    }
    changing = {one.name: one.options for one in role.called if not one.check and one.name.endswith("_config")}
    expected = {f"{service}_config": {**CONNECTIONS[service], **steps} for service, steps in disabled.items()}
    assert changing == expected
    maintenance = {**CONNECTIONS["alertra"], "devices": ["6"], "duration": duration}
    assert role.calls("alertra_maintenance") == [maintenance]
    notes = role.facts["offboarding_result"]["summary"]
    assert any(f"in maintenance at Alertra for {duration} hours, then checked again" in note for note in notes)
    assert "Still checked by Port Monitor, which cannot pause: Shop" in notes
    assert any(note.endswith("still log in and read: anna@example.com") for note in notes)


def test_offboarding_removes_what_exists() -> None:
    names = [name for objects in OBJECTS.values() for _kind, name, _ident in objects]
    role = offboard(offboarding_mode="remove", offboarding_remove=names, offboarding_missing_ok=True)
    for service in SERVICES:
        looked_up, removed = (one for one in role.called if one.name == f"{service}_config")
        assert (looked_up.check, removed.check) == (True, False)
        assert looked_up.options == removed.options
        assert looked_up.keywords["diff"] is False
        assert all(
            item["state"] == "absent"
            for kind, items in removed.options.items()
            if kind not in CONNECTIONS[service]
            for item in items
        )
    assert role.calls("alertra_maintenance") == []


LOOKUPS = {
    "simplehelp": "simplehelp_technician_info",
    "pingplotter": "pingplotter_user_info",
    "portmonitor": "portmonitor_target_info",
    "alertra": "alertra_tag_info",
}
# Sites that list no objects, so that the objects are looked up by group and tag.
BARE_SITE = {"name": "Berlin", "portmonitor": {}, "alertra": {}}
REMOVED = {
    "offboarding_mode": "remove",
    "offboarding_technicians": [{**ANNA, "groups": ["Desk"]}],
    "offboarding_sites": [BARE_SITE],
    "offboarding_remove": [name for objects in OBJECTS.values() for _kind, name, _ident in objects],
    "offboarding_missing_ok": True,
}


def test_offboarding_looks_up_what_the_variables_do_not_name() -> None:
    role = offboard(**REMOVED)
    assert {name: role.calls(name) for name in LOOKUPS.values()} == {
        "simplehelp_technician_info": [CONNECTIONS["simplehelp"]],
        "pingplotter_user_info": [CONNECTIONS["pingplotter"]],
        "portmonitor_target_info": [{**CONNECTIONS["portmonitor"], "group": "Berlin"}],
        "alertra_tag_info": [{**CONNECTIONS["alertra"], "name": "Berlin"}],
    }


@pytest.mark.parametrize("service", LOOKUPS)
def test_after_a_look_up_that_failed_nothing_is_done_at_that_service(service: str) -> None:
    role = RolePlayer("offboarding", {**OFFBOARDING, **REMOVED}, {**ANSWERS, LOOKUPS[service]: failed})
    assert "No connection." in play_to_the_failure(role)
    called = {one: len(role.calls(f"{one}_config")) for one in SERVICES}
    assert called == {one: 0 if one in (service, "pinghome") else 2 for one in SERVICES}
    result = role.facts["offboarding_result"]
    assert [one for one in SERVICES if result["services"].get(one, {}).get("failed")] == [service]


@pytest.mark.parametrize("service", SERVICES)
def test_after_a_search_that_failed_nothing_is_done_at_that_service(service: str) -> None:
    role = RolePlayer("offboarding", OFFBOARDING, {**ANSWERS, f"{service}_config": failed})
    assert "No connection." in play_to_the_failure(role)
    assert [one.check for one in role.called if one.name == f"{service}_config"] == [True]
    assert [one.name for one in role.called].count("alertra_maintenance") == (service != "alertra")
    result = role.facts["offboarding_result"]
    assert [one for one in SERVICES if result["services"].get(one, {}).get("failed")] == [service]


def test_offboarding_refuses_to_remove_what_is_not_named() -> None:
    role = RolePlayer("offboarding", {**OFFBOARDING, **REMOVED, "offboarding_remove": ["anna"]}, ANSWERS)
    message = play_to_the_failure(role)
    assert message.startswith(
        "offboarding_remove must name everything that would be deleted; missing: anna@example.com"
    )
    assert not [one for one in role.called if one.name.endswith("_config") and not one.check]


def test_offboarding_refuses_what_does_not_exist_unless_the_user_says_so() -> None:
    nothing: dict[str, Answer] = {f"{service}_config": lambda options: {"changes": []} for service in SERVICES}
    variables = {**OFFBOARDING, "offboarding_sites": []}
    message = play_to_the_failure(RolePlayer("offboarding", variables, {**ANSWERS, **nothing}))
    assert message.startswith("Nothing was changed. Not found: technician anna, user 2, agent laptop.")
    role = RolePlayer("offboarding", {**variables, "offboarding_missing_ok": True}, {**ANSWERS, **nothing}).play()
    assert not [one for one in role.called if one.name.endswith("_config") and not one.check]
    assert len(role.facts["offboarding_result"]["not_found"]) == 3


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"offboarding_modus": "remove"}, "The role offboarding has no variable offboarding_modus; it has "),
        ({"offboarding_mode": "delete"}, "Nothing was changed. offboarding_mode must be "),
        ({"offboarding_maintenance_duration": "90"}, "offboarding_maintenance_duration must be hours and minutes"),
        ({"offboarding_technicians": [{"username": ""}]}, "offboarding_technicians[0] needs username"),
    ],
)
def test_offboarding_refuses_wrong_variables_before_any_request(variables: dict[str, Any], message: str) -> None:
    role = RolePlayer("offboarding", {**OFFBOARDING, **variables}, ANSWERS)
    assert play_to_the_failure(role).startswith(message)
    assert role.called == []


def test_onboarding_refuses_wrong_variables_before_any_request() -> None:
    for variables, message in (
        ({"onboarding_agent": ["a"]}, "The role onboarding has no variable onboarding_agent; it has "),
        ({"onboarding_technicians": [{}]}, "onboarding_technicians[0] has no account: set "),
    ):
        role = RolePlayer("onboarding", {**ONBOARDING, **variables}, ANSWERS)
        assert play_to_the_failure(role).startswith(message)
        assert role.called == []


# -- monitoring_config -------------------------------------------------------------------------------------------------


def test_the_action_of_monitoring_config_takes_each_variable_of_the_role() -> None:
    answers: Mapping[str, Answer] = {
        "monitoring_config": lambda options: {"services": {"alertra": {}}, "plans": "id", "problem": "Drift."}
    }
    role = RolePlayer("monitoring_config", {"monitoring_config_directory": "files"}, answers).play()
    (options,) = role.calls("monitoring_config")
    taken = [variable_of(name, options["prefix"]) for name in options["variables"]]
    assert sorted(taken) == sorted(role_options("monitoring_config"))
    assert role.calls("monitoring_config_end") == [{"plans": "id", "problem": "Drift."}]
    assert role.facts["monitoring_config_result"] == {"alertra": {}}


def test_offboarding_goes_on_and_says_what_to_change_in_the_files_if_the_user_says_so(tmp_path: Path) -> None:
    (tmp_path / "all.yml").write_text("simplehelp: {technicians: [{username: anna}]}\n", encoding="utf-8")
    files = {**OFFBOARDING, "offboarding_config_directory": str(tmp_path)}
    message = play_to_the_failure(RolePlayer("offboarding", files, ANSWERS))
    assert message.startswith(f"Nothing was changed, because applying the files in {tmp_path} would take the offboard")
    role = RolePlayer("offboarding", {**files, "offboarding_config_mode": "print"}, ANSWERS).play()
    assert [one.name for one in role.called if one.name == "simplehelp_config" and not one.check]
    sentence = "all.yml:1 simplehelp.technicians[0] (anna): set enabled: false"
    assert role.facts["offboarding_result"]["config_changes"] == [sentence]


# -- monitoring_export -------------------------------------------------------------------------------------------------

EXPORT = {"monitoring_export_directory": "/folder", "monitoring_export_connections": CONNECTIONS}


def test_an_export_reads_each_account_and_writes_a_file_for_each() -> None:
    answers: Mapping[str, Answer] = {
        **{f"{service}_config_info": lambda options: {"config": {}} for service in SERVICES},
        "alertra_config_info": lambda options: {"config": {"tags": [{"name": "t"}]}},
        "copy": lambda options: {"changed": options["dest"].endswith("alertra.yml")},
    }
    role = RolePlayer("monitoring_export", EXPORT, answers).play()
    for service in SERVICES:
        assert role.calls(f"{service}_config_info") == [CONNECTIONS[service]]
    assert role.calls("file") == [{"path": "/folder", "state": "directory", "mode": "0755"}]
    *written, schema = role.calls("copy")
    assert {one["dest"] for one in written} == {f"/folder/{service}.yml" for service in SERVICES}
    assert all(Path(one["dest"]).stem + ":" in one["content"] and one["mode"] == "0644" for one in written)
    assert [one["dest"] for one in written if "- name: t" in one["content"]] == ["/folder/alertra.yml"]
    assert (schema["dest"], schema["mode"]) == ("/folder/declarations.schema.json", "0644")
    assert schema["src"].endswith("declarations.schema.json")
    others = sorted(f"{service}.yml" for service in SERVICES if service != "alertra")
    result = role.facts["monitoring_export_result"]
    assert {**result, "unchanged": sorted(result["unchanged"])} == {
        "directory": "/folder",
        "changed": ["alertra.yml"],
        "unchanged": others,
    }
    assert role.calls("set_stats") == [{"data": {"monitoring_export_result": result}}]
    on_controller = {"stat", "file", "copy"}
    assert all(one.keywords.get("delegate_to") == "localhost" for one in role.called if one.name in on_controller)


@pytest.mark.parametrize("service", SERVICES)
def test_an_export_reads_only_the_chosen_accounts(service: str) -> None:
    role = RolePlayer(
        "monitoring_export",
        {**EXPORT, "monitoring_export_services": [service]},
        {f"{service}_config_info": lambda options: {"config": {}}},
    ).play()
    assert [one.name for one in role.called if one.name.endswith("_info")] == [f"{service}_config_info"]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"monitoring_export_folder": "x"}, "The role monitoring_export has no variable monitoring_export_folder; it "),
        ({"monitoring_export_services": ["nagios"]}, "Nothing was changed. monitoring_export_services must be "),
        ({"monitoring_export_directory": ""}, "monitoring_export_directory is empty; set it to the folder"),
        (
            {"monitoring_export_create_directory": False},
            "The folder /folder does not exist, and monitoring_export_crea",
        ),
    ],
)
def test_an_export_refuses_wrong_variables_before_any_request(variables: dict[str, Any], message: str) -> None:
    role = RolePlayer("monitoring_export", {**EXPORT, **variables}, {"stat": lambda options: {"stat": {}}})
    assert play_to_the_failure(role).startswith(message)
    assert not [one for one in role.called if one.name.endswith("_info")]


def test_a_relative_folder_is_one_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules run beside the playbook."""
    monkeypatch.chdir(tmp_path)
    variables = {**EXPORT, "monitoring_export_directory": "exported", "monitoring_export_services": ["alertra"]}
    answers: Mapping[str, Answer] = {"alertra_config_info": lambda options: {"config": {}}}
    role = RolePlayer("monitoring_export", variables, answers).play()
    assert [one["path"] for one in role.calls("file")] == [f"{tmp_path}/exported"]


def test_an_existing_folder_is_not_created() -> None:
    variables = {**EXPORT, "monitoring_export_create_directory": False, "monitoring_export_services": ["alertra"]}
    answers: Mapping[str, Answer] = {
        "stat": lambda options: {"stat": {"isdir": True}},
        "alertra_config_info": lambda options: {"config": {}},
    }
    role = RolePlayer("monitoring_export", variables, answers).play()
    assert role.calls("stat") == [{"path": "/folder"}]
    assert role.calls("file") == []


# -- what is not shown -------------------------------------------------------------------------------------------------

SECRET_TASKS = {
    "offboarding": {"Load the declarations"},
    "onboarding": {
        "Compute the desired state",
        "Get the download links of the agents",
        "Register the result",
        "Publish the result as job statistics",
    },
}


@pytest.mark.parametrize("role", ["monitoring_config", "monitoring_export", "offboarding", "onboarding"])
def test_tasks_with_secrets_are_not_shown(role: str) -> None:
    def all_tasks(content: Any) -> list[dict[str, Any]]:
        return [one for task in content for one in (all_tasks(task["block"]) if "block" in task else [task])]

    files = sorted((ROOT / "roles" / role / "tasks").glob("*.yml"))
    hidden = {
        task["name"]
        for file in files
        for task in all_tasks(yaml.safe_load(file.read_text(encoding="utf-8")))
        if task.get("no_log")
    }
    assert hidden == SECRET_TASKS.get(role, set())
