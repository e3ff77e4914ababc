#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start or stop the maintenance of devices at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: alertra_maintenance
short_description: Start or stop the maintenance of devices at Alertra
description:
  - Starts or stops the maintenance of devices. No alerts are sent for devices in maintenance.
  - The API does not show when a maintenance ends. A device that is already in maintenance is therefore not changed,
    unless O(extend=true).
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.alertra
  - declarative.monitoring.attributes
  - declarative.monitoring.attributes.manages
options:
  devices:
    description:
      - The names or ids of devices. One of O(devices) and O(tag) is required.
    type: list
    elements: str
  tag:
    description:
      - The name or id of a tag. All devices that have the tag are selected.
    type: str
  duration:
    description:
      - How long the maintenance lasts, in hours and minutes as C("HH:MM"). Use quotes, because YAML reads C(1:30)
        without quotes as the number 90.
    type: str
    default: "01:00"
  extend:
    description:
      - Whether to start the maintenance again for devices that are already in maintenance. The task then always reports
        a change.
    type: bool
    default: false
  state:
    description:
      - Whether the devices should be in maintenance.
    type: str
    choices: [started, stopped]
    default: started
"""

EXAMPLES = r"""
---
- name: Start two hours of maintenance for all devices of a tag
  declarative.monitoring.alertra_maintenance:
    api_key: "{{ alertra_api_key }}"
    tag: production
    duration: "02:00"

- name: Stop the maintenance
  declarative.monitoring.alertra_maintenance:
    api_key: "{{ alertra_api_key }}"
    tag: production
    state: stopped

- name: Start the maintenance of one device by name
  declarative.monitoring.alertra_maintenance:
    api_key: "{{ alertra_api_key }}"
    devices:
      - WWW
    state: started
"""

RETURN = r"""
---
devices:
  description: The devices, in the order of the options. The devices of a tag come first.
  returned: always
  type: list
  elements: dict
  contains:
    device_id:
      description: The id of the device.
      type: str
    short_name:
      description: The name of the device.
      type: str
    in_maintenance:
      description: Whether the device is in maintenance. In check mode, whether it would be.
      type: bool
    # BEGIN returned options: written by tests/tools/sync_docs.py
    duration:
      description: How long the maintenance lasts, in hours and minutes as C("HH:MM").
      type: str
    # END returned options
changes:
  description: The devices whose maintenance was changed. In check mode, the devices whose maintenance would be changed.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object, V(device).
      type: str
    name:
      description: The name of the device.
      type: str
    id:
      description: The id of the device.
      type: str
    action:
      description: The change, V(update).
      type: str
    fields:
      description: The options that changed.
      type: list
      elements: str
    before:
      description: The values of these options before the change.
      type: dict
    after:
      description: The values of these options after the change.
      type: dict
summary:
  description: The number of devices per outcome.
  returned: always
  type: dict
  sample: {create: 0, update: 2, delete: 0, recreate: 0, unchanged: 1, failed: 0, skipped: 0}
failures:
  description: The devices whose maintenance could not be changed. All other devices were still processed.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the object.
      type: str
    name:
      description: The name of the object.
      type: str
    location:
      description: The place of the object in the options, such as C(devices[3]). V(null) if it is not declared.
      type: str
    action:
      description: The planned action.
      type: str
    msg:
      description: The error message.
      type: str
    failure:
      description: The failed request, if a request caused the failure.
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

from dataclasses import replace

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import (
    Desired,
    Field,
    Module,
    Values,
    plain_spec,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import (
    DEVICE,
    MAINTENANCE,
    Alertra,
)

_OPTIONS = (
    Field("devices", type="list", takes_digits=True),
    Field("tag", takes_digits=True),
    replace(MAINTENANCE.by_name["duration"], default="01:00"),
    Field("extend", type="bool", default=False),
    Field("state", choices=("started", "stopped"), default="started"),
)


def _desired(ident: str, params: Values) -> Desired:
    """A device in maintenance, or not. Maintenance that is extended is always started again."""
    if params["state"] == "stopped":
        return Desired(MAINTENANCE, {"in_maintenance": False}, ident)
    values = {"in_maintenance": True, "duration": params["duration"]}
    force_send = frozenset({"duration"}) if params["extend"] else frozenset()
    return Desired(MAINTENANCE, values, ident, force_send=force_send)


def _without_name(change: Values) -> Values:
    """A change as one of a device, which maintenance cannot rename."""
    return {**{name: value for name, value in change.items() if name != "renamed_from"}, "kind": DEVICE.name}


def main() -> None:
    """Start or stop maintenance."""
    module = Module(Alertra, plain_spec(_OPTIONS), fields=_OPTIONS, required_one_of=[("devices", "tag")])

    def work(client: Alertra) -> None:
        idents = client.device_ids(module.params["tag"] or "", module.params["devices"] or ())
        report = module.reconcile(client, [_desired(ident, module.params) for ident in idents])
        module.finish(
            report,
            diff=report.diffs(),
            devices=[report.result(index) for index in range(len(idents))],
            changes=[_without_name(change) for change in report.changes()],
            summary=report.summary(),
            failures=report.failures(),
        )

    module.run(work)


if __name__ == "__main__":
    main()
