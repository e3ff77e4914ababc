# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event source makes of an account in memory, and of objects that the sandbox does not show so."""

from __future__ import annotations

import asyncio
import logging
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

import ansible_collections
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import RESOURCE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import AGENT
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _event_source
from unit.services.account import Account

FOLDER = Path(_event_source.__file__).parents[2] / "extensions" / "eda" / "plugins" / "event_source"


@pytest.fixture(autouse=True)
def _paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source changes where Python looks for modules."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(ansible_collections, "__path__", [*ansible_collections.__path__])


def waiting(*sessions: dict[str, Any]) -> list[str]:
    """The ids that the source for SimpleHelp gives to sessions in the support queue."""
    source = runpy.run_path(str(FOLDER / "simplehelp.py"))
    client = mock.Mock()
    client.sessions.return_value = list(sessions)
    return [one.id for one in source["_waiting"](client, None)]


def test_a_session_has_its_own_id_or_that_of_its_customer() -> None:
    customer = {"customer_id": "c1", "username": "carol"}
    assert waiting({"session_id": "s1", "customer": customer}, {"customer": customer}) == ["s1", "c1"]


def test_a_session_without_an_id_stays_the_same_while_its_customer_waits() -> None:
    def session(username: str, seconds: int) -> dict[str, Any]:
        return {"elapsed_time": seconds, "customer": {"username": username, "time_in_queue": seconds}}

    first, later, other = waiting(session("carol", 1), session("carol", 2), session("dan", 1))
    assert first == later != other


# -- polls of an account -----------------------------------------------------------------------------------------------

WWW = {"ShortName": "WWW", "Method": "PING", "URL": "www.example.com", "Status": "Up", "device_id": "c" * 48}
MAIL = {**WWW, "ShortName": "MAIL", "device_id": "d" * 48}


class EndedError(Exception):
    """There are no more polls."""


def poll(
    monkeypatch: pytest.MonkeyPatch,
    account: Account,
    *changes: Callable[[], object],
    service: str = "alertra",
    **options: Any,
) -> list[dict[str, Any]]:
    """The events of a source that polls once before each of these changes, and once after the last one."""
    left = iter(changes)
    events: list[dict[str, Any]] = []

    async def pause(seconds: float) -> None:
        change = next(left, None)
        if change is None:
            raise EndedError
        change()

    async def put(event: dict[str, Any]) -> None:
        events.append(event)

    source = runpy.run_path(str(FOLDER / f"{service}.py"))
    monkeypatch.setattr(asyncio, "sleep", pause)
    with pytest.raises(EndedError):
        asyncio.run(source["main"](SimpleNamespace(put=put), {**account.options, "api_retries": 0, **options}))
    return events


def test_a_source_sees_each_change_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [WWW, MAIL]})

    def become(*devices: dict[str, Any]) -> Callable[[], object]:
        return lambda: account.sandbox.import_state(None, {"devices": list(devices)})

    events = poll(monkeypatch, account, become({**WWW, "Status": "Down"}, MAIL), become(WWW), become(WWW))
    told = [(one["type"], one["before"], one["after"], one["object"]["short_name"]) for one in events]
    assert told == [("down", "up", "down", "WWW"), ("removed", "up", None, "MAIL"), ("up", "down", "up", "WWW")]
    assert (events[0]["object"]["device_id"], events[0]["kind"]) == ("c" * 48, "device")


def test_a_source_reads_only_the_kinds_that_it_includes(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "simplehelp", {"machines": [{"machineID": "SG_1", "name": "db"}]})
    requests = {}
    for kind in ("alert", "support_session"):
        account.forget_requests()
        poll(monkeypatch, account, service="simplehelp", include=[kind])
        requests[kind] = set(account.requests)
    assert all(requests.values())
    assert not requests["alert"] & requests["support_session"]


def test_a_service_that_cannot_be_read_is_an_outage_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [WWW]})
    answered = account.sandbox.handle

    def fail() -> None:
        account.refuse("GET /devices", status=403)

    def answer() -> None:
        monkeypatch.setattr(account.sandbox, "handle", answered)

    with caplog.at_level(logging.ERROR, logger="declarative.monitoring.alertra"):
        events = poll(monkeypatch, account, fail, answer)
    assert [(one["kind"], one["type"]) for one in events] == [("api", "outage"), ("api", "recovered")]
    (record,) = caplog.records
    assert record.name == "declarative.monitoring.alertra"
    assert record.message == "Alertra: GET /devices: refused: No. (HTTP 403)"


def test_a_warning_of_the_service_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    devices = [{**WWW, "ShortName": f"D{number}", "device_id": f"{number:048}"} for number in range(30)]
    account = Account(monkeypatch, "alertra", {"devices": devices})
    account.repeat_pages()
    with caplog.at_level(logging.WARNING, logger="declarative.monitoring.alertra"):
        assert poll(monkeypatch, account, lambda: None, lambda: None) == []
    (record,) = caplog.records
    assert record.message.startswith("Alertra: The list of devices may be incomplete: ")


def test_a_secret_in_an_object_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", {"devices": [WWW]})
    secret = account.options["api_key"]
    new = {**MAIL, "FullName": f"x {secret}", "Status": "Down"}
    (event,) = poll(monkeypatch, account, lambda: account.sandbox.import_state(None, {"devices": [WWW, new]}))
    assert event["object"]["full_name"].startswith("x ")
    assert secret not in str(event)


def test_an_event_has_neither_secrets_nor_links_to_install_agents() -> None:
    headers = {"name": "shop", "headers": {"X-Key": "secret-of-a-test"}}
    assert _event_source.describe(Record(RESOURCE, "r1", headers)) == {"resource_id": "r1", "name": "shop"}
    agent = {"name": "office", "download_url": "https://agents.example.com/secret"}
    assert _event_source.describe(Record(AGENT, "a1", agent)) == {"unique_id": "a1", "name": "office"}


def test_requests_in_parallel_have_their_results_in_order() -> None:
    assert _event_source.in_parallel(lambda number: number * 2, range(50)) == list(range(0, 100, 2))
