# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures of action plugins that are shown once."""

from __future__ import annotations

import contextlib
from typing import Any

try:
    from ansible.module_utils._internal import _messages
except ImportError:  # up to ansible-core 2.18, which shows the message once
    _messages = None


def failure(action: Any, message: str) -> dict[str, Any]:
    """The result of a task that fails.

    Since version 2.19, ansible-core shows the message twice, and lines of the playbook in between. The playbooks of
    this collection are not where a user has to change something, so the lines are left out. No public part of
    ansible-core does that. If a private part is missing, the message is shown twice.

    :param action: the action plugin
    """
    result: dict[str, Any] = {"failed": True, "changed": False, "msg": message}
    summary = _summary()
    if summary is not None:
        result["exception"] = summary
        with contextlib.suppress(AttributeError, TypeError):
            action._task._ds = None
    return result


def _summary() -> Any:
    """What ansible-core shows in the place of the message the first time; None if this version cannot."""
    try:
        return _messages.ErrorSummary(event=_messages.Event(msg="The reason is in the next line."))
    except (AttributeError, TypeError):
        return None
