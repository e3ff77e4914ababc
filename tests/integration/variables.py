# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks, as their own files describe them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._config_options import DESCRIBED, variable_of
from integration.harness import COLLECTION, ROOT

PLAYBOOK_FOLDER = ROOT / "playbooks"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def described(playbook: str) -> dict[str, Any]:
    """The variables of a playbook with their descriptions, of the role offboarding too if the playbook runs it."""
    (play,) = read_yaml(PLAYBOOK_FOLDER / f"{playbook}.yml")
    found = play.get("vars", {}).get("answers__variables") or _of_role(play) or _of_action(play)
    if not isinstance(found, str):
        return dict(found)
    shared = playbook.partition("_")[2]
    variables: dict[str, Any] = read_yaml(PLAYBOOK_FOLDER / "vars" / f"{shared}.yml")[f"{shared}__variables"]
    if "config_directory" not in found:
        return variables
    return {**variables, "config_directory": {"type": "text"}, **of_offboarding()}


def _of_role(play: dict[str, Any]) -> dict[str, Any]:
    """The variables that a role describes, if a playbook only runs this role, without those that the playbook sets."""
    task = play["tasks"][0]
    name = task.get("ansible.builtin.include_role", {}).get("name", "").removeprefix(f"{COLLECTION}.")
    if not name:
        return {}
    found = read_yaml(ROOT / "roles" / name / "vars" / "main.yml")[f"{name}__described"]
    return {variable: value for variable, value in found.items() if variable not in task["vars"]}


def _of_action(play: dict[str, Any]) -> dict[str, Any]:
    """The variables that the action monitoring_config of a playbook takes."""
    first = play["tasks"][0]
    options = first.get("block", [first])[0][f"{COLLECTION}.monitoring_config"]
    prefix = options["prefix"]
    return {variable_of(name, prefix): DESCRIBED[name] for name in options["variables"]}


def of_offboarding() -> dict[str, Any]:
    """The variables that the role offboarding checks, with their descriptions."""
    found: dict[str, Any] = read_yaml(ROOT / "roles" / "offboarding" / "vars" / "main.yml")["offboarding__described"]
    return found
