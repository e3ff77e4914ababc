# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of all services.

Modules extend the fragment C(connection.SERVICE). A plugin with the service as an option extends
C(connection.any_service). Inventory plugins also extend C(connection.SERVICE_env), which adds
the environment variables: Ansible reads those of a plugin from its documentation, those of a module from its argument
spec.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple


class _Option(NamedTuple):
    """A connection option.

    :ivar description: its paragraphs
    :ivar type: its Ansible type
    :ivar default: its default; None if there is none
    :ivar required: whether the option or its environment variable must be set
    :ivar has_variable: whether it can be set by an environment variable
    """

    description: tuple[str, ...]
    type: str = "str"
    default: Any = None
    required: bool = False
    has_variable: bool = True


# The options that every service has, unless its own table below describes one differently.
_COMMON = {
    "api_timeout": _Option(
        (
            "How long one attempt to send a request may take as a whole, in seconds: from the connection to the end of"
            " the response.",
            "All pages of a listing together may take 20 times as long, or ten minutes if that is more. Their size is"
            " limited to 64 MB in total, like that of a single response.",
        ),
        type="float",
        default=30.0,
    ),
    "api_retries": _Option(
        (
            "How often a request is repeated after a temporary failure. Requests that could do harm when sent twice"
            " are never repeated.",
            "A C(429) response that says when to try again does not count as an attempt.",
        ),
        type="int",
        default=5,
    ),
    "api_max_wait": _Option(
        (
            "How much time a task may spend on failed attempts and on the pauses after them, in total, in seconds. A"
            " pause that the service requests is respected if it fits into this time.",
        ),
        type="float",
        default=120.0,
    ),
    "validate_certs": _Option(("Whether to validate the TLS certificate of the service.",), type="bool", default=True),
    "ca_path": _Option(
        (
            "The path of a file with CA certificates, or of a directory of them prepared with C(openssl rehash). They"
            " replace the CA certificates of the system.",
            "Python 3.13 and newer require the CA certificates of the system to follow RFC 5280 to the letter. CA"
            " certificates in this file or directory do not have to. For example, they may lack the key usage and the"
            " authority key identifier.",
        ),
        type="path",
    ),
    "api_allow_http": _Option(
        (
            "Whether O(api_url) may use C(http), which sends the credentials unencrypted. Addresses of the machine"
            " itself (loopback) are always allowed.",
        ),
        type="bool",
        default=False,
        has_variable=False,
    ),
}

# What differs between the services. The key is the prefix of the environment variables.
_SERVICES = {
    "ALERTRA": {
        "api_url": _Option(("The base URL of the API.",), default="https://api.alertra.com/v1.1"),
        "api_key": _Option(
            ("The API key. To change anything, it needs the authorization level C(UW).",), required=True
        ),
        "login_user": _Option(("The user name for HTTP Basic authentication, which some keys require in addition.",)),
        "login_password": _Option(("The password of O(login_user).",)),
    },
    "PINGHOME": {
        "api_url": _Option(
            (
                "The base URL of the API. For each request, C({host}) is replaced by C(resource-cmd),"
                " C(resource-query), C(statistic-query) or C(data-gateway).",
            ),
            default="https://{host}.api.pinghome.io/v1",
        ),
        "api_token": _Option(("The API token. It is sent as a bearer token.",), required=True),
        "service_id": _Option(
            (
                "The id of the Pinghome service that the task manages or reads. The API does not list the services;"
                " their pages in the web application show their ids.",
            )
        ),
    },
    "PINGPLOTTER": {
        "api_url": _Option(
            (
                "The base URL of the API of a tenant, such as C(https://SUBDOMAIN.api.pingplotter.cloud/api). The"
                " vendor's support sets up the subdomain.",
                "The vendor's documentation is inconsistent on whether the URL ends with C(/api). If this option ends"
                " with C(/api) and the API is not found there, the URL without C(/api) is tried.",
            ),
            required=True,
        ),
        "api_key": _Option(
            ("The API key. It needs the permissions for the intended changes, such as C(AgentManagement).",),
            required=True,
        ),
        "api_max_wait": _COMMON["api_max_wait"]._replace(
            description=(
                "How much time a task may spend on failed attempts and on pauses, in total, in seconds. A pause that"
                " the service requests is respected if it fits into this time. This includes pauses until a rate limit"
                " is reset.",
            )
        ),
    },
    "PORTMONITOR": {
        "api_url": _Option(("The base URL of the API.",), default="https://www.port-monitor.com/api"),
        "app_key": _Option(("The key of your app. Every request needs it.",), required=True),
        "auth_token": _Option(
            (
                "A token from an earlier login.",
                "Either this or O(login_email) with O(login_password) is required. If both are set, the token is used"
                " until the service rejects it.",
            )
        ),
        "login_email": _Option(
            (
                "The e-mail address to log in with. This takes one additional request per task, and another one if the"
                " token from the login expires during the task.",
            )
        ),
        "login_password": _Option(("The password of O(login_email).",)),
        "log_out": _Option(
            (
                "Whether to log out at the end of a task that has logged in. The vendor's documentation does not say"
                " whether this also ends other sessions of the account. An O(auth_token) is never logged out.",
            ),
            type="bool",
            default=False,
        ),
    },
    "SIMPLEHELP": {
        "api_url": _Option(("The root URL of the server, such as C(https://help.example.com).",), required=True),
        "api_token": _Option(
            (
                "An API token, which is created in the Administration tab of the Technician Console.",
                "The API expects the token in the path of the URL. This collection removes it from all results and"
                " messages, but proxies and the web server may write it to their logs.",
            ),
            required=True,
        ),
    },
}

_TITLES = {
    "ALERTRA": "Alertra",
    "PINGHOME": "Pinghome",
    "PINGPLOTTER": "PingPlotter Cloud",
    "PORTMONITOR": "Port Monitor",
    "SIMPLEHELP": "SimpleHelp",
}


def _options_of(prefix: str) -> dict[str, _Option]:
    """The connection options of a service, by name."""
    return {**_COMMON, **_SERVICES[prefix]}


def _variable(prefix: str, name: str) -> str:
    """The name of the environment variable of an option."""
    return f"{prefix}_{name.upper()}"


def _documentation_of(prefix: str, name: str, option: _Option) -> dict[str, Any]:
    """The documentation of one option."""
    description = list(option.description)
    if option.has_variable:
        variable = _variable(prefix, name)
        description.append(f"If not set, the value of the environment variable E({variable}) is used.")
    if option.required:
        description.append("Required, as an option or as an environment variable.")
    documentation = {"description": description, "type": option.type}
    if option.default is not None:
        documentation["default"] = option.default
    return documentation


def _connection(prefix: str) -> str:
    """The fragment with the connection options of a service, as JSON, which is valid YAML."""
    options = {name: _documentation_of(prefix, name, option) for name, option in _options_of(prefix).items()}
    return json.dumps({"options": options, "requirements": ["requests"]})


def _environment(prefix: str) -> str:
    """The fragment with the environment variables of these options, as JSON."""
    options = {
        name: {"env": [{"name": _variable(prefix, name)}]}
        for name, option in _options_of(prefix).items()
        if option.has_variable
    }
    return json.dumps({"options": options})


def _any_service() -> str:
    """The fragment for a plugin with the service as an option: the connection options of all services, as JSON.

    The environment variables are only in the descriptions: Ansible would take the first one that is set, which may
    belong to another service.
    """
    names = dict.fromkeys(name for prefix in _SERVICES for name in _options_of(prefix))
    return json.dumps({"options": {name: _of_any_service(name) for name in names}, "requirements": ["requests"]})


def _of_any_service(name: str) -> dict[str, Any]:
    """The documentation of a connection option that several services may have, each with its own meaning."""
    owners = {prefix: _options_of(prefix)[name] for prefix in _SERVICES if name in _options_of(prefix)}
    if name in _COMMON:
        option = _COMMON[name]
        return _with_variables(list(option.description), option, name, owners)
    description = [
        f"{_TITLES[prefix]}: {paragraph}" for prefix, option in owners.items() for paragraph in option.description
    ]
    description += [
        f"{_TITLES[prefix]}: The default is V({option.default})."
        for prefix, option in owners.items()
        if isinstance(option.default, str)
    ]
    # The default of a text, such as a URL, is another one at each service.
    (option, *_others) = owners.values()
    default = None if isinstance(option.default, str) else option.default
    return _with_variables(description, option._replace(default=default), name, owners)


def _with_variables(description: list[str], option: _Option, name: str, owners: Iterable[str]) -> dict[str, Any]:
    """The documentation of an option with its environment variables added."""
    if option.has_variable:
        variables = ", ".join(f"E({_variable(prefix, name)})" for prefix in owners)
        description.append(f"If not set, the environment variable of the service is used: {variables}.")
    documentation: dict[str, Any] = {"description": description, "type": option.type}
    if option.default is not None:
        documentation["default"] = option.default
    return documentation


class ModuleDocFragment:
    """Connection options and their environment variables, service by service."""

    # The annotation is needed: ansible-test expects a string literal in each assignment without one.
    ANY_SERVICE: str = _any_service()


for _prefix in _SERVICES:
    setattr(ModuleDocFragment, _prefix, _connection(_prefix))
    setattr(ModuleDocFragment, f"{_prefix}_ENV", _environment(_prefix))
