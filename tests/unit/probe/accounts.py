# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account of each service in which every value is a canary, and in which reading shows as much as it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._core import service as core
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import alertra as alertra_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import pinghome as pinghome_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import pingplotter as pingplotter_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import portmonitor as portmonitor_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import simplehelp as simplehelp_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.question import Position, Probe
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from sandbox import alertra, pinghome, pingplotter, portmonitor, simplehelp
from sandbox.service import Service
from unit.probe.in_process import BASE, OPTIONS

State = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """An account and its probe.

    :param credentials: of the account in the sandbox
    :param with_switches: further switches that a switch needs to be seen, by its name
    :param same: positions that no request of the collection tells apart from another one, which is found instead
    :param untold: positions that reading cannot tell, by the switch
    :param alike: other people's objects whose names begin like those of scratch objects
    """

    probe: Probe
    service: type[core.Service]
    sandbox: Callable[[], Service]
    credentials: Mapping[str, Any]
    state: State
    with_switches: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    same: Mapping[tuple[str, Position], Mapping[str, Position]] = field(default_factory=dict)
    untold: Mapping[str, tuple[Position, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    alike: State = field(default_factory=dict)

    def options(self, sandbox: Service) -> dict[str, Any]:
        """The options of the module."""
        return {**OPTIONS, "api_url": BASE + sandbox.base, **self.credentials}


ACCOUNTS: Mapping[str, Account] = {
    "alertra": Account(
        alertra_probe.PROBE,
        Alertra,
        alertra.Alertra,
        {"api_key": "sandbox-key", "login_user": None, "login_password": None},
        {
            "tags": [{"Name": "canary-empty"}, {"Name": "canary-tag"}],
            "devices": [
                {
                    "ShortName": f"CANARY-{number}",
                    "FullName": "" if number else "canary name",
                    "URL": f"http://canary-{number}.example.com/canary",
                    "Method": "HTTP",
                    "Status": "Down" if number == 1 else "Up",
                    "Tags": ["canary-tag"],
                    "in_maintenance": number == 2,
                }
                for number in range(3)
            ],
        },
        untold={"url_style": ("trailing_slash",), "page_cap": (3, 100)},
        numbers={"page_cap": (1, 2, 3, 100), "lag": (0, 3)},
        alike={
            "tags": [{"Name": "zzprobe"}, {"Name": "zzprobe made by a probe"}],
            "devices": [
                {
                    "ShortName": "zzprobe",
                    "FullName": name,
                    "URL": "https://www.example.com/zzprobe/other",
                    "Method": "HTTP",
                }
                for name in ("zzprobe", "zzprobe made by a probe 1", "zzprobe made by a probe 10")
            ],
        },
    ),
    "portmonitor": Account(
        portmonitor_probe.PROBE,
        PortMonitor,
        portmonitor.PortMonitor,
        {
            "app_key": "sandbox-app",
            "auth_token": None,
            "login_email": "sandbox@example.com",
            "login_password": "sandbox-password",
            "log_out": False,
        },
        {
            "profile": {"country": ""},
            # Short ids would be in any report, as counts or statuses.
            "groups": [{"id": 71001, "name": "canary group"}, {"id": 71002, "name": "canary empty"}],
            "targets": [
                {
                    "id": 72001,
                    "name": "canary shop",
                    "group": "canary group",
                    "url": "http://canary.example.com/canary",
                },
                {"id": 72002, "name": "canary ping", "group": "canary group", "host": "canary.example.com"},
                {
                    "id": 72003,
                    "name": "canary port",
                    "group": "canary group",
                    "host": "canary.example.com",
                    "port_number": 25,
                },
            ],
        },
        untold={"url_style": ("trailing_slash",), "token_requests": (0,)},
        numbers={"token_requests": (0, 3, 5), "lag": (0, 3)},
        alike={
            "groups": [{"name": "zzprobe"}, {"name": "zzprobe made by a probe"}],
            "targets": [
                {"name": "zzprobe made by a probe 1", "group": "zzprobe", "url": "http://www.example.com/zzprobe"}
            ],
        },
    ),
    "pingplotter": Account(
        pingplotter_probe.PROBE,
        PingPlotter,
        pingplotter.PingPlotter,
        {"api_key": "sandbox-key"},
        {
            "agents": [
                {
                    "Name": "canary laptop",
                    "UniqueId": "canary-agent-1",
                    "CreationDate": "2026-01-31T00:00:00Z",
                    "CustomFieldsJSON": '{"canary field": "canary value"}',
                    "CurrentNetworkInterface": {"IP": "canary address"},
                    "Notes": "canary note",
                    "Sessions": [
                        {"Status": "Active", "Description": "canary.example.com", "IpAddress": "canary ip"},
                        {"Status": "Paused", "Description": "canary2.example.com"},
                    ],
                },
                {
                    "Name": "canary template",
                    "UniqueId": "canary-agent-2",
                    "CreationDate": "2026-01-31T00:00:00Z",
                    "IsTemplate": True,
                },
                {
                    "Name": "canary old",
                    "UniqueId": "canary-agent-3",
                    "CreationDate": "2026-01-31T00:00:00Z",
                    "Deleted": True,
                    "DeletionDate": "2026-01-31T00:00:00Z",
                },
            ],
            "users": [
                {"EmailAddress": "canary@example.com", "Name": "Canary", "Roles": ["TargetManagement"]},
                {"EmailAddress": "other-canary@example.com"},
            ],
        },
        with_switches={
            "rate_headers": {"rate_limit": 8, "rate_window": 1},
            "rate_limit": {"rate_window": 1},
            "rate_window": {"rate_limit": 3},
        },
        untold={"rate_limit": (0,)},
        numbers={"rate_limit": (0, 3, 5), "rate_window": (1, 2, 10, 60), "lag": (0, 3)},
        alike={"users": [{"EmailAddress": "zzprobe@example.com"}, {"EmailAddress": "zzprobe-made@example.com"}]},
    ),
    "pinghome": Account(
        pinghome_probe.PROBE,
        Pinghome,
        pinghome.Pinghome,
        {"api_token": "sandbox-token", "service_id": "11111111-1111-4111-8111-111111111111"},
        {
            "resources": [
                {
                    "name": "canary web",
                    "type": "http",
                    "url": "https://canary.example.com",
                    "headers": {"Canary-Header": "canary value"},
                    "body": "canary body",
                    "regions": ["canary-region"],
                    "conditions": [{"type": "canary", "operator": "equal", "values": ["canary"], "key": "$.canary"}],
                    "ssl_reminder": [7],
                    "integrations": [{"integration": "canary1", "name": "canary integration", "items": ["canary"]}],
                },
                {"name": "canary port", "type": "tcp", "host": "canary.example.com", "port": "80"},
            ],
            "server_resources": [{"name": "canary server", "os": "canary os"}],
            "heartbeats": [
                {
                    "name": "canary heartbeat",
                    "interval": 300,
                    "events": [
                        {"result": "tick", "received_at": f"2026-01-31T00:{minute:02}:00Z"}
                        for minute in range(0, 30, 5)
                    ],
                }
            ],
        },
        with_switches={"total_shown": {"list_envelope": "named"}},
        untold={"page_cap": (2, 100)},
        numbers={"page_cap": (1, 2, 100), "lag": (0, 3)},
        alike={
            "resources": [{"name": "zzprobe made by a probe 1", "type": "tcp", "host": "canary.example.com"}],
            "server_resources": [{"name": "zzprobe"}],
            "heartbeats": [{"name": "zzprobe made by a probe", "interval": 60}],
        },
        # A field without a switch of its own is hidden in the same way.
        same={
            ("field_hidden", "headers"): {"field_hidden": "none", "headers_shown": "hidden"},
            ("field_hidden", "regions"): {"field_hidden": "none", "regions_shown": "separate_strings"},
            ("field_hidden", "methods"): {"field_hidden": "none", "heartbeat_methods_shown": "no"},
        },
    ),
    "simplehelp": Account(
        simplehelp_probe.PROBE,
        SimpleHelp,
        simplehelp.SimpleHelp,
        {"api_token": "sandbox-token"},
        {
            "technicians": [
                {"uniqueID": 73001, "username": "canary", "displayName": "Canary", "password": "canary password"}
            ],
            "groups": [
                {
                    "uniqueID": 73002,
                    "name": "canary group",
                    "videoPassword": "canary video",
                    "permissions": {"canDoMore": True},
                    "ldapSettings": {"baseDN": "canary dn"},
                }
            ],
            "machines": [
                {
                    "machineID": "SG_CANARY",
                    "name": "canary machine",
                    "groups": ["Canary", "Canary city"],
                    "properties": {"Canary key": "canary value"},
                    "notes": "canary notes",
                }
            ],
            "machine_groups": [{"groups": ["Canary", "Canary city"], "properties": {"canary property": "canary"}}],
            "hostname": "canary.example.com",
            "restrictions": ["canary.*"],
            "alerts": [{"name": "canary alert", "reason": "canary reason"}],
        },
        with_switches={"video_password": {"empty_value": "null"}},
        numbers={"lag": (0, 3)},
        alike={
            "technicians": [{"username": "zzprobe made by a probe 1", "enabled": True}],
            "groups": [{"name": "zzprobe"}, {"name": "zzprobe made by a probe"}],
        },
    ),
}
