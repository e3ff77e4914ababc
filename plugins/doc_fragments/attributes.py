# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The attributes of the modules."""

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
      - On the controller, the module runs in a fork of a worker process, where that is safe. To always run it as an
        ordinary module, set the variable C(declarative_monitoring_direct_execution), the environment variable
        C(DECLARATIVE_MONITORING_DIRECT_EXECUTION), or C(direct_execution) in the section C([declarative_monitoring]) of
        C(ansible.cfg) to V(false). The default is V(true).
      - In a fork, a long-running module shows its progress every five seconds. To change the number of seconds, set the
        variable C(declarative_monitoring_progress_interval), the environment variable
        C(DECLARATIVE_MONITORING_PROGRESS_INTERVAL), or C(progress_interval) in that section. With V(0), no progress is
        shown.
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description: Returns details on what has changed (or possibly needs changing in C(check_mode)), when in diff mode.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
"""

    MANAGES = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - Check mode runs the same code but sends no write requests.
      - If the whole run is in check mode, the module knows what earlier tasks of the run would have changed in the
        account.
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
      - This module does not change anything.
      - If the whole run is in check mode, the module returns the account as it would be after the earlier tasks of the
        run. Objects that would be new have ids such as V(predicted:device:1).
  diff_mode:
    support: N/A
    details:
      - This module does not change anything.
  idempotent:
    support: full
"""
