# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that send a request as the user writes it: their options, and the request that these describe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._core.errors import InputError
from .._core.kind import Field
from .._core.raw import RawAnswer, RawRequest
from .._core.reconcile import turns_of
from .._core.service import Service
from .._core.texts import has_control_character
from .._core.values import Values
from .module import Module
from .named_secrets import mask_named_secrets, named_secrets
from .specs import filter_spec

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_FREE = ("query", "body")
"""The options with data of which only the names of the keys are known."""


def run_request_module(service: type[Service]) -> None:
    """A module that sends one request."""
    fields = request_options(service)
    spec = {**filter_spec(fields), "body": {"type": "raw"}}

    def parse(params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Any]:
        read_request(service, params)
        return []

    module = _RequestModule(service, spec, parse, fields)
    module.no_log_values.update(secret for name in _FREE for secret in named_secrets(module.params[name]))

    def work(client: Service) -> None:
        request = read_request(service, module.params)
        is_sent = not module.check_mode or (request.method == "GET" and not request.changes)
        result: Values = {"sent": is_sent, "status": None, "json": None, "headers": {}}
        if is_sent:
            answer = _send(client, request)
            headers = {name.lower(): client.redact_text(value) for name, value in answer.headers.items()}
            body = client.redact(mask_named_secrets(answer.data))
            result.update(status=answer.status, json=body, headers=mask_named_secrets(headers))
        for warning in client.warnings:
            module.warn(warning)
        module.exit_json(changed=request.changes, **result)

    module.run(work)


def _send(client: Service, request: RawRequest) -> RawAnswer:
    """Send a request. One that changes something takes its turn, and other runs then read the account again."""
    if not request.changes:
        return client.send_raw(request)
    with turns_of(client).take(None) as turn:
        turn.begin()
        return client.send_raw(request)


class _RequestModule(Module):
    """A module whose result repeats the query and the body without the secrets in them."""

    def _repeatable(self) -> Values:
        params = super()._repeatable()
        return {name: mask_named_secrets(value) if name in _FREE else value for name, value in params.items()}


def request_options(service: type[Service]) -> tuple[Field, ...]:
    """The options of a request to a service, without C(body), which can be of several types."""
    hosts = service.raw.hosts
    return (
        Field("method", choices=_METHODS, default="GET"),
        *([Field("host", choices=hosts, required=True)] if hosts else []),
        Field("path", required=True),
        Field("query", type="dict"),
        Field("body_format", choices=("json", "form")),
        Field("changes", type="bool"),
    )


def read_request(service: type[Service], params: Mapping[str, Any]) -> RawRequest:
    """The request that the options describe.

    :raises InputError: for options that describe none
    """
    method, host = params.get("method") or "GET", params.get("host") or ""
    path = _segments(params["path"])
    is_form = (params.get("body_format") or _default_format(service)) == "form"
    body = _read_body(params.get("body"), method)
    if is_form and isinstance(body, list):
        raise InputError("body must be a dictionary if body_format is form, not a list")
    changes = params.get("changes")
    if changes is None:
        changes = method != "GET" or service.raw.changes_by_get(host, path)
    return RawRequest(
        method=method,
        path=path,
        host=host,
        query=_parameters("query", params.get("query") or {}) or None,
        json=None if is_form else body,
        form=_parameters("body", body) if is_form and body is not None else None,
        changes=changes,
    )


def _default_format(service: type[Service]) -> str:
    return "form" if service.raw.sends_forms else "json"


def _segments(path: str) -> tuple[str, ...]:
    """The segments of a path.

    :raises InputError: if it is not the path of one endpoint
    """
    if "://" in path:
        raise InputError("path must be a path below api_url such as /devices, not a URL")
    if "?" in path or "#" in path:
        raise InputError("path must not contain ? or #: write parameters into query")
    if has_control_character(path):
        raise InputError("path must not contain a line break or another control character")
    segments = tuple(path.strip("/").split("/"))
    if any(segment.strip() in ("", ".", "..") for segment in segments):
        raise InputError(f"path must be a path such as /devices without empty parts and dots, not {path!r}")
    return segments


def _read_body(body: Any, method: str) -> Any:
    """The body: a dictionary, a list, or None.

    :raises InputError: if it is something else, or cannot be sent with the method
    """
    if isinstance(body, str):
        body = _from_json(body)
    if body is None:
        return None
    if not isinstance(body, (dict, list)):
        raise InputError("body must be a dictionary or a list, or JSON with one of these")
    if method == "GET":
        raise InputError("body cannot be sent with method GET: write parameters into query, or use another method")
    return body


def _from_json(text: str) -> Any:
    """What JSON contains; an empty text contains nothing.

    :raises InputError: if the text is not JSON; it is not shown, because it may contain a secret
    """
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except ValueError:
        raise InputError("body must be a dictionary or a list, or JSON with one of these") from None


def _parameters(place: str, values: Mapping[Any, Any]) -> Values:
    """Parameters of a URL or a form. A dictionary in it becomes parameters such as C(group[name]).

    :param place: the option with these values, for messages
    :raises InputError: for a value that a parameter cannot have
    """
    parameters: Values = {}
    for name, value in values.items():
        if isinstance(value, dict):
            inner = _parameters(f"{place}.{name}", value)
            parameters.update({_nested(str(name), key): one for key, one in inner.items()})
        elif isinstance(value, list):
            parameters[str(name)] = [_parameter(f"{place}.{name}[{index}]", one) for index, one in enumerate(value)]
        else:
            parameters[str(name)] = _parameter(f"{place}.{name}", value)
    return parameters


def _nested(name: str, inner: str) -> str:
    """The name of a parameter inside of another one: C(group[name]), C(group[owner][name])."""
    first, bracket, rest = inner.partition("[")
    return f"{name}[{first}]{bracket}{rest}"


def _parameter(place: str, value: Any) -> str:
    """One value as it is sent.

    :raises InputError: if it is null, a list or a dictionary
    """
    if value is None:
        raise InputError(f"{place} cannot be null: leave it out, or write an empty text")
    if isinstance(value, (list, dict)):
        raise InputError(f"{place} must be a text, a number or a boolean")
    return str(value).lower() if isinstance(value, bool) else str(value)
