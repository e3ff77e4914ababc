# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs roles and playbooks of the collection against the sandbox, several in one run of ansible-playbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from integration.harness import COLLECTION, Account, Result, Run, run_playbook
from sandbox.client import Sandbox

Task = dict[str, Any]


def role(name: str, variables: Mapping[str, Any], check: bool = False) -> Task:
    """A task that runs a role of the collection; a failure of it shows in the results, and does not end the play."""
    include = {"name": f"{COLLECTION}.{name}", **({"apply": {"check_mode": True}} if check else {})}
    return {
        "block": [{"ansible.builtin.include_role": include, "vars": dict(variables)}],
        "rescue": [{"name": "The role failed", "ansible.builtin.debug": {"var": "ansible_failed_result.msg"}}],
    }


def control(sandbox: Sandbox, path: str, method: str = "GET") -> Task:
    """A task that asks the sandbox something, or tells it, between two roles."""
    return {"ansible.builtin.uri": {"url": f"{sandbox.url}/_control/{path}", "method": method}}


def run_tasks(users: Sequence[Account], tasks: Sequence[Task], folder: Path, *arguments: str, **keywords: Any) -> Run:
    """Run tasks in a play of localhost; ``keywords`` are more of the play's."""
    path = folder / "play.yml"
    play = {"hosts": "localhost", "gather_facts": False, **keywords, "tasks": list(tasks)}
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return run_playbook(users, path, *arguments)


def run_playbooks(
    users: Sequence[Account], calls: Sequence[tuple[str, Mapping[str, Any]]], folder: Path, *arguments: str, **env: str
) -> Run:
    """Run playbooks of the collection with their variables, one after the other; they share what they register."""
    path = folder / "site.yml"
    plays = [{"import_playbook": f"{COLLECTION}.{name}", "vars": dict(variables)} for name, variables in calls]
    path.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
    return run_playbook(users, path, *arguments, **env)


def stats(run: Run, name: str) -> list[Result]:
    """The job statistics that the roles published under a name, in order."""
    found = [line["result"]["ansible_stats"]["data"] for line in run.results if "ansible_stats" in line["result"]]
    return [data[name] for data in found if name in data]


def statistics(run: Run) -> dict[str, Any]:
    """The job statistics of a run by their names, which AWX stores as the artifacts of the job."""
    found = [line["result"]["ansible_stats"]["data"] for line in run.results if "ansible_stats" in line["result"]]
    return {name: value for data in found for name, value in data.items()}


def answers(run: Run) -> list[Any]:
    """What the sandbox was asked, in order."""
    return [line["result"].get("json") for line in run.results if line["action"] == "ansible.builtin.uri"]


def sentences(run: Run) -> list[str]:
    """Why roles failed, in order."""
    return [line["result"]["ansible_failed_result.msg"] for line in run.results if line["task"] == "The role failed"]


def writes_in(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """The requests of any service that were to change something; SimpleHelp reads by POST too."""
    found = [one for one in requests if one["method"] != "GET" and not one["path"].endswith(("/get", "/list"))]
    return [f"{one['service']} {one['method']} {one['path']}" for one in found]
