# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides, followed to the letter: their files are written, their commands run, and what they show has to come.

A file is a block with a caption. A command is what follows a ``$``; the lines below it are part of what it prints. The
commands of the guides for AWX and events are run by test_awx.py and test_rulebooks.py. What the guide for many
customers describes is tested by test_scale.py, which does not run its commands.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from integration.harness import PLAYBOOK_SECONDS, ROOT, run_group, run_program
from integration.roles import writes_in
from sandbox.client import Sandbox

GUIDES = ROOT / "docs" / "docsite" / "rst"
ACCOUNTS: dict[str, Any] = yaml.safe_load(
    (ROOT / "extensions" / "molecule" / "monitoring_export" / "files" / "accounts.yml").read_text(encoding="utf-8")
)
# What a guide begins with, where that is not an empty account.
STATES: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(("guide_export", "guide_inventory", "guide_rehearsal", "guide_verify"), ACCOUNTS),
    "guide_day_two": {
        "alertra": {
            "devices": [
                {"ShortName": "WWW", "Method": "HTTP", "URL": "https://www.example.com/"},
                {"ShortName": "A", "Method": "PING", "URL": "a.example.com"},
            ]
        },
        "pinghome": {"resources": [{"name": "shop", "url": "https://shop.example.com/"}]},
        "pingplotter": {
            "agents": [
                {"Name": "laptop-17", "IsOnline": True},
                {"Name": "laptop-3", "LastMessageTime": "2025-01-07T09:30:00+00:00"},
                {"Name": "laptop-4", "LastMessageTime": "2025-02-03T16:00:00+00:00"},
            ]
        },
        "simplehelp": {
            "groups": [
                {"name": "First line", "allowAnonymousLogins": True, "mfaSettings": {"email": False, "app": False}}
            ],
            "technicians": [
                {"username": "kb2971", "isAnonymous": True, "groupIDs": ["First line"]},
                {"username": "avery", "groupIDs": ["First line"]},
            ],
        },
    },
    "guide_uptime_report": {
        "alertra": {
            "tags": [{"Name": "vienna"}],
            "devices": [
                {
                    "ShortName": "Shop",
                    "Method": "HTTP",
                    "URL": "https://shop.example.com/",
                    "Tags": ["vienna"],
                    "Events": [
                        {"Timestamp": "2026-09-01T00:00:00Z", "Event": "Up"},
                        {"Timestamp": "2026-10-05T12:00:00Z", "Event": "Down"},
                        {"Timestamp": "2026-10-05T13:00:00Z", "Event": "Up"},
                    ],
                }
            ],
        },
        "pinghome": {
            "resources": [
                {
                    "name": "Web",
                    "url": "https://www.example.com/",
                    "state_changes": [{"created_at": "2026-09-01T00:00:00Z", "state": "up"}],
                }
            ]
        },
        "portmonitor": {
            "groups": [{"name": "Vienna"}],
            "targets": [{"name": "VPN", "group": "Vienna", "host": "vpn.example.com", "port_number": 443}],
        },
    },
}
FOLLOWED = (
    "guide_configuration",
    "guide_day_two",
    "guide_export",
    "guide_first_steps",
    "guide_inventory",
    "guide_migration",
    "guide_onboarding",
    "guide_rehearsal",
    "guide_security",
    "guide_uptime_report",
    "guide_verify",
)
RUN = ("ansible-inventory", "ansible-playbook", "sed")
# They ask on a terminal, install, or stay: the sandbox is there, and the files are not encrypted.
NOT_RUN = ("ansible-galaxy", "ansible-vault", "pip", "python3", "source")


@dataclass
class Command:
    """A command of a guide, its exit status, and what it prints among other lines."""

    line: str
    status: int = 0
    output: list[str] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether it may change an account."""
        playbook = self.line.startswith("ansible-playbook") and not re.search(
            r" --check|\.(export|plan|uptime_report)\b|\.probe\b(?!.* probe_write=true)", self.line
        )
        return playbook and not self.status


@dataclass(frozen=True)
class File:
    """A file of a guide."""

    name: str
    text: str


Step = Command | File


def steps(guide: str) -> Iterator[Step]:
    """What a guide tells its reader to do, in its order."""
    text = (GUIDES / f"{guide}.rst").read_text(encoding="utf-8")
    for match in re.finditer(r"^\.\. code-block:: (\S+)\n((?:   :.*\n)*)\n((?:    .*\n|\n)+)", text, re.MULTILINE):
        language, options, body = match[1], match[2], dedent(match[3]).strip("\n") + "\n"
        caption = re.search(r":caption: (\S+)", options)
        if caption:
            yield File(caption[1], body)
        elif language == "console":
            yield from commands(body)
        else:
            assert yaml.safe_load(body), f"{guide} has an empty block"


def commands(body: str) -> Iterator[Command]:
    """The commands of a block."""
    found: list[Command] = []
    for line in body.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            words, _mark, comment = line[2:].partition("    # exit status ")
            found.append(Command(words, int(comment or 0)))
        else:
            found[-1].output.append(line.strip())
    return iter(found)


def environment(sandbox: Sandbox, home: Path) -> dict[str, str]:
    """The environment that the guide for beginners has its reader set, but with this sandbox."""
    (settings,) = (step for step in steps("guide_first_steps") if isinstance(step, File) and step.name == "sandbox.env")
    exported = dict(line.removeprefix("export ").split("=", 1) for line in settings.text.splitlines())
    here = {name: value.replace("http://127.0.0.1:8765", sandbox.url) for name, value in exported.items()}
    urls = {name: here.get(f"{name.upper()}_API_URL") for name in sandbox.services}
    wrong = {f"{name.upper()}_API_URL": url for name, url in sandbox.services.items() if urls[name] != url}
    assert wrong == {}, "sandbox.env in guide_first_steps.rst, which all guides use, lacks these or has other values"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(home),
        "ANSIBLE_NOCOLOR": "1",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        **here,
    }


def run(line: str, folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command: a program of Ansible as other tests do, anything else as a shell would."""
    line = line.replace(" --ask-vault-pass", "")
    if line.startswith("ansible-") and "$(" not in line:
        return run_program(*shlex.split(line), env=variables, cwd=folder)
    return run_group(["bash", "-c", f"exec {line}"], PLAYBOOK_SECONDS, cwd=folder, env=dict(variables))


def credentials(step: Step, variables: Mapping[str, str]) -> Mapping[str, str]:
    """What the environment of a command is; without the key where the playbook has it from a vault."""
    hidden = "ALERTRA_API_KEY" if isinstance(step, Command) and "vaulted.yml" in step.line else None
    return {name: value for name, value in variables.items() if name != hidden}


# The guide about copies is followed by test_rehearsal.py, which starts the copy.
@pytest.mark.parametrize("guide", sorted({*FOLLOWED} - {"guide_rehearsal"}))
def test_what_a_guide_says_comes_true(sandbox: Sandbox, tmp_path: Path, guide: str) -> None:
    for service, state in STATES.get(guide, {}).items():
        sandbox.set_state(service, state)
    folder = tmp_path / "reader"
    folder.mkdir()
    variables = environment(sandbox, tmp_path / "home")
    # The check mode of the collection's own playbooks has its tests elsewhere.
    written: set[str] = set()
    checked: set[str] = set()
    for step in steps(guide):
        if isinstance(step, File):
            path = folder / step.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
            written.add(step.name)
            continue
        program = shlex.split(step.line)[0]
        assert program in (*RUN, *NOT_RUN), step.line
        if program in NOT_RUN:
            continue
        playbook = shlex.split(step.line)[1]
        if step.writes and playbook in written and playbook not in checked:
            follow(Command(f"{step.line} --check"), folder, credentials(step, variables), sandbox)
        follow(step, folder, credentials(step, variables), sandbox)
        checked.add(playbook)


def follow(step: Command, folder: Path, variables: Mapping[str, str], sandbox: Sandbox) -> None:
    """Run a command and hold it against what the guide says; only a run that may write writes."""
    sandbox.clear_requests()
    done = run(step.line, folder, variables)
    shown = done.stdout + done.stderr
    assert done.returncode == step.status, (step.line, shown)
    for line in step.output:
        assert line in shown, (step.line, line, shown)
    if not step.writes:
        assert not writes_in(sandbox.requests()), step.line


def test_the_site_has_every_guide_and_every_picture() -> None:
    listed = yaml.safe_load((GUIDES.parent / "extra-docs.yml").read_text(encoding="utf-8"))
    names: Sequence[str] = [name for section in listed["sections"] for name in section["toctree"]]
    assert sorted(names) == sorted(path.stem for path in GUIDES.glob("*.rst"))
    used = {name for path in GUIDES.glob("*.rst") for name in re.findall(r"images/(\S+)", path.read_text("utf-8"))}
    assert used == {path.name for path in (GUIDES / "images").iterdir()}
    without = set(names) - {*FOLLOWED, "guide_awx", "guide_events", "guide_scale"}
    assert [name for name in without if any(isinstance(step, Command) for step in steps(name))] == []
