# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the other integration tests rely on."""

from __future__ import annotations

import os
import select
import subprocess

import pytest

from integration.harness import run_group


def test_a_program_that_takes_too_long_leaves_no_worker_behind() -> None:
    """A worker that went on would write to the sandbox of the next test."""
    reader, writer = os.pipe()
    with pytest.raises(subprocess.TimeoutExpired):
        run_group(["sh", "-c", "sleep 60 & wait"], 0.5, pass_fds=[writer])
    os.close(writer)
    # Whoever was started holds the other end as long as it lives.
    ended = select.select([reader], [], [], 10)[0]
    os.close(reader)
    assert ended
