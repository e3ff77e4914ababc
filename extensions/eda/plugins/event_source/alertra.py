# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the devices at Alertra."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alertra
short_description: Events of the devices at Alertra
description:
  - Polls the devices of an account at Alertra, and reports which are up, down or in maintenance.
  - A poll takes one request per 100 devices for the listing twice, and one for the devices in maintenance.
  - Each event has the keys C(service), C(kind), C(type), C(object), C(before), C(after), C(at) and C(id). The guide on
    events describes them.
  - If a poll fails, there is one event of the kind V(api) and the type V(outage), with C(object.reason). The first poll
    that succeeds again leads to one of the type V(recovered).
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  interval:
    description: The pause between two polls, in seconds. The minimum is 1.
    type: float
    default: 60.0
  include:
    description:
      - The kinds of objects that are watched.
      - "V(device): the types of its events are V(up), V(down), V(maintenance), V(unknown) and V(removed)."
    type: list
    elements: str
    choices: [device]
    default: [device]
  state_file:
    description:
      - The path of a file in which the source stores what it knows, and which events it has delivered. After a restart,
        the changes since the last poll are reported, and no event is lost.
      - Each source needs a file of its own. Its folder must exist.
      - If not set, the first poll after each start only reads the current state.
    type: path
  # BEGIN connection options: written by tests/tools/sync_docs.py.
  api_timeout:
    description:
      - 'How long one attempt to send a request may take as a whole, in seconds: from the connection to the end of the
        response.'
      - All pages of a listing together may take 20 times as long, or ten minutes if that is more. Their size is limited
        to 64 MB in total, like that of a single response.
      - If not set, the value of the environment variable E(ALERTRA_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a temporary failure. Requests that could do harm when sent twice are never
        repeated.
      - A C(429) response that says when to try again does not count as an attempt.
      - If not set, the value of the environment variable E(ALERTRA_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a poll may spend on failed attempts and on the pauses after them, in total, in seconds. A pause
        that the service requests is respected if it fits into this time.
      - If not set, the value of the environment variable E(ALERTRA_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the service.
      - If not set, the value of the environment variable E(ALERTRA_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They replace
        the CA certificates of the system.
      - Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA
        certificates in this file or directory do not have to. For example, they may lack the key usage and the
        authority key identifier.
      - If not set, the value of the environment variable E(ALERTRA_CA_PATH) is used.
    type: path
  api_allow_http:
    description:
      - Whether O(api_url) may use C(http), which sends the credentials unencrypted. Addresses of the machine itself
        (loopback) are always allowed.
    type: bool
    default: false
  api_url:
    description:
      - The base URL of the API.
      - If not set, the value of the environment variable E(ALERTRA_API_URL) is used.
    type: str
    default: https://api.alertra.com/v1.1
  api_key:
    description:
      - The API key. To change anything, it needs the authorization level C(UW).
      - If not set, the value of the environment variable E(ALERTRA_API_KEY) is used.
      - Required, as an option or as an environment variable.
    type: str
  login_user:
    description:
      - The user name for HTTP Basic authentication, which some keys require in addition.
      - If not set, the value of the environment variable E(ALERTRA_LOGIN_USER) is used.
    type: str
  login_password:
    description:
      - The password of O(login_user).
      - If not set, the value of the environment variable E(ALERTRA_LOGIN_PASSWORD) is used.
    type: str
  # END connection options
requirements:
  - requests
  - ansible-core, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
---
- name: Watch the devices at Alertra
  hosts: all
  sources:
    - declarative.monitoring.alertra:
        api_key: "{{ alertra_api_key }}"
        interval: 60
        state_file: /var/lib/eda/alertra.json
  rules:
    - name: A device is down
      condition: event.kind == "device" and event.type == "down"
      action:
        debug:
          msg: "{{ event.object.short_name }} is down since {{ event.object.status_since }}"
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# ansible-rulebook executes this file by its path. The other files of the collection are then not found by their names.
_COLLECTIONS = Path(__file__).absolute().parents[6]
sys.path.insert(0, str(_COLLECTIONS.parent))

import ansible_collections

# The package "ansible" of PyPI has a regular package of this name, which hides all other folders of the name.
ansible_collections.__path__ = [str(_COLLECTIONS), *ansible_collections.__path__]

from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE, Alertra
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    describe,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Sighting


def _devices(client: Alertra, period: Period) -> Iterator[Sighting]:
    """The devices, and whether each is up. The service shows maintenance in another way than the status."""
    for record in client.list_objects(DEVICE):
        health = client.fetch_include(record, "health", {})
        yield Sighting("device", record.id, health, describe(record))


SOURCE = EventSource(Alertra, (EventKind("device", "removed", _devices),))


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await watch(SOURCE, queue, args)
