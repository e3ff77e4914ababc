# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of Pinghome: which differences are changes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.undo import undo
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.heartbeat_gateway import (
    HeartbeatGateway,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import (
    HEARTBEAT,
    INTEGRATION,
    KINDS,
    RESOURCE,
    SERVER_RESOURCE,
)
from sandbox.service import Reply
from unit.clock import FakeClock
from unit.core.fake import want
from unit.probe.in_process import FakeTime
from unit.services.account import Account
from unit.services.test_lives import LIVES, assert_holds

# That of the account of the sandbox.
SERVICE = "11111111-1111-4111-8111-111111111111"
STATUS = {"type": "status_code", "operator": "equal", "values": ["200"]}
WORDS = {"type": "json", "operator": "equal", "values": ["ok", "yes"], "key": "$.status"}
OTHER = {"type": "json", "operator": "equal", "values": ["ok"], "key": "$.other"}
# A condition that says less, and so matches two of these.
ANY_JSON = {"type": "json", "operator": "equal"}


def run(monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]) -> list[str]:
    """What a run that declares conditions changes in a resource with these."""
    resource = {"name": "web", "type": "http", "url": "https://www.example.com"}
    account = Account(monkeypatch, "pinghome", {"resources": [{**resource, "conditions": current}]})
    report = account.run(want(RESOURCE, name="web", service_id=SERVICE, conditions=declared), check=True)
    return [name for change in report.changes() for name in change["fields"]]


@pytest.mark.parametrize(
    ("current", "declared"),
    [
        ([STATUS, WORDS], [STATUS, WORDS]),
        ([STATUS, WORDS], [WORDS, STATUS]),
        ([STATUS, WORDS, OTHER], [OTHER, WORDS, STATUS]),
        ([STATUS, STATUS], [STATUS, STATUS]),
        ([WORDS, OTHER], [ANY_JSON, WORDS]),
        ([OTHER, WORDS], [WORDS, ANY_JSON]),
        ([{**STATUS, "values": [200]}], [STATUS]),
        ([], []),
    ],
)
def test_the_order_of_conditions_is_no_change(
    monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]
) -> None:
    assert run(monkeypatch, current, declared) == []


@pytest.mark.parametrize(
    ("current", "declared"),
    [
        ([STATUS, WORDS], [STATUS]),
        ([STATUS], [STATUS, WORDS]),
        ([STATUS, WORDS], [STATUS, STATUS]),
        ([STATUS], []),
        ([], [STATUS]),
        ([WORDS], [OTHER]),
        ([WORDS], [{**WORDS, "values": ["yes", "ok"]}]),
        ([WORDS], [{**WORDS, "values": ["ok"]}]),
    ],
)
def test_other_conditions_are_a_change(
    monkeypatch: pytest.MonkeyPatch, current: list[Any], declared: list[Any]
) -> None:
    assert run(monkeypatch, current, declared) == ["conditions"]


@pytest.mark.parametrize(
    ("current", "declared", "same"),
    [
        ({"a": 1, "b": 2}, {"a": "1"}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([{"a": 1, "b": 2}], [{"a": 1}], True),
        (["a", "b"], ["a"], False),
        (["a"], ["a", "b"], False),
        (["b", "a"], ["a", "b"], False),
        ({"a": 1}, "a", False),
        ("a", {"a": 1}, False),
        (["a"], "a", False),
        ("a", ["a"], False),
        ({"a": 1}, ["a"], False),
        (["a"], {"a": 1}, False),
    ],
)
def test_a_value_inside_of_a_condition_is_compared_by_the_keys_that_are_declared(
    current: Any, declared: Any, same: bool
) -> None:
    conditions = RESOURCE.by_name["conditions"]
    assert conditions.same([{"type": "json", "inside": current}], [{"inside": declared}]) is same


# -- reads that lag behind writes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0, 1, 5])
def test_a_run_ends_once_reads_show_what_it_wrote(monkeypatch: pytest.MonkeyPatch, lag: int) -> None:
    clock = FakeClock()
    monkeypatch.setattr(time, "monotonic", clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    account = Account(monkeypatch, "pinghome", {}, lag=lag)
    declared = want(HEARTBEAT, name="backup", service_id=SERVICE, interval=60)
    assert [change["action"] for change in account.run(declared).changes()] == ["create"]
    assert lag <= sum(clock.slept) <= lag + 1
    assert account.run(declared).changes() == []
    changed = want(HEARTBEAT, name="backup", service_id=SERVICE, interval=120)
    assert account.run(changed).summary()["update"] == 1
    assert account.run(changed).changes() == []
    assert account.run(want(HEARTBEAT, name="backup", service_id=SERVICE, state="absent")).summary()["delete"] == 1
    assert account.run(want(HEARTBEAT, name="backup", service_id=SERVICE, state="absent")).changes() == []
    assert account.state()["heartbeats"] == []


@pytest.mark.parametrize("twins", [0, 1])
def test_the_undo_of_an_integration_names_the_service_of_its_resource(
    monkeypatch: pytest.MonkeyPatch, twins: int
) -> None:
    """Without it, the resource would be searched in the service of the connection options.

    :param twins: how many resources of another service have the same name
    """
    other = "22222222-2222-4222-8222-222222222222"
    chat = {"integration": "i1", "name": "Chat", "type": "slack", "status": "active"}
    resource = {"name": "web", "type": "icmp", "host": "a.example", "service_id": other, "integrations": [chat]}
    named = {"resource": "web", "service_id": other, "integration": "i1"}
    changed, deleted = want(INTEGRATION, **named, name="Talk"), want(INTEGRATION, **named, state="absent")
    replaced = want(RESOURCE, name="web", service_id=other, type="tcp", port="25", recreate=True)
    twin = {**resource, "service_id": SERVICE, "integrations": []}
    for declared in ([changed], [deleted], [replaced, want(INTEGRATION, **named, name="Talk")]):
        account = Account(
            monkeypatch, "pinghome", {"services": [SERVICE, other], "resources": [resource, *twins * [twin]]}
        )
        others = twins * [want(RESOURCE, name="web", service_id=SERVICE)]
        found = undo(list(KINDS.values()), account.run(*declared, *others).outcome, lambda value: value)
        (former,) = found.declaration["integrations"]
        assert (former["service_id"], former["name"]) == (other, "Chat")
        assert "service_id" not in str(found.notes)
        resources = [want(RESOURCE, **one) for one in found.declaration.get("resources", ())]
        assert account.run(*resources, want(INTEGRATION, **former), *others).failures() == []
        (web,) = [one for one in account.state()["resources"] if one["service_id"] == other]
        assert [one["name"] for one in web["integrations"]] == ["Chat"]


FAR = "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize("service", [SERVICE, FAR])
def test_a_run_waits_for_a_deletion_in_the_service_of_the_object(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    FakeTime(monkeypatch)
    state = {"services": [SERVICE, FAR], "heartbeats": [{"name": "backup", "interval": 60, "service_id": service}]}
    account = Account(monkeypatch, "pinghome", state, lag=2)
    gone = want(HEARTBEAT, name="backup", service_id=service, state="absent")
    assert account.run(gone).summary()["delete"] == 1
    listings = {one for one in account.requests if one.endswith("/heartbeats")}
    assert listings == {f"GET /resource-query/v1/service/{service}/heartbeats"}
    assert account.run(gone).changes() == []


@pytest.mark.parametrize("listing", ["full", "thin"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_waits_until_each_kind_of_object_is_shown_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, kind: str, listing: str
) -> None:
    FakeTime(monkeypatch)
    life = LIVES["pinghome", kind]
    account = Account(monkeypatch, "pinghome", life.state, lag=2, listing=listing)
    for options, expected in (life.new, life.changed):
        declared = want(KINDS[kind], **options)
        assert account.run(declared).failures() == []
        assert account.warnings == []
        assert_holds(life.row(account), expected)
        assert account.run(declared).changes() == []


def test_a_run_does_not_wait_for_a_name_that_the_service_has_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    monkeypatch.setattr(time, "monotonic", clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    account = Account(monkeypatch, "pinghome", {}, text_storage="lower")
    account.run(want(HEARTBEAT, name="Backup", service_id=SERVICE, interval=60))
    assert clock.slept == []
    assert account.warnings == []


def test_what_a_service_never_shows_of_a_change_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "pinghome", {"heartbeats": [{"name": "backup", "interval": 60}]}, lag=60)
    account.run(want(HEARTBEAT, name="backup", service_id=SERVICE, interval=90))
    (warning,) = account.warnings
    assert warning.startswith("After 6 s the service does not show what was written of heartbeat backup")


# -- integrations ------------------------------------------------------------------------------------------------------

CHAT = {"integration": "i1", "name": "Chat", "type": "slack", "status": "active", "message": "Down!", "items": ["x"]}
WITH_CHAT: Mapping[str, Any] = {
    "services": [SERVICE, FAR],
    "resources": [{"name": "web", "type": "icmp", "host": "a.example", "integrations": [CHAT]}],
}


@pytest.mark.parametrize(
    ("options", "shown"),
    [({"name": "Chat"}, CHAT), ({"name": "Talk", "items": []}, {**CHAT, "name": "Talk", "items": []})],
)
def test_an_integration_moves_to_a_resource_that_is_recreated(
    monkeypatch: pytest.MonkeyPatch, options: Mapping[str, Any], shown: Mapping[str, Any]
) -> None:
    account = Account(monkeypatch, "pinghome", WITH_CHAT)
    resource = want(RESOURCE, name="web", service_id=SERVICE, type="tcp", port="25", recreate=True)
    integration = want(INTEGRATION, resource="web", service_id=SERVICE, integration="i1", **options)
    assert account.run(resource, integration).failures() == []
    (web,) = account.state()["resources"]
    assert web["type"] == "tcp"
    assert [{name: one[name] for name in shown} for one in web["integrations"]] == [shown]
    assert account.run(resource, integration).changes() == []


def test_an_integration_that_moves_is_created_by_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = {name: CHAT[name] for name in ("integration", "name", "type", "status")}
    resource = {"name": "web", "type": "icmp", "host": "a.example", "integrations": [chat]}
    account = Account(monkeypatch, "pinghome", {"services": [SERVICE], "resources": [resource]})
    new = want(RESOURCE, name="web", service_id=SERVICE, type="tcp", port="25", recreate=True)
    account.run(new, want(INTEGRATION, resource="web", service_id=SERVICE, integration="i1"))
    writes = [one for one in account.requests if "integration" in one and not one.startswith("GET")]
    assert [one.split()[0] for one in writes] == ["POST"]


def test_pruning_integrations_reaches_all_resources_of_the_service_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = {"type": "icmp", "host": "a.example", "integrations": [CHAT]}
    resources = [
        {**resource, "name": "web"},
        {**resource, "name": "mail"},
        {**resource, "name": "far", "service_id": FAR},
    ]
    account = Account(monkeypatch, "pinghome", {"services": [SERVICE, FAR], "resources": resources})
    kept = [
        want(INTEGRATION, resource="web", service_id=SERVICE, integration="i1"),
        want(RESOURCE, name="far", service_id=FAR),
    ]
    assert account.run(*kept, prune=["integration"]).failures() == []
    left = {one["name"]: len(one["integrations"]) for one in account.state()["resources"]}
    assert left == {"web": 1, "mail": 0, "far": 1}


@pytest.mark.parametrize(("status", "is_error"), [(404, False), (403, True), (500, True)])
def test_the_integrations_of_a_resource_that_has_gone_meanwhile_are_none(
    monkeypatch: pytest.MonkeyPatch, status: int, is_error: bool
) -> None:
    account = Account(monkeypatch, "pinghome", WITH_CHAT)
    account.spoil(lambda call, reply: Reply.of_json({}, status) if call.segments[-1] == "integrations" else reply)
    gone = want(INTEGRATION, resource="web", service_id=SERVICE, integration="i1", state="absent")
    if is_error:
        with pytest.raises(ApiError):
            account.run(gone)
    else:
        assert account.run(gone).changes() == []


# -- what a PUT would lose ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [("conditions", "often", RESOURCE), ("grace_period", "often", RESOURCE), ("interval", "often", HEARTBEAT)],
)
def test_a_change_is_refused_if_the_service_shows_another_option_in_an_unknown_form(
    monkeypatch: pytest.MonkeyPatch, field: str, value: str, kind: Kind
) -> None:
    state = {
        "resources": [{"name": "x", "url": "https://www.example.com"}],
        "heartbeats": [{"name": "x", "interval": 60}],
    }
    account = Account(monkeypatch, "pinghome", state)
    account.show(f"{kind.name}s", **{field: value})
    account.show(kind.name, **{field: value})
    change = {"method": "POST"} if kind is RESOURCE else {"methods": ["POST"]}
    with pytest.raises(InputError, match=f"the service shows the {field} of {kind.noun} x in an unknown form"):
        account.run(want(kind, name="x", service_id=SERVICE, **change))


def test_a_hidden_option_is_named_with_the_value_that_clears_it_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = {"resources": [{"name": "x", "url": "https://www.example.com"}]}
    for hidden, hint in (("method", "declare method, too$"), ("body", r"declare body, too \(body: null clears it\)$")):
        account = Account(monkeypatch, "pinghome", state, field_hidden=hidden)
        with pytest.raises(InputError, match=hint):
            account.run(want(RESOURCE, name="x", service_id=SERVICE, grace_period=3))
        declared = {"method": "GET"} if hidden == "method" else {"body": None}
        assert account.run(want(RESOURCE, name="x", service_id=SERVICE, grace_period=3, **declared)).failures() == []


def test_a_hidden_option_that_does_no_harm_is_reset_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"server_resources": [{"name": "db"}]}
    account = Account(monkeypatch, "pinghome", state, field_hidden="chart_type_default")
    assert account.run(want(SERVER_RESOURCE, name="db", service_id=SERVICE, interval=90)).failures() == []
    assert account.warnings == [
        "The service does not show the chart_type_default of server resource db, so this change sets it to the "
        "default: it only decides how the web pages draw charts."
    ]
    account.run(want(SERVER_RESOURCE, name="db", service_id=SERVICE, interval=60, chart_type_default="bar"))
    assert account.warnings == []


@pytest.mark.parametrize(
    ("kind", "options"), [(RESOURCE, {"url": "https://new.example.com"}), (RESOURCE, {"port": "8443"})]
)
def test_a_server_that_ignores_another_target_is_an_error(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, options: dict[str, str]
) -> None:
    state = {"resources": [{"name": "x", "url": "https://www.example.com", "port": "443"}]}
    account = Account(monkeypatch, "pinghome", state, url_on_put="ignored")
    (failure,) = account.run(want(kind, name="x", service_id=SERVICE, **options)).failures()
    (option, value) = next(iter(options.items()))
    assert f"the service keeps {option} " in failure["msg"]
    assert f"does not take {value}: delete the resource and create it again" in failure["msg"]


# -- what only reads ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listing", ["full", "thin"])
def test_a_detail_is_read_once_and_only_if_the_listing_shows_less(
    monkeypatch: pytest.MonkeyPatch, listing: str
) -> None:
    state = {"resources": [{"id": FAR, "name": "x", "url": "https://www.example.com"}]}
    account = Account(monkeypatch, "pinghome", state, listing=listing)
    declared = want(RESOURCE, name="x", service_id=SERVICE, method="GET", regions=[])
    assert account.run(declared, check=True).changes() == []
    details = [] if listing == "full" else [f"GET /resource-query/v1/resource/{FAR}"]
    assert [one for one in account.requests if not one.endswith("/resources")] == details
    account.run(want(RESOURCE, name="x", service_id=SERVICE, regions=["eu-1"]), check=True)
    assert [one for one in account.requests if not one.endswith("/resources")] == details


def test_a_detail_without_an_id_is_an_error_that_names_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"resources": [{"id": FAR, "name": "x", "url": "https://www.example.com"}]}
    account = Account(monkeypatch, "pinghome", state)
    account.spoil(lambda call, reply: Reply.of_json({"name": "x", "body": ""}))
    with pytest.raises(ApiError, match="the resource has no id, but the keys body, name"):
        account.run(want(RESOURCE, resource_id=FAR, enabled=True))


def test_a_reminder_in_another_form_is_an_error_that_names_its_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"resources": [{"id": FAR, "name": "x", "url": "https://www.example.com", "ssl_reminder": [7]}]}
    account = Account(monkeypatch, "pinghome", state)
    account.spoil(lambda call, reply: Reply.of_json({"id": 1, "days": [7]}) if "reminder" in call.segments else reply)
    with pytest.raises(ApiError, match="the reminder has no days_before, but the keys days, id"):
        account.service().read(Record(RESOURCE, FAR, {}), {"ssl_reminder_days"})


@pytest.mark.parametrize("name", ["ssl", "tld"])
@pytest.mark.parametrize(("status", "answer"), [(404, {"message": "None."}), (200, None), (200, {}), (200, [])])
def test_a_certificate_that_the_service_knows_nothing_about_is_none(
    monkeypatch: pytest.MonkeyPatch, name: str, status: int, answer: Any
) -> None:
    account = Account(monkeypatch, "pinghome", {})
    account.spoil(lambda call, reply: Reply.of_json(answer, status))
    service = account.service()
    assert service.fetch_include(Record(RESOURCE, FAR, {}), name, {}) is None
    assert service.read(Record(RESOURCE, FAR, {}), {f"{name}_reminder_days"}) == {f"{name}_reminder_days": None}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_server_that_ignores_a_limit_returns_no_more_records(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    changes = [{"state": "up", "created_at": f"2026-01-0{day}T00:00:00Z"} for day in range(1, 6)]
    resource = {"id": FAR, "name": "x", "url": "https://www.example.com", "state_changes": changes}
    account = Account(monkeypatch, "pinghome", {"resources": [resource]})
    account.ignore("limit")
    found = account.service().fetch_include(Record(RESOURCE, FAR, {}), "state_changes", {"limit": limit})
    assert len(found) == limit


def test_one_record_may_stand_without_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "pinghome", {})
    account.spoil(lambda call, reply: Reply.of_json({"statistic": {"upTime": 99}}))
    assert account.service().fetch_include(Record(RESOURCE, FAR, {}), "statistics", {}) == [{"up_time": 99}]


def test_a_server_that_ignores_from_where_events_are_read_does_not_go_on_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = [{"result": "tick", "received_at": f"2026-01-01T{hour:02}:00:00Z"} for hour in range(24)]
    state = {"heartbeats": [{"id": FAR, "name": "x", "interval": 60, "events": events}]}
    account = Account(monkeypatch, "pinghome", state)
    account.ignore("last_received_at")
    service = account.service()
    found = service.fetch_include(Record(HEARTBEAT, FAR, {}), "events", {"since": "2025-01-01T00:00:00Z"})
    assert len(found) == 24
    assert len(account.requests) == 2


@pytest.mark.parametrize(("limit", "pages"), [(150, 2), (100, 1), (None, 3)])
def test_events_are_read_page_by_page_up_to_the_limit(
    monkeypatch: pytest.MonkeyPatch, limit: int | None, pages: int
) -> None:
    events = [
        {"result": "tick", "received_at": f"2026-01-{day:02}T{hour:02}:00:00Z"}
        for day in range(1, 11)
        for hour in range(24)
    ]
    state = {"heartbeats": [{"id": FAR, "name": "x", "interval": 60, "events": events}]}
    account = Account(monkeypatch, "pinghome", state)
    filters = {"since": "2025-12-31T00:00:00Z", "limit": limit}
    found = account.service().fetch_include(Record(HEARTBEAT, FAR, {}), "events", filters)
    assert [one["received_at"] for one in found] == sorted((one["received_at"] for one in events), reverse=True)[:limit]
    assert len(account.requests) >= pages


# -- events of heartbeats ----------------------------------------------------------------------------------------------


def test_an_event_is_sent_once_and_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeTime(monkeypatch)
    account = Account(monkeypatch, "pinghome", {"heartbeats": [{"id": FAR, "name": "x", "interval": 60}]})
    HeartbeatGateway(account.options, 1).send(FAR, "fail", None)
    (call,) = account.calls
    assert (call.method, call.path) == ("GET", f"/data-gateway/v1/heartbeat/{FAR}")
    assert (call.query, "Authorization" in call.headers) == ({"result": ["fail"]}, False)
    account.forget_requests()
    account.fail_once()
    with pytest.raises(ApiError) as caught:
        HeartbeatGateway(account.options, 1).send(FAR, "tick", "sandbox-token")
    assert len(account.requests) == 1
    assert caught.value.ambiguous


def test_a_name_that_several_heartbeats_have_is_refused_with_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [{"id": ident, "name": "x", "interval": 60} for ident in (FAR, FAR.replace("2", "3"))]
    account = Account(monkeypatch, "pinghome", {"heartbeats": twins})
    words = f"there are 2 heartbeats named x: set heartbeat_id to one of {FAR}, {FAR.replace('2', '3')}"
    with pytest.raises(InputError, match=words):
        HeartbeatGateway(account.options, 1).heartbeat_id("x")
