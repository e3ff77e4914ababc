# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program and writes what it took: `python usage.py FILE PROGRAM ARGUMENT...`.

This is a small process of its own, as Linux counts to the memory of a program that of the process that started it.
"""

import os
import sys
import time


def main(path: str, *command: str) -> int:
    """Write wall seconds, CPU seconds and bytes of the largest process, children included, and return the status."""
    start = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    _pid, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - start
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - an import would make this process larger
        print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, file=file)
    return max(0, os.waitstatus_to_exitcode(status)) or int(status != 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
