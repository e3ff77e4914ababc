# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures of action plugins that are shown once."""

from __future__ import annotations

from typing import Any

try:
    from ansible.module_utils._internal import _messages
except ImportError:  # up to ansible-core 2.18
    _messages = None


def failure(action: Any, message: str) -> dict[str, Any]:
    """The result of a task that fails.

    Since version 2.19, ansible-core shows the message twice, and lines of the playbook in between. The playbooks of
    this collection are not where a user has to change something, so the lines are left out.

    :param action: the action plugin
    """
    result: dict[str, Any] = {"failed": True, "changed": False, "msg": message}
    if _messages is not None:
        action._task._ds = None
        result["exception"] = _messages.ErrorSummary(event=_messages.Event(msg="The reason is in the next line."))
    return result
