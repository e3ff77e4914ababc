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
        For each kind, the fields that must match, and for each field a pattern or a list of patterns, such as
        C(Berlin*).
      - An object is deleted only if each of these fields matches one of its patterns. Patterns are those of a shell,
        and case matters. Of a list such as tags, one element must match. A reference to another object is compared by
        name. A field that is empty, or that the service does not show, does not match.
      - The kinds that are not in this dictionary are pruned without restriction. A kind that O(prune) does not name,
        or a field that listings do not show, makes the task fail before any request.
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
      - The RV(plan_id) of a plan that somebody has approved, as a task in check mode returns it.
      - If this task would do anything else, it fails before anything is changed.
    type: str
  concurrency:
    description:
      - The maximum number of concurrent requests, from 1 to 32.
    type: int
    default: 4
"""
