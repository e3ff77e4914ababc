# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module is made to do while its requests fail: every endpoint that it may call is called by one of these."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faults.account import Things, things
from integration.conftest import CREDENTIALS
from integration.harness import Account, account, run_module
from sandbox.client import Sandbox, SandboxError

State = dict[str, Any]
Options = Mapping[str, Any]

PINGHOME_SERVICE = "11111111-1111-4111-8111-111111111111"
LOGIN = {"app_key": "sandbox-app", "login_email": "sandbox@example.com", "login_password": "sandbox-password"}
API_TIMEOUT, API_RETRIES, API_MAX_WAIT = 10, 2, 20

STATES: Mapping[str, State] = {
    "alertra": {
        "tags": [{"Name": "production"}, {"Name": "critical"}, {"Name": "outdated"}],
        "devices": [
            {"ShortName": "MAIL", "Method": "SMTP", "URL": "mail.example.com", "Tags": ["production"]},
            {"ShortName": "WWW", "Method": "HTTP", "URL": "http://www.example.com", "Tags": ["production"]},
            {"ShortName": "OLD", "Method": "PING", "URL": "old.example.com", "in_maintenance": True},
        ],
    },
    "pinghome": {
        "resources": [
            {
                "name": "www",
                "type": "http",
                "url": "https://www.example.com/",
                "regions": ["eu-central-1"],
                "ssl_reminder": [7],
                "integrations": [{"integration": "first", "name": "Down"}],
            },
            {"name": "old", "type": "tcp", "host": "old.example.com", "port": "80"},
        ],
        "server_resources": [{"name": "db1"}, {"name": "old1"}, {"name": "old2"}],
        "heartbeats": [
            {"name": "backup", "events": [{"result": "complete", "received_at": "2025-06-01T12:00:00Z"}]},
            {"name": "old"},
        ],
    },
    "pingplotter": {
        "agents": [
            {"Name": "laptop", "UniqueId": "agent1", "Sessions": [{"Description": "www.example.com"}]},
            {"Name": "old", "UniqueId": "agent2"},
            {"Name": "standard", "UniqueId": "agent3", "IsTemplate": True},
        ],
        "users": [
            {"EmailAddress": "anna@example.com", "Roles": ["SummaryManagement"]},
            {"EmailAddress": "old@example.com", "Roles": ["SummaryManagement"]},
        ],
    },
    "portmonitor": {
        "groups": [{"name": "Web"}, {"name": "Mail"}, {"name": "Outdated"}],
        "targets": [
            {"name": "Shop", "group": "Web", "url": "http://www.example.com/"},
            {"name": "FTP", "group": "Outdated", "host": "ftp.example.com", "port_number": 21},
        ],
        "events": [{"target": "Shop", "status": "up", "created_at": "2025-06-01T12:00:00+00:00"}],
    },
    "simplehelp": {
        "groups": [{"name": "First line"}, {"name": "Second line"}, {"name": "Old"}],
        "technicians": [
            {"username": "ben", "groupIDs": ["First line"], "password": "first password", "totp": "KEY"},
            {"username": "old"},
        ],
        "machines": [
            {
                "machineID": "SG_1",
                "name": "db",
                "groups": ["Sweden", "Lund"],
                "properties": {"Owner": "no one", "Rack": "1"},
            },
            {"machineID": "SG_2", "name": "www", "groups": ["Sweden"]},
        ],
        "machine_groups": [{"groups": ["Sweden", "Lund"], "properties": {"city": "Lund"}}],
        "restrictions": ["192\\.0\\.2\\..*"],
        "history": [{"technicianUsername": "ben", "machine": "SG_1", "start": 1748779200000}],
        "alerts": [{"name": "Disk", "triggered": True, "severity": "critical"}],
        "support_queue": [{"customer": {"username": "carol"}}],
        "access_sessions": [{"machine": "SG_1", "technicianUsername": "ben"}],
    },
}
"""What the account of each service holds at the start."""

ROWS = 120
"""More rows than any page has."""


def _fillers(service: str) -> State:
    """Other people's objects, which fill the first pages of the listings that have pages."""
    if service == "alertra":
        return {"devices": [{"ShortName": f"F{n}", "Method": "PING", "URL": "192.0.2.1"} for n in range(ROWS)]}
    kinds = ("resources", "server_resources", "heartbeats")
    return {kind: [{"name": f"f{n}"} for n in range(ROWS)] for kind in kinds} if service == "pinghome" else {}


@dataclass(frozen=True)
class Scenario:
    """One thing that a module does.

    :param title: what it does, in a word
    :param options: how; or a function that finds out, given a way to run a module
    :param credentials: other ones than usual
    :param switches: of the sandbox
    :param account: the account that it is about, by its key in the sandbox; else the default one
    :param action: done again whenever it is run again, so that there is no state to be reached
    """

    module: str
    title: str
    options: Options | Callable[[Callable[[str, Options], Any]], Options] = field(default_factory=dict)
    credentials: Mapping[str, str] | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    account: str | None = None
    action: bool = False

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.module} {self.title}"

    @property
    def service(self) -> str:
        """The service that the module is for."""
        return self.module.partition("_")[0]

    @property
    def reads(self) -> bool:
        """Whether the module is one that only looks up."""
        return self.module.endswith(("_info", "_probe"))

    @property
    def many(self) -> bool:
        """Whether the module is one for a whole account."""
        return self.module.endswith("_config")

    def user(self, sandbox: Sandbox) -> Account:
        """The account, with a short retry budget."""
        limits = {"api_timeout": API_TIMEOUT, "api_retries": API_RETRIES, "api_max_wait": API_MAX_WAIT}
        credentials = self.credentials or CREDENTIALS[self.service]
        return account(sandbox, self.service, **{name: str(value) for name, value in limits.items()}, **credentials)

    def prepare(self, sandbox: Sandbox, pages: bool = False) -> None:
        """Put the account back to the start.

        :param pages: let the listings have several pages, with what the module is about on the last one
        """
        sandbox.reset()
        state = copy.deepcopy(STATES[self.service])
        for kind, rows in _fillers(self.service).items() if pages else ():
            state[kind] = rows + state[kind]
        sandbox.set_state(self.service, state)
        sandbox.switches(self.service, **self.switches)

    def holdings(self, sandbox: Sandbox) -> Things:
        """What the account holds now; nothing where there is none, and where the module does not change it."""
        with contextlib.suppress(SandboxError):
            return {} if self.reads else things(sandbox.state(self.service, self.account))
        return {}

    def given(self, sandbox: Sandbox) -> Options:
        """The options."""
        if callable(self.options):
            user = self.user(sandbox)
            found = self.options(lambda module, options: run_module(user, module, options))
            sandbox.clear_requests()
            return found
        return self.options


def _check_id(run: Callable[[str, Options], Any]) -> Options:
    """The id of a check is what the service makes it."""
    device = run("alertra_device_info", {"short_name": "WWW", "include": ["checks"]})["devices"][0]
    return {"check_id": device["checks"][0]["check_id"], "extended": True}


WEB = {"method": "HTTP", "url": "https://shop.example.com/", "frequency": 1}
ALERTRA = [
    Scenario(
        "alertra_device",
        "creates",
        {"short_name": "SHOP", **WEB, "tags": ["production", "critical"], "master_device": "MAIL"},
    ),
    Scenario(
        "alertra_device",
        "creates without an id",
        {"short_name": "SHOP", **WEB, "tags": ["critical"]},
        switches={"create_answer": "message"},
    ),
    Scenario("alertra_device", "changes", {"short_name": "MAIL", "frequency": 30, "timeout": 60, "tags": ["critical"]}),
    Scenario(
        "alertra_device", "recreates", {"short_name": "WWW", "method": "PING", "url": "192.0.2.1", "recreate": True}
    ),
    Scenario("alertra_device", "deletes", {"short_name": "WWW", "state": "absent"}),
    Scenario("alertra_tag", "creates", {"name": "new", "devices": ["WWW", "MAIL"]}),
    Scenario("alertra_tag", "changes", {"name": "production", "devices": ["WWW", "OLD"]}),
    Scenario("alertra_tag", "deletes", {"name": "outdated", "state": "absent"}),
    Scenario("alertra_maintenance", "starts", {"tag": "production", "devices": ["OLD"]}),
    Scenario("alertra_maintenance", "stops", {"devices": ["OLD", "WWW"], "state": "stopped"}),
    Scenario(
        "alertra_config",
        "builds up",
        {
            "tags": [{"name": "production"}, {"name": "new"}],
            "devices": [
                {"short_name": "ROUTER", "method": "PING", "url": "router.example.com", "tags": ["new"]},
                {"short_name": "SHOP", **WEB, "master_device": "ROUTER", "tags": ["new", "production"]},
                {"short_name": "WWW", "frequency": 30, "tags": ["critical"]},
            ],
        },
    ),
    Scenario(
        "alertra_config",
        "clears up",
        {
            "tags": [{"name": "production", "devices": ["SHOP"]}],
            "devices": [
                {"short_name": "SHOP", **WEB},
                {"short_name": "MAIL", "method": "PING", "url": "192.0.2.1", "recreate": True},
            ],
            "prune": ["devices", "tags"],
            "prune_limit": 200,
        },
    ),
    Scenario(
        "alertra_device_info",
        "looks up",
        {"tag": "production", "include": ["checks", "events", "health", "uptime"], "since": "2026-01-01T00:00:00Z"},
    ),
    Scenario("alertra_device_info", "looks up by status", {"status": "maint"}),
    Scenario("alertra_tag_info", "looks up"),
    Scenario("alertra_check_info", "looks up", _check_id),
    Scenario("alertra_key_info", "looks up"),
    Scenario("alertra_probe", "probes"),
    Scenario("alertra_request", "sends", {"method": "POST", "path": "/tags", "body": {"Name": "new"}}, action=True),
    Scenario("alertra_config_info", "looks up"),
]

SHOP = {"type": "http", "url": "https://shop.example.com/", "regions": ["eu-central-1"]}
HOOK = {"type": "statuspageIo", "name": "Outage", "status": "investigating"}
PINGHOME = [
    Scenario(
        "pinghome_resource",
        "creates",
        {"name": "shop", **SHOP, "ssl_reminder_days": [7], "tld_reminder_days": [1], "enabled": False},
    ),
    Scenario(
        "pinghome_resource",
        "creates without an id",
        {"name": "shop", **SHOP, "enabled": False},
        switches={"create_answer": "message"},
    ),
    Scenario(
        "pinghome_resource",
        "changes",
        {"name": "www", "grace_period": 60, "ssl_reminder_days": [], "tld_reminder_days": [7], "enabled": False},
    ),
    Scenario(
        "pinghome_resource", "changes reminders", {"name": "www", "ssl_reminder_days": [], "tld_reminder_days": [7]}
    ),
    Scenario(
        "pinghome_resource",
        "recreates",
        {"name": "www", "type": "tcp", "host": "www.example.com", "port": 443, "conditions": [], "recreate": True},
    ),
    Scenario("pinghome_resource", "deletes", {"name": "www", "state": "absent"}),
    Scenario("pinghome_server_resource", "creates", {"name": "db9", "timezone": "Europe/Berlin"}),
    Scenario("pinghome_server_resource", "changes", {"name": "db1", "interval": 99}),
    Scenario("pinghome_server_resource", "deletes", {"name": "old1", "state": "absent"}),
    Scenario("pinghome_heartbeat", "creates", {"name": "hourly", "interval": 60, "methods": ["POST"]}),
    Scenario("pinghome_heartbeat", "changes", {"name": "backup", "enabled": False}),
    Scenario("pinghome_heartbeat", "deletes", {"name": "old", "state": "absent"}),
    Scenario("pinghome_heartbeat_event", "sends", {"name": "backup", "result": "run"}, action=True),
    Scenario("pinghome_integration", "creates", {"resource": "www", "integration": "second", **HOOK}),
    Scenario("pinghome_integration", "changes", {"resource": "www", "integration": "first", "status": "resolved"}),
    Scenario("pinghome_integration", "deletes", {"resource": "www", "integration": "first", "state": "absent"}),
    Scenario(
        "pinghome_config",
        "builds up",
        {
            "resources": [
                {"name": "shop", **SHOP, "ssl_reminder_days": [7]},
                {"name": "www", "grace_period": 60, "enabled": False},
            ],
            "server_resources": [{"name": "db9"}, {"name": "db1", "interval": 99}],
            "heartbeats": [{"name": "hourly", "interval": 60}],
            "integrations": [{"resource": "shop", "integration": "second", **HOOK}],
        },
    ),
    Scenario(
        "pinghome_config",
        "clears up",
        {
            "resources": [{"name": "www"}],
            "server_resources": [{"name": "db1"}],
            "heartbeats": [{"name": "backup"}],
            "prune": ["resources", "server_resources", "heartbeats"],
            "prune_limit": 500,
        },
    ),
    Scenario(
        "pinghome_resource_info",
        "looks up",
        {
            "name": "www",
            "include": ["regions", "ssl", "tld", "reminders", "integrations", "statistics", "state_changes", "health"],
            "since": "2025-06-01T11:00:00Z",
            "until": "2025-06-01T12:00:00Z",
        },
    ),
    Scenario(
        "pinghome_server_resource_info",
        "looks up",
        {
            "name": "db1",
            "include": ["metrics"],
            "type": "memory-usage",
            "since": "2025-06-01T11:00:00Z",
            "until": "2025-06-01T12:00:00Z",
        },
    ),
    Scenario(
        "pinghome_heartbeat_info",
        "looks up",
        {
            "name": "backup",
            "include": ["events", "statistics"],
            "since": "2025-06-01T11:00:00Z",
            "until": "2025-06-01T12:00:00Z",
        },
    ),
    Scenario("pinghome_config_info", "looks up"),
    Scenario("pinghome_probe", "probes"),
    Scenario(
        "pinghome_request",
        "sends",
        {
            "method": "POST",
            "host": "resource-cmd",
            "path": "/heartbeat",
            "body": {"service_id": PINGHOME_SERVICE, "name": "hourly", "interval": 60, "enabled": True},
        },
        action=True,
    ),
]

PINGPLOTTER = [
    Scenario("pingplotter_agent", "creates", {"name": "desktop"}),
    Scenario("pingplotter_agent", "changes", {"name": "laptop", "sessions": "paused"}),
    Scenario("pingplotter_agent", "deletes", {"name": "old", "state": "absent"}),
    Scenario(
        "pingplotter_user",
        "creates",
        {"email_address": "ben@example.com", "name": "Ben", "roles": ["TargetManagement"]},
    ),
    Scenario("pingplotter_user", "changes", {"email_address": "anna@example.com", "roles": ["AgentManagement"]}),
    Scenario("pingplotter_user", "deletes", {"email_address": "old@example.com", "state": "absent"}),
    Scenario(
        "pingplotter_config",
        "builds up",
        {
            "agents": [{"name": "desktop"}, {"name": "tablet"}, {"name": "laptop", "sessions": "paused"}],
            "users": [{"email_address": "ben@example.com"}, {"email_address": "anna@example.com", "roles": []}],
        },
    ),
    Scenario(
        "pingplotter_config",
        "clears up",
        {
            "agents": [{"name": "laptop"}, {"name": "standard"}],
            "users": [{"email_address": "anna@example.com"}],
            "prune": ["agents", "users"],
        },
    ),
    Scenario("pingplotter_agent_info", "looks up", {"include": ["health", "sessions", "templates"]}),
    Scenario("pingplotter_user_info", "looks up", {"email_address": "Anna@example.com"}),
    Scenario("pingplotter_config_info", "looks up"),
    Scenario("pingplotter_probe", "probes"),
    Scenario(
        "pingplotter_request",
        "sends",
        {"method": "POST", "path": "/agents", "body": {"Name": "new", "IsTemplate": False, "IsSidekick": False}},
        action=True,
    ),
]

SITE = {"type": "url", "url": "https://www.example.com/"}
PORTMONITOR = [
    Scenario("portmonitor_group", "creates", {"name": "New"}),
    Scenario(
        "portmonitor_group",
        "deletes",
        {"name": "Outdated", "state": "absent", "force": True},
        switches={"group_delete": "refused"},
    ),
    Scenario("portmonitor_target", "creates", {"group": "Web", "name": "Blog", **SITE, "timeout": 5}),
    Scenario(
        "portmonitor_target",
        "creates without an id",
        {"group": "Mail", "name": "SMTP", "type": "custom_port", "host": "mail.example.com", "port_number": 25},
        switches={"create_answer": "success"},
    ),
    Scenario("portmonitor_target", "changes", {"group": "Web", "name": "Shop", "url": "https://shop.example.com/"}),
    Scenario(
        "portmonitor_target",
        "recreates",
        {"group": "Web", "name": "Shop", "type": "ping", "host": "192.0.2.1", "recreate": True},
    ),
    Scenario("portmonitor_target", "deletes", {"group": "Web", "name": "Shop", "state": "absent"}),
    Scenario("portmonitor_profile", "changes", {"language": "es", "time_zone": "Europe/Madrid"}),
    Scenario(
        "portmonitor_account",
        "creates",
        {"new_email": "new@example.com", "new_password": "new-password"},
        account="new@example.com",
    ),
    Scenario(
        "portmonitor_account", "changes", {"new_password": "another-password", "change_login": True}, credentials=LOGIN
    ),
    Scenario(
        "portmonitor_account",
        "deletes",
        {"new_email": "sandbox@example.com", "new_password": "sandbox-password", "state": "absent", "force": True},
    ),
    Scenario(
        "portmonitor_config",
        "builds up",
        {
            "groups": [{"name": "Web"}, {"name": "New"}],
            "targets": [
                {"group": "New", "name": "Blog", **SITE},
                {"group": "Web", "name": "SMTP", "type": "custom_port", "host": "mail.example.com", "port_number": 25},
                {"group": "Web", "name": "Shop", "timeout": 5},
            ],
            "profile": {"time_zone": "Europe/Madrid"},
        },
        credentials=LOGIN,
    ),
    Scenario(
        "portmonitor_config",
        "clears up",
        {
            "groups": [{"name": "Web"}],
            "targets": [{"group": "Web", "name": "Shop", "type": "ping", "host": "192.0.2.1", "recreate": True}],
            "prune": ["groups", "targets"],
        },
    ),
    Scenario("portmonitor_group_info", "looks up", {"include": ["details"]}),
    Scenario(
        "portmonitor_target_info",
        "looks up",
        {
            "group": "Web",
            "include": ["details", "events", "uptime", "response_times"],
            "since": "2025-06-01T00:00:00Z",
            "until": "2025-06-02T00:00:00Z",
        },
    ),
    Scenario("portmonitor_profile_info", "looks up", credentials=LOGIN),
    Scenario("portmonitor_config_info", "looks up"),
    Scenario("portmonitor_probe", "probes"),
    Scenario(
        "portmonitor_request",
        "sends",
        {"method": "POST", "path": "/groups", "body": {"group": {"name": "New"}}},
        action=True,
    ),
]

SIMPLEHELP = [
    Scenario(
        "simplehelp_technician",
        "creates",
        {"username": "anna", "display_name": "Anna", "groups": ["First line"], "password": "second password"},
    ),
    Scenario("simplehelp_technician", "changes", {"username": "ben", "groups": ["Second line"], "enabled": False}),
    Scenario(
        "simplehelp_technician",
        "sets secrets",
        {"username": "ben", "password": "second password", "update_password": "always", "reset_totp": True},
        action=True,
    ),
    Scenario("simplehelp_technician", "deletes", {"username": "old", "state": "absent"}),
    Scenario(
        "simplehelp_group",
        "creates",
        {
            "name": "New",
            "max_file_size": 5,
            "mfa_settings": {"email": True},
            "permissions": {"canRunTools": True},
            "password": "third password",
        },
    ),
    Scenario(
        "simplehelp_group",
        "changes",
        {
            "name": "Old",
            "fps_delay": 40,
            "mfa_settings": {"email_code_length": 8},
            "permissions": {"canRunTools": True},
        },
    ),
    Scenario(
        "simplehelp_group",
        "changes what is replaced",
        {"name": "Old", "mfa_settings": {"email": True, "app": True}},
        switches={"nested_settings": "replace", "group_update_query": "groups/get"},
    ),
    Scenario("simplehelp_group", "deletes", {"name": "Old", "state": "absent"}),
    Scenario(
        "simplehelp_machine",
        "changes",
        {
            "machine_id": "SG_1",
            "name": "db1",
            "notes": "Notes",
            "warnings": "Warnings",
            "properties": {"Owner": "web team", "Rack": None},
        },
    ),
    Scenario(
        "simplehelp_machine_group",
        "changes",
        {"groups": ["Sweden", "Lund"], "properties": {"city": "Malmö", "country": "SE"}},
    ),
    Scenario(
        "simplehelp_server",
        "changes",
        {"hostname": "support.example.com", "technician_restrictions": ["198\\.51\\.100\\.7"]},
    ),
    Scenario("simplehelp_server_backup", "backs up", action=True),
    Scenario(
        "simplehelp_config",
        "builds up",
        {
            "groups": [
                {"name": "New", "max_file_size": 5, "permissions": {"canRunTools": True}},
                {"name": "Old", "fps_delay": 40},
            ],
            "technicians": [
                {"username": "anna", "groups": ["New"], "password": "second password"},
                {"username": "ben", "groups": ["New", "Second line"]},
            ],
            "machines": [
                {"machine_id": "SG_1", "name": "db1", "warnings": "Warnings"},
                {"machine_id": "SG_2", "properties": {"Owner": "web team"}},
            ],
            "machine_groups": [{"groups": ["Sweden", "Lund"], "properties": {"city": "Malmö"}}],
            "server": {"hostname": "support.example.com", "technician_restrictions": []},
        },
    ),
    Scenario(
        "simplehelp_config",
        "clears up",
        {
            "groups": [{"name": "First line"}, {"name": "Old", "state": "absent"}],
            "technicians": [{"username": "ben", "groups": []}],
            "prune": ["technicians", "groups"],
        },
    ),
    Scenario("simplehelp_technician_info", "looks up", {"group": "First line"}),
    Scenario("simplehelp_group_info", "looks up", {"name": "First line", "include": ["permissions"]}),
    Scenario(
        "simplehelp_machine_info",
        "looks up",
        {"machine_id": "SG_1", "include": ["hardware", "monitoring", "notes", "properties", "inherited_properties"]},
    ),
    Scenario(
        "simplehelp_machine_group_info", "looks up", {"groups": ["Sweden", "Lund"], "include": ["inherited_properties"]}
    ),
    Scenario("simplehelp_server_info", "looks up"),
    Scenario("simplehelp_session_info", "looks up", {"include": ["history", "queue", "support", "access"]}),
    Scenario("simplehelp_alert_info", "looks up", {"triggered": True}),
    Scenario("simplehelp_config_info", "looks up"),
    Scenario("simplehelp_probe", "probes"),
    Scenario(
        "simplehelp_request",
        "sends",
        {"method": "POST", "path": "/machines/set", "body": {"machineID": "SG_1", "name": "db1"}},
        action=True,
    ),
]

SCENARIOS = (*ALERTRA, *PINGHOME, *PINGPLOTTER, *PORTMONITOR, *SIMPLEHELP)
