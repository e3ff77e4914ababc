#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manage a tag at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_tag
short_description: Manage a tag at Alertra
description:
  - Creates, renames and deletes a tag, and says which devices have it.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  tag_id:
    description:
      - The id of an existing tag. With it, the name may change.
      - Without it, the tag is found by its O(name). It is an error if several tags bear that name.
    type: str
  name:
    description:
      - The name of the tag. Required if O(tag_id) is not set, and to create a tag.
    type: str
  devices:
    description:
      - The names or ids of the devices that have the tag. A device that does not exist is an error.
    type: list
    elements: str
  purge_devices:
    description:
      - Whether the tag is removed from devices that are not in O(devices). Without O(devices) nothing is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the tag exists.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.alertra_config
"""

EXAMPLES = r"""
---
- name: A tag for two devices and no others
  declarative.monitoring.alertra_tag:
    api_key: "{{ alertra_api_key }}"
    name: production
    devices:
      - WWW
      - MAIL

- name: Delete a tag, and leave its devices
  declarative.monitoring.alertra_tag:
    api_key: "{{ alertra_api_key }}"
    name: outdated
    state: absent
"""

RETURN = r"""
---
tag:
  description:
    - The tag, with the options as they are known. In check mode as it would be, a new one without its id.
    - For O(state=absent) as it was, or V(null) if there was none.
  returned: success
  type: dict
  contains:
    tag_id:
      description: The id of the tag.
      type: str
    name:
      description: The name of the tag.
      type: str
    devices:
      description: The devices of the tag by name, or by id where a name is not unique; if they are known.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._module import manage


def main() -> None:
    """Manage a tag."""
    manage(Alertra, "tag")


if __name__ == "__main__":
    main()
