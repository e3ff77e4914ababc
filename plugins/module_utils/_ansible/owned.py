# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which undeclared objects belong to a declaration, as the options of a C(_config) module say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.ownership import Ownership
from .._core.service import Service


def ownership_of(service: type[Service], params: Mapping[str, Any]) -> Ownership:
    """The undeclared objects that a run reports, and that it may prune."""
    kinds = [service.kinds[name] for name in service.config]
    return Ownership(frozenset(kind.name for kind in kinds if params.get(kind.config_key) is not None))
