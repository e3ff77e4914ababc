# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is particular to Pinghome's modules, and what they do when things are not what they should be."""

from __future__ import annotations

import time
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, writes
from sandbox.client import Sandbox

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
NOWHERE = "99999999-9999-4999-8999-999999999999"
WEB = {"name": "web", "type": "http", "url": "https://www.example.com"}
HOOK = {"resource": "web", "integration": "abc", "type": "statuspageIo", "name": "Outage", "status": "investigating"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("pinghome_resource", {**WEB, "grace_period": -1}, "grace_period must be at least 0, not -1"),
    ("pinghome_resource", {**WEB, "recovery_period": "soon"}, "recovery_period must be a whole number, not 'soon'"),
    ("pinghome_resource", {**WEB, "maintenance_duration": -5}, "maintenance_duration must be at least 0, not -5"),
    ("pinghome_resource", {**WEB, "skip_ssl_error": "perhaps"}, "skip_ssl_error must be true or false"),
    ("pinghome_resource", {**WEB, "host": "www.example.com"}, "a resource has only one of url and host"),
    ("pinghome_resource", {**WEB, "url": None}, "url cannot be null: the service does not allow it to be empty"),
    ("pinghome_resource", {**WEB, "url": " "}, "url must not be empty"),
    ("pinghome_resource", {**WEB, "headers": "canary"}, "headers must be a dictionary"),
    ("pinghome_resource", {**WEB, "headers": {"A": "canary", "a": "canary"}}, "headers has a header twice"),
    ("pinghome_resource", {**WEB, "headers": {"X-Key canary": None}}, "headers has a header without a value"),
    ("pinghome_resource", {**WEB, "headers": {"X-Key": {"a": "canary"}}}, "headers X-Key must be a string"),
    ("pinghome_resource", {**WEB, "headers": {"X-Key": ["canary"]}}, "headers X-Key must be a string"),
    ("pinghome_resource", {**WEB, "headers": {"X-Key": True}}, "headers X-Key must be a string in quotes"),
    ("pinghome_resource", {**WEB, "headers": {" ": "canary"}}, "headers must not have an empty name"),
    ("pinghome_resource", {**WEB, "conditions": ["canary"]}, "conditions[0] must be a dictionary"),
    ("pinghome_resource", {**WEB, "ssl_reminder_days": ["soon"]}, "ssl_reminder_days[0] must be a whole number"),
    ("pinghome_resource", {**WEB, "ssl_reminder_days": [-1]}, "ssl_reminder_days[0] must be at least 0"),
    ("pinghome_resource", {"url": "x"}, "needs name, or resource_id"),
    ("pinghome_resource", {"resource_id": " ", "url": "x"}, "resource_id must not be empty"),
    ("pinghome_server_resource", {"name": "s", "interval": 0}, "interval must be at least 1, not 0"),
    ("pinghome_server_resource", {"name": "s", "timezone": None}, "timezone cannot be null"),
    ("pinghome_server_resource", {"name": ""}, "name must not be empty"),
    ("pinghome_heartbeat", {"name": "h", "interval": "1h"}, "interval must be a whole number, not '1h'"),
    ("pinghome_heartbeat", {"name": "h", "methods": None}, "methods cannot be null"),
    ("pinghome_integration", {"resource": "web"}, "needs integration"),
    ("pinghome_integration", {**HOOK, "status": None}, "status cannot be null"),
    ("pinghome_heartbeat_event", {}, "one of the following is required: heartbeat_id, name"),
    ("pinghome_heartbeat_event", {"heartbeat_id": NOWHERE, "result": "ok"}, "result must be one of tick, run"),
    ("pinghome_resource_info", {"since": "yesterday"}, "since must be a time in ISO 8601 with its zone"),
    ("pinghome_resource_info", {"limit": 0}, "limit must be at least 1, not 0"),
    ("pinghome_server_resource_info", {"include": ["metrics"]}, "include metrics needs type"),
    ("pinghome_server_resource_info", {"type": "heat"}, "type must be one of cpu-total-usage"),
    ("pinghome_heartbeat_info", {"interval": "2h"}, "interval must be one of 1h, 3h"),
]


@pytest.mark.parametrize(("module", "options", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_bad_options_are_refused_before_any_request(
    sandbox: Sandbox, pinghome: Account, module: str, options: dict[str, Any], words: str, check: bool
) -> None:
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, module, options, check)
    assert result["failed"], result
    assert words in result["msg"]
    assert not requests
    assert "canary" not in result["msg"] or "conditions" in result["msg"]


@pytest.mark.parametrize("module", ["pinghome_resource_info", "pinghome_config_info"])
def test_a_missing_service_names_the_option_and_the_variable(sandbox: Sandbox, module: str) -> None:
    result = run_module(account(sandbox, "pinghome", api_token="sandbox-token"), module, {})
    assert "service_id is missing: set the option or the environment variable PINGHOME_SERVICE_ID" in result["msg"]


def test_a_missing_token_names_the_option_and_the_variable(sandbox: Sandbox) -> None:
    result = run_module(account(sandbox, "pinghome", service_id=FIRST), "pinghome_resource", WEB)
    assert result["msg"] == "api_token is missing: set the option or the environment variable PINGHOME_API_TOKEN"
    result = run_module(account(sandbox, "pinghome", service_id=FIRST), "pinghome_heartbeat_event", {"name": "h"})
    assert "name needs api_token" in result["msg"]


def test_a_token_that_has_expired_is_refused_in_the_words_of_the_server(sandbox: Sandbox) -> None:
    user = account(sandbox, "pinghome", api_token="expired", service_id=FIRST)
    result = run_module(user, "pinghome_resource", WEB)
    assert "refused: Unauthorized. (HTTP 401)" in result["msg"]
    assert result["failure"]["status"] == 401


# -- reads that lag behind writes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["message", "id"])
def test_a_creation_under_a_lag_makes_one_object_that_the_next_task_finds(
    sandbox: Sandbox, pinghome: Account, answer: str
) -> None:
    sandbox.switches("pinghome", lag=2, create_answer=answer)
    tasks: dict[str, dict[str, Any]] = {
        "pinghome_resource": {**WEB, "ssl_reminder_days": [7], "enabled": False},
        "pinghome_heartbeat": {"name": "backup", "interval": 60, "methods": ["POST"]},
        "pinghome_server_resource": {"name": "db"},
        "pinghome_integration": {**HOOK, "message": "m"},
    }
    for module, options in tasks.items():
        done, again = (run_module(pinghome, module, options) for _turn in range(2))
        assert done["changed"], done
        assert not done.get("warnings"), done["warnings"]
        assert not again.get("failed"), again
        assert not again["changed"], again
    state = sandbox.state("pinghome")
    assert [len(state[kind]) for kind in ("resources", "heartbeats", "server_resources")] == [1, 1, 1]
    assert state["heartbeats"][0]["methods"] == ["POST"]


def test_two_tasks_of_a_play_under_a_lag_make_one_resource(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.switches("pinghome", lag=2)
    run = run_playbook([pinghome], [task("pinghome_resource", WEB), task("pinghome_resource", WEB)])
    assert [result["changed"] for result in run.ours] == [True, False], run.output
    assert len(sandbox.state("pinghome")["resources"]) == 1


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "html_after"])
@pytest.mark.parametrize("module", ["pinghome_resource", "pinghome_heartbeat", "pinghome_integration"])
def test_a_creation_whose_answer_is_lost_under_a_lag_makes_one_object(
    sandbox: Sandbox, pinghome: Account, kind: str, module: str
) -> None:
    sandbox.set_state("pinghome", {"resources": [{"name": "web"}]})
    sandbox.switches("pinghome", lag=1)
    sandbox.fault(service="pinghome", method="POST", kind=kind)
    lost: dict[str, dict[str, Any]] = {
        "pinghome_resource": {**WEB, "name": "shop"},
        "pinghome_heartbeat": {"name": "h", "interval": 1},
        "pinghome_integration": HOOK,
    }
    options = lost[module]
    result = run_module(pinghome, module, options)
    assert not result.get("failed"), result
    assert result["changed"]
    assert len([line for line in writes(sandbox.requests("pinghome")) if line.startswith("POST")]) == 1
    assert not run_module(pinghome, module, options)["changed"]


def test_what_cannot_be_read_back_is_done_all_the_same_and_warned_of(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"heartbeats": [{"name": "h"}]})
    sandbox.fault(service="pinghome", method="GET", skip=2, times=-1, kind="status", status=500)
    result = run_module(pinghome, "pinghome_heartbeat", {"name": "h", "interval": 7})
    assert result["changed"]
    assert "What was written could not be read back" in str(result["warnings"])
    assert sandbox.state("pinghome")["heartbeats"][0]["interval"] == 7


# -- a PUT replaces ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"put_semantics": "merge"},
        {"listing": "thin", "regions_shown": "separate_strings", "numbers": "string"},
        {"empty_value": "absent", "url_on_put": "required", "headers_type": "object_only", "conditions_ids": "added"},
    ],
)
def test_one_change_leaves_all_the_rest(sandbox: Sandbox, pinghome: Account, switches: dict[str, Any]) -> None:
    sandbox.switches("pinghome", **switches)
    full = {
        **WEB, "port": "81", "data": "d", "grace_period": 4, "recovery_period": 5, "maintenance_duration": 6,
        "maintenance_cron_expression": "* * * * *", "skip_ssl_error": True, "not_follow_redirect": True,
        "method": "POST", "body": "a=1", "is_advanced": True, "headers": {"Accept": "text/html"},
        "conditions": [{"type": "t", "operator": "equal", "key": "k", "values": ["v"]}],
        "regions": ["eu-central-1"], "enabled": False, "ssl_reminder": [7], "integrations": [{"integration": "x"}],
    }  # fmt: skip
    hosted = {"name": "mail", "type": "tcp", "host": "mail.example.com", "port": "25"}
    state = {"resources": [full, hosted], "server_resources": [{"name": "s", "os": "debian", "enabled": False}]}
    before = sandbox.set_state("pinghome", state)
    for module, name, option, value in (
        ("pinghome_resource", "web", "grace_period", 9),
        ("pinghome_resource", "mail", "recovery_period", 3),
        ("pinghome_server_resource", "s", "interval", 99),
    ):
        result = run_module(pinghome, module, {"name": name, option: value})
        assert result["changed"], result
        assert not result.get("warnings"), result["warnings"]
        row = next(
            row for rows in (before["resources"], before["server_resources"]) for row in rows if row["name"] == name
        )
        row[option] = value
    assert sandbox.state("pinghome") == before


def test_only_documented_fields_are_sent(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.switches("pinghome", unknown_fields="some")
    run_module(pinghome, "pinghome_resource", {**WEB, "headers": {"Accept": "text/html"}, "regions": ["eu-central-1"]})
    with requests_of(sandbox, "pinghome") as requests:
        assert run_module(pinghome, "pinghome_resource", {"name": "web", "grace_period": 3})["changed"]
    (put,) = [request for request in requests if request["method"] == "PUT"]
    assert put["body"] == {
        "name": "web", "service_id": FIRST, "url": "https://www.example.com", "port": "", "grace_period": 3,
        "recovery_period": 0, "skip_ssl_error": False, "not_follow_redirect": False, "method": "GET",
        "is_advanced": False, "headers": '{"Accept": "text/html"}', "conditions": [], "regions": ["eu-central-1"],
    }  # fmt: skip


FULL_RESOURCE = {**WEB, "body": "a=1", "grace_period": 4, "is_advanced": True, "regions": ["eu-central-1"]}
FULL_SERVER = {"name": "s", "os": "debian", "description": "d", "timezone": "Europe/Berlin", "interval": 99}
CONDITION = {"type": "t", "operator": "equal", "key": "k", "values": ["v"]}
HIDDEN: list[tuple[str, str, Any, dict[str, Any], dict[str, Any]]] = [
    # The kind, the option that the service hides, its value, the change, and how the option can be declared.
    ("resource", "headers", {"Accept": "text/html"}, {"grace_period": 3}, {"headers": {"Accept": "text/html"}}),
    ("resource", "headers", {"Accept": "text/html"}, {"regions": ["us-east-1"]}, {"headers": None}),
    ("resource", "body", "a=1", {"grace_period": 3}, {"body": "a=1"}),
    ("resource", "body", "a=1", {"grace_period": 3}, {"body": None}),
    ("resource", "recovery_period", 9, {"grace_period": 3}, {"recovery_period": 9}),
    ("resource", "skip_ssl_error", True, {"grace_period": 3}, {"skip_ssl_error": True}),
    ("resource", "conditions", [CONDITION], {"grace_period": 3}, {"conditions": [CONDITION]}),
    ("server_resource", "timezone", "Europe/Berlin", {"interval": 5}, {"timezone": "Europe/Berlin"}),
    ("server_resource", "enabled", False, {"interval": 5}, {"enabled": False}),
    ("heartbeat", "methods", ["POST"], {"interval": 120}, {"methods": ["POST"]}),
    ("heartbeat", "enabled", False, {"interval": 120}, {"enabled": False}),
    ("integration", "items", ["a"], {"status": "resolved"}, {"items": ["a"]}),
]


def _hidden_state(kind: str, option: str, value: Any) -> dict[str, Any]:
    """An account with an object of this kind whose option has this value."""
    if kind == "integration":
        hook = {name: inner for name, inner in HOOK.items() if name != "resource"}
        return {"resources": [{**FULL_RESOURCE, "integrations": [{**hook, option: value}]}]}
    rows = {"resource": FULL_RESOURCE, "server_resource": FULL_SERVER, "heartbeat": {"name": "h", "interval": 60}}
    return {f"{kind}s": [{**rows[kind], option: value}]}


@pytest.mark.parametrize("listing", ["full", "thin"])
@pytest.mark.parametrize(("kind", "option", "value", "change", "declared"), HIDDEN)
def test_a_change_that_would_lose_a_hidden_setting_is_refused_unless_it_is_declared(
    sandbox: Sandbox,
    pinghome: Account,
    kind: str,
    option: str,
    value: Any,
    change: dict[str, Any],
    declared: dict[str, Any],
    listing: str,
) -> None:
    before = sandbox.set_state("pinghome", _hidden_state(kind, option, value))
    sandbox.switches("pinghome", listing=listing, field_hidden=option)
    names = {"resource": "web", "server_resource": "s", "heartbeat": "h"}
    key = {"name": names[kind]} if kind in names else {"resource": "web", "integration": "abc"}
    for check in (True, False):
        with requests_of(sandbox, "pinghome") as requests:
            result = run_module(pinghome, f"pinghome_{kind}", {**key, **change}, check=check)
        assert result["failed"], result
        assert f"does not show the {option} of " in result["msg"]
        assert f"declare {option}, too" in result["msg"]
        assert (f"{option}: null clears it" in result["msg"]) is (option in ("headers", "body", "conditions", "items"))
        assert not writes(requests)
    assert sandbox.state("pinghome") == before
    for check in (True, False):
        result = run_module(pinghome, f"pinghome_{kind}", {**key, **change, **declared}, check=check)
        assert result["changed"], result
    row = sandbox.state("pinghome")["resources" if kind == "integration" else f"{kind}s"][0]
    row = row["integrations"][0] if kind == "integration" else row
    assert row[option] == declared[option]
    assert row[next(iter(change))] == next(iter(change.values()))


def test_what_a_declaration_would_lose_is_refused_before_its_first_write(sandbox: Sandbox, pinghome: Account) -> None:
    before = sandbox.set_state("pinghome", {"resources": [{**WEB, "headers": {"Accept": "text/html"}}]})
    sandbox.switches("pinghome", headers_shown="hidden")
    declaration = {
        "resources": [{**WEB, "name": "new"}, {"name": "web", "grace_period": 4}],
        "heartbeats": [{"name": "backup", "interval": 60}],
    }
    for flags in (("--check", "--diff"), ()):
        with requests_of(sandbox, "pinghome") as requests:
            run = run_playbook([pinghome], [task("pinghome_config", declaration, "--check" in flags)], *flags)
        (result,) = run.ours
        assert "resources[1] (web): the service does not show the headers of resource web" in result["msg"], run.output
        assert not writes(requests)
    assert sandbox.state("pinghome") == before
    tasks = [task("pinghome_resource", {"name": "web", "grace_period": 4, "headers": None})]
    for changed in (True, False):
        run = run_playbook([pinghome], tasks)
        assert [result["changed"] for result in run.ours] == [changed], run.output
    (row,) = sandbox.state("pinghome")["resources"]
    assert (row["headers"], row["grace_period"]) == (None, 4)


def test_what_is_not_sent_with_the_object_loses_nothing(sandbox: Sandbox, pinghome: Account) -> None:
    """The status and the reminders of a resource have their own requests, and a new object has nothing to lose."""
    sandbox.set_state("pinghome", {"resources": [{**WEB, "headers": {"Accept": "text/html"}}]})
    sandbox.switches("pinghome", headers_shown="hidden", heartbeat_methods_shown="no")
    for options in ({"enabled": False}, {"ssl_reminder_days": [7]}):
        assert run_module(pinghome, "pinghome_resource", {"name": "web", **options})["changed"]
    assert sandbox.state("pinghome")["resources"][0]["headers"] == {"Accept": "text/html"}
    new = {"name": "backup", "interval": 60, "methods": ["POST"]}
    assert run_module(pinghome, "pinghome_heartbeat", new)["changed"]
    assert sandbox.state("pinghome")["heartbeats"][0]["methods"] == ["POST"]


def test_a_setting_whose_loss_does_no_harm_is_warned_of(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"server_resources": [FULL_SERVER]})
    sandbox.switches("pinghome", field_hidden="chart_type_default")
    for check in (True, False):
        result = run_module(pinghome, "pinghome_server_resource", {"name": "s", "interval": 5}, check=check)
        assert result["changed"], result
        (warning,) = result["warnings"]
        assert "does not show the chart_type_default of server resource s" in str(warning)
        assert "it only decides how the web pages draw charts" in str(warning)


def test_a_list_that_is_added_to_cannot_keep_what_is_hidden(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"heartbeats": [{"name": "h", "interval": 60, "methods": ["POST"]}]})
    sandbox.switches("pinghome", heartbeat_methods_shown="no")
    options = {"name": "h", "interval": 5, "methods": ["HEAD"], "purge_methods": False}
    assert "declare methods, too" in run_module(pinghome, "pinghome_heartbeat", options)["msg"]
    assert run_module(pinghome, "pinghome_heartbeat", {**options, "purge_methods": True})["changed"]


@pytest.mark.parametrize("rule", ["accepted", "required"])
def test_a_url_a_host_and_a_port_can_change_where_the_server_takes_it(
    sandbox: Sandbox, pinghome: Account, rule: str
) -> None:
    sandbox.set_state("pinghome", {"resources": [{**WEB, "port": "80"}]})
    sandbox.switches("pinghome", url_on_put=rule)
    for options in ({"url": "https://shop.example.com/", "port": None}, {"host": "h.example.com", "port": 8080}):
        assert run_module(pinghome, "pinghome_resource", {"name": "web", **options})["changed"]
        assert not run_module(pinghome, "pinghome_resource", {"name": "web", **options})["changed"]
    (row,) = sandbox.state("pinghome")["resources"]
    assert (row["host"], row["port"], row.get("url")) == ("h.example.com", "8080", None)


def test_a_url_that_the_server_does_not_take_is_an_error(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"resources": [WEB]})
    options = {"name": "web", "url": "https://shop.example.com"}
    sandbox.switches("pinghome", url_on_put="refused_when_changed")
    assert "cannot be changed for an existing monitor" in run_module(pinghome, "pinghome_resource", options)["msg"]
    sandbox.switches("pinghome", url_on_put="ignored")
    words = "the service keeps url https://www.example.com and does not take https://shop.example.com"
    assert words in run_module(pinghome, "pinghome_resource", options)["msg"]
    sandbox.switches("pinghome", write_answer="message")
    warned = run_module(pinghome, "pinghome_resource", options)
    assert "the change is delayed, or was not accepted completely" in str(warned["warnings"])


def test_a_type_that_differs_is_refused_or_the_resource_recreated(sandbox: Sandbox, pinghome: Account) -> None:
    row = {**WEB, "regions": ["eu-central-1"], "ssl_reminder": [7], "enabled": False, "grace_period": 5}
    old = sandbox.set_state("pinghome", {"resources": [row]})["resources"][0]
    options = {"name": "web", "type": "tcp", "host": "www.example.com", "port": "443"}
    refused = run_module(pinghome, "pinghome_resource", options)
    assert "type is http and cannot become tcp" in refused["msg"]
    predicted = run_module(pinghome, "pinghome_resource", {**options, "recreate": True}, check=True)
    done = run_module(pinghome, "pinghome_resource", {**options, "recreate": True})
    assert predicted["diff"] == done["diff"]
    (new,) = sandbox.state("pinghome")["resources"]
    assert new["id"] == done["resource"]["resource_id"] != old["id"]
    kept = ("regions", "ssl_reminder", "enabled", "grace_period")
    assert {key: new[key] for key in kept} == {key: old[key] for key in kept}
    assert "url" not in new
    assert not run_module(pinghome, "pinghome_resource", {**options, "recreate": True})["changed"]


# -- reminders, headers, conditions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("urls", ["list_form", "sample_form"])
def test_reminders_are_posted_then_put_then_deleted(sandbox: Sandbox, pinghome: Account, urls: str) -> None:
    sandbox.switches("pinghome", reminder_urls=urls)
    run_module(pinghome, "pinghome_resource", WEB)
    for days, method in (([7], "POST"), ([1, 7], "PUT"), ([], "DELETE")):
        options = {"name": "web", "ssl_reminder_days": days, "tld_reminder_days": days}
        with requests_of(sandbox, "pinghome") as requests:
            assert run_module(pinghome, "pinghome_resource", options)["changed"]
        done = [request for request in requests if request["method"] != "GET" and request["status"] < 400]
        assert [request["method"] for request in done] == [method, method]
        if days:
            assert [request["body"] for request in done] == [{"days_before": days}] * 2
        # The form that the server has is learned from the first of the two.
        assert sum(request["status"] == 404 for request in requests if request["method"] != "GET") == (
            urls == "sample_form"
        )
        with requests_of(sandbox, "pinghome") as requests:
            assert not run_module(pinghome, "pinghome_resource", options)["changed"]
        assert not writes(requests)


def test_no_reminders_where_there_are_none_takes_no_write(sandbox: Sandbox, pinghome: Account) -> None:
    with requests_of(sandbox, "pinghome") as requests:
        run_module(pinghome, "pinghome_resource", {**WEB, "ssl_reminder_days": []})
    assert writes(requests) == ["POST /resource-cmd/v1/resource"]


def test_a_reminder_that_came_or_went_meanwhile_is_written_all_the_same(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"resources": [{**WEB, "ssl_reminder": [3]}]})
    sandbox.fault(service="pinghome", method="GET", path="ssl/reminder", kind="status", status=404)
    assert run_module(pinghome, "pinghome_resource", {"name": "web", "ssl_reminder_days": [5]})["changed"]
    assert sandbox.state("pinghome")["resources"][0]["ssl_reminder"] == [5]
    sandbox.fault(
        service="pinghome", method="GET", path="tld/reminder", kind="status", status=200, answer={"days_before": [9]}
    )
    assert run_module(pinghome, "pinghome_resource", {"name": "web", "tld_reminder_days": [5]})["changed"]
    assert sandbox.state("pinghome")["resources"][0]["tld_reminder"] == [5]


def test_a_reminder_of_an_unknown_shape_is_an_error(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"resources": [WEB]})
    sandbox.fault(service="pinghome", method="GET", path="reminder", kind="status", status=200, answer={"foo": [1]})
    with requests_of(sandbox, "pinghome") as requests:
        result = run_module(pinghome, "pinghome_resource", {"name": "web", "ssl_reminder_days": [5]})
    assert "the reminder has no days_before, but the keys foo" in result["msg"]
    assert not writes(requests)


def test_conditions_are_compared_by_the_keys_given_and_in_any_order(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.switches("pinghome", conditions_ids="added", numbers="string")
    first = {"type": "a", "operator": "equal", "key": "k", "values": ["x", 2]}
    second = {"type": "b", "operator": "contains", "values": [200]}
    assert run_module(pinghome, "pinghome_resource", {**WEB, "conditions": [first, second]})["changed"]
    for conditions, changed in (
        ([second, first], False),
        ([{"type": "a", "operator": "equal"}, second], False),
        ([first], True),
        ([first, first], True),
        ([{**first, "values": [2, "x"]}, first], True),
    ):
        result = run_module(pinghome, "pinghome_resource", {"name": "web", "conditions": conditions}, check=True)
        assert result["changed"] is changed, (conditions, result)
    # A result can be fed back: the ids that the server gives are not in it.
    shown = run_module(pinghome, "pinghome_resource_info", {})["resources"][0]["conditions"]
    assert not any("id" in one for one in shown)


def test_headers_are_compared_as_an_object_however_the_server_writes_them(sandbox: Sandbox, pinghome: Account) -> None:
    headers = {"X-One": "canary-1", "X-Two": "canary-2"}
    assert run_module(pinghome, "pinghome_resource", {**WEB, "headers": headers})["changed"]
    assert sandbox.state("pinghome")["resources"][0]["headers"] == headers
    turned = dict(reversed(headers.items()))
    assert not run_module(pinghome, "pinghome_resource", {"name": "web", "headers": turned})["changed"]
    result = run_module(pinghome, "pinghome_resource", {"name": "web", "headers": {"X-One": "canary-1"}})
    assert result["changed"]
    assert result["resource"]["headers"] == result["diff"]["before"]["headers"] == "********"
    assert result["diff"]["after"]["headers"] == "******** (changed)"


def test_a_changed_header_value_is_seen_in_a_diff_and_the_case_of_a_name_is_no_change(
    sandbox: Sandbox, pinghome: Account
) -> None:
    old, new, other_case = ({"Authorization": f"canary-{name}"} for name in ("old", "new", "new"))
    other_case = {name.upper(): value for name, value in other_case.items()}
    sandbox.set_state("pinghome", {"resources": [{**WEB, "headers": old}]})
    for flags in (("--check", "--diff"), ("--diff",)):
        tasks = [
            task("pinghome_resource", {"name": "web", "headers": new}, "--check" in flags),
            task("pinghome_config", {"resources": [{"name": "web", "headers": new}]}, "--check" in flags),
        ]
        run = run_playbook([pinghome], tasks if "--check" in flags else tasks[:1], *flags)
        assert all(result["changed"] for result in run.ours), run.output
        # The diff of ansible-playbook, with the old and the new line.
        marked = [line for line in run.output.splitlines() if line.startswith("+") and "******** (changed)" in line]
        assert len(marked) == len(run.ours), run.output
        assert "canary" not in run.output
    run = run_playbook([pinghome], [task("pinghome_resource", {"name": "web", "headers": other_case})], "--diff")
    assert not run.ours[0]["changed"], run.output
    assert "(changed)" not in run.output
    assert sandbox.state("pinghome")["resources"][0]["headers"] == new


# -- server resources, integrations ------------------------------------------------------------------------------------


def test_a_server_resource_is_deleted_by_exactly_its_id(sandbox: Sandbox, pinghome: Account) -> None:
    ids = [
        one["id"]
        for one in sandbox.set_state("pinghome", {"server_resources": [{"name": n} for n in "abc"]})["server_resources"]
    ]
    with requests_of(sandbox, "pinghome") as requests:
        assert run_module(pinghome, "pinghome_server_resource", {"name": "b", "state": "absent"})["changed"]
    (delete,) = [request for request in requests if request["method"] == "DELETE"]
    assert delete["path"] == "/resource-cmd/v1/server-resource"
    assert delete["query"] == {"id": [ids[1]]}
    assert [one["id"] for one in sandbox.state("pinghome")["server_resources"]] == [ids[0], ids[2]]
    with requests_of(sandbox, "pinghome") as requests:
        for options in ({"name": "b"}, {"server_resource_id": ids[1]}):
            gone = run_module(pinghome, "pinghome_server_resource", {**options, "state": "absent"})
            assert not gone["changed"]
    assert not writes(requests)


def test_an_integration_finds_its_resource_by_name_and_by_id(sandbox: Sandbox, pinghome: Account) -> None:
    state = {"resources": [{"name": "web"}, {"name": "web", "service_id": SECOND}]}
    ids = [one["id"] for one in sandbox.set_state("pinghome", state)["resources"]]
    assert run_module(pinghome, "pinghome_integration", {**HOOK, "service_id": SECOND})["changed"]
    assert run_module(pinghome, "pinghome_integration", HOOK)["changed"]
    alone = account(sandbox, "pinghome", api_token="sandbox-token")
    with requests_of(sandbox, "pinghome") as requests:
        assert not run_module(alone, "pinghome_integration", {**HOOK, "resource": ids[1]})["changed"]
    assert [request["path"] for request in requests] == [
        f"/resource-query/v1/resource/{ids[1]}",
        f"/resource-query/v1/resource/{ids[1]}/integrations",
    ]
    refused = run_module(pinghome, "pinghome_integration", {**HOOK, "resource": "nowhere"})
    assert "resource names nowhere, but there is no such resource" in refused["msg"]
    refused = run_module(pinghome, "pinghome_integration", {**HOOK, "type": "other"})
    assert "type is statuspageIo and cannot become other" in refused["msg"]


def test_an_id_that_is_nowhere_is_an_error_unless_it_is_to_be_gone(sandbox: Sandbox, pinghome: Account) -> None:
    for kind in ("resource", "server_resource", "heartbeat"):
        options = {f"{kind}_id": NOWHERE, "name": "x"}
        result = run_module(pinghome, f"pinghome_{kind}", options)
        assert f"with {kind}_id {NOWHERE}" in result["msg"]
        assert not run_module(pinghome, f"pinghome_{kind}", {**options, "state": "absent"})["changed"]
        assert run_module(pinghome, f"pinghome_{kind}_info", {f"{kind}_id": NOWHERE})[f"{kind}s"] == []


def test_an_id_takes_one_read(sandbox: Sandbox, pinghome: Account) -> None:
    ident = sandbox.set_state("pinghome", {"heartbeats": [{"name": "h", "interval": 5}]})["heartbeats"][0]["id"]
    with requests_of(sandbox, "pinghome") as requests:
        assert not run_module(pinghome, "pinghome_heartbeat", {"heartbeat_id": ident, "interval": 5})["changed"]
        assert len(run_module(pinghome, "pinghome_heartbeat_info", {"heartbeat_id": ident})["heartbeats"]) == 1
    assert [request["path"] for request in requests] == [f"/resource-query/v1/heartbeat/{ident}"] * 2


# -- events ------------------------------------------------------------------------------------------------------------


def test_an_event_is_sent_each_time_but_not_in_check_mode(sandbox: Sandbox, pinghome: Account) -> None:
    ident = sandbox.set_state("pinghome", {"heartbeats": [{"name": "h"}]})["heartbeats"][0]["id"]
    stranger = account(sandbox, "pinghome")
    tries = (
        (pinghome, {"name": "h"}),
        (pinghome, {"heartbeat_id": ident, "result": "run", "message": "Käse & Brot"}),
        (stranger, {"heartbeat_id": ident, "result": "fail"}),
    )
    for user, options in tries:
        with requests_of(sandbox, "pinghome") as requests:
            assert run_module(user, "pinghome_heartbeat_event", options, check=True)["changed"]
        assert not [request for request in requests if "data-gateway" in request["path"]]
        with requests_of(sandbox, "pinghome") as requests:
            result = run_module(user, "pinghome_heartbeat_event", options)
        assert result["changed"]
        assert result["event"]["heartbeat_id"] == ident
        sent = requests[-1]
        assert sent["path"] == f"/data-gateway/v1/heartbeat/{ident}"
        # Nobody is known to the gateway, since no token is sent.
        assert sent["account"] is None
    events = sandbox.state("pinghome")["heartbeats"][0]["events"]
    assert [event["result"] for event in events] == ["tick", "run", "fail"]
    assert events[1]["message"] == "Käse & Brot"


def test_an_event_of_no_heartbeat_or_of_several_is_refused(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.set_state("pinghome", {"heartbeats": [{"name": "h"}, {"name": "h"}]})
    for check in (True, False):
        missing = run_module(pinghome, "pinghome_heartbeat_event", {"name": "x"}, check)
        assert f"there is no heartbeat named x in service {FIRST}" in missing["msg"]
        several = run_module(pinghome, "pinghome_heartbeat_event", {"name": "h"}, check)
        assert "there are 2 heartbeats named h: set heartbeat_id to one of" in several["msg"]
    refused = run_module(pinghome, "pinghome_heartbeat_event", {"heartbeat_id": NOWHERE})
    assert "The heartbeat does not exist. (HTTP 404)" in refused["msg"]


# -- information -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [{}, {"list_envelope": "camel", "detail_envelope": "data", "listing": "thin"}])
def test_everything_that_can_be_included_is(sandbox: Sandbox, pinghome: Account, switches: dict[str, Any]) -> None:
    sandbox.switches("pinghome", **switches)
    events = [{"result": "tick", "received_at": f"2025-06-01T{hour:02}:00:00Z"} for hour in range(10)]
    state = {
        "resources": [
            {**WEB, "regions": ["eu-central-1"], "ssl_reminder": [7], "integrations": [{"integration": "x"}]},
            {**WEB, "name": "shop"},
        ],
        "server_resources": [{"name": "db"}],
        "heartbeats": [{"name": "h", "events": events}],
    }
    sandbox.set_state("pinghome", state)
    include = ["regions", "ssl", "tld", "reminders", "integrations", "statistics", "state_changes"]
    period = {"since": "2025-06-01T13:58:00+02:00", "until": "2025-06-01T12:00:00Z"}
    options = {"name": "web", "include": include, **period, "interval": "minute"}
    (web,) = run_module(pinghome, "pinghome_resource_info", options)["resources"]
    assert web["regions"] == ["eu-central-1"]
    assert web["ssl"]["issuer"] == "Example CA"
    assert web["tld"]["registrar"] == "Example Registrar"
    assert (web["ssl_reminder_days"], web["tld_reminder_days"]) == ([7], None)
    assert [one["integration"] for one in web["integrations"]] == ["x"]
    assert len(web["statistics"]) == len(web["state_changes"]) == 3
    plain = run_module(pinghome, "pinghome_resource_info", {})["resources"]
    assert [one["name"] for one in plain] == ["web", "shop"]
    assert "ssl_reminder_days" not in plain[0]

    metrics = {"include": ["metrics"], "type": "swap-usage", "limit": 2}
    (server,) = run_module(pinghome, "pinghome_server_resource_info", metrics)["server_resources"]
    assert [one["type"] for one in server["metrics"]] == ["swap-usage"] * 2

    def heartbeat(**more: Any) -> dict[str, Any]:
        options = {"include": ["events", "statistics"], "interval": "3h", **more}
        (found,) = run_module(pinghome, "pinghome_heartbeat_info", options)["heartbeats"]
        return dict(found)

    assert len(heartbeat()["events"]) == 10
    assert len(heartbeat(limit=3)["events"]) == 3
    sandbox.switches("pinghome", page_cap=2)
    since = heartbeat(since="2025-06-01T03:00:00Z", until="2025-06-01T08:30:00Z")
    hours = [one["received_at"][11:13] for one in since["events"]]
    assert hours == ["08", "07", "06", "05", "04", "03"]
    assert sum(int(one["tick_count"]) for one in since["statistics"]) == 6
    assert len(heartbeat(since="2025-06-01T03:00:00Z", limit=3)["events"]) == 3


# -- a list that may not be whole --------------------------------------------------------------------------------------

_LISTED: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    # By kind: the option of the configuration, what creates an object besides its name, and a change.
    "resource": ("resources", {"type": "http", "url": "https://www.example.com"}, {"grace_period": 4}),
    "server_resource": ("server_resources", {}, {"interval": 7}),
    "heartbeat": ("heartbeats", {"interval": 60}, {"interval": 7}),
}


@pytest.mark.parametrize("kind", _LISTED)
@pytest.mark.parametrize("total", ["no", "yes"])
def test_nothing_is_created_pruned_or_missed_beyond_a_page_that_repeats(
    sandbox: Sandbox, pinghome: Account, kind: str, total: str
) -> None:
    option, new, change = _LISTED[kind]
    before = sandbox.set_state("pinghome", {option: [{"name": name} for name in ("a", "b", "c")]})
    sandbox.switches("pinghome", page_cap=2, page_param="ignored", list_envelope="named", total_shown=total)
    noun = kind.replace("_", " ")
    words = f"{noun} c is not in the list, but may exist: the server repeats a page of "
    tasks = [
        task(f"pinghome_{kind}", {"name": "c", **new}, ignore_errors=True),
        task(f"pinghome_{kind}", {"name": "c", "state": "absent"}, ignore_errors=True),
        task("pinghome_config", {option: [{"name": "c", **new}]}, ignore_errors=True),
        task("pinghome_config", {option: [{"name": "a"}], "prune": [option], "prune_limit": 9}, ignore_errors=True),
    ]
    for flags in (("--check", "--diff"), (), ()):
        with requests_of(sandbox, "pinghome") as requests:
            run = run_playbook([pinghome], [{**one, "check_mode": "--check" in flags} for one in tasks], *flags)
        messages = [result["msg"] for result in run.ours]
        assert all(words in message for message in messages[:3]), messages
        assert f"prune needs the whole list of {kind}s, but the server repeats a page" in messages[3]
        assert not writes(requests)
    assert sandbox.state("pinghome") == before
    # What the list shows can be changed.
    changed = run_module(pinghome, f"pinghome_{kind}", {"name": "a", **change})
    assert changed["changed"], changed
    assert f"The list of {noun}s may be incomplete" in str(changed["warnings"])
    found = run_module(pinghome, f"pinghome_{kind}_info", {})
    assert len(found[option]) == 2
    assert f"The list of {noun}s may be incomplete" in str(found["warnings"])


@pytest.mark.parametrize("kind", _LISTED)
def test_a_page_that_repeats_is_whole_if_a_total_says_so(sandbox: Sandbox, pinghome: Account, kind: str) -> None:
    option, new, _change = _LISTED[kind]
    sandbox.set_state("pinghome", {option: [{"name": "a"}, {"name": "b"}]})
    sandbox.switches("pinghome", page_param="ignored", list_envelope="named", total_shown="yes")
    declaration = {option: [{"name": "a"}, {"name": "c", **new}], "prune": [option], "prune_limit": 1}
    for changed in (True, False):
        result = run_module(pinghome, "pinghome_config", declaration)
        assert result["changed"] is changed, result
        assert not result.get("warnings")
    assert [row["name"] for row in sandbox.state("pinghome")[option]] == ["a", "c"]


def test_the_first_object_is_created_although_the_server_ignores_the_page(sandbox: Sandbox, pinghome: Account) -> None:
    sandbox.switches("pinghome", page_param="ignored")
    for changed in (True, False):
        assert run_module(pinghome, "pinghome_heartbeat", {"name": "a", "interval": 60})["changed"] is changed


@pytest.mark.parametrize("kind", ["repeat_page", "endless_page"])
def test_events_that_do_not_end_are_not_read_for_ever(sandbox: Sandbox, pinghome: Account, kind: str) -> None:
    sandbox.set_state("pinghome", {"heartbeats": [{"name": "h", "events": [{"result": "tick"}] * 5}]})
    sandbox.fault(service="pinghome", path="/events$", kind=kind, times=-1)
    options = {"include": ["events"], "since": "2025-06-01T11:00:00Z"}
    started = time.monotonic()
    assert len(run_module(pinghome, "pinghome_heartbeat_info", options)["heartbeats"][0]["events"]) >= 5
    assert time.monotonic() - started < 20
