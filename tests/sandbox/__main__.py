# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the sandbox: `python -m sandbox`."""

from __future__ import annotations

import argparse
import asyncio
import errno
import ipaddress
import json
import logging
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from .app import all_services, build_app

LOGGER = logging.getLogger("sandbox")
FINISH_SECONDS = 1.0
"""How long requests under way may take to end once the server stops."""


def loopback(text: str) -> str:
    """Return a loopback address; the sandbox is not for the network."""
    host = "127.0.0.1" if text == "localhost" else text
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise argparse.ArgumentTypeError(f"{text!r} is not a loopback address, and the sandbox binds no other")
    return host


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A stateful stand-in for the services.")
    parser.add_argument("--host", type=loopback, default="127.0.0.1", help="loopback address to bind")
    parser.add_argument("--port", type=int, default=0, help="port to bind; 0 takes a free one")
    parser.add_argument("--ready-file", type=Path, help="file to write the addresses to once the server is ready")
    parser.add_argument("--lifetime", type=float, default=3600.0, help="seconds after which the server stops")
    parser.add_argument("--parent", type=int, help="process without which the server stops")
    parser.add_argument("--log-file", type=Path, help="file to log the requests to")
    return parser.parse_args(arguments)


class Parent:
    """Watches the process that the server is to end with."""

    def __init__(self, pid: int) -> None:
        """Watch a process, the one that started this one or any other."""
        self._pid = pid
        self._started_us = os.getppid() == pid

    def gone(self) -> bool:
        """Tell whether the process has ended."""
        if self._started_us:
            return os.getppid() != self._pid
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


async def watch(parent: Parent, stop: asyncio.Event) -> None:
    """Stop the server when the parent is gone."""
    while not parent.gone():
        await asyncio.sleep(1)
    LOGGER.info("the parent process is gone")
    stop.set()


def announce(url: str, services: dict[str, str], ready_file: Path | None) -> None:
    """Print the address of the server, and write it to a file atomically."""
    line = json.dumps({"url": url, "services": services})
    if ready_file is not None:
        partial = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        partial.write_text(line + "\n", encoding="utf-8")
        partial.replace(ready_file)
    print(line, flush=True)


async def serve(options: argparse.Namespace) -> None:
    """Serve until something asks for the end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    parent = Parent(options.parent) if options.parent else None

    services = all_services()
    runner = web.AppRunner(build_app(services, stop.set), access_log=None, shutdown_timeout=FINISH_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, options.host, options.port).start()
        host, port = runner.addresses[0][:2]
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        announce(url, {service.name: url + service.base for service in services}, options.ready_file)
        LOGGER.info("ready at %s", url)
        watching = asyncio.create_task(watch(parent, stop)) if parent else None
        try:
            await asyncio.wait_for(stop.wait(), options.lifetime)
        except TimeoutError:
            LOGGER.info("the lifetime is over")
        if watching:
            watching.cancel()
    finally:
        await runner.cleanup()
    LOGGER.info("stopped")


def main() -> int:
    """Run the sandbox from the command line."""
    options = parse_arguments()
    level = logging.INFO if options.log_file else logging.WARNING
    logging.basicConfig(filename=options.log_file, level=level, format="%(asctime)s %(levelname)s %(message)s")
    try:
        asyncio.run(serve(options))
    except OSError as error:
        hint = (
            f"port {options.port} is in use; choose another one with --port"
            if error.errno == errno.EADDRINUSE
            else error
        )
        print(f"sandbox: {hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
