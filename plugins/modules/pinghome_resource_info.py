#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up resources at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_resource_info
short_description: Look up resources at Pinghome
description:
  - Returns the resources of a service that match all of the given filters, with their settings.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  resource_id:
    description:
      - Only the resource with this id, in whichever service it is.
    type: str
  name:
    description:
      - Only resources of this name.
    type: str
  include:
    description:
      - What to add to each, with further requests for each.
      - V(regions) are the regions as the service lists them by themselves.
      - V(ssl) is what is known of the certificate.
      - V(tld) is what is known of the registration of the domain.
      - V(reminders) are RV(resources[].ssl_reminder_days) and RV(resources[].tld_reminder_days).
      - V(integrations) are the integrations.
      - V(statistics) are the records of uptime and performance from O(since) to O(until).
      - V(state_changes) are the changes of state from O(since) to O(until).
    type: list
    elements: str
    choices: [regions, ssl, tld, reminders, integrations, statistics, state_changes]
    default: []
  since:
    description: Where the time to look at begins, in ISO 8601 with a time zone, such as C(2026-01-31T00:00:00Z).
    type: str
  until:
    description: Where the time to look at ends, in the same form. The present by default.
    type: str
  limit:
    description: How many records to return at the most, from 1.
    type: int
  interval:
    description: The interval of the statistics, in the words of the service, such as C(minute).
    type: str
seealso:
  - module: declarative.monitoring.pinghome_resource
"""

EXAMPLES = r"""
---
- name: All resources of a service
  declarative.monitoring.pinghome_resource_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
  register: all_resources

- name: What happened to one of them
  declarative.monitoring.pinghome_resource_info:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: www
    include:
      - ssl
      - state_changes
    since: "2025-01-01T00:00:00Z"
  register: www
"""

RETURN = r"""
---
resources:
  description:
    - The resources that match, in the order of the service, each with the options of
      M(declarative.monitoring.pinghome_resource).
  returned: success
  type: list
  elements: dict
  contains:
    resource_id:
      description: The id of the resource.
      type: str
    service_id:
      description: The id of the service that it is in.
      type: str
    name:
      description: The name of the resource.
      type: str
    type:
      description: How it is checked.
      type: str
    ssl_reminder_days:
      description: How many days before the certificate expires reminders are sent; V(null) for none.
      type: list
      elements: int
      returned: if reminders are included
    tld_reminder_days:
      description: The same for the registration of the domain.
      type: list
      elements: int
      returned: if reminders are included
    ssl:
      description: What is known of the certificate; V(null) if nothing is.
      type: dict
      returned: if included
    tld:
      description: What is known of the registration of the domain; V(null) if nothing is.
      type: dict
      returned: if included
    integrations:
      description: The integrations, each with the options of M(declarative.monitoring.pinghome_integration).
      type: list
      elements: dict
      returned: if included
    statistics:
      description: Uptime and performance, as the service shows them.
      type: list
      elements: dict
      returned: if included
    state_changes:
      description: The changes of state, as the service shows them.
      type: list
      elements: dict
      returned: if included
failure:
  description: The request that failed, where the service refused one or did not answer.
  returned: on failure
  type: dict
  sample:
    service: Pinghome
    method: PUT
    path: /resource/c03b02ec-244f-4d2c-8f68-3910071ed5c8
    status: 422
    code: null
    message: "refused: Invalid regions (HTTP 422)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import RESOURCE_FILTERS, Pinghome


def main() -> None:
    """Look up resources."""
    include = dict.fromkeys(("regions", "ssl", "tld", "reminders", "integrations", "statistics", "state_changes"), "")
    look_up(Pinghome, "resource", RESOURCE_FILTERS, include)


if __name__ == "__main__":
    main()
