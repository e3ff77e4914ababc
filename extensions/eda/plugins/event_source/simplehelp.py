# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of a SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: simplehelp
short_description: Events of a SimpleHelp server
description:
  - Polls the alerts and the support queue of a SimpleHelp server.
  - A poll takes one request for each kind in O(include), and one for the machines if an alert is triggered.
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
      - "V(alert): the types of its events are V(triggered) and V(reset). There is one event for each machine of an
        alert. C(object.machine_id), C(object.machine_name) and C(object.host) tell which one. C(object.host) is the
        name of the machine in the inventory plugin, unless its option C(hostname) is set. Alerts need a licence of
        SimpleHelp that has monitoring."
      - "V(support_session): V(waiting) for a customer who is in the support queue, and V(left) for one who is not any
        more, because somebody has answered or because the customer has gone."
    type: list
    elements: str
    choices: [alert, support_session]
    default: [alert, support_session]
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
      - If not set, the value of the environment variable E(SIMPLEHELP_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a temporary failure. Requests that could do harm when sent twice are never
        repeated.
      - A C(429) response that says when to try again does not count as an attempt.
      - If not set, the value of the environment variable E(SIMPLEHELP_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a poll may spend on failed attempts and on the pauses after them, in total, in seconds. A pause
        that the service requests is respected if it fits into this time.
      - If not set, the value of the environment variable E(SIMPLEHELP_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether to validate the TLS certificate of the service.
      - If not set, the value of the environment variable E(SIMPLEHELP_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They replace
        the CA certificates of the system.
      - Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA
        certificates in this file or directory do not have to. For example, they may lack the key usage and the
        authority key identifier.
      - If not set, the value of the environment variable E(SIMPLEHELP_CA_PATH) is used.
    type: path
  api_allow_http:
    description:
      - Whether O(api_url) may use C(http), which sends the credentials unencrypted. Addresses of the machine itself
        (loopback) are always allowed.
    type: bool
    default: false
  api_url:
    description:
      - The root URL of the server, such as C(https://help.example.com).
      - If not set, the value of the environment variable E(SIMPLEHELP_API_URL) is used.
      - Required, as an option or as an environment variable.
    type: str
  api_token:
    description:
      - An API token, which is created in the Administration tab of the Technician Console.
      - The API expects the token in the path of the URL. This collection removes it from all results and messages, but
        proxies and the web server may write it to their logs.
      - If not set, the value of the environment variable E(SIMPLEHELP_API_TOKEN) is used.
      - Required, as an option or as an environment variable.
    type: str
  # END connection options
requirements:
  - requests
  - ansible-core, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
---
- name: Watch a SimpleHelp server
  hosts: all
  sources:
    - declarative.monitoring.simplehelp:
        api_url: https://help.example.com
        api_token: "{{ simplehelp_api_token }}"
        state_file: /var/lib/eda/simplehelp.json
  rules:
    - name: A customer is waiting
      condition: event.kind == "support_session" and event.type == "waiting"
      action:
        debug:
          msg: "{{ event.object.customer.username }} is waiting for support"
"""

import json
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

from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import MACHINE
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._event_source import (
    EventKind,
    EventSource,
    Period,
    describe,
    watch,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._events import Sighting
from ansible_collections.declarative.monitoring.plugins.plugin_utils._host_names import (
    safe_id,
    safe_name,
    service_host_names,
)

# What differs each time that the same session is listed.
_TIMERS = frozenset({"time_in_queue", "elapsed_time"})
# The names that the inventory plugin gives to no machine.
_TAKEN = frozenset({"all", "ungrouped", "simplehelp", "localhost", "127.0.0.1", "::1"})


def _alerts(client: SimpleHelp, period: Period) -> Iterator[Sighting]:
    """The triggered alerts, one for each machine. An alert that is reset is not among them."""
    alerts = client.alerts({"triggered": True})
    machines = _machines(client) if alerts else {}
    for alert in alerts:
        name = str(alert.get("name"))
        idents = [str(ident) for ident in alert.get("triggered_machine_ids") or ()]
        for ident in idents:
            values = {**alert, "machine_id": ident, **machines.get(ident, {})}
            yield Sighting("alert", json.dumps([name, ident]), "triggered", values)
        if not idents:
            yield Sighting("alert", json.dumps([name]), "triggered", alert)


def _machines(client: SimpleHelp) -> dict[str, Values]:
    """The names of all machines by id, at the server and in the inventory plugin."""
    found = [describe(record) for record in client.list_objects(MACHINE)]
    named = [(safe_name(str(one.get("name") or one["machine_id"])), safe_id(one["machine_id"])) for one in found]
    return {
        one["machine_id"]: {"machine_name": one.get("name"), "host": host}
        for one, host in zip(found, service_host_names(SimpleHelp.name, named, _TAKEN), strict=True)
    }


def _waiting(client: SimpleHelp, period: Period) -> Iterator[Sighting]:
    """The sessions in the support queue."""
    for session in client.sessions("queue", {}):
        yield Sighting("support_session", _session_id(session), "waiting", session)


def _session_id(session: Values) -> str:
    """The id of a session, or that of its customer; what stays the same in the session if the server shows neither."""
    customer = session.get("customer")
    customer_id = customer.get("customer_id") if isinstance(customer, dict) else None
    return str(session.get("session_id") or customer_id or json.dumps(_lasting(session), sort_keys=True))


def _lasting(value: Any) -> Any:
    """A part of a session without what changes by itself."""
    if isinstance(value, dict):
        return {name: _lasting(one) for name, one in value.items() if name not in _TIMERS}
    return value


SOURCE = EventSource(SimpleHelp, (EventKind("alert", "reset", _alerts), EventKind("support_session", "left", _waiting)))


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await watch(SOURCE, queue, args)
