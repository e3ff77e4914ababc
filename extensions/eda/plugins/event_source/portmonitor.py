# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the targets at Port Monitor."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: portmonitor
short_description: Events of the targets at Port Monitor
description:
  - Polls the events of an account at Port Monitor, and reports each once.
  - "Port Monitor keeps the events of its targets. So an event is also reported if the target has changed back between
    two polls."
  - A poll takes one request for the events, one for the groups and one per group.
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
      - "V(target): the type of an event is the word of the service for the new status, such as V(up) or V(down).
        C(at) is the time that the service shows, and C(before) is always null."
    type: list
    elements: str
    choices: [target]
    default: [target]
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
      - If not set, the value of the environment variable E(PORTMONITOR_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a temporary failure. Requests that could do harm when sent twice are never
        repeated.
      - A C(429) response that says when to try again does not count as an attempt.
      - If not set, the value of the environment variable E(PORTMONITOR_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a poll may spend on failed attempts and on the pauses after them, in total, in seconds. A pause
        that the service requests is respected if it fits into this time.
      - If not set, the value of the environment variable E(PORTMONITOR_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the service.
      - If not set, the value of the environment variable E(PORTMONITOR_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They replace
        the CA certificates of the system.
      - Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA
        certificates in this file or directory do not have to. For example, they may lack the key usage and the
        authority key identifier.
      - If not set, the value of the environment variable E(PORTMONITOR_CA_PATH) is used.
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
      - If not set, the value of the environment variable E(PORTMONITOR_API_URL) is used.
    type: str
    default: https://www.port-monitor.com/api
  app_key:
    description:
      - The key of your app. Every request needs it.
      - If not set, the value of the environment variable E(PORTMONITOR_APP_KEY) is used.
      - Required, as an option or as an environment variable.
    type: str
  auth_token:
    description:
      - A token from an earlier login.
      - Either this or O(login_email) with O(login_password) is required. If both are set, the token is used until the
        service rejects it.
      - If not set, the value of the environment variable E(PORTMONITOR_AUTH_TOKEN) is used.
    type: str
  login_email:
    description:
      - The e-mail address to log in with. This takes one additional request per poll, and another one if the token from
        the login expires during the poll.
      - If not set, the value of the environment variable E(PORTMONITOR_LOGIN_EMAIL) is used.
    type: str
  login_password:
    description:
      - The password of O(login_email).
      - If not set, the value of the environment variable E(PORTMONITOR_LOGIN_PASSWORD) is used.
    type: str
  log_out:
    description:
      - Whether to log out at the end of a poll that has logged in. The vendor's documentation does not say whether this
        also ends other sessions of the account. An O(auth_token) is never logged out.
      - If not set, the value of the environment variable E(PORTMONITOR_LOG_OUT) is used.
    type: bool
    default: false
  # END connection options
requirements:
  - requests
  - ansible-core, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
---
- name: Watch the targets at Port Monitor
  hosts: all
  sources:
    - declarative.monitoring.portmonitor:
        app_key: "{{ portmonitor_app_key }}"
        auth_token: "{{ portmonitor_auth_token }}"
        state_file: /var/lib/eda/portmonitor.json
  rules:
    - name: A target is down
      condition: event.kind == "target" and event.type == "down"
      action:
        debug:
          msg: "{{ event.object.name }} in {{ event.object.group }} is down since {{ event.at }}"
"""

import json
import sys
from pathlib import Path
from typing import Any

# ansible-rulebook executes this file by its path. The other files of the collection are then not found by their names.
_COLLECTIONS = Path(__file__).absolute().parents[6]
sys.path.insert(0, str(_COLLECTIONS.parent))

import ansible_collections

# The package "ansible" of PyPI has a regular package of this name, which hides all other folders of the name.
ansible_collections.__path__ = [str(_COLLECTIONS), *ansible_collections.__path__]

from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.kinds import GROUP, TARGET
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    describe,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Sighting

# The document names no field of an event. These are the plausible ones.
_IDS = ("id", "_id", "event_id")
_TARGETS = ("target_id", "monitor_id", "target")
_STATES = ("status", "state", "type", "event")
_TIMES = ("created_at", "time", "timestamp", "date", "updated_at")


def _events(client: PortMonitor, period: Period) -> list[Sighting]:
    """The events, the oldest first."""
    rows = client.events(period.since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    targets = _targets(client)
    found = [_sighting(row, targets) for row in rows]
    return sorted(found, key=lambda one: (one.at, int(one.id) if one.id.isdecimal() else 0))


def _targets(client: PortMonitor) -> dict[str, Values]:
    """All targets by id, each with the name of its group."""
    groups = {record.id: record.label for record in client.list_objects(GROUP)}
    found = [describe(record) for record in client.list_objects(TARGET)]
    return {one["target_id"]: {**one, "group": groups.get(one["group"], one["group"])} for one in found}


def _sighting(row: Values, targets: dict[str, Values]) -> Sighting:
    target = str(_first(row, _TARGETS))
    ident = _first(row, _IDS)
    whole = json.dumps(row, sort_keys=True)
    word = str(_first(row, _STATES) or "unknown").lower()
    values = {**targets.get(target, {"target_id": target}), "event": row}
    return Sighting("target", whole if ident is None else str(ident), word, values, str(_first(row, _TIMES) or ""))


def _first(row: Values, names: tuple[str, ...]) -> Any:
    """The value of the first of these keys that a row has."""
    return next((row[name] for name in names if row.get(name) is not None), None)


SOURCE = EventSource(PortMonitor, (EventKind("target", "", _events),))


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await watch(SOURCE, queue, args)
