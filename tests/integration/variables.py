# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the playbooks, as their own files describe them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from integration.harness import ROOT

PLAYBOOK_FOLDER = ROOT / "playbooks"


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def described(playbook: str) -> dict[str, Any]:
    """The variables that a playbook checks, with their descriptions."""
    (play,) = read_yaml(PLAYBOOK_FOLDER / f"{playbook}.yml")
    found = play["vars"]["answers__variables"]
    if not isinstance(found, str):
        return dict(found)
    shared = playbook.partition("_")[2]
    variables: dict[str, Any] = read_yaml(PLAYBOOK_FOLDER / "vars" / f"{shared}.yml")[f"{shared}__variables"]
    return {**variables, "config_directory": {"type": "text"}} if "config_directory" in found else variables


def of_offboarding() -> dict[str, Any]:
    """The variables that the role offboarding checks, with their descriptions."""
    found: dict[str, Any] = read_yaml(ROOT / "roles" / "offboarding" / "vars" / "main.yml")["offboarding__described"]
    return found
