# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the quick start of the README word for word, from an empty folder to a playbook that changes nothing.

Only two things differ from what a reader does: the Git repository is a copy of this checkout with a tag, and the
sandbox has a port that is free.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from tools import checkout

PORT = "8765"
SECONDS = 300
"""How long all of it may take."""
_FILE = re.compile(r"`(\S+\.yml)`[^`]*```yaml\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMANDS = re.compile(r"(?:^    \S.*\n)+", re.MULTILINE)
_SANDBOX = "tests/sandbox/start.py"
# What the runs of the playbook show.
_SHOWN = ("changed: [localhost]", "changed: [localhost]", "ok: [localhost]")


def follow(folder: Path) -> Path:
    """Install the collection, start the sandbox, and run the playbook three times; return the home of the reader.

    :param folder: an empty folder
    """
    text = (checkout.ROOT / "README.md").read_text(encoding="utf-8")
    quick_start = text[text.index("## Quick start") : text.index("## Guides")]
    blocks = [_without_indentation(block) for block in _COMMANDS.findall(_FILE.sub("", quick_start))]
    if len(blocks) != 4 or _SANDBOX not in blocks[1]:
        raise checkout.ToolError("the quick start does not install, start the sandbox, set variables and run")
    install, sandbox, settings, runs = blocks
    home, reader = folder / "home of a reader", folder / "reader"
    home.mkdir()
    reader.mkdir()
    for name, content in _FILE.findall(quick_start):
        (reader / name).write_text(content.replace(*_repository(folder)), encoding="utf-8")
    port = _free_port()
    # Whoever starts anew has no settings of this checkout.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    clean |= {"HOME": str(home), "ANSIBLE_NOCOLOR": "1"}
    start = time.monotonic()
    _run(install, reader, clean, "was installed successfully")
    with _sandbox(f"{sandbox.rstrip()} --port {port}", reader, clean):
        terminal = "source venv/bin/activate\n" + settings.replace(PORT, port)
        for line, shown in zip(runs.splitlines(), _SHOWN, strict=True):
            _run(terminal + line, reader, clean, shown)
    seconds = time.monotonic() - start
    if seconds > SECONDS:
        raise checkout.ToolError(f"the quick start took {seconds:.0f} s")
    print(f"the quick start of README.md works, in {seconds:.0f} s")
    return home


def _repository(folder: Path) -> tuple[str, str]:
    """Copy this checkout once to a Git repository with a tag; return its address in the README, and here."""
    galaxy = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    repository = folder / "repository"
    if not repository.exists():
        checkout.copy_to(repository)
        git = ("git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.com")
        for command in (
            ("init", "--quiet"),
            ("add", "--all"),
            ("commit", "--quiet", "-m", "All"),
            ("tag", galaxy["version"]),
        ):
            subprocess.run([*git, *command], cwd=repository, check=True)
    return f"{galaxy['repository']}.git", repository.as_uri()


def _without_indentation(block: str) -> str:
    """Remove the indentation of a block of commands."""
    return "".join(line[4:] for line in block.splitlines(keepends=True))


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


@contextmanager
def _sandbox(lines: str, folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Run the sandbox as a reader does in a second terminal, until the end."""
    print(lines, flush=True)
    # The last command takes the place of the shell, and gets the signal.
    script = re.sub(r"^(?=python3 )", "exec ", lines, flags=re.MULTILINE)
    with subprocess.Popen(["bash", "-ec", script], cwd=folder, env=dict(env), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            if not first:
                raise checkout.ToolError("the sandbox of the installed collection did not start")
            json.loads(first)
            yield
        finally:
            process.send_signal(signal.SIGINT)


def _run(lines: str, folder: Path, env: Mapping[str, str], shown: str) -> None:
    """Run commands as a reader does in a terminal; the last one must show a text."""
    print(lines, flush=True)
    done = subprocess.run(
        ["bash", "-ec", lines],
        cwd=folder,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode or shown not in done.stdout:
        raise checkout.ToolError(f"{lines!r} does not show {shown!r}:\n{done.stdout}")
