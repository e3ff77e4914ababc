# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change is rehearsed in a copy of the account: the plan is the same, and so is what it leads to."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from integration.harness import ROOT, Account, account
from integration.roles import writes_in
from integration.test_guides import ACCOUNTS as EXPORTED
from integration.test_guides import Command, environment, run, steps
from integration.test_playbooks_ops import plan_of, play
from integration.test_probe import SWITCHES
from integration.test_roles_config import ACCOUNTS
from sandbox.client import Sandbox
from sandbox.rehearsal import CREDENTIALS, RehearsalError, prepare, read_declarations, read_profile


def test_a_change_has_the_same_plan_in_the_copy_as_in_the_account(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    for service, state in ACCOUNTS.items():
        sandbox.set_state(service, state)
        sandbox.switches(service, **SWITCHES.get(service, {}))
    folder = tmp_path / "declarations"
    for name, variables in (("probe", {"probe_directory": tmp_path}), ("export", {"export_directory": folder})):
        run = play(accounts, name, **{key: str(value) for key, value in variables.items()})
        assert run.code == 0, run.output
    with Sandbox.start() as copy:
        prepare(copy, tmp_path / "profile.json", folder)
        assert copy.switches("alertra")["config_place"] == "HostData"
        users = [account(copy, service, **CREDENTIALS[service]) for service in copy.services]
        run = play(users, "plan", config_directory=str(folder))
        assert run.code == 0, run.output
        path = folder / "alertra.yml"
        path.write_text(path.read_text("utf-8").replace("frequency: 1\n", "frequency: 30\n"), encoding="utf-8")
        plans = [play(one, "plan", config_directory=str(folder)) for one in (accounts, users)]
        assert [run.code for run in plans] == [2, 2]
        assert plan_of(plans[0]) == plan_of(plans[1])
        # The lines of changes are indented.
        changes = [line for line in plan_of(plans[0]) if line.startswith(" ")]
        assert changes == ["  ~ device WWW: frequency: 1 -> 30"]


def test_objects_of_the_same_name_are_copied_with_their_ids(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.switches("simplehelp", group_names="free")
    sandbox.switches("pingplotter", duplicate_email="allowed")
    for service, state in SAME_NAMES.items():
        sandbox.set_state(service, state)
    folder = tmp_path / "declarations"
    exported = play(accounts, "export", export_directory=str(folder))
    assert exported.code == 0, exported.output
    with Sandbox.start() as copy:
        prepare(copy, None, folder)
        assert copy.switches("simplehelp")["group_names"] == "unique"
        users = [account(copy, service, **CREDENTIALS[service]) for service in copy.services]
        planned = play(users, "plan", config_directory=str(folder))
        assert planned.code == 0, planned.output


SAME_NAMES: Mapping[str, dict[str, Any]] = {
    "alertra": {
        "tags": [{"Name": "vienna"}, {"Name": "vienna"}],
        "devices": [
            {"ShortName": "WWW", "Method": "HTTP", "URL": "https://www.example.com/"},
            {"ShortName": "WWW", "Method": "PING", "URL": "www.example.com", "Frequency": 30},
        ],
    },
    "pinghome": {
        "resources": [
            {"name": "shop", "url": "https://shop.example.com/"},
            {"name": "shop", "url": "https://www.example.com/"},
        ],
        "heartbeats": [{"name": "backup", "interval": 60}, {"name": "backup", "interval": 300}],
        "server_resources": [{"name": "db"}, {"name": "db"}],
    },
    "pingplotter": {
        "agents": [{"Name": "laptop"}, {"Name": "laptop"}],
        "users": [{"EmailAddress": "a@example.com"}, {"EmailAddress": "a@example.com", "Roles": ["TargetManagement"]}],
    },
    "portmonitor": {
        "groups": [{"name": "Web"}],
        "targets": [
            {"name": "Shop", "group": "Web", "url": "https://shop.example.com/"},
            {"name": "Shop", "group": "Web", "host": "shop.example.com", "port_number": 25},
        ],
    },
    "simplehelp": {"groups": [{"name": "First line"}, {"name": "First line", "fpsDelay": 40}]},
}


# -- the guide ---------------------------------------------------------------------------------------------------------

START = re.compile(r"python3 ~/\.ansible/collections/(ansible_collections/declarative/monitoring/\S+)\s+--profile ")
# What is there already: the Python environment.
INSTALLED = ("source venv/bin/activate", "pip install aiohttp")
SECONDS = 120


@contextmanager
def started(line: str, folder: Path, env: Mapping[str, str]) -> Iterator[Sandbox]:
    """Start a sandbox as a reader does in a second terminal, and stop it with Ctrl+C."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = ["bash", "-c", f"exec {line} --port {port}"]
    # A shell lets what it starts in the background ignore Ctrl+C, and so would the sandbox, if these tests are that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, cwd=folder, env=dict(env), stdout=subprocess.PIPE) as process:
        signal.signal(signal.SIGINT, before)
        try:
            assert process.stdout is not None
            printed = json.loads(process.stdout.readline() or "{}")
            assert printed, "the sandbox did not start"
            yield Sandbox(printed["url"], printed["services"])
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)


def test_a_change_is_rehearsed_in_a_copy_and_made_in_the_account_as_the_guide_says(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    for service, state in EXPORTED.items():
        sandbox.set_state(service, state)
    home, folder = tmp_path / "home", tmp_path / "reader"
    folder.mkdir()
    (home / ".ansible").mkdir(parents=True)
    (home / ".ansible" / "collections").symlink_to(ROOT / "build" / "collections")
    before = {service: sandbox.state(service) for service in sandbox.services}
    account_env = {**environment(sandbox, tmp_path / "ansible"), "HOME": str(home)}
    # The second terminal has no credentials, and nobody has told Ansible where the collection is.
    names = {f"{service.upper()}_" for service in sandbox.services}
    second = {name: value for name, value in account_env.items() if not name.startswith(tuple(names))}
    del second["ANSIBLE_COLLECTIONS_PATH"]
    (start,) = (one.line for one in commands_of_guide() if one.line.startswith("python3 "))
    assert START.match(start)
    told = iter(commands_of_guide())
    for step in told:
        if step.line == start:
            break
        follow(step, folder, account_env)
    plans = []
    with started(start, folder, second) as copy:
        variables = account_env
        for step in told:
            if step.line == "source account.env":
                break
            if step.line == "source sandbox.env":
                variables = {**environment(copy, tmp_path / "ansible"), "HOME": str(home)}
            elif step.line not in INSTALLED:
                plans.append(follow(step, folder, variables))
        assert writes_in(copy.requests())
        assert frequency(copy) == 5
    assert {service: sandbox.state(service) for service in sandbox.services} == before
    assert not writes_in(sandbox.requests())
    real = [follow(step, folder, account_env) for step in told]
    # Each shows the change when it is planned and when it is applied.
    assert (
        [plan for plan in plans if plan] == [plan for plan in real if plan] == [["~ device WWW: frequency: 1 -> 5"]] * 2
    )
    assert frequency(sandbox) == 5


def frequency(sandbox: Sandbox) -> int:
    """How often the device that the guide changes is checked."""
    (found,) = (one["Frequency"] for one in sandbox.state("alertra")["devices"] if one["ShortName"] == "WWW")
    return int(found)


def commands_of_guide() -> list[Command]:
    """The commands of the guide."""
    return [step for step in steps("guide_rehearsal") if isinstance(step, Command)]


def follow(step: Command, folder: Path, variables: Mapping[str, str]) -> list[str]:
    """Run a command of the guide. Returns the changes that it shows."""
    if shlex.split(step.line)[0] in ("pip", "source"):
        return []
    done = run(step.line, folder, variables)
    shown = done.stdout + done.stderr
    assert done.returncode == step.status, (step.line, shown)
    for line in step.output:
        assert line in shown, (step.line, line, shown)
    return changes_in(shown)


def changes_in(shown: str) -> list[str]:
    """The lines of a plan that are about a change."""
    return [line.strip(' ",') for line in shown.splitlines() if re.match(r'["\s]*[~+-] \w+ ', line)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is not a profile"),
        ("[]", "it must have"),
        ('{"alerta": {}}', "has a service 'alerta'; there are alertra"),
    ],
)
def test_a_file_that_is_no_profile_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RehearsalError, match=sentence):
        read_profile(path)


def test_a_folder_without_declarations_is_named(tmp_path: Path) -> None:
    with pytest.raises(RehearsalError, match="There are no declarations"):
        read_declarations(tmp_path)


def test_text_that_an_export_marks_as_unsafe_is_read(tmp_path: Path) -> None:
    (tmp_path / "alertra.yml").write_text('alertra:\n  tags:\n    - name: !unsafe "{{ x }}"\n', encoding="utf-8")
    assert json.dumps(read_declarations(tmp_path)) == '{"alertra": {"tags": [{"name": "{{ x }}"}]}}'
