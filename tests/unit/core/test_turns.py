# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns: who waits for whom, for how long, what a run learns of the runs before it, and where the locks are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core import private_files
from ansible_collections.declarative.monitoring.plugins.module_utils._core import turns as turns_module
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.turns import Turns
from unit.clock import FakeClock

ROOT = Path(__file__).resolve().parents[3]
ACCOUNT = "0123456789abcdef"
WRITER = """
import sys, time
from ansible_collections.declarative.monitoring.plugins.module_utils._core.turns import Turns
turns = Turns(sys.argv[1], 0.0, print, 8.2)
with turns.take(turns.note()) as turn:
    turn.begin()
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home directory in which no run has been."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def folder(home: Path) -> Path:
    """Where the locks are."""
    return home / ".ansible" / "declarative_monitoring"


@pytest.fixture
def warnings() -> list[str]:
    """What runs warn of."""
    return []


@pytest.fixture
def turns(home: Path, warnings: list[str]) -> Turns:
    """The turns at an account whose reads lag by 2 seconds."""
    return Turns(ACCOUNT, 2.0, warnings.append)


@pytest.fixture
def writer(home: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts processes that write to the account until they are told to end."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, ACCOUNT],
            env={**os.environ, "PYTHONPATH": str(ROOT / "build" / "collections")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The time of those who wait."""
    clock = FakeClock()
    fake = SimpleNamespace(monotonic=clock.now, sleep=clock.sleep, time=time.time)
    monkeypatch.setattr(turns_module, "time", fake)
    return clock


def write(turns: Turns) -> bool:
    """Write to the account, and return whether others had written since this run read it."""
    with turns.take(turns.note()) as turn:
        turn.begin()
        return turn.outdated


# -- what a run learns of others ---------------------------------------------------------------------------------------


def test_a_run_after_another_need_not_read_again(turns: Turns) -> None:
    assert [write(turns) for _run in range(3)] == [False] * 3


def test_a_run_that_has_read_before_another_wrote_reads_again(turns: Turns) -> None:
    noted = turns.note()
    write(turns)
    with turns.take(noted) as turn:
        assert turn.outdated
    with turns.take(turns.note()) as turn:
        assert not turn.outdated


def test_a_turn_in_which_nothing_was_written_is_nothing_to_others(turns: Turns) -> None:
    write(turns)
    noted = turns.note()
    with turns.take(turns.note()):
        pass
    with turns.take(noted) as turn:
        assert not turn.outdated


def test_a_run_that_reads_while_another_writes_reads_again_and_waits(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]]
) -> None:
    other = writer()
    noted = turns.note()
    assert noted is None
    release = threading.Timer(0.3, other.communicate, ("\n",))
    release.start()
    started = time.monotonic()
    with turns.take(noted) as turn:
        assert turn.outdated
        assert time.monotonic() - started >= 0.25
    release.join()


def test_two_threads_of_a_process_take_turns_too(turns: Turns) -> None:
    order = []

    def other() -> None:
        with turns.take(turns.note()):
            order.append("other")

    thread = threading.Thread(target=other)
    with turns.take(turns.note()):
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_accounts_have_turns_of_their_own(turns: Turns, warnings: list[str]) -> None:
    with turns.take(turns.note()), Turns("another", 0.0, warnings.append).take(None):
        pass
    with turns.take(turns.note()), Turns("", 0.0, warnings.append).take(None) as nobody_else_can_write:
        nobody_else_can_write.begin()
        assert not nobody_else_can_write.outdated
    assert not warnings


# -- runs that end in another way --------------------------------------------------------------------------------------


def test_after_a_kill_a_run_waits_for_what_is_under_way_and_reads_again(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]], clock: FakeClock
) -> None:
    other = writer()
    other.send_signal(signal.SIGKILL)
    other.wait()
    noted = turns.note()
    assert noted is None
    with turns.take(noted) as turn:
        assert turn.outdated
        turn.begin()
    # A lag of 2 s, and as long as a request of the process that was killed may have taken.
    assert sum(clock.slept) == pytest.approx(11.0, abs=1.0)
    assert turns.note() is not None


def test_nobody_waits_longer_than_a_minute_for_a_request_that_is_under_way(
    home: Path, turns: Turns, folder: Path, clock: FakeClock
) -> None:
    patient = Turns(ACCOUNT, 0.0, print, 3600.0)
    with patient.take(patient.note()) as turn:
        turn.begin()
        mark = (folder / ACCOUNT).read_bytes()
    (folder / ACCOUNT).write_bytes(mark)
    with turns.take(turns.note()):
        assert sum(clock.slept) == pytest.approx(62.0, abs=1.0)


def test_long_after_a_kill_a_run_is_like_any_other(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]], clock: FakeClock, folder: Path
) -> None:
    other = writer()
    other.send_signal(signal.SIGKILL)
    other.wait()
    os.utime(folder / ACCOUNT, (time.time() - 12, time.time() - 12))
    noted = turns.note()
    assert noted
    with turns.take(noted) as turn:
        assert not turn.outdated
    assert not clock.slept


def test_a_clock_that_was_set_back_makes_nobody_wait_longer(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]], clock: FakeClock, folder: Path
) -> None:
    other = writer()
    other.send_signal(signal.SIGKILL)
    other.wait()
    os.utime(folder / ACCOUNT, (time.time() + 9999, time.time() + 9999))
    with turns.take(turns.note()):
        assert sum(clock.slept) == 11.0


def test_an_error_ends_the_turn(turns: Turns) -> None:
    def fail() -> None:
        with turns.take(turns.note()) as turn:
            turn.begin()
            raise ValueError("oops")

    with pytest.raises(ValueError, match="oops"):
        fail()
    assert turns.note()
    assert not write(turns)


# -- bounds ------------------------------------------------------------------------------------------------------------


def test_who_waits_too_long_is_told_which_process_to_wait_for(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = writer()
    monkeypatch.setattr(turns_module, "_POLL_S", 5.0)
    message = (
        rf"process {other.pid} on this machine has been writing to the same account for 3600 s; nothing was changed: "
        "run the task again when it has ended"
    )
    with pytest.raises(MonitoringError, match=message), turns.take(turns.note()):
        pass
    assert sum(clock.slept) == pytest.approx(3600, abs=6)


def test_nobody_waits_long_for_a_process_that_has_stopped(
    turns: Turns, writer: Callable[[], subprocess.Popen[str]], clock: FakeClock, folder: Path
) -> None:
    other = writer()
    other.send_signal(signal.SIGSTOP)
    os.utime(folder / ACCOUNT, (time.time() - 61, time.time() - 61))
    message = rf"process {other.pid} on this machine is writing to the same account, but has stopped for 60 s; nothing"
    with pytest.raises(MonitoringError, match=message), turns.take(turns.note()):
        pass
    assert sum(clock.slept) == pytest.approx(60, abs=1)


def test_who_writes_shows_that_it_runs(turns: Turns, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(turns_module, "_BEAT_S", 0.01)
    with turns.take(turns.note()) as turn:
        turn.begin()
        os.utime(folder / ACCOUNT, (1, 1))
        deadline = time.monotonic() + 5
        while (folder / ACCOUNT).stat().st_mtime < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)


# -- the files ---------------------------------------------------------------------------------------------------------


def test_only_the_user_can_enter_the_folder(turns: Turns, folder: Path) -> None:
    write(turns)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ACCOUNT).stat().st_mode & 0o777 == 0o600
    folder.chmod(0o755)
    write(turns)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_fork_does_not_keep_the_lock(turns: Turns) -> None:
    reader, end = os.pipe()
    with turns.take(turns.note()):
        child = os.fork()
        if child == 0:
            os.close(end)
            os.read(reader, 1)
            os._exit(0)
    with turns.take(turns.note()):
        assert os.waitpid(child, os.WNOHANG) == (0, 0)
    os.close(end)
    os.close(reader)
    os.waitpid(child, 0)


def test_a_link_is_not_followed(turns: Turns, home: Path, folder: Path, warnings: list[str]) -> None:
    write(turns)
    (folder / ACCOUNT).unlink()
    (folder / ACCOUNT).symlink_to(home / "other")
    assert not write(turns)
    assert not (home / "other").exists()
    assert len(warnings) == 1


def test_a_folder_that_is_a_link_is_not_used(
    turns: Turns, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = home / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (home / ".ansible").mkdir()
    folder.symlink_to(home)
    write(turns)
    assert (temporary / f"declarative_monitoring-{os.geteuid()}" / ACCOUNT).exists()
    assert not (home / ACCOUNT).exists()


def test_without_a_home_directory_the_folder_for_temporary_files_is_used(
    turns: Turns, home: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.setenv("HOME", str(home / "missing"))
    assert not write(turns)
    assert (home / f"declarative_monitoring-{os.geteuid()}" / ACCOUNT).exists()
    assert not warnings


def test_the_home_directory_of_another_user_is_left_alone(
    turns: Turns, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(PermissionError, match="belongs to another user"), private_files._folder():
        pass
    assert not folder.exists()


def test_without_any_folder_a_run_goes_on_with_a_warning(
    turns: Turns, home: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    monkeypatch.setenv("HOME", str(home / "missing"))
    monkeypatch.setattr(tempfile, "tempdir", str(home / "missing"))
    assert not write(turns)
    (warning,) = warnings
    assert warning.startswith("This run could not check whether other runs on this machine write to the same account")


def test_a_file_that_was_deleted_to_make_place_is_made_again(turns: Turns, folder: Path) -> None:
    noted = turns.note()
    with turns.take(noted) as turn:
        turn.begin()
        (folder / ACCOUNT).unlink()
    assert not write(turns)
    assert (folder / ACCOUNT).exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a 1 c d", b"a 1 finished", b"a b 1 finished", b"x" * 500])
def test_a_file_of_another_content_is_like_a_new_one(turns: Turns, folder: Path, content: bytes) -> None:
    write(turns)
    (folder / ACCOUNT).write_bytes(content)
    assert turns.note() == ""
    assert not write(turns)
