# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a program's time and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmark import usage

MIB = 2**20


def took(folder: Path, program: str) -> tuple[float, float, float]:
    """What a Python program took, measured in a process of its own."""
    file = folder / "usage"
    command = [sys.executable, "-I", "-S", usage.__file__, str(file), sys.executable, "-c", program]
    subprocess.run(command, check=True, timeout=60)
    wall, cpu, memory = map(float, file.read_text(encoding="utf-8").split())
    return wall, cpu, memory


def test_the_work_of_children_counts(tmp_path: Path) -> None:
    """Ansible leaves nearly all of it to them."""
    spin = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    wall, cpu, _memory = took(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])")
    assert cpu >= 0.3
    assert wall >= 0.3


def test_waiting_takes_no_work(tmp_path: Path) -> None:
    """Time and CPU time are told apart."""
    wall, cpu, _memory = took(tmp_path, "import time; time.sleep(0.5)")
    assert wall >= 0.5
    assert cpu < 0.4


def test_the_memory_is_that_of_the_largest_process_and_not_ours(tmp_path: Path) -> None:
    """Linux would count to a child what the process that started it had."""
    ballast = bytearray(200 * MIB)
    assert took(tmp_path, "pass")[2] < 100 * MIB
    assert took(tmp_path, "import os; b = bytearray(100 * 2**20) if os.fork() == 0 else os.wait()")[2] > 100 * MIB
    assert len(ballast) == 200 * MIB


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_a_failure_shows(tmp_path: Path, program: str) -> None:
    """A rival that ends early has not been fast."""
    with pytest.raises(subprocess.CalledProcessError):
        took(tmp_path, program)
