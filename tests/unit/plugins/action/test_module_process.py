# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process in which modules run: each finds it as if it were new, however the one before ended."""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _module_process
from ansible_collections.declarative.monitoring.plugins.plugin_utils._module_process import (
    ModuleCall,
    module_process,
    pack_arguments,
)
from unit.http.conftest import Serve, serve
from unit.http.scripted import ok

__all__ = ["serve"]

_PACKAGE = "ansible_collections.declarative.monitoring.plugins"

ENDED = "The process in which the module ran has ended."
LINES = """
import os, signal, sys
from ansible.module_utils.basic import AnsibleModule
"""


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs lines as a module, in the process of this one, and returns its exit code, output and errors."""
    monkeypatch.syspath_prepend(tmp_path)
    # Or lines of the same length, written in the same second, would be taken for those before.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def call(
        lines: str, told: list[str] | None = None, interval: float = 1e-9, **environment: str
    ) -> tuple[int, str, str]:
        # Another worker may read the file at the same time.
        new = tmp_path / f"some_module.{os.getpid()}"
        new.write_text(LINES + lines, encoding="utf-8")
        new.replace(tmp_path / "some_module.py")
        packed = pack_arguments({"_ansible_check_mode": False, "name": "x"})
        kept: list[str] = [] if told is None else told
        one = ModuleCall("some_module", packed, environment, str(tmp_path), interval)
        return module_process(os.getpid()).run(one, kept.append)

    return call


@pytest.fixture
def run(call: Any) -> Iterator[Any]:
    """Runs lines as a module, in a fork, and returns its exit code, output and errors."""
    yield call
    if module_process.cache_info().currsize:
        process = module_process(os.getpid())
        process.close()
        os.waitpid(process.pid, 0)
    # Nothing runs on.
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_module_has_its_arguments_its_environment_and_its_folder(run: Any, tmp_path: Path) -> None:
    code, out, err = run(
        """
if __name__ == "__main__":
    module = AnsibleModule({"name": {"type": "str"}})
    module.warn("A warning.")
    module.exit_json(**module.params, variable=os.environ["SOME_VARIABLE"], folder=os.getcwd(), pid=os.getpid())
""",
        SOME_VARIABLE="v",
    )
    result = json.loads(out)
    assert (code, err) == (0, "")
    assert (result["name"], result["variable"], result["folder"]) == ("x", "v", str(tmp_path))
    assert "A warning." in str(result["warnings"])
    assert result["pid"] != os.getpid()
    assert "SOME_VARIABLE" not in os.environ
    assert Path.cwd() != tmp_path


def test_what_a_module_does_to_its_process_ends_with_it(run: Any) -> None:
    handler = signal.getsignal(signal.SIGINT)
    umask = os.umask(0o022)
    try:
        code, out, err = run(
            "os.umask(0o777); os.environ['LEFT'] = 'x'; sys.path.clear()\n"
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "print('words'); print('words', file=sys.stderr); sys.exit(7)"
        )
        assert (code, out, err) == (7, "words\n", "words\n")
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(umask)
    assert "LEFT" not in os.environ
    assert sys.path
    assert signal.getsignal(signal.SIGINT) is handler
    assert "some_module" not in sys.modules


TELLS = f"""
from {_PACKAGE}.module_utils._core.progress import progress
progress("written", 1, 3, []); print("words")
progress("written", 2, 3, [])
"""


def test_what_a_module_tells_of_its_progress_is_told_and_is_no_output(run: Any) -> None:
    told: list[str] = []
    assert run(f"{TELLS}sys.exit()", told) == (0, "words\n", "")
    assert told == ["1 of 3 objects written", "2 of 3 objects written"]


def test_a_module_tells_nothing_after_another_that_has_told_its_progress(run: Any) -> None:
    told: list[str] = []
    assert run(f"{TELLS}sys.exit()") == (0, "words\n", "")
    assert run(f"{TELLS}sys.exit()", told, interval=0) == (0, "words\n", "")
    assert told == []


def test_a_module_that_dies_has_told_its_progress(run: Any) -> None:
    told: list[str] = []
    assert run(f"{TELLS}os._exit(3)", told) == (3, "", ENDED)
    assert len(told) == 2


@pytest.mark.parametrize(
    ("lines", "code"), [("os._exit(3)", 3), ("os.kill(os.getpid(), signal.SIGKILL)", 137)], ids=["exit", "killed"]
)
def test_a_module_that_dies_is_reported_as_the_shell_would(run: Any, lines: str, code: int) -> None:
    assert run(lines) == (code, "", ENDED)


@pytest.mark.parametrize("lines", ["raise ValueError('out of order')", "pass"], ids=["raises", "returns"])
def test_a_module_that_does_not_end_itself_fails(run: Any, lines: str) -> None:
    code, out, err = run(lines)
    assert code == 1
    assert ("out of order" if "raise" in lines else "did not handle its own exit") in out + err


def test_output_that_is_no_text_does_no_harm(run: Any) -> None:
    for stream in ("stdout", "stderr"):
        code, *streams = run(f"print('a\\udcffb', file=sys.{stream}); sys.exit()")
        (text,) = filter(None, streams)
        # ansible-core reads what a program prints in the same way.
        assert (code, text) == (0, "a\udcffb\n")


def test_one_after_another_knows_nothing_of_the_one_before(run: Any) -> None:
    lines = "print(os.environ.get('LEFT', os.environ.get('GIVEN'))); os.environ['LEFT'] = 'x'; sys.exit()"
    assert [run(lines, GIVEN=given)[1] for given in ("a", "b")] == ["a\n", "b\n"]
    assert run("print(os.environ.get('GIVEN')); sys.exit()") == (0, "None\n", "")


STATE = """
state = [os.getcwd(), os.umask(0o022), list(sys.path), sys.argv[1:], str(signal.getsignal(signal.SIGINT))]
os.umask(state[1])
module = AnsibleModule({"name": {"type": "str"}})
if module.params["name"] == "x":
    module.warn("A warning.")
"""


def test_several_modules_share_a_process_and_each_begins_like_the_first(run: Any) -> None:
    changes = "os.chdir('/'); os.umask(0o777); sys.path.clear(); signal.signal(signal.SIGINT, signal.SIG_IGN)"
    ending = "module.exit_json(state=state, pid=os.getpid())"
    first, second = (json.loads(run(f"{STATE}{changes}; {ending}")[1]) for _run in range(2))
    assert second == first


def test_a_module_that_fails_unexpectedly_takes_its_process_with_it(run: Any) -> None:
    lines = "print(os.getpid()); sys.exit()"
    before = run(lines)[1]
    assert run(lines)[1] == before
    code, _out, err = run("raise KeyboardInterrupt")
    assert (code, err.splitlines()[-1]) == (1, "KeyboardInterrupt")
    code, after, err = run(lines)
    assert (code, err) == (0, "")
    assert int(after) != int(before)


def test_a_process_that_was_killed_between_two_modules_is_replaced(run: Any) -> None:
    pid = int(run("print(os.getpid()); sys.exit()")[1])
    os.kill(pid, signal.SIGKILL)
    assert run("sys.exit(5)") == (137, "", ENDED)
    assert run("sys.exit(5)") == (5, "", "")


def test_after_one_that_died_others_run(run: Any) -> None:
    assert [run(lines)[0] for lines in ("sys.exit()", "os._exit(3)", "sys.exit(4)")] == [0, 3, 4]


def test_nothing_is_left_of_a_worker_that_is_killed(run: Any, tmp_path: Path) -> None:
    worker = os.fork()
    if worker == 0:
        run("open('process', 'w').write(str(os.getpid())); sys.exit()")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)
    wait_for_end_of(int((tmp_path / "process").read_text(encoding="utf-8")))


def test_what_a_module_cannot_import_is_named(run: Any) -> None:
    module = f"{_PACKAGE}.modules.alertra_tag"
    assert module_process(os.getpid()).why_not_imported(module) is None
    assert module_process(os.getpid()).why_not_imported("no_such_module") == (
        "importing it failed: No module named 'no_such_module'"
    )


def test_a_library_that_is_missing_here_is_left_to_the_ordinary_module(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    problem = module_process(os.getpid()).why_not_imported(f"{_PACKAGE}.modules.alertra_tag")
    assert problem is not None
    assert problem.startswith("importing it failed: ")


def wait_for_end_of(process: int) -> None:
    """Wait until a process has ended."""
    status = Path("/proc") / str(process) / "stat"
    deadline = time.monotonic() + 10
    # An ended process may remain a zombie until its parent reaps it.
    while status.exists() and status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_great_answer_is_read_whole(run: Any) -> None:
    code, out, err = run("print('x' * 5_000_000); sys.exit()")
    assert (code, len(out), err) == (0, 5_000_001, "")


class TimeIsUpError(BaseException):
    """As ansible-core raises from its handler."""


@contextmanager
def raised(error: type[BaseException], after_s: float) -> Iterator[None]:
    """Let a signal raise an error in this process, which waits for a module."""

    def handler(number: int, frame: Any) -> None:
        raise error

    previous = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, after_s)
        with pytest.raises(error):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


SLEEPS = "import time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"


def test_the_end_of_the_time_ends_the_module(run: Any, tmp_path: Path) -> None:
    with raised(TimeIsUpError, 0.5):
        run(SLEEPS)
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


CLEANS = f"""
from {_PACKAGE}.module_utils._core import lifeline
with lifeline.postponed(lambda: open("told", "w").write("x")):
    try:
        {SLEEPS.replace("60", "3")}
    finally:
        open("clean", "w").write("x")
"""


@pytest.mark.parametrize(("lines", "files"), [(SLEEPS, ["pid"]), (CLEANS, ["clean", "pid", "told"])])
def test_after_ctrl_c_a_module_ends_once_it_has_cleaned_up(
    run: Any, lines: str, files: list[str], tmp_path: Path
) -> None:
    """With ansible-core before 2.19, Ctrl+C reaches the worker, too."""
    started = time.monotonic()
    with raised(KeyboardInterrupt, 1):
        run(lines)
    os.waitpid(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)
    assert time.monotonic() - started < 30
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".py") == files
    # Another module has another process.
    assert run("sys.exit(5)") == (5, "", "")


# -- several workers ---------------------------------------------------------------------------------------------------

Work = Callable[[Any], Any]


@pytest.fixture
def in_worker(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Does some work in workers of this process, each its own, and returns what the works return."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    forks = multiprocessing.get_context("fork")

    def start(work: Work) -> Callable[[], Any]:
        reader, writer = forks.Pipe(duplex=False)
        worker = forks.Process(target=lambda: writer.send(work(call)))
        worker.start()
        writer.close()

        def end() -> Any:
            found = reader.recv()
            worker.join(10)
            return found

        return end

    def do(*works: Work) -> Any:
        ends = [start(work) for work in works]
        found = [end() for end in ends]
        return found if len(found) > 1 else found[0]

    yield do
    while (process := _module_process._free_process()) is not None:
        os.kill(process[0], signal.SIGKILL)
        wait_for_end_of(process[0])


def free() -> int:
    """How many processes of the run wait for a worker."""
    door = next(_module_process._names()).decode()[1:-1]
    return Path("/proc/net/unix").read_text(encoding="utf-8").count(f"@{door}")


def wait_for_free(number: int = 1) -> None:
    """Wait until processes have noticed that their workers have ended."""
    deadline = time.monotonic() + 10
    while free() != number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


PROCESS = "print(os.getpid()); sys.exit()"


def process_of(call: Any) -> int:
    """The id of the process in which a module runs."""
    return int(call(PROCESS)[1])


def test_a_worker_uses_the_process_of_one_that_has_ended(in_worker: Any) -> None:
    found = set()
    for _worker in range(3):
        found.add(in_worker(process_of))
        wait_for_free()
    assert len(found) == 1


def test_workers_at_the_same_time_have_a_process_each(in_worker: Any, tmp_path: Path) -> None:
    in_worker(process_of)
    wait_for_free()
    lines = f"import glob, time; open(f'{tmp_path}/here.{{os.getpid()}}', 'w')\n"
    lines += f"while len(glob.glob('{tmp_path}/here.*')) < 3: time.sleep(0.01)\n"

    def together(call: Any) -> int:
        return int(call(lines + PROCESS)[1])

    found = in_worker(together, together, together)
    assert len(set(found)) == 3
    wait_for_free(3)
    assert in_worker(process_of) in found


def test_a_module_knows_nothing_of_that_of_another_worker(in_worker: Any) -> None:
    changes = "left = os.environ.get('LEFT'); os.environ['LEFT'] = 'x'; os.chdir('/'); os.umask(0o777)"
    ending = "sys.path.clear(); module.exit_json(state=state, left=left, pid=os.getpid())"

    def work(call: Any) -> Any:
        return json.loads(call(f"{STATE}{changes}; {ending}")[1])

    first = in_worker(work)
    wait_for_free()
    second = in_worker(work)
    assert first["left"] is None
    assert second == first


def test_the_modules_of_workers_one_soon_after_the_other_share_a_connection(in_worker: Any, serve: Serve) -> None:
    server = serve(ok([1]), ok([1]))
    lines = f"from unit.http.clients import make; make('{server.url}').read(()); sys.exit()"
    for _worker in range(2):
        assert in_worker(lambda call: call(lines)) == (0, "", "")
        wait_for_free()
    assert server.connections == 1


def test_a_process_that_was_killed_while_it_was_free_is_replaced(in_worker: Any) -> None:
    first = in_worker(process_of)
    wait_for_free()
    os.kill(first, signal.SIGKILL)
    wait_for_end_of(first)
    assert in_worker(process_of) != first


def test_a_module_that_dies_is_reported_to_a_worker_that_has_not_started_its_process(in_worker: Any) -> None:
    in_worker(process_of)
    wait_for_free()
    assert in_worker(lambda call: call("os._exit(3)")) == (1, "", ENDED)
    assert free() == 0


def test_a_process_ends_with_a_worker_that_is_killed_while_a_module_runs(in_worker: Any, tmp_path: Path) -> None:
    first = in_worker(process_of)
    wait_for_free()

    def killed(call: Any) -> None:
        call(f"open('{tmp_path}/running', 'w'); import time; time.sleep(60)")

    worker = multiprocessing.get_context("fork").Process(target=lambda: in_worker(killed))
    worker.start()
    while not (tmp_path / "running").exists():
        time.sleep(0.01)
    (child,) = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text(encoding="utf-8").split()
    os.kill(int(child), signal.SIGKILL)
    wait_for_end_of(first)
    worker.kill()
    worker.join()


def test_nobody_waits_for_a_free_process(in_worker: Any) -> None:
    reader, writer = os.pipe()
    in_worker(process_of)
    os.close(writer)
    # It would be an end of this pipe, too.
    assert select.select([reader], [], [], 10)[0]
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_a_free_process_ends_with_the_main_process(in_worker: Any, tmp_path: Path) -> None:
    main = os.fork()
    if main == 0:
        in_worker(lambda call: (tmp_path / "process").write_text(str(process_of(call))))
        wait_for_free()
        os._exit(0)
    os.waitpid(main, 0)
    wait_for_end_of(int((tmp_path / "process").read_text(encoding="utf-8")))


def test_a_run_does_not_use_the_processes_of_another(
    in_worker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = in_worker(process_of)
    wait_for_free()
    with monkeypatch.context() as other:
        other.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "other"))
        second = in_worker(process_of)
        wait_for_free()
        os.kill(second, signal.SIGKILL)
    assert second != first


def test_a_worker_trusts_no_process_of_another_user(in_worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = in_worker(process_of)
    wait_for_free()
    with monkeypatch.context() as other:
        other.setattr(_module_process, "_process_of", lambda connection: (first, os.getuid() + 1))
        second = in_worker(process_of)
        wait_for_free(2)
    assert second != first


def test_a_process_serves_no_worker_of_another_user(in_worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(_module_process, "_process_of", lambda connection: (1, os.getuid() + 1))
        process = in_worker(process_of)
        wait_for_free()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(next(_module_process._names()))
        assert connection.recv(1) == b""
    wait_for_free()
    os.kill(process, signal.SIGKILL)
    wait_for_end_of(process)
