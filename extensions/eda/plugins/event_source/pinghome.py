# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the monitors at Pinghome."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pinghome
short_description: Events of the monitors at Pinghome
description:
  - Polls the uptime monitors and the heartbeats of a service at Pinghome.
  - A poll takes two requests for the listings and one for each monitor, so choose the O(interval) accordingly.
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
      - "V(resource): the types of its events are V(up), V(down), V(maintenance), V(disabled), V(unknown) and
        V(removed). Pinghome keeps the changes of its resources. So a change is also reported if the resource has
        changed back between two polls, and C(at) is the time that the service shows."
      - "V(heartbeat): the types are V(received), V(missed), V(disabled), V(unknown) and V(removed). A heartbeat is
        missed if its last event is older than its interval and 30 seconds. Before the first event, it is V(unknown)."
    type: list
    elements: str
    choices: [resource, heartbeat]
    default: [resource, heartbeat]
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
      - If not set, the value of the environment variable E(PINGHOME_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a temporary failure. Requests that could do harm when sent twice are never
        repeated.
      - A C(429) response that says when to try again does not count as an attempt.
      - If not set, the value of the environment variable E(PINGHOME_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a poll may spend on failed attempts and on the pauses after them, in total, in seconds. A pause
        that the service requests is respected if it fits into this time.
      - If not set, the value of the environment variable E(PINGHOME_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the service.
      - If not set, the value of the environment variable E(PINGHOME_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They replace
        the CA certificates of the system.
      - Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA
        certificates in this file or directory do not have to. For example, they may lack the key usage and the
        authority key identifier.
      - If not set, the value of the environment variable E(PINGHOME_CA_PATH) is used.
    type: path
  api_allow_http:
    description:
      - Whether O(api_url) may use C(http), which sends the credentials unencrypted. Addresses of the machine itself
        (loopback) are always allowed.
    type: bool
    default: false
  api_url:
    description:
      - The base URL of the API. For each request, C({host}) is replaced by C(resource-cmd), C(resource-query),
        C(statistic-query) or C(data-gateway).
      - If not set, the value of the environment variable E(PINGHOME_API_URL) is used.
    type: str
    default: https://{host}.api.pinghome.io/v1
  api_token:
    description:
      - The API token. It is sent as a bearer token.
      - If not set, the value of the environment variable E(PINGHOME_API_TOKEN) is used.
      - Required, as an option or as an environment variable.
    type: str
  service_id:
    description:
      - The id of the Pinghome service that the poll manages or reads. The API does not list the services; their pages
        in the web application show their ids.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
  # END connection options
requirements:
  - requests
  - ansible-core, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
---
- name: Watch the monitors at Pinghome
  hosts: all
  sources:
    - declarative.monitoring.pinghome:
        api_token: "{{ pinghome_api_token }}"
        service_id: "{{ pinghome_service_id }}"
        interval: 120
        state_file: /var/lib/eda/pinghome.json
  rules:
    - name: A heartbeat is missed
      condition: event.kind == "heartbeat" and event.type == "missed"
      action:
        debug:
          msg: "{{ event.object.name }} has sent nothing since {{ event.object.last_received_at }}"
"""

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

# ansible-rulebook executes this file by its path. The other files of the collection are then not found by their names.
_COLLECTIONS = Path(__file__).absolute().parents[6]
sys.path.insert(0, str(_COLLECTIONS.parent))

import ansible_collections

# The package "ansible" of PyPI has a regular package of this name, which hides all other folders of the name.
ansible_collections.__path__ = [str(_COLLECTIONS), *ansible_collections.__path__]

from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import parse_time
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.health import (
    resource_health,
    state_log,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.kinds import HEARTBEAT, RESOURCE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    describe,
    in_parallel,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Sighting

_TOLERANCE = timedelta(seconds=30)


def _resources(client: Pinghome, period: Period) -> list[Sighting]:
    """The uptime monitors. Only the log of its changes shows whether one is up."""

    def read(record: Record) -> Sighting:
        changes = client.fetch_include(record, "state_changes", {})
        health, log = resource_health(record.values, changes), state_log(changes)
        return Sighting("resource", record.id, health, describe(record), log=log)

    return in_parallel(read, client.list_objects(RESOURCE))


def _heartbeats(client: Pinghome, period: Period) -> list[Sighting]:
    """The heartbeats, and whether each has been received in time."""

    def read(record: Record) -> Sighting:
        events = client.fetch_include(record, "events", {"limit": 1})
        last = events[0].get("received_at") if events else None
        values = {**describe(record), "last_received_at": last}
        return Sighting("heartbeat", record.id, heartbeat_state(record.values, last, period.now), values)

    return in_parallel(read, client.list_objects(HEARTBEAT))


def heartbeat_state(values: Mapping[str, Any], last: Any, now: datetime) -> str:
    """The state of a heartbeat.

    :param values: the options of the heartbeat
    :param last: the time of its last event in ISO 8601; None if there is none
    """
    if values.get("enabled") is False:
        return "disabled"
    try:
        expected = parse_time(str(last)) + timedelta(seconds=float(values["interval"])) + _TOLERANCE
        return "missed" if expected < now else "received"
    except (KeyError, TypeError, ValueError):
        return "unknown"


SOURCE = EventSource(
    Pinghome,
    (EventKind("resource", "removed", _resources), EventKind("heartbeat", "removed", _heartbeats)),
    required=("service_id",),
)


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await watch(SOURCE, queue, args)
