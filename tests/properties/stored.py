# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the sandbox stores each option, and when two values of it are the same.

This is written by hand from the vendors' documents. It uses nothing of the collection, so that the properties also find
errors in how the collection decodes, encodes and compares values.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]

NOTHING: tuple[Any, ...] = (None, "", [], {})
"""What an account may hold for an option that is not set."""


@dataclass(frozen=True)
class Form:
    """A form of values.

    :param comparable: makes equal values equal; None stands for an empty one
    :param empty: what the account holds after the option was cleared
    :param keys: of a dict whose keys the vendor calls otherwise: the vendor's name and the form of each
    :param part: only the declared keys of a dict count
    """

    comparable: Callable[[Any], Any]
    empty: Any = ""
    keys: Mapping[str, Option] = field(default_factory=dict)
    part: bool = False

    def same(self, have: Any, want: Any) -> bool:
        """Whether the account holds the declared value."""
        if self.part:
            inner = {name: self.keys[name].form if self.keys else TEXT for name in want or ()}
            return all(form.same((have or {}).get(name), want[name]) for name, form in inner.items())
        return bool(self.plain(have) == self.plain(want))

    def written(self, have: Any, want: Any) -> bool:
        """Whether the account holds what was sent: a text is sent as it was declared."""
        return self.same(have, want) and (have == want or not isinstance(have, str) or self.is_empty(have))

    def is_empty(self, value: Any) -> bool:
        """Whether a value means that the option is not set."""
        return self.plain(value) is None

    def read(self, stored: Any) -> Any:
        """A value of the account; None if it is empty, and a dict by the names of the options."""
        if stored in (None, ""):
            return None
        return read(self.keys, stored) if self.keys else stored

    def write(self, value: Any) -> Any:
        """A value as the account holds it."""
        if value is None:
            return self.empty
        return write(self.keys, value) if self.keys else value

    def plain(self, value: Any) -> Any:
        """A value in a form that is equal for equal values; None if it is empty."""
        plain = None if value in NOTHING else self.comparable(value)
        return None if plain == self.empty else plain


@dataclass(frozen=True)
class Option:
    """Where the account holds an option.

    :param key: the vendor's name; empty if it stands elsewhere than in the object, or nowhere
    """

    key: str
    form: Form


def read(options: Mapping[str, Option], row: Row) -> dict[str, Any]:
    """The options of an object in the account."""
    return {name: one.form.read(row[one.key]) for name, one in options.items() if one.key in row}


def write(options: Mapping[str, Option], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the account holds of an object with these options."""
    return {options[name].key: options[name].form.write(value) for name, value in values.items() if options[name].key}


def _covers(have: Any, want: Any) -> bool:
    """Whether a condition has all that is declared of it."""
    return all(have.get(key) == value for key, value in want.items())


class _Conditions(Form):
    def same(self, have: Any, want: Any) -> bool:
        """Whether each declared condition is there, in any order, and no other one."""
        have, want = have or [], want or []
        orders = itertools.permutations(have)
        return len(have) == len(want) and any(all(map(_covers, order, want)) for order in orders)


def _own(value: Any) -> Any:
    return value


def _texts_of(items: Any) -> frozenset[str]:
    return frozenset(map(str, items))


def _set_keys(mapping: Row) -> dict[str, Any] | None:
    return {key: value for key, value in mapping.items() if value not in NOTHING} or None


def _headers(mapping: Row) -> dict[str, Any] | None:
    return _set_keys({key.casefold(): value for key, value in mapping.items()})


# What a template makes of true and false is a text.
_TRUTHS = {True: True, "yes": True, False: False, "no": False}

TEXT = Form(_own)
TEXT_OR_NULL = Form(_own, None)
NUMBER = Form(int)
NUMBER_OR_ZERO = Form(int, 0)
TRUTH = Form(_TRUTHS.__getitem__)
ANY_CASE = Form(str.casefold)
ADDRESS = Form(lambda url: url.removesuffix("/"))
PATH = Form(tuple, [])
SET = Form(_texts_of, [])
SET_OR_NULL = Form(_texts_of, None)
DICT = Form(_set_keys, {})
HEADERS = Form(_headers)
CONDITIONS = _Conditions(_own, [])
PART = Form(_own, part=True)


def _all(form: Form, **keys: str) -> dict[str, Option]:
    """Options of one form."""
    return {name: Option(key, form) for name, key in keys.items()}


_LDAP = Form(
    _own,
    keys={
        **_all(TRUTH, enabled="enabled", advanced="advanced"),
        **_all(TEXT, base_dn="baseDN", filter="filter"),
        **_all(SET, member_of_groups="memberOfGroups"),
    },
    part=True,
)
_MFA = Form(
    _own,
    keys={
        **_all(TRUTH, email="email", app="app", remember_machine="rememberMachine"),
        **_all(NUMBER, email_code_length="emailCodeLength"),
        **_all(TEXT, email_subject="emailSubject", email_body="emailBody"),
    },
    part=True,
)
OPTIONS: Mapping[tuple[str, str], Mapping[str, Option]] = {
    ("alertra", "device"): {
        **_all(TEXT, short_name="ShortName", full_name="FullName", method="Method"),
        **_all(ADDRESS, url="URL"),
        **_all(NUMBER, frequency="Frequency", timeout="Timeout", retries="Retries", retry_delay="RetryDelay"),
        **_all(TEXT_OR_NULL, nschedule_id="nschedule_id", mschedule_id="mschedule_id"),
        **_all(TEXT_OR_NULL, master_device="device_master_id"),
        **_all(SET, tags="Tags"),
    },
    ("alertra", "tag"): {**_all(TEXT, name="Name"), **_all(SET, devices="")},
    ("alertra", "maintenance"): {
        **_all(TEXT, short_name="ShortName", duration=""),
        **_all(TRUTH, in_maintenance="in_maintenance"),
    },
    ("pinghome", "resource"): {
        **_all(TEXT, name="name", service_id="service_id", type="type", host="host", port="port", data="data"),
        **_all(TEXT, maintenance_cron_expression="maintenance_cron_expression", method="method", body="body"),
        **_all(ADDRESS, url="url"),
        **_all(NUMBER, grace_period="grace_period", recovery_period="recovery_period"),
        **_all(NUMBER_OR_ZERO, maintenance_duration="maintenance_duration"),
        **_all(TRUTH, skip_ssl_error="skip_ssl_error", not_follow_redirect="not_follow_redirect"),
        **_all(TRUTH, is_advanced="is_advanced", enabled="enabled"),
        **_all(HEADERS, headers="headers"),
        **_all(CONDITIONS, conditions="conditions"),
        **_all(SET, regions="regions"),
        **_all(SET_OR_NULL, ssl_reminder_days="ssl_reminder", tld_reminder_days="tld_reminder"),
    },
    ("pinghome", "server_resource"): {
        **_all(TEXT, name="name", service_id="service_id", description="description", timezone="timezone"),
        **_all(TEXT, chart_type_default="chart_type_default", os="os"),
        **_all(SET, metric_types_basic="metric_types_basic", metric_types_advanced="metric_types_advanced"),
        **_all(SET, metric_types_complex="metric_types_complex"),
        **_all(NUMBER, interval="interval"),
        **_all(TRUTH, enabled="enabled"),
    },
    ("pinghome", "heartbeat"): {
        **_all(TEXT, name="name", service_id="service_id"),
        **_all(NUMBER, interval="interval"),
        **_all(SET, methods="methods"),
        **_all(TRUTH, enabled="enabled"),
    },
    ("pinghome", "integration"): {
        # The resource holds its integrations.
        **_all(TEXT, resource="", service_id=""),
        **_all(TEXT, integration="integration", type="type", name="name", status="status", message_text="message"),
        **_all(SET, items="items"),
    },
    ("pingplotter", "agent"): {
        **_all(TEXT, name="Name", sessions=""),
        **_all(TRUTH, is_template="IsTemplate", is_sidekick="IsSidekick"),
    },
    ("pingplotter", "user"): {
        **_all(ANY_CASE, email_address="EmailAddress"),
        **_all(TEXT, name="Name"),
        **_all(SET, roles="Roles"),
    },
    ("portmonitor", "group"): _all(TEXT, name="name"),
    ("portmonitor", "target"): {
        **_all(TEXT, group="group_id", name="name", type="type", host="host"),
        **_all(ADDRESS, url="url"),
        **_all(NUMBER, port_number="port_number", seconds_between_checks="seconds_between_checks"),
        **_all(NUMBER, timeout="timeout", retries_per_check="retries_per_check"),
    },
    ("portmonitor", "profile"): _all(TEXT, language="language", country="country", time_zone="time_zone"),
    ("simplehelp", "technician"): {
        **_all(TEXT, username="username", display_name="displayName", password="password"),
        **_all(ANY_CASE, email_address="emailAddress"),
        **_all(TRUTH, allow_locally_authenticated_logins="allowLocallyAuthenticatedLogins", enabled="enabled"),
        **_all(TRUTH, reset_totp=""),
        **_all(SET, groups="groupIDs"),
    },
    ("simplehelp", "group"): {
        **_all(TEXT, name="name", password="password", video_password="videoPassword"),
        **_all(TEXT, group_specific_hostname="groupSpecificHostname", default_sg_service_name="defaultSgServiceName"),
        **_all(TRUTH, allow_anonymous_logins="allowAnonymousLogins"),
        **_all(NUMBER, max_group_sh_sessions="max_groupShSessions", max_group_sg_sessions="max_groupSgSessions"),
        **_all(NUMBER, max_user_sh_sessions="max_userShSessions", max_user_sg_sessions="max_userSgSessions"),
        **_all(NUMBER, max_file_size="maxFileSize", request_access_timeout="requestAccessTimeout"),
        **_all(NUMBER, session_speed_limit_kbps="sessionSpeedLimitKbps", fps_delay="fpsDelay"),
        **_all(_LDAP, ldap_settings="ldapSettings"),
        **_all(_MFA, mfa_settings="mfaSettings"),
        **_all(PART, password_settings="passwordSettings", permissions="permissions"),
    },
    ("simplehelp", "machine"): {
        **_all(TEXT, name="name", notes="notes", warnings="warnings"),
        **_all(TRUTH, monitor="monitoringEnabled"),
        **_all(DICT, properties="properties"),
    },
    ("simplehelp", "machine_group"): {**_all(PATH, groups="groups"), **_all(PART, properties="properties")},
    ("simplehelp", "server"): {**_all(TEXT, hostname="hostname"), **_all(SET, technician_restrictions="restrictions")},
}
"""All options of each kind that has objects in the account, by service and kind."""
