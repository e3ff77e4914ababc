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
  - Creates, renames and deletes a tag, and sets which devices have it.
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
      - The id of an existing tag. If set, the name can be changed.
      - If not set, the tag is identified by its O(name). If several tags have that name, the task fails.
    type: str
  name:
    description:
      - The name of the tag. Required if O(tag_id) is not set, and to create a tag.
    type: str
  renamed_from:
    description:
      - Former names of the tag. If no tag has the name O(name), but exactly one has one of these former names, that one
        is renamed. It keeps its id and its history.
      - If the new name exists, this option has no effect, so it can stay in the declaration. If an object with a former
        name still exists, too, the task issues a warning. If several tags have a former name, the task fails and lists
        their ids.
      - Ignored if O(tag_id) is set or O(state=absent).
    type: list
    elements: str
    version_added: 0.9.0
  devices:
    description:
      - The names or ids of the devices that have the tag. If a device does not exist, the task fails.
    type: list
    elements: str
  purge_devices:
    description:
      - Whether the tag is removed from devices that are not in O(devices). Without O(devices) nothing is removed.
    type: bool
    default: true
  state:
    description:
      - Whether the tag should exist.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: declarative.monitoring.alertra_config
"""

EXAMPLES = r"""
---
- name: Set a tag for two devices, and remove it from all others
  declarative.monitoring.alertra_tag:
    api_key: "{{ alertra_api_key }}"
    name: production
    devices:
      - WWW
      - MAIL

- name: Delete a tag, and keep its devices
  declarative.monitoring.alertra_tag:
    api_key: "{{ alertra_api_key }}"
    name: outdated
    state: absent
"""

RETURN = r"""
---
tag:
  description:
    - The tag, with all options whose values are known. In check mode, the tag as it would be. A new tag then has an id
      such as V(predicted:tag:1), or none.
    - With O(state=absent), the tag before it was deleted, or V(null) if it did not exist.
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
      description: The names of the devices of the tag, if they are known. A device whose name is not unique is returned
        by its id.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import run_object_module
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra


def main() -> None:
    """Manage a tag."""
    run_object_module(Alertra, "tag")


if __name__ == "__main__":
    main()
