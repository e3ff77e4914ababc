# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the Pinghome service, each by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    InputError,
    MonitoringError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record, Step
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import created_id
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome import consistency, kinds
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.answers import (
    decode,
    new_object,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.bodies import (
    create_body,
    put_body,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.consistency import (
    Place,
    WrittenObjects,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.events import list_events
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.headers import BodySender
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import (
    HEARTBEAT,
    INTEGRATION,
    KINDS,
    RESOURCE,
    SERVER_RESOURCE,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.monitor_writer import (
    MonitorWriter,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.reminders import Reminders
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.replace import (
    Replacements,
    verify_target,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.scope import scope_of
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome

UUID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
OPTIONS: dict[str, Any] = {
    "api_url": "https://{host}.example.com/v1",
    "api_token": "secret",
    "service_id": UUID,
    "api_timeout": 5.0,
    "api_retries": 0,
    "api_max_wait": 1.0,
    "validate_certs": True,
    "ca_path": None,
    "api_allow_http": False,
}


class FakeClient:
    """Answers each request with the next entry of a script: a status that is an error, or a body."""

    def __init__(self, *script: Any) -> None:
        self._script = list(script)
        self.calls: list[str] = []
        self.bodies: list[Any] = []
        self.params: list[Any] = []

    def request(self, method: str, path: Sequence[str], **options: Any) -> Any:
        """The next answer."""
        self.calls.append(f"{method} {'/'.join(path)}")
        self.bodies.append(options.get("json"))
        self.params.append(options.get("params"))
        answer = self._script.pop(0) if self._script else None
        if isinstance(answer, int):
            raise ApiError("refused", Failure("Pinghome", method, "/".join(path), status=answer))
        return answer

    def parse_answer(self, path: Sequence[str], read: Callable[[], Any]) -> Any:
        """What is read of an answer."""
        return read()

    def read_list(self, path: Sequence[str], names: Sequence[str], ids: Sequence[str], **options: Any) -> Any:
        """The next answer, as it is."""
        return self.request("GET", path, **options)

    @property
    def client(self) -> Client:
        """For what expects a client."""
        return cast(Client, self)


# -- tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["WRAPS", "CREATE_DEFAULTS", "UPDATE_DEFAULTS", "HARMLESS_LOSSES", "FIXED_FIELDS"])
def test_tables_have_an_entry_for_each_kind(table: str) -> None:
    assert getattr(kinds, table).keys() == KINDS.keys()


def test_only_integrations_have_no_path_of_their_own() -> None:
    assert kinds.PATHS.keys() == KINDS.keys() - {"integration"} == kinds.RECORD_QUERIES.keys()


def test_reminders_are_options_of_a_resource() -> None:
    names = {name for name, item in RESOURCE.by_name.items() if item.subresource == "reminders"}
    assert names == kinds.REMINDERS.keys()


UNKNOWN = Kind("page", "pages", "page_id", ("name",), ("id",), (Field("name", "name"),))
CALLS: Mapping[str, Callable[[Pinghome], Any]] = {
    "list_objects": lambda service: service.list_objects(UNKNOWN),
    "read": lambda service: service.read(Record(UNKNOWN, "1", {}), ["name"]),
    "create": lambda service: service.create(UNKNOWN, {"name": "a"}),
    "update": lambda service: service.update(Record(UNKNOWN, "1", {}), {"name": "a"}, ""),
    "delete": lambda service: service.delete(Record(UNKNOWN, "1", {}), {}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_kind_that_a_table_lacks_is_not_treated_as_another(call: str) -> None:
    with pytest.raises(MonitoringError, match="page is missing in a table"):
        CALLS[call](Pinghome(OPTIONS, 1))


# -- reminders ---------------------------------------------------------------------------------------------------------

LISTED = "resource/r/tld/reminder"
SAMPLE = "r/tld/reminder"


@pytest.mark.parametrize(
    ("exists", "days", "script", "calls"),
    [
        (False, None, [], []),
        (False, [7], [None], [f"POST {LISTED}"]),
        (True, [7], [None], [f"PUT {LISTED}"]),
        (True, None, [None], [f"DELETE {LISTED}"]),
        (False, [7], [409], [f"POST {LISTED}", f"PUT {LISTED}"]),
        (False, [7], [404], [f"POST {LISTED}", f"POST {SAMPLE}"]),
        (True, [7], [404, 404], [f"PUT {LISTED}", f"PUT {SAMPLE}", f"POST {LISTED}"]),
        (True, None, [404, 404], [f"DELETE {LISTED}", "DELETE tld/reminder/r"]),
        (True, None, [410], [f"DELETE {LISTED}"]),
    ],
)
def test_reminder_is_created_changed_or_deleted(
    exists: bool, days: list[int] | None, script: list[Any], calls: list[str]
) -> None:
    fake = FakeClient(*script)
    Reminders(fake.client).write("r", "tld", exists=exists, days=days)
    assert fake.calls == calls


def test_the_path_of_reminders_that_the_service_knows_is_tried_first_the_next_time() -> None:
    fake = FakeClient(404)
    reminders = Reminders(fake.client)
    reminders.write("r", "tld", exists=True, days=[7])
    reminders.write("r", "ssl", exists=True, days=[7])
    assert fake.calls == [f"PUT {LISTED}", f"PUT {SAMPLE}", "PUT ssl/reminder/r"]


@pytest.mark.parametrize(("exists", "days"), [(False, [7]), (True, [7]), (True, None)])
def test_other_refusals_of_a_reminder_are_errors(exists: bool, days: list[int] | None) -> None:
    fake = FakeClient(403)
    with pytest.raises(ApiError):
        Reminders(fake.client).write("r", "ssl", exists=exists, days=days)
    assert len(fake.calls) == 1


@pytest.mark.parametrize(
    ("answer", "days"),
    [
        (404, None),
        (None, None),
        ({}, None),
        ({"reminder": {"days_before": []}}, None),
        ({"id": "x", "days_before": ["7", 1]}, [7, 1]),
    ],
)
def test_days_of_a_reminder(answer: Any, days: list[int] | None) -> None:
    assert Reminders(FakeClient(answer).client).read("r", "ssl") == days


# -- headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "forms"), [({"A": "1"}, ['{"A": "1"}', {"A": "1"}]), ("", ["", {}]), ({}, ["{}", {}])]
)
def test_the_other_form_of_headers_is_tried_and_then_used_first(headers: Any, forms: list[Any]) -> None:
    fake = FakeClient(422, "done", "done")
    sender = BodySender(fake.client)
    assert sender.send("PUT", ("resource", "r"), {"headers": headers}) == "done"
    assert [body["headers"] for body in fake.bodies] == forms
    sender.send("PUT", ("resource", "r"), {"headers": headers})
    assert fake.bodies[-1]["headers"] == forms[1]
    assert len(fake.calls) == 3


@pytest.mark.parametrize(
    ("body", "script", "requests"),
    [({}, [422], 1), ({"headers": "text"}, [422], 1), ({"headers": {}}, [403], 1), ({"headers": {}}, [422, 400], 2)],
)
def test_a_refusal_that_no_other_form_can_help_is_an_error(body: Any, script: list[int], requests: int) -> None:
    fake = FakeClient(*script)
    with pytest.raises(ApiError):
        BodySender(fake.client).send("PUT", ("resource", "r"), body)
    assert len(fake.calls) == requests


# -- what a listing must read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("desired", "own", "whole", "services", "ids"),
    [
        ([Desired(RESOURCE, {"name": "a"})], "own", False, ["own"], set()),
        ([Desired(RESOURCE, {"name": "a", "service_id": "s"})], "own", False, ["s"], set()),
        ([Desired(RESOURCE, {}, UUID)], "own", False, [], {UUID}),
        # One listing instead of two requests.
        ([Desired(RESOURCE, {}, UUID), Desired(RESOURCE, {}, OTHER)], "own", False, ["own"], {UUID, OTHER}),
        ([Desired(RESOURCE, {}, UUID), Desired(RESOURCE, {}, OTHER)], None, False, [], {UUID, OTHER}),
        ([Desired(INTEGRATION, {"resource": UUID})], "own", False, [], {UUID}),
        ([Desired(INTEGRATION, {"resource": "a", "service_id": "s"})], None, False, ["s"], set()),
        ([Desired(HEARTBEAT, {"name": "a"})], "own", False, [], set()),
        ([], "own", True, ["own"], set()),
        ([Desired(HEARTBEAT, {"name": "a", "service_id": "s"})], None, True, ["s"], set()),
    ],
)
def test_scope(desired: list[Desired], own: str | None, whole: bool, services: list[str], ids: set[str]) -> None:
    scope = scope_of(RESOURCE, desired, own, whole=whole)
    assert (list(scope.services), set(scope.ids)) == (services, ids)


@pytest.mark.parametrize(("desired", "whole"), [([Desired(RESOURCE, {"name": "a"})], False), ([], True)])
def test_scope_needs_a_service(desired: list[Desired], whole: bool) -> None:
    with pytest.raises(InputError, match="service_id is missing"):
        scope_of(RESOURCE, desired, None, whole=whole)


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "values"), [("Active", {"enabled": True}), ("disabled", {"enabled": False}), ("?", {})]
)
def test_the_status_of_a_resource_may_be_a_word(word: str, values: Any) -> None:
    assert decode(RESOURCE, {"status": word}) == values


def test_a_resource_with_a_url_has_no_host() -> None:
    assert decode(RESOURCE, {"url": "http://x"}) == {"url": "http://x", "host": None}


@pytest.mark.parametrize("hidden", [True, False])
def test_headers_are_empty_if_the_server_leaves_out_empty_fields(hidden: bool) -> None:
    shown = dict.fromkeys(("port", "data", "maintenance_cron_expression", "maintenance_duration", "body"), "")
    row = shown if hidden else {"name": "a"}
    assert ("headers" in decode(RESOURCE, row, complete=True)) is not hidden
    assert "headers" not in decode(RESOURCE, row)


@pytest.mark.parametrize("left_out", ["port", "data", "maintenance_cron_expression", "maintenance_duration", "body"])
def test_headers_are_empty_if_the_server_leaves_out_only_one_other_field(left_out: str) -> None:
    shown = {"port": 80, "data": "d", "maintenance_cron_expression": "c", "maintenance_duration": 1, "body": "b"}
    row = {"url": "http://x", **{name: value for name, value in shown.items() if name != left_out}}
    assert decode(RESOURCE, row, complete=True)["headers"] is None
    assert "headers" not in decode(RESOURCE, {**row, left_out: shown[left_out]}, complete=True)


@pytest.mark.parametrize(
    ("answer", "ident"),
    [(UUID, UUID), ("Created.", None), ({"monitor": {"id": 7}}, "7"), ({"message": "Created."}, None), (None, None)],
)
def test_the_id_in_the_answer_to_a_creation(answer: Any, ident: str | None) -> None:
    assert new_object(RESOURCE, answer) == ident


def test_created_id_without_an_object() -> None:
    assert created_id("7", ("item",), ("id",)) is None
    assert created_id({"item": {"id": 7}}, ("item",), ("id",)) == "7"


# -- bodies and completing them ----------------------------------------------------------------------------------------


def test_a_put_of_a_resource_repeats_what_is_known_and_leaves_out_its_type() -> None:
    record = Record(RESOURCE, "r", {"name": "a", "type": "http", "url": "http://x", "body": "", "method": "POST"})
    body = put_body(record, {"name": "b"})
    assert (body["name"], body["url"], body["method"], body["conditions"]) == ("b", "http://x", "POST", [])
    assert not {"type", "body"} & body.keys()


def test_a_resource_that_gets_a_host_does_not_keep_its_url() -> None:
    record = Record(RESOURCE, "r", {"type": "icmp", "url": "http://x", "host": None})
    body = put_body(record, {"host": "x"})
    assert body["host"] == "x"
    assert not {"url", "conditions"} & body.keys()


def test_a_creation_holds_what_the_api_requires() -> None:
    assert create_body(HEARTBEAT, {"name": "a"}) == {"enabled": True, "name": "a"}
    assert create_body(RESOURCE, {"type": "http"})["conditions"] == []


def test_prepared_objects_are_not_read_again_and_a_hidden_option_is_a_reason_to_refuse() -> None:
    reads: list[set[str]] = []
    warnings: list[str] = []

    def read(record: Record, missing: Any) -> dict[str, Any]:
        reads.append(set(missing))
        return {"interval": 60}

    replacements = Replacements(read, warnings)
    record = Record(HEARTBEAT, "h", {"name": "a", "service_id": "s", "enabled": True}, raw={"seen": True})
    assert "the methods of heartbeat a" in replacements.prepare(record, {"enabled": False}, ["enabled"])
    with pytest.raises(MonitoringError, match="declare methods, too"):
        replacements.completed(record, {"enabled": False})
    declared = {"enabled": False, "methods": ["POST"]}
    assert replacements.prepare(record, declared, declared) == ""
    assert replacements.completed(record, declared).values["interval"] == 60
    assert reads == [{"interval", "methods"}, {"interval", "methods"}]
    assert warnings == []
    # The record of the plan stays as it was read.
    assert "interval" not in record.values


def test_an_object_that_cannot_be_read_is_refused_when_it_can() -> None:
    answers: list[Any] = [ApiError("down", Failure("pinghome", "GET", "heartbeat/h", 500)), {"interval": 60}]

    def read(record: Record, missing: Any) -> dict[str, Any]:
        answer = answers.pop(0)
        if isinstance(answer, ApiError):
            raise answer
        return dict(answer)

    replacements = Replacements(read, [])
    record = Record(HEARTBEAT, "h", {"name": "a", "service_id": "s", "enabled": True}, raw={"seen": True})
    assert replacements.prepare(record, {"interval": 5}, ["interval"]) == ""
    with pytest.raises(MonitoringError, match="does not show the methods"):
        replacements.completed(record, {"interval": 5})


def test_an_object_that_the_task_created_is_not_read() -> None:
    warnings: list[str] = []
    record = Record(HEARTBEAT, "h", {"name": "a"})
    assert Replacements(lambda record, missing: pytest.fail("it was read"), warnings).completed(record, {}) is record
    assert warnings == []


def test_validate_plan_refuses_what_a_put_would_lose() -> None:
    service = Pinghome(OPTIONS, 1)
    values = {item.name: None for item in HEARTBEAT.options if item.name != "methods"}
    record = Record(HEARTBEAT, "h", {**values, "name": "a"}, raw={"whole": True})
    step = Step(
        Desired(HEARTBEAT, {"name": "b"}, location="heartbeats[0]"), record, action="update", payload={"name": "b"}
    )
    (problem,) = service.validate_plan([step], {})
    assert problem.location == "heartbeats[0]"
    assert "does not show the methods of heartbeat a" in problem.reason
    assert service.validate_plan([replace(step, payload={"name": "b", "methods": ["POST"]})], {}) == []
    assert service.validate_plan([replace(step, action="create", record=None)], {}) == []


@pytest.mark.parametrize(
    ("row", "hides"),
    [
        ({"name": "a", "data": None}, True),
        ({"name": "a", "body": ""}, True),
        ({"name": "a", "port": None}, True),
        # A creation always sends this text, so that it may be stored although others are left out.
        ({"name": "a", "port": ""}, False),
        ({"name": "a", "body": "b"}, False),
        ({"name": "a"}, False),
    ],
)
def test_a_field_that_is_absent_is_hidden_if_others_are_shown_empty(row: dict[str, Any], hides: bool) -> None:
    values = decode(RESOURCE, {**row, "grace_period": 0}, complete=True)
    for name in ("headers", "maintenance_cron_expression"):
        assert (name not in values) is hides


def test_a_url_that_the_service_did_not_take_is_an_error() -> None:
    record = Record(RESOURCE, "r", {"url": "http://old"})
    verify_target(record, {"url": "http://new"}, {"id": "r", "url": "http://new/"})
    verify_target(record, {"url": "http://new"}, "Updated.")
    with pytest.raises(MonitoringError, match="keeps url http://old and does not take http://new"):
        verify_target(record, {"url": "http://new"}, {"id": "r", "url": "http://old"})


# -- deleting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "script", "calls"),
    [
        (HEARTBEAT, [None], ["DELETE heartbeat/x"]),
        (RESOURCE, [405, None], ["DELETE resource/x", "DELETE resource"]),
        (SERVER_RESOURCE, [None], ["DELETE server-resource"]),
    ],
)
def test_one_object_is_deleted(kind: Kind, script: list[Any], calls: list[str]) -> None:
    fake = FakeClient(*script)
    MonitorWriter(fake.client, BodySender(fake.client)).delete(Record(kind, "x", {}))
    assert fake.calls == calls
    if calls[-1].endswith("resource"):
        assert fake.params[-1] == {"id": ["x"]}


def test_nothing_is_deleted_without_an_id() -> None:
    fake = FakeClient()
    MonitorWriter(fake.client, BodySender(fake.client)).delete(Record(SERVER_RESOURCE, "", {}))
    assert fake.calls == []


# -- waiting until reads show what was written -------------------------------------------------------------------------


def written_objects(*listings: list[Record], lag_s: float = 9.0) -> WrittenObjects:
    """Register against these listings, one after the other. The last one is repeated."""
    left = list(listings)

    def list_place(place: Place) -> list[Record]:
        return left.pop(0) if len(left) > 1 else left[0]

    return WrittenObjects(lag_s, lambda record: Place(record.kind, "s"), list_place, lambda record, missing: {})


def heartbeat(**values: Any) -> Record:
    """A heartbeat."""
    return Record(HEARTBEAT, "h", {"name": "a", **values})


def test_waits_until_a_listing_shows_what_was_written_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "_PAUSE_S", 0)
    left = [[], [heartbeat(interval=60)], [heartbeat(interval=60, enabled=False)]]
    written = written_objects(*left)
    written.register(heartbeat(), {"interval": 60})
    written.register(heartbeat(), {"enabled": False})
    assert written.wait() == []


def test_waits_until_a_deleted_object_has_disappeared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency, "_PAUSE_S", 0)
    written = written_objects([heartbeat()], [])
    written.register_deletion(heartbeat())
    assert written.wait() == []


def test_warns_of_what_reads_do_not_show_in_time() -> None:
    written = written_objects([heartbeat()], lag_s=0)
    written.register(heartbeat(), {"name": "b"})
    (warning,) = written.wait()
    assert "does not show what was written of heartbeat b" in warning


# -- events ------------------------------------------------------------------------------------------------------------

PAGES = [
    [{"received_at": "2026-01-03T00:00:00Z"}, {"received_at": "2026-01-02T00:00:00Z"}],
    [{"received_at": "2026-01-02T00:00:00Z"}, {"received_at": "2026-01-01T00:00:00Z"}],
]


@pytest.mark.parametrize(
    ("filters", "days", "requests"),
    [
        ({}, ["03", "02"], 1),
        ({"limit": 1}, ["03"], 1),
        ({"since": "2026-01-01T12:00:00Z"}, ["03", "02"], 2),
        ({"since": "2026-01-01T00:00:00Z"}, ["03", "02", "01"], 3),
        ({"since": "2025-01-01T00:00:00Z", "limit": 2}, ["03", "02"], 1),
    ],
)
def test_events(filters: dict[str, Any], days: list[str], requests: int) -> None:
    fake = FakeClient(*PAGES, [])
    found = list_events(fake.client, "h", filters)
    assert [event["received_at"][8:10] for event in found] == days
    assert len(fake.calls) == requests
