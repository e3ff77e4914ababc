# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugins, and what their workers inherit.

Ansible's main process imports this package when it looks for the action plugin of a task, and then forks a worker for
the task. What it has imported by then is paid for once, and not by each task.
"""

from __future__ import annotations

# First, because they change how the rest is imported.
from ..plugin_utils import _compiled, _garbage  # isort: skip

# Not _ansible/module: ansible-lint replaces a part of it to check options.
from ..module_utils._ansible import account, connection, export, parse, predictions, prune_only, report, specs, undo
from ..module_utils._core import reconcile
from ..module_utils._http import client

# The action of all modules. The action monitoring_config runs them, too.
from . import direct_execution

__all__ = [
    "_compiled",
    "_garbage",
    "account",
    "client",
    "connection",
    "direct_execution",
    "export",
    "parse",
    "predictions",
    "prune_only",
    "reconcile",
    "report",
    "specs",
    "undo",
]
