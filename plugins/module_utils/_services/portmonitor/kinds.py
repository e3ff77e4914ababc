# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Port Monitor: its kinds of objects, what their info modules filter by, and how the service names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..._core.kind import Field, Kind
from ..common import TIME


class TargetType(NamedTuple):
    """How the service names a type of targets: in the path of a request, and in the parameters of a form."""

    path: str
    form_key: str


TYPES: Mapping[str, TargetType] = {
    "url": TargetType("urls", "target_url"),
    "custom_port": TargetType("custom_ports", "target_custom_port"),
    "ping": TargetType("pings", "target_ping"),
}

GROUP = Kind(
    name="group",
    plural="groups",
    id_option="group_id",
    key=("name",),
    id_keys=("id", "_id", "group_id"),
    child_kind="target",
    fields=(Field("name", "name", required=True),),
    controls=(Field("force", type="bool", default=False),),
)

TARGET = Kind(
    name="target",
    plural="targets",
    id_option="target_id",
    key=("group", "name"),
    # Every target also has a group_id, which is not its own id.
    id_keys=("id", "_id", "target_id", *(f"{one.form_key}_id" for one in TYPES.values())),
    fields=(
        Field("group", "group_id", reference="group", required=True),
        Field("name", "name", required=True),
        Field("type", choices=tuple(TYPES), required=True, immutable=True),
        Field("url", "url", compare="url", applies_if=("type", ("url",)), required=True),
        Field("host", "host", applies_if=("type", ("custom_port", "ping")), required=True),
        Field(
            "port_number",
            "port_number",
            type="int",
            minimum=1,
            maximum=65535,
            applies_if=("type", ("custom_port",)),
            required=True,
        ),
        Field("seconds_between_checks", "seconds_between_checks", type="int", minimum=1),
        Field("timeout", "timeout", type="int", minimum=1),
        Field("retries_per_check", "retries_per_check", type="int", minimum=0),
        Field("status", "status", read_only=True),
    ),
)

PROFILE = Kind(
    name="profile",
    plural="profiles",
    id_option="",
    key=(),
    id_keys=("id", "_id", "profile_id"),
    fields=(
        Field("language", "language"),
        Field("country", "country", clear_value="", absent_is_empty_with=("language", "time_zone")),
        Field("time_zone", "time_zone"),
    ),
    creatable=False,
    singleton=True,
)

ACCOUNT = Kind(
    name="account",
    plural="accounts",
    id_option="",
    key=("new_email",),
    id_keys=("id", "_id", "user_id"),
    fields=(
        Field(
            "new_email",
            "email",
            compare="nocase",
            pattern=r"[^@\s]+@[^@\s]+",
            pattern_description="an e-mail address",
            required=True,
        ),
        # The service shows no password, but after a login it is known.
        Field("new_password", "password", required=True, secret=True),
    ),
    singleton=True,
    controls=(Field("change_login", type="bool", default=False), Field("force", type="bool", default=False)),
)

GROUP_FILTERS = (Field("group_id"), Field("name"))
TARGET_FILTERS = (
    Field("target_id"),
    Field("name"),
    Field("group", takes_digits=True),
    Field("type", choices=tuple(TYPES)),
    Field("since", **TIME),
    Field("until", **TIME),
)

# By kind, the names under which an answer may hold an object, the plural last. The list of a single type is not among
# those of targets: targets of the other types would seem to be missing.
ENVELOPE_KEYS: Mapping[str, tuple[str, ...]] = {
    "group": ("group", "groups"),
    "target": ("target", "monitor", *(one.form_key for one in TYPES.values()), "monitors", "targets"),
    "profile": ("profile", "profiles"),
    "account": ("user", "account", "users"),
}
