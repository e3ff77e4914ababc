# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state file of an event source."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_state import StateFile
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Memory, Origin

ORIGIN = Origin("alertra", {"api_url": "https://api.example.com"})
MEMORY = Memory(
    {"device": {"1": {"state": "up", "object": {"full_name": "Größe"}, "logged": ""}}},
    ({"id": "1", "type": "down"},),
    outage=True,
    since="2026-01-31T00:00:00+00:00",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alertra.json"


def state_file(path: Path | str, origin: Origin = ORIGIN) -> StateFile:
    return StateFile(str(path), origin)


def test_what_was_saved_is_loaded(path: Path) -> None:
    state_file(path).save(MEMORY)
    assert state_file(path).load() == MEMORY


def test_without_a_path_nothing_is_stored() -> None:
    state = state_file("")
    with state.locked():
        state.save(MEMORY)
        assert state.load() == Memory()


def test_a_file_that_does_not_exist_is_an_empty_memory(path: Path) -> None:
    assert state_file(path).load() == Memory()


def test_only_the_user_can_read_the_file(path: Path) -> None:
    state_file(path).save(MEMORY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def damaged() -> dict[str, Any]:
    whole = {"version": 1, "owner": {"service": "alertra", "account": dict(ORIGIN.account)}, "known": {}}
    whole.update(pending=[], outage=False, since="")
    entry = {"state": "up", "object": {}, "logged": ""}
    return {
        "empty": "",
        "cut off": json.dumps(whole)[:40],
        "binary": b"\xff\xfe\x00",
        "list": "[]",
        "null": "null",
        "other version": json.dumps({**whole, "version": 2}),
        "no owner": json.dumps({**whole, "owner": None}),
        "no objects": json.dumps({**whole, "known": {"device": ["1"]}}),
        "state is a number": json.dumps({**whole, "known": {"device": {"1": {**entry, "state": 1}}}}),
        "events are a text": json.dumps({**whole, "pending": "x"}),
        "event without id": json.dumps({**whole, "pending": [{}]}),
        "outage is a text": json.dumps({**whole, "outage": "no"}),
        "time is a number": json.dumps({**whole, "since": 1}),
        "time is no time": json.dumps({**whole, "since": "yesterday"}),
        "time without a zone": json.dumps({**whole, "since": "2026-01-31T00:00:00"}),
        "time of a change is missing": json.dumps({**whole, "known": {"device": {"1": {"state": "up", "object": {}}}}}),
        "time of a change is no time": json.dumps({**whole, "known": {"device": {"1": {**entry, "logged": "x"}}}}),
    }


@pytest.mark.parametrize("name", damaged())
def test_a_damaged_file_is_said_kept_and_not_fatal(name: str, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    content = damaged()[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with caplog.at_level(logging.WARNING):
        assert state_file(path).load() == Memory()
    assert f"state_file {path} is damaged" in caplog.text
    assert path.with_name("alertra.json.damaged").exists()
    state_file(path).save(MEMORY)
    assert state_file(path).load() == MEMORY


def test_the_file_of_another_account_is_refused(path: Path) -> None:
    state_file(path).save(MEMORY)
    with pytest.raises(InputError, match=r"was written for another account, alertra https://api\.example\.com"):
        state_file(path, Origin("alertra", {"api_url": "https://other.example.com"})).load()


def test_two_sources_cannot_use_one_file(path: Path) -> None:
    used = pytest.raises(InputError, match="in use by another event source")
    with state_file(path).locked(), used, state_file(path).locked():
        pass
    with state_file(path).locked():
        pass


def test_a_folder_that_does_not_exist_is_said_first(tmp_path: Path) -> None:
    refused = pytest.raises(InputError, match="cannot be written: No such file or directory")
    with refused, state_file(tmp_path / "missing" / "state.json").locked():
        pass


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        state_file(tmp_path).load()
    with pytest.raises(InputError, match="cannot be written"):
        state_file(tmp_path / "missing" / "state.json").save(MEMORY)


def test_a_crash_while_writing_leaves_the_old_content(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state_file(path).save(MEMORY)

    def crash(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        state_file(path).save(Memory())
    assert state_file(path).load() == MEMORY
