# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the quick start of the README word for word, in an empty folder, with the installed collection."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools import checkout

PORT = "8765"
SECONDS = 60
_PLAYBOOK = re.compile(r"^```yaml\n(- name: .*?)^```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^    (\S.*?)(?: +# .*)?$", re.MULTILINE)
# What each run of the playbook shows.
_RUNS = {"--check --diff": "changed: [localhost]", "first": "changed: [localhost]", "second": "ok: [localhost]"}


def follow(home: Path, folder: Path) -> None:
    """Start the sandbox, and run the playbook three times; the collection is installed below a home directory.

    The Python environment and the collection are there already.
    """
    text = (checkout.ROOT / "README.md").read_text(encoding="utf-8")
    quick_start = text[text.index("## Quick start") : text.index("## Guides")]
    playbook = _PLAYBOOK.search(quick_start)
    commands = _COMMAND.findall(quick_start)
    starts = [line for line in commands if line.endswith("tests/sandbox/start.py")]
    runs = [line for line in commands if line.startswith("ansible-playbook site.yml")]
    exports = [line.removeprefix("export ") for line in commands if line.startswith("export ") and "=..." not in line]
    if playbook is None or len(starts) != 1 or len(runs) != len(_RUNS):
        raise checkout.ToolError("the quick start of README.md has no playbook, no sandbox, or not three runs")
    (folder / "site.yml").write_text(playbook[1], encoding="utf-8")
    port = _free_port()
    # Whoever starts anew has no settings of this checkout.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHONPATH"))}
    clean |= {"HOME": str(home), "ANSIBLE_NOCOLOR": "1"}
    with _sandbox(f"{starts[0]} --port {port}", folder, clean):
        settings = dict(line.replace(PORT, port).split("=", 1) for line in exports)
        for line, shown in zip(runs, _RUNS.values(), strict=True):
            _run(line, folder, {**clean, **settings}, shown)
    print("the quick start of README.md works with the sandbox of the installed collection")


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


@contextmanager
def _sandbox(line: str, folder: Path, env: Mapping[str, str]) -> Iterator[None]:
    """Run the sandbox as a reader does in a second terminal, until the end."""
    print("$", line, flush=True)
    with subprocess.Popen(["bash", "-c", f"exec {line}"], cwd=folder, env=dict(env), stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            if not first:
                raise checkout.ToolError("the sandbox of the installed collection did not start")
            json.loads(first)
            yield
        finally:
            process.send_signal(signal.SIGINT)


def _run(line: str, folder: Path, env: Mapping[str, str], shown: str) -> None:
    print("$", line, flush=True)
    done = subprocess.run(
        ["bash", "-c", line],
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
        raise checkout.ToolError(f"{line!r} does not show {shown!r}:\n{done.stdout}")
