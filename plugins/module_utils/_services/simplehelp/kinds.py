# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of objects of SimpleHelp, and the filters and options of its modules. Data only."""

from __future__ import annotations

from ..._core.kind import Field, Kind
from .nested import Nested

_UPDATE_PASSWORD = Field("update_password", choices=("on_create", "always"), default="on_create")
_PASSWORD = Field("password", "password", write_only=True, secret=True, subresource="password")

TECHNICIAN = Kind(
    name="technician",
    plural="technicians",
    id_option="unique_id",
    key=("username",),
    id_keys=("uniqueID", "id"),
    fields=(
        Field("username", "username", required=True),
        Field("display_name", "displayName", clear_value="", absent_is_empty_with=("username",)),
        Field("email_address", "emailAddress", compare="nocase", clear_value="", absent_is_empty_with=("username",)),
        Field("allow_locally_authenticated_logins", "allowLocallyAuthenticatedLogins", type="bool"),
        Field("enabled", "enabled", type="bool", active=True),
        Field("groups", "groupIDs", type="list", compare="set", clear_value=[], reference="group", purge=True),
        _PASSWORD,
        Field("reset_totp", type="bool", write_only=True, trigger=True, subresource="totp"),
        Field("is_anonymous", "isAnonymous", type="bool", read_only=True),
        Field("app_profiles_user", "appProfilesUser", type="bool", read_only=True),
    ),
    controls=(_UPDATE_PASSWORD,),
    unique_names=True,
)


_LDAP_SETTINGS = (
    Field("enabled", "enabled", type="bool"),
    Field("advanced", "advanced", type="bool"),
    Field("base_dn", "baseDN", clear_value=""),
    Field("filter", "filter", clear_value=""),
    Field("member_of_groups", "memberOfGroups", type="list", compare="set", clear_value=[]),
)
_MFA_SETTINGS = (
    Field("email", "email", type="bool"),
    Field("app", "app", type="bool"),
    Field("email_code_length", "emailCodeLength", type="int", minimum=1),
    Field("email_subject", "emailSubject", clear_value=""),
    Field("email_body", "emailBody", clear_value=""),
    Field("remember_machine", "rememberMachine", type="bool"),
)
# Keys of any name, all with values of one type.
_PERMISSIONS = (Field("", type="bool"),)
_MACHINE_PROPERTIES = (Field("", clear_value="", takes_digits=True),)
_MACHINE_GROUP_PROPERTIES = (Field("", takes_digits=True),)

GROUP = Kind(
    name="group",
    plural="groups",
    id_option="unique_id",
    key=("name",),
    id_keys=("uniqueID", "id"),
    fields=(
        Field("name", "name", required=True),
        Field("allow_anonymous_logins", "allowAnonymousLogins", type="bool"),
        Field("max_group_sh_sessions", "max_groupShSessions", type="int"),
        Field("max_group_sg_sessions", "max_groupSgSessions", type="int"),
        Field("max_user_sh_sessions", "max_userShSessions", type="int"),
        # The vendor's document lists max_userShSessions twice, the second time for access sessions.
        Field("max_user_sg_sessions", ("max_userSgSessions", "max_userShSessions"), type="int"),
        Field("max_file_size", "maxFileSize", type="int", minimum=0),
        Field("request_access_timeout", "requestAccessTimeout", type="int", minimum=0),
        Field("group_specific_hostname", "groupSpecificHostname", clear_value="", absent_is_empty_with=("name",)),
        Field("default_sg_service_name", "defaultSgServiceName", clear_value="", absent_is_empty_with=("name",)),
        Field("video_password", "videoPassword", clear_value="", secret=True),
        Field("session_speed_limit_kbps", "sessionSpeedLimitKbps", type="int", minimum=0),
        Field("fps_delay", "fpsDelay", type="int", minimum=0),
        Nested(name="ldap_settings", api="ldapSettings", type="dict", compare="merge", keys=_LDAP_SETTINGS),
        Nested(name="mfa_settings", api="mfaSettings", type="dict", compare="merge", keys=_MFA_SETTINGS),
        # The vendor's document does not describe the keys.
        Nested(name="password_settings", api="passwordSettings", type="dict", compare="merge"),
        Nested(name="permissions", type="dict", compare="merge", subresource="permissions", keys=_PERMISSIONS),
        _PASSWORD,
    ),
    controls=(_UPDATE_PASSWORD,),
    unique_names=True,
)

MACHINE = Kind(
    name="machine",
    plural="machines",
    id_option="machine_id",
    key=(),
    id_keys=("machineID", "id"),
    fields=(
        Field("name", "name"),
        # Sent as the first name, returned as the second.
        Field("monitor", ("monitor", "monitoringEnabled"), type="bool"),
        Field("notes", "notes", clear_value="", subresource="notes"),
        Field("warnings", ("warnings", "warning"), clear_value="", subresource="notes"),
        Nested(
            name="properties",
            type="dict",
            clear_value={},
            purge=False,
            subresource="properties",
            keys=_MACHINE_PROPERTIES,
        ),
        Field("online", "online", type="bool", read_only=True),
        Field("groups", "groups", type="list", read_only=True),
        Field("state", "state", read_only=True),
        Field("protocol", "protocol", read_only=True),
        Field("last_registration_time", "lastRegistrationTime", type="int", read_only=True),
        Field("session_count", "sessionCount", type="int", read_only=True),
        Field("os", "os", read_only=True),
        Field("hostname", "hostname", read_only=True),
        Field("wan_ip", "wanIP", read_only=True),
        Field("ip_addresses", "ipAddresses", type="list", elements="dict", read_only=True),
    ),
    creatable=False,
)

MACHINE_GROUP = Kind(
    name="machine_group",
    plural="machine_groups",
    title="machine group",
    id_option="",
    key=("groups",),
    id_keys=(),
    fields=(
        Field("groups", type="list"),
        Nested(
            name="properties", type="dict", compare="merge", subresource="properties", keys=_MACHINE_GROUP_PROPERTIES
        ),
    ),
    creatable=False,
)

SERVER = Kind(
    name="server",
    plural="servers",
    id_option="",
    key=(),
    id_keys=(),
    fields=(
        Field(
            "hostname",
            "hostname",
            pattern=r"[^\s/]+",
            pattern_description="a host name without spaces and slashes",
            subresource="hostname",
        ),
        Field(
            "technician_restrictions",
            type="list",
            compare="set",
            clear_value=[],
            purge=True,
            subresource="restrictions",
        ),
    ),
    creatable=False,
    singleton=True,
)

# Alerts are only listed, never written.
ALERT = Kind("alert", "alerts", id_option="", key=("name",), id_keys=("name",), fields=(Field("name", "name"),))

TECHNICIAN_FILTERS = (Field("unique_id"), Field("username"), Field("group", takes_digits=True))
GROUP_FILTERS = (Field("unique_id"), Field("name"))
MACHINE_FILTERS = (Field("machine_id"), Field("name"), Field("groups", type="list"), Field("online", type="bool"))
MACHINE_GROUP_FILTERS = (Field("groups", type="list"),)
ALERT_FILTERS = (
    Field("name"),
    Field("active", type="bool"),
    Field("triggered", type="bool"),
    Field("severity", choices=("information", "warning", "severe", "critical")),
)
HISTORY_FILTERS = (
    Field("range_start", "rangeStart", type="int"),
    Field("range_end", "rangeEnd", type="int"),
    Field("range_last_modified", "rangeLastModified", type="bool"),
    Field("max_results", "maxResults", type="int", minimum=1),
    Field("text_filter", "textFilter"),
    Field("technician_name_filters", "technicianNameFilters", type="list"),
    Field("group_filters", "groupFilters", type="list"),
    Field("machine_id_filters", "machineIDFilters", type="list"),
    Field("include_support_sessions", "includeSupportSessions", type="bool"),
    Field("include_access_sessions", "includeAccessSessions", type="bool"),
    Field("include_presentation_sessions", "includePresentationSessions", type="bool"),
    Field("search_until_session_id", "searchUntilSessionID"),
)
MACHINE_INCLUDES = dict.fromkeys(("hardware", "monitoring", "notes", "properties", "inherited_properties"), "")
BACKUP_OPTIONS = (
    Field(
        "query",
        pattern=r"/?\w[\w.-]*(/\w[\w.-]*)*/?",
        pattern_description="a path such as server/backup",
        default="server/backup",
    ),
)
# The path of each list of sessions.
SESSIONS = {
    "history": ("history", "list"),
    "queue": ("support", "queue", "list"),
    "support": ("support", "sessions", "list"),
    "access": ("access", "sessions", "list"),
}
SESSION_OPTIONS = (Field("include", type="list", choices=tuple(SESSIONS), default=list(SESSIONS)), *HISTORY_FILTERS)
