# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox from a clone or from an installed collection: `python3 .../tests/sandbox/start.py`.

This file imports nothing of the sandbox, so that it can say what an older Python or a missing library means.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

PORT = 8765
# The packages by the modules that they install. The second group is for copies of accounts.
SERVER = {"aiohttp": "aiohttp"}
COPY = {"requests": "requests", "yaml": "PyYAML"}


def missing(packages: Mapping[str, str]) -> Iterator[str]:
    """What this Python lacks, each as a sentence."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must run where the others do not
        yield f"The sandbox needs Python 3.11 or newer. {sys.executable} is Python {sys.version.split()[0]}."
    absent = [package for module, package in packages.items() if importlib.util.find_spec(module) is None]
    if absent:
        yield f"Install what the sandbox needs: {sys.executable} -m pip install {' '.join(absent)}"


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line. An empty text counts as not given."""
    parser = argparse.ArgumentParser(description="Start a server that emulates the services. Ctrl+C stops it.")
    parser.add_argument("--port", type=int, default=PORT, help="port to bind, on the loopback address (%(default)s)")
    parser.add_argument("--profile", default="", help="profile.json, written by the playbook probe")
    parser.add_argument("--seed", default="", help="folder, written by the playbook export")
    return parser.parse_args(arguments)


def is_copy(options: argparse.Namespace) -> bool:
    """Whether the sandbox behaves as an account does, or has its objects."""
    return bool(options.profile or options.seed)


def command(options: argparse.Namespace) -> list[str]:
    """The command that starts the sandbox, or a copy of an account."""
    if not is_copy(options):
        return [sys.executable, "-m", "sandbox", "--port", str(options.port)]
    copied = ["--profile", options.profile, "--seed", options.seed]
    return [sys.executable, "-m", "sandbox.rehearsal", "--port", str(options.port), *copied]


def main() -> None:
    """Replace this process by the sandbox."""
    options = parse_arguments()
    problems = list(missing({**SERVER, **COPY} if is_copy(options) else SERVER))
    if problems:
        sys.exit("\n".join(problems))
    # Not resolved: the path of an installed collection shows where Ansible finds it.
    folder = Path(__file__).absolute().parents[1]
    arguments = command(options)
    os.environ["PYTHONPATH"] = str(folder)
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main()
