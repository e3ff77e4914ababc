# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects of Pinghome, the filters of the info modules, and the tables by kind. Data alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..._core.kind import Field, Kind
from ..._core.values import Values
from ..._http.client import Paging
from ..common import TIME
from .conditions import Conditions

_SERVICE = Field("service_id", "service_id", required=True)
_NAME = Field("name", "name", required=True)
_COUNT: dict[str, Any] = {"type": "int", "minimum": 0}
_SET: dict[str, Any] = {"type": "list", "compare": "set", "purge": True, "clear_value": []}
# An answer that shows the grace period shows all fields, but may leave out those that are empty.
_OPTIONAL: dict[str, Any] = {"clear_value": "", "absent_is_empty_with": ("grace_period",)}
_DAYS: dict[str, Any] = {**_SET, "elements": "int", "minimum": 0, "subresource": "reminders"}


RESOURCE = Kind(
    name="resource",
    plural="resources",
    id_option="resource_id",
    key=("service_id", "name"),
    id_keys=("id", "resource_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("type", "type", required=True, immutable=True),
        # A resource has exactly one of url and host.
        Field("url", "url", compare="url", exclusive_with="host", required=True),
        Field("host", "host", exclusive_with="url"),
        Field("port", "port", **_OPTIONAL, takes_digits=True),
        Field("data", "data", **_OPTIONAL),
        Field("grace_period", "grace_period", **_COUNT),
        Field("recovery_period", "recovery_period", **_COUNT),
        Field("maintenance_cron_expression", "maintenance_cron_expression", **_OPTIONAL),
        Field("maintenance_duration", "maintenance_duration", **{**_OPTIONAL, **_COUNT, "clear_value": 0}),
        Field("skip_ssl_error", "skip_ssl_error", type="bool"),
        Field("not_follow_redirect", "not_follow_redirect", type="bool"),
        Field("method", "method"),
        Field("body", "body", **_OPTIONAL),
        Field("is_advanced", "is_advanced", type="bool"),
        Field("headers", "headers", type="dict", compare="headers", clear_value="", secret=True),
        Conditions(
            "conditions", "conditions", type="list", elements="dict", clear_value=[], applies_if=("type", ("http",))
        ),
        Field("regions", "regions", **_SET),
        Field("enabled", ("enabled", "is_enabled", "status"), type="bool", subresource="status", active=True),
        Field("ssl_reminder_days", **_DAYS),
        Field("tld_reminder_days", **_DAYS),
    ),
)

SERVER_RESOURCE = Kind(
    name="server_resource",
    plural="server_resources",
    title="server resource",
    id_option="server_resource_id",
    key=("service_id", "name"),
    id_keys=("id", "server_resource_id", "resource_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("description", "description", clear_value="", absent_is_empty_with=("interval",)),
        Field("timezone", "timezone"),
        Field("chart_type_default", "chart_type_default"),
        Field("os", "os", clear_value="", absent_is_empty_with=("interval",)),
        Field("metric_types_basic", "metric_types_basic", **_SET),
        Field("metric_types_advanced", "metric_types_advanced", **_SET),
        Field("metric_types_complex", "metric_types_complex", **_SET),
        Field("interval", "interval", type="int", minimum=1),
        Field("enabled", "enabled", type="bool", active=True),
    ),
)

HEARTBEAT = Kind(
    name="heartbeat",
    plural="heartbeats",
    id_option="heartbeat_id",
    key=("service_id", "name"),
    id_keys=("id", "heartbeat_id", "monitor_id", "uuid"),
    scope="service_id",
    fields=(
        _NAME,
        _SERVICE,
        Field("interval", "interval", type="int", minimum=1, required=True),
        Field("methods", "methods", type="list", compare="set", purge=True, set_after_create=True),
        Field("enabled", "enabled", type="bool", active=True),
    ),
)

INTEGRATION = Kind(
    name="integration",
    plural="integrations",
    id_option="",
    key=("resource", "integration"),
    listed_by="resource",
    id_keys=("integration", "id", "integration_id", "uuid"),
    scope="service_id",
    recreatable=False,
    fields=(
        Field("resource", reference="resource", required=True),
        # The service of the resource. It is only used to find the resource.
        Field("service_id", write_only=True, immutable=True),
        Field("integration", ("integration", "id", "integration_id", "uuid"), required=True),
        Field("type", "type", required=True, immutable=True),
        Field("name", "name", required=True),
        Field("status", "status", required=True),
        Field("message_text", "message", clear_value="", set_after_create=True, absent_is_empty_with=("name",)),
        Field("items", "items", **_SET),
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (RESOURCE, SERVER_RESOURCE, HEARTBEAT, INTEGRATION)}

# -- requests by kind --------------------------------------------------------------------------------------------

# The hosts: each serves a part of the API.
COMMAND, QUERY, STATISTIC, GATEWAY = "resource-cmd", "resource-query", "statistic-query", "data-gateway"
HOSTS = (COMMAND, QUERY, STATISTIC, GATEWAY)
PAGING = Paging("page", "limit", size=50, numbered=True)
UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

# The segment of the path. Integrations have none: their path begins with that of their resource.
PATHS: Mapping[str, str] = {"resource": "resource", "server_resource": "server-resource", "heartbeat": "heartbeat"}
# The names under which an answer may wrap the objects, the documented one last.
WRAPS: Mapping[str, tuple[str, ...]] = {
    "resource": ("resource", "monitor", "monitors", "resources"),
    "server_resource": (
        "server_resource",
        "serverResource",
        "server-resource",
        "serverResources",
        "server-resources",
        "server_resources",
    ),
    "heartbeat": ("heartbeat", "monitor", "monitors", "heartbeats"),
    "integration": ("integration", "integrations"),
}
# What the API requires in a POST. These values are sent for options that are not set.
CREATE_DEFAULTS: Mapping[str, Values] = {
    "resource": {
        "port": "",
        "grace_period": 0,
        "recovery_period": 0,
        "skip_ssl_error": False,
        "not_follow_redirect": False,
        "method": "GET",
        "is_advanced": False,
        "regions": [],
    },
    "server_resource": {
        "description": "",
        "timezone": "UTC",
        "chart_type_default": "line",
        "os": "",
        "metric_types_basic": [],
        "metric_types_advanced": [],
        "metric_types_complex": [],
        "interval": 60,
        "enabled": True,
    },
    "heartbeat": {"enabled": True},
    "integration": {"items": []},
}
# What the API requires in a PUT. These values are sent for options that are neither set nor known.
UPDATE_DEFAULTS: Mapping[str, Values] = {
    "resource": CREATE_DEFAULTS["resource"],
    "server_resource": CREATE_DEFAULTS["server_resource"],
    "heartbeat": {"enabled": True, "methods": ["GET"]},
    "integration": {"message": "", "items": []},
}
# By kind: the options that a PUT may reset although their values are not known, and why that does no harm.
HARMLESS_LOSSES: Mapping[str, Mapping[str, str]] = {
    "resource": {},
    "server_resource": {"chart_type_default": "it only decides how the web pages draw charts"},
    "heartbeat": {},
    "integration": {},
}
FIXED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "resource": ("type",),
    "server_resource": (),
    "heartbeat": (),
    "integration": ("integration", "type"),
}
# A resource has exactly one of them.
TARGETS = ("url", "host")
# The options that hold the days of a reminder, and the subject of each in the path.
REMINDERS: Mapping[str, str] = {"ssl_reminder_days": "ssl", "tld_reminder_days": "tld"}


@dataclass(frozen=True)
class RecordQuery:
    """How the records of a monitor are requested.

    :param path: the last segment of the path
    :param wraps: the names under which an answer may wrap the records
    :param parameters: the filters that the API takes besides the start and the end of the period
    """

    path: str
    wraps: tuple[str, ...]
    parameters: tuple[str, ...]


_STATISTICS = ("statistic", "statistics")
_STATE_CHANGES = ("log", "state_changed_logs", "stateChangedLogs", "logs")
# The records that an info module can include, by kind.
RECORD_QUERIES: Mapping[str, Mapping[str, RecordQuery]] = {
    "resource": {
        "statistics": RecordQuery("statistic", _STATISTICS, ("interval", "limit")),
        "state_changes": RecordQuery("state-changed-logs", _STATE_CHANGES, ("limit",)),
    },
    "server_resource": {"metrics": RecordQuery("metrics", ("metric", "metrics"), ("interval", "limit", "type"))},
    "heartbeat": {"statistics": RecordQuery("statistic", _STATISTICS, ("interval",))},
}

# -- options of the info modules and of heartbeat events ---------------------------------------------------------

_PERIOD = (Field("since", **TIME), Field("until", **TIME), Field("limit", type="int", minimum=1))
_METRICS = (
    "cpu-total-usage",
    "memory-usage",
    "disk-io-unified",
    "disk-usage-unified",
    "system-load-unified",
    "swap-usage",
    "network-usage-unified",
)
RESOURCE_FILTERS = (Field("resource_id"), Field("name"), *_PERIOD, Field("interval"))
SERVER_RESOURCE_FILTERS = (
    Field("server_resource_id"),
    Field("name"),
    *_PERIOD,
    Field("interval"),
    Field("type", choices=_METRICS),
)
HEARTBEAT_FILTERS = (
    Field("heartbeat_id"),
    Field("name"),
    *_PERIOD,
    Field("interval", choices=("1h", "3h", "12h", "1d", "3d", "7d", "30d")),
)
EVENT_OPTIONS = (
    Field("heartbeat_id"),
    Field("name"),
    Field("result", choices=("tick", "run", "complete", "fail"), default="tick"),
    Field("message_text"),
)
