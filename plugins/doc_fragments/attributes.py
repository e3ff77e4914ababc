# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules can do, in the standard terms."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of the modules."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action:
    description:
      - Indicates this has a corresponding action plugin so some parts of the options can be executed on the controller.
    support: full
    details:
      - On the controller the module runs in a fork of the worker. Set the variable
        C(declarative_monitoring_direct_execution) to V(false) for an ordinary module.
  check_mode:
    description: Can run in C(check_mode) and return the status that the run would return, without changing anything.
  diff_mode:
    description: Returns what has changed, or in check mode would change, when in diff mode.
  idempotent:
    description: When run twice in a row without anything else changing the account, the second run changes nothing.
"""

    MANAGES = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - The prediction is made by the code of the run, with the writing left out.
  diff_mode:
    support: full
  idempotent:
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This module only reads.
  diff_mode:
    support: N/A
    details:
      - This module only reads.
  idempotent:
    support: full
"""
