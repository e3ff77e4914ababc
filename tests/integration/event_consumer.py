# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs an event source as ansible-rulebook does, without the rule engine: each event becomes a line of a file.

Arguments: the path of the source, its options as JSON, the file, and how long a second lasts. At the end of each poll,
when all of its events are in the file, the file beside it with the suffix C(.polls) grows by a byte.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import sys
from typing import Any


async def consume(queue: asyncio.Queue[Any], path: str) -> None:
    """Write each event to the file at once, so that nothing is lost if this process is killed."""
    while True:
        event = await queue.get()
        append(path, f"{json.dumps(event)}\n".encode())


def append(path: str, data: bytes) -> None:
    """Append to a file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(descriptor, data)
    finally:
        os.close(descriptor)


async def run(source: str, options: dict[str, Any], path: str) -> None:
    """Run the source until it ends."""
    queue: asyncio.Queue[Any] = asyncio.Queue(1)
    consumer = asyncio.create_task(consume(queue, path))
    try:
        await runpy.run_path(source)["main"](queue, options)
    finally:
        consumer.cancel()


def main() -> None:
    """Run the source with the arguments of this program."""
    source, options, path, second = sys.argv[1:]
    given = json.loads(options)
    sleep = asyncio.sleep

    async def short_sleep(seconds: float) -> None:
        # A source sleeps for its interval between two polls.
        if seconds == given["interval"]:
            append(f"{path}.polls", b".")
        # An interval is at least a second.
        await sleep(seconds * float(second))

    asyncio.sleep = short_sleep  # type: ignore[assignment]
    asyncio.run(run(source, given, path))


if __name__ == "__main__":
    main()
