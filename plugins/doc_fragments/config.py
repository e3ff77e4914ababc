# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The common options of the modules that manage a whole account."""

from __future__ import annotations


class ModuleDocFragment:
    """Limits of one run."""

    DOCUMENTATION = r"""
options:
  prune_only:
    description:
      - Restricts O(prune) to the objects that belong to this declaration, so that several teams can share an account.
        The keys are kinds, such as C(devices). Below each kind are fields, each with a pattern or a list of patterns,
        such as C(Berlin*).
      - An object is deleted only if each of these fields matches one of its patterns. Patterns are shell patterns and
        case-sensitive. In a list, such as tags, one element must match. A reference to another object is compared by
        name. A field that is empty, or that the service does not show, does not match.
      - Kinds without patterns are pruned without restriction. The task fails before any request if a kind with patterns
        is not in O(prune), or if listings do not show a field.
      - RV(undeclared) contains only objects that match.
    type: dict
  prune_limit:
    description:
      - The maximum number of objects that O(prune) may delete in one run. If there are more, the task fails before
        anything is changed and lists them.
    type: int
    default: 10
  expect_plan:
    description:
      - The RV(plan_id) of an approved plan, as returned by a task in check mode.
      - If the plan of this task is different, the task fails before anything is changed.
    type: str
  concurrency:
    description:
      - The maximum number of concurrent requests, from 1 to 32.
    type: int
    default: 4
"""
