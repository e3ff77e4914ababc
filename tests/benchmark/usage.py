# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a program and measures it: `python usage.py FILE PROGRAM ARGUMENT...`.

This is a separate small process, because Linux attributes the memory of the parent to a started program.
"""

import ctypes
import os
import sys
import time

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER


def main(path: str, *command: str) -> int:
    """Write wall seconds, CPU seconds and the memory of the largest process in bytes; return the exit status."""
    # Count background processes of the program, too.
    ctypes.CDLL(None).prctl(_ADOPT, 1)
    start = time.monotonic()
    child = os.posix_spawnp(command[0], command, os.environ)
    wall = cpu = 0.0
    memory = code = 0
    try:
        while True:
            pid, status, usage = os.wait4(-1, 0)
            cpu += usage.ru_utime + usage.ru_stime
            memory = max(memory, usage.ru_maxrss * 1024)
            if pid == child:
                wall, code = time.monotonic() - start, max(0, os.waitstatus_to_exitcode(status)) or int(status != 0)
    except ChildProcessError:
        pass
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - an import would make this process larger
        print(wall, cpu, memory, file=file)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
