#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up tags at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_tag_info
short_description: Look up tags at Alertra
description:
  - Returns the tags that match all given filters, with their devices.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  tag_id:
    description: Return only the tag with this id.
    type: str
  name:
    description: Return only tags with this name.
    type: str
"""

EXAMPLES = r"""
---
- name: List all tags
  declarative.monitoring.alertra_tag_info:
    api_key: "{{ alertra_api_key }}"
  register: all_tags
"""

RETURN = r"""
---
tags:
  description: The matching tags, in the order in which the service lists them.
  returned: success
  type: list
  elements: dict
  contains:
    tag_id:
      description: The id of the tag.
      type: str
    name:
      description: The name of the tag.
      type: str
    devices:
      description: The names of the devices of the tag. A device whose name is not unique is returned by its id.
      type: list
      elements: str
    # BEGIN returned options: written by tests/tools/sync_docs.py
    # END returned options
failure:
  description: The failed request, if the service rejected a request or did not respond.
  returned: on failure
  type: dict
  sample:
    service: Alertra
    method: PUT
    path: /devices/4bf5
    status: 400
    code: "1002"
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_list_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import TAG_FILTERS, Alertra


def main() -> None:
    """Look up tags."""
    run_list_module(Alertra, "tag", TAG_FILTERS)


if __name__ == "__main__":
    main()
