# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles know of their own variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import ROOT

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_takes_for_misspelt_what_it_does_not_document(role: str) -> None:
    folder = ROOT / "roles" / role
    documented = _read(folder / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    known = [value for name, value in _read(folder / "vars" / "main.yml").items() if name.endswith("known_variables")]
    assert known == [sorted(documented)]
    assert _read(folder / "tasks" / "main.yml")[0]["name"] == "Check the names of the variables"
