#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send an event of a heartbeat to Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinghome_heartbeat_event
short_description: Send an event of a heartbeat to Pinghome
description:
  - Reports to Pinghome that something is alive, has started, has completed or has failed.
  - The module always reports a change. In check mode, no event is sent.
  - With O(heartbeat_id), no API token is needed. A machine can then send events without having a token. The token is
    never sent to the gateway that accepts events.
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.pinghome
  - declarative.monitoring.attributes
attributes:
  check_mode:
    support: full
    details:
      - No event is sent. Only the requests that find the id of O(name) are sent.
  diff_mode:
    support: none
    details:
      - Earlier events are not read.
  idempotent:
    support: none
    details:
      - Each run sends an event.
options:
  heartbeat_id:
    description:
      - The id of the heartbeat. One of O(heartbeat_id) and O(name) is required.
    type: str
  name:
    description:
      - The name of the heartbeat. It requires O(service_id) and O(api_token), because its id is read from the service.
        This happens in check mode too.
    type: str
  api_token:
    description:
      - The API token for finding the id of O(name). It is sent as a bearer token. Not needed with O(heartbeat_id).
      - If not set, the value of the environment variable E(PINGHOME_API_TOKEN) is used.
    type: str
  result:
    description:
      - The result that is reported.
    type: str
    choices: [tick, run, complete, fail]
    default: tick
  message_text:
    description:
      - The message of the event.
      - C(message), the name that the service uses, is accepted as an alias.
    type: str
seealso:
  - module: declarative.monitoring.pinghome_heartbeat
"""

EXAMPLES = r"""
---
- name: Report that the backup has started
  declarative.monitoring.pinghome_heartbeat_event:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    result: run

- name: Report progress, without an API token
  declarative.monitoring.pinghome_heartbeat_event:
    heartbeat_id: "{{ pinghome_heartbeat_id }}"
    message_text: 3 of 7 done
"""

RETURN = r"""
---
event:
  description: The event that was sent. In check mode, the event that would be sent.
  returned: success
  type: dict
  contains:
    heartbeat_id:
      description: The id of the heartbeat.
      type: str
    result:
      description: The result that is reported.
      type: str
    message_text:
      description: The message of the event.
      type: str
failure:
  description: The failed request, if the service rejected a request or did not respond.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import (
    InputError,
    Module,
    Values,
    environment_variable,
    plain_spec,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.heartbeat_gateway import (
    HeartbeatGateway,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import EVENT_OPTIONS


def _heartbeat_id(client: HeartbeatGateway, params: Values) -> str:
    """The id of the heartbeat. The id of a heartbeat that is given by name is read from the service.

    :raises InputError: if the options are missing that reading takes
    """
    if params["heartbeat_id"]:
        return str(params["heartbeat_id"])
    for option in ("api_token", "service_id"):
        if not params[option]:
            variable = environment_variable(HeartbeatGateway, option)
            raise InputError(f"name needs {option}: set the option or {variable}")
    return client.heartbeat_id(params["name"])


def main() -> None:
    """Send an event."""
    module = Module(
        HeartbeatGateway, plain_spec(EVENT_OPTIONS), fields=EVENT_OPTIONS, required_one_of=[("heartbeat_id", "name")]
    )

    def work(client: HeartbeatGateway) -> None:
        params = module.params
        event = {
            "heartbeat_id": _heartbeat_id(client, params),
            "result": params["result"],
            "message_text": params["message_text"],
        }
        if not module.check_mode:
            client.send(event["heartbeat_id"], event["result"], event["message_text"])
        module.exit_json(changed=True, event=client.redact(event))

    module.run(work)


if __name__ == "__main__":
    main()
