#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up monitoring alerts at SimpleHelp."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_alert_info
short_description: Look up monitoring alerts at SimpleHelp
description:
  - Returns the monitoring alerts that match all given filters.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  name:
    description: Return only alerts with this name.
    type: str
  active:
    description: Return only alerts that are enabled. If V(false), return only alerts that are not.
    type: bool
  triggered:
    description: Return only alerts that are triggered. If V(false), return only alerts that are not.
    type: bool
  severity:
    description: Return only alerts with this severity.
    type: str
    choices: [information, warning, severe, critical]
seealso:
  - module: declarative.monitoring.simplehelp_session_info
"""

EXAMPLES = r"""
---
- name: List the alerts that are triggered
  declarative.monitoring.simplehelp_alert_info:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
    triggered: true
  register: found
"""

RETURN = r"""
---
alerts:
  description: The matching alerts, in the order in which the service lists them.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the alert.
      type: str
    active:
      description: Whether the alert is enabled.
      type: bool
    triggered:
      description: Whether the alert is triggered.
      type: bool
    triggered_machine_ids:
      description: The ids of the machines that trigger it.
      type: list
      elements: str
    reason:
      description: The reason why the alert is triggered.
      type: str
    short_reason:
      description: A short version of the reason.
      type: str
    last_report_ms:
      description: When the alert last reported its state, in milliseconds since 1970.
      type: int
    state_age_ms:
      description: How long the alert has been in this state, in milliseconds.
      type: int
    severity:
      description: V(information), V(warning), V(severe) or V(critical).
      type: str
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_info_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import ALERT_FILTERS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


def main() -> None:
    """Look up alerts."""
    run_info_module(SimpleHelp, ALERT_FILTERS, lambda client, params: {"alerts": client.alerts(params)})


if __name__ == "__main__":
    main()
