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
  - Tells Pinghome that something is alive, has begun, has ended or has failed.
  - This is an action. It always reports a change, and sends no event in check mode.
  - With O(heartbeat_id), no token is needed, so a machine can send its sign of life without one. The gateway that takes
    events is not sent any token.
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
      - Nothing is sent but what looks up O(name).
  diff_mode:
    support: none
    details:
      - What was sent before is not looked at.
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
      - The name of the heartbeat in the service O(service_id), which it requires, as well as O(api_token). The id is
        then looked up, in check mode too.
    type: str
  api_token:
    description:
      - The token with which O(name) is looked up, as a bearer token. Not needed with O(heartbeat_id).
      - If not set, the value of the environment variable E(PINGHOME_API_TOKEN) is used.
    type: str
  result:
    description:
      - What has happened.
    type: str
    choices: [tick, run, complete, fail]
    default: tick
  message_text:
    description:
      - What there is to say about it.
      - The service calls it C(message), and that name is taken too, though Ansible lets no module declare it.
    type: str
seealso:
  - module: declarative.monitoring.pinghome_heartbeat
"""

EXAMPLES = r"""
---
- name: The backup begins
  declarative.monitoring.pinghome_heartbeat_event:
    api_token: "{{ pinghome_api_token }}"
    service_id: "{{ pinghome_service_id }}"
    name: backup
    result: run

- name: A sign of life, without a token
  declarative.monitoring.pinghome_heartbeat_event:
    heartbeat_id: "{{ pinghome_heartbeat_id }}"
    message_text: 3 of 7 done
"""

RETURN = r"""
---
event:
  description: The event that was sent, or in check mode would be.
  returned: success
  type: dict
  contains:
    heartbeat_id:
      description: The id of the heartbeat.
      type: str
    result:
      description: What has happened.
      type: str
    message_text:
      description: What there is to say about it.
      type: str
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

from ansible_collections.declarative.monitoring.plugins.module_utils._errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._module import Module, plain_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._pinghome import EVENT_OPTIONS, Heart


def main() -> None:
    """Send an event."""
    module = Module(Heart, plain_spec(EVENT_OPTIONS), fields=EVENT_OPTIONS, required_one_of=[("heartbeat_id", "name")])

    def work(client: Heart) -> None:
        params = module.params
        ident = params["heartbeat_id"]
        if not ident:
            for option in ("api_token", "service_id"):
                if not params[option]:
                    raise InputError(f"name needs {option}: set the option or PINGHOME_{option.upper()}")
            ident = client.heartbeat_id(params["name"])
        if not module.check_mode:
            client.send(ident, params["result"], params["message_text"])
        event = {"heartbeat_id": ident, "result": params["result"], "message_text": params["message_text"]}
        module.exit_json(changed=True, event=client.redact(event))

    module.run(work)


if __name__ == "__main__":
    main()
