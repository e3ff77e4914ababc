# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process ends when nobody reads its result any more, also while it waits for something else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core import lifeline

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import time
from ansible_collections.declarative.monitoring.plugins.module_utils._core import lifeline
lifeline.watch(1)
print("ready", flush=True)
time.sleep(60)
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "build" / "collections")}


@pytest.mark.parametrize("command", [[], ["sh", "-c", '"$@" && sleep 0', "sh"]], ids=["itself", "in a shell"])
def test_a_process_ends_with_the_reader_of_its_output(command: list[str]) -> None:
    with subprocess.Popen(
        [*command, sys.executable, "-c", PROGRAM], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.stdout.close()
        assert process.wait(5) == 1


def test_a_process_whose_output_is_a_file_is_left_alone(tmp_path: Path) -> None:
    program = PROGRAM.replace("time.sleep(60)", "time.sleep(0.3); lifeline.end_if_abandoned(); print('done')")
    with (tmp_path / "out").open("w") as output:
        done = subprocess.run([sys.executable, "-c", program], env=ENVIRONMENT, stdout=output, check=False)
    assert done.returncode == 0
    assert (tmp_path / "out").read_text().endswith("done\n")


def test_before_each_write_the_reader_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []
    monkeypatch.setattr(lifeline, "_end", lambda: ended.append(time.monotonic()))
    reader, writer = os.pipe()
    monkeypatch.setattr(lifeline, "_watched", [])
    lifeline.end_if_abandoned()
    monkeypatch.setattr(lifeline, "_watched", [writer])
    lifeline.end_if_abandoned()
    assert not ended
    os.close(reader)
    lifeline.end_if_abandoned()
    os.close(writer)
    assert len(ended) == 1


@pytest.mark.parametrize(("work", "code"), [("time.sleep(60)", 1), ("pass", 7)], ids=["during its work", "after it"])
def test_a_process_that_others_use_later_ends_with_the_reader_only_during_its_work(work: str, code: int) -> None:
    program = f"""
import os, time
from ansible_collections.declarative.monitoring.plugins.module_utils._core import lifeline
with lifeline.watching(1):
    print("ready", flush=True)
    {work}
print("over", flush=True)
time.sleep(0.3)
lifeline.end_if_abandoned()
os._exit(7)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if work == "pass":
            assert process.stdout.readline() == "over\n"
        process.stdout.close()
        assert process.wait(5) == code
