# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs an event source as ansible-rulebook does, without the rule engine: each event becomes a line of a file.

Arguments: the path of the source, its options as JSON, the file, and how long a second lasts.
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
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        event = await queue.get()
        os.write(descriptor, f"{json.dumps(event)}\n".encode())


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
    sleep = asyncio.sleep
    # The interval of a source is at least a second.
    asyncio.sleep = lambda seconds, *args: sleep(seconds * float(second), *args)  # type: ignore[assignment]
    asyncio.run(run(source, json.loads(options), path))


if __name__ == "__main__":
    main()
