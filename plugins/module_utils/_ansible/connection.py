# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of a service, their environment variables, and the client that they lead to."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound

from .._core.errors import InputError, MissingLibraryError, Problem
from .._core.kind import Field
from .._core.service import CONCURRENCY, Service
from .._core.texts import has_control_character, name_fault
from .._core.values import Values
from .validate import parse_options, validate_params

CONNECTION = (
    Field("api_url"),
    Field("api_timeout", type="float", default=30.0, minimum=0.001, maximum=86400),
    Field("api_retries", type="int", default=5, minimum=0),
    Field("api_max_wait", type="float", default=120.0, minimum=0, maximum=86400),
    Field("validate_certs", type="bool", default=True),
    Field("ca_path", type="path"),
    Field("api_allow_http", type="bool", default=False),
)
"""The connection options of every service. Each service adds its credentials."""

# Only a playbook may allow a connection that is not encrypted, not the environment in which it happens to run.
_WITHOUT_ENVIRONMENT = frozenset({"api_allow_http"})


# -- environment variables ---------------------------------------------------------------------------------------------


def environment_variable(service: type[Service], option: str) -> str:
    """The name of the environment variable of a connection option, such as C(ALERTRA_API_KEY)."""
    return f"{service.name}_{option}".upper()


def environment_fallback(service: type[Service], option: str) -> Values:
    """What the argument spec of a connection option says about its environment variable, if it has one."""
    if option in _WITHOUT_ENVIRONMENT:
        return {}
    return {"fallback": (_read_variable, [environment_variable(service, option)])}


def _read_variable(name: str) -> str:
    """The value of an environment variable.

    :raises AnsibleFallbackNotFound: if it is not set, or empty: AWX and CI systems set variables without a value so
    """
    value = os.environ.get(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


def complete_connection(service: type[Service], given: Mapping[str, Any]) -> Values:
    """The connection options of a plugin without an argument spec: as given, from the environment, or their defaults.

    :raises InputError: for a value in the environment that has a wrong type
    """
    fields = {item.name: item for item in (*CONNECTION, *service.credentials)}
    values: Values = {}
    for name in fields:
        value = given.get(name)
        if value is None and environment_fallback(service, name):
            # AWX and CI systems set variables without a value.
            value = os.environ.get(environment_variable(service, name)) or None
        if value is not None:
            values[name] = value
    parsed = parse_options(fields, values)
    if "ca_path" in parsed:
        parsed["ca_path"] = os.path.expanduser(os.path.expandvars(parsed["ca_path"]))  # noqa: PTH111
    return {**{name: item.default for name, item in fields.items()}, "api_url": service.url, **parsed}


# -- credentials that are options of objects, too ----------------------------------------------------------------------


@cache
def shared_credentials(service: type[Service]) -> tuple[str, ...]:
    """The credentials that objects have as options, too, such as the C(service_id) of Pinghome."""
    options = {name for kind in service.kinds.values() for name in kind.by_name}
    return tuple(item.name for item in service.credentials if not item.secret and item.name in options)


def object_defaults(service: type[Service], params: Mapping[str, Any]) -> Values:
    """The values of options that an object without them takes from the credentials.

    :param params: the connection options; those that are not set are read from the environment, because Ansible has not
        done so yet when it refuses an option
    """
    defaults: Values = {}
    for name in shared_credentials(service):
        value = params.get(name) or os.environ.get(environment_variable(service, name))
        if value:
            defaults[name] = value
    return defaults


# -- the client --------------------------------------------------------------------------------------------------------


def connect(
    service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any], secrets: Collection[str] = ()
) -> Service:
    """A client of a service with these connection options. It sends nothing yet.

    :param given: the options as the user wrote them
    :param secrets: texts that must not appear in any result
    :raises InputError: for an invalid option, or a missing one
    """
    validate_params((*CONNECTION, *service.credentials), params, given)
    _check_texts(service, params, given)
    required = ("api_url", *(item.name for item in service.credentials if item.required))
    missing = next((name for name in required if not params[name]), None)
    if missing is not None:
        variable = environment_variable(service, missing)
        raise InputError(f"{missing} is missing: set the option or the environment variable {variable}")
    client = service({**params, "secrets": tuple(secrets)}, params.get("concurrency") or CONCURRENCY)
    client.account = account_name(service, params)
    client.request_timeout_s = float(params["api_timeout"])
    return client


def connect_on_controller(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> Service:
    """A client for a plugin, which runs on the controller. Parameters as of C(connect).

    :raises InputError: for an invalid option, a missing one, or a missing library
    """
    try:
        return connect(service, params, given)
    except MissingLibraryError as exc:
        raise InputError(
            f"the Python library {exc.library} is missing: install it for {sys.executable}, which runs Ansible"
        ) from None


def normalized_url(params: Mapping[str, Any]) -> str:
    """The URL of the API, the same in each spelling: with or without a slash at its end, in capitals or not."""
    return str(params["api_url"]).rstrip("/").lower()


def account_name(service: type[Service], params: Mapping[str, Any]) -> str:
    """A name for an account that is the same in each run, and from which no credential can be read."""
    parts = [service.name, normalized_url(params), *(params[name] for name in service.account_options)]
    # Half of the hash, which is enough to tell accounts apart.
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _check_texts(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Check the URL and the credentials for blanks and line breaks that were pasted or read from a file.

    :raises InputError: naming the option and where its value comes from, but never the value
    """
    problems = []
    for item in (*CONNECTION, *service.credentials):
        value = params.get(item.name)
        fault = _text_fault(item, value) if isinstance(value, str) and value else ""
        if fault:
            problems.append(Problem(f"{item.name} {fault}{_origin(service, item.name, given)}"))
    if problems:
        raise InputError(*problems)


def _text_fault(item: Field, value: str) -> str:
    """Why the value of a connection option cannot be right, as the end of a sentence; empty if it can."""
    if item.name == "api_url":
        return _url_fault(value)
    if item.secret and item.name.endswith("password"):
        # A password may begin or end with a blank.
        return "must not contain a line break or another control character" if has_control_character(value) else ""
    return name_fault(value) if item.type == "str" else ""


def _url_fault(url: str) -> str:
    if re.search(r"\s", url) or has_control_character(url):
        return "must be a URL without blanks and line breaks"
    if not re.match(r"https?://", url, re.IGNORECASE):
        return "must be a URL such as https://host/path"
    return ""


def _origin(service: type[Service], option: str, given: Mapping[str, Any]) -> str:
    """Where the value of an option comes from if that is the environment, as the end of a sentence."""
    if given.get(option) is not None:
        return ""
    variable = environment_variable(service, option)
    return f"; the value comes from the environment variable {variable}" if os.environ.get(variable) else ""
