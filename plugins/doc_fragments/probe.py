# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that find out how an account behaves."""

from __future__ import annotations


class ModuleDocFragment:
    """Options and attributes of these modules."""

    DOCUMENTATION = r"""
options:
  write:
    description:
      - Whether the module also sends write requests. They answer questions that reading cannot answer.
      - The module then creates objects, changes them, and deletes them. It always deletes them, also after errors and
        interruptions, and returns what it could not delete in RV(leftovers). The next run deletes leftovers.
      - The module only changes and deletes objects that it has created. It recognises them by their exact names, which
        begin with O(prefix).
      - "These objects exist for a few seconds: at Alertra two devices and a tag, at Pinghome a resource, a server
        resource and up to two heartbeats, at PingPlotter Cloud up to two users, at Port Monitor up to three groups and
        two targets, and at SimpleHelp up to three groups and a disabled technician."
      - New users of PingPlotter Cloud have addresses at C(example.com), which accepts no mail. Monitors check
        C(https://example.com).
    type: bool
    default: false
  prefix:
    description:
      - The beginning of the names of the objects that the module creates. It must consist of 5 to 20 letters and
        digits. The first must be a letter.
    type: str
    default: zzprobe
attributes:
  check_mode:
    support: full
    details:
      - Check mode sends no write requests. It predicts whether leftovers of an earlier run would be deleted.
  diff_mode:
    support: N/A
    details:
      - After this module, the account is as before.
  idempotent:
    support: full
"""
