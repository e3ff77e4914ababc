# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the agents at PingPlotter Cloud."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pingplotter
short_description: Events of the agents at PingPlotter Cloud
description:
  - Polls the agents of a tenant of PingPlotter Cloud, and reports which are online and offline.
  - A poll takes one request. Templates are left out.
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
      - "V(agent): the types of its events are V(online), V(offline), V(unknown) and V(removed)."
    type: list
    elements: str
    choices: [agent]
    default: [agent]
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
      - If not set, the value of the environment variable E(PINGPLOTTER_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a temporary failure. Requests that could do harm when sent twice are never
        repeated.
      - A C(429) response that says when to try again does not count as an attempt.
      - If not set, the value of the environment variable E(PINGPLOTTER_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a poll may spend on failed attempts and on pauses, in total, in seconds. A pause that the service
        requests is respected if it fits into this time. This includes pauses until a rate limit is reset.
      - If not set, the value of the environment variable E(PINGPLOTTER_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the service.
      - If not set, the value of the environment variable E(PINGPLOTTER_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They replace
        the CA certificates of the system.
      - Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA
        certificates in this file or directory do not have to. For example, they may lack the key usage and the
        authority key identifier.
      - If not set, the value of the environment variable E(PINGPLOTTER_CA_PATH) is used.
    type: path
  api_allow_http:
    description:
      - Whether O(api_url) may use C(http), which sends the credentials unencrypted. Addresses of the machine itself
        (loopback) are always allowed.
    type: bool
    default: false
  api_url:
    description:
      - The base URL of the API of a tenant, such as C(https://SUBDOMAIN.api.pingplotter.cloud/api). The vendor's
        support sets up the subdomain.
      - The vendor's documentation is inconsistent on whether the URL ends with C(/api). If this option ends with
        C(/api) and the API is not found there, the URL without C(/api) is tried.
      - If not set, the value of the environment variable E(PINGPLOTTER_API_URL) is used.
      - Required, as an option or as an environment variable.
    type: str
  api_key:
    description:
      - The API key. It needs the permissions for the intended changes, such as C(AgentManagement).
      - If not set, the value of the environment variable E(PINGPLOTTER_API_KEY) is used.
      - Required, as an option or as an environment variable.
    type: str
  # END connection options
requirements:
  - requests
  - ansible-core, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
---
- name: Watch the agents at PingPlotter Cloud
  hosts: all
  sources:
    - declarative.monitoring.pingplotter:
        api_url: https://example.api.pingplotter.cloud/api
        api_key: "{{ pingplotter_api_key }}"
        state_file: /var/lib/eda/pingplotter.json
  rules:
    - name: An agent is offline
      condition: event.kind == "agent" and event.type == "offline"
      action:
        debug:
          msg: "{{ event.object.name }} is offline, last seen {{ event.object.last_message_time }}"
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

from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import AGENT, PingPlotter
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    describe,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Sighting

_STATES = {"True": "online", "False": "offline"}


def _agents(client: PingPlotter, period: Period) -> Iterator[Sighting]:
    """The agents, without templates."""
    for record in client.list_objects(AGENT):
        if not record.values.get("is_template"):
            state = _STATES.get(str(record.values.get("is_online")), "unknown")
            yield Sighting("agent", record.id, state, describe(record))


SOURCE = EventSource(PingPlotter, (EventKind("agent", "removed", _agents),))


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await watch(SOURCE, queue, args)
