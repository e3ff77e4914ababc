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
  - Returns the tags that match all of the given filters, with their devices.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.info
options:
  tag_id:
    description: Only the tag with this id.
    type: str
  name:
    description: Only tags of this name.
    type: str
"""

EXAMPLES = r"""
---
- name: All tags
  declarative.monitoring.alertra_tag_info:
    api_key: "{{ alertra_api_key }}"
  register: all_tags
"""

RETURN = r"""
---
tags:
  description: The tags that match, in the order of the service.
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
      description: The devices of the tag by name, or by id where a name is not unique.
      type: list
      elements: str
failure:
  description: The request that failed, where the service refused one or did not answer.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._alertra import TAG_FILTERS, Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._module import look_up


def main() -> None:
    """Look up tags."""
    look_up(Alertra, "tag", TAG_FILTERS)


if __name__ == "__main__":
    main()
