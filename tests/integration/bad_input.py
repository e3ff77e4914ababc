# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad values for every option of every module, made from the argument specs, and what a user is told about them."""

from __future__ import annotations

import importlib
import json
import re
import socket
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from unittest import mock

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import ROOT, Account, Result, run_module
from tools import checkout

PAGE = ROOT / "docs" / "bad-input.md"
TITLES = {name: SERVICES[name].title for name in sorted(SERVICES)}
MODULES = checkout.modules()
LONG = "x" * 300
TRACEBACK = "a traceback"
UUID = "11111111-1111-4111-8111-111111111111"
WEB = "https://www.example.com"

# What makes each module send a request, so that a bad value is all that is wrong. Modules that look up need nothing.
GOOD: Mapping[str, dict[str, Any]] = {
    "alertra_device": {"short_name": "WEB-1", "method": "HTTP", "url": WEB},
    "alertra_tag": {"name": "prod"},
    "alertra_maintenance": {"tag": "prod"},
    "alertra_check_info": {"check_id": "1"},
    "pinghome_resource": {"name": "web", "type": "http", "url": WEB},
    "pinghome_server_resource": {"name": "db"},
    "pinghome_heartbeat": {"name": "backup", "interval": 60},
    "pinghome_integration": {
        "resource": "web", "integration": "abc", "type": "statuspageIo", "name": "Outage", "status": "investigating",
    },
    "pinghome_heartbeat_event": {"heartbeat_id": UUID},
    "pingplotter_agent": {"name": "laptop"},
    "pingplotter_user": {"email_address": "anna@example.com"},
    "portmonitor_group": {"name": "Web"},
    "portmonitor_target": {"group": "Web", "name": "Shop", "type": "url", "url": WEB},
    "portmonitor_profile": {"language": "en"},
    "portmonitor_account": {"new_email": "anna@example.com", "new_password": "p4ssword"},
    "simplehelp_technician": {"username": "anna"},
    "simplehelp_group": {"name": "Desk"},
    "simplehelp_machine": {"machine_id": "SG_1234", "name": "db"},
    "simplehelp_machine_group": {"groups": ["Sweden"], "properties": {"country": "SE"}},
    "simplehelp_server": {"hostname": "help.example.com"},
    "alertra_config": {"tags": [{"name": "prod"}]},
    "pinghome_config": {"server_resources": [{"name": "db"}]},
    "pingplotter_config": {"agents": [{"name": "laptop"}]},
    "portmonitor_config": {"groups": [{"name": "Web"}]},
    "simplehelp_config": {"technicians": [{"username": "anna"}]},
    "alertra_request": {"path": "/devices"},
    "pinghome_request": {"path": "/resource/1", "host": "resource-query"},
    "pingplotter_request": {"path": "/agents"},
    "portmonitor_request": {"path": "/groups"},
    "simplehelp_request": {"path": "/technicians/list"},
}  # fmt: skip

# Options that are good each by itself, and not together, or not without another.
TOGETHER: Sequence[tuple[str, dict[str, Any]]] = [
    ("alertra_device", {"url": WEB}),
    ("alertra_maintenance", {}),
    ("alertra_check_info", {}),
    ("alertra_device_info", {"include": ["uptime"]}),
    ("alertra_config", {"devices": [{"url": WEB}]}),
    ("pinghome_resource", {"url": WEB}),
    ("pinghome_resource", {"name": "web", "type": "http", "url": WEB, "host": "www.example.com"}),
    ("pinghome_integration", {"resource": "web"}),
    ("pinghome_heartbeat_event", {}),
    ("pinghome_server_resource_info", {"include": ["metrics"]}),
    ("pingplotter_agent", {"is_template": True}),
    ("pingplotter_user", {"roles": []}),
    ("portmonitor_target", {"name": "Shop"}),
    ("portmonitor_target", {"group": "Web", "name": "Shop", "type": "url"}),
    ("portmonitor_target", {"group": "Web", "name": "Shop", "type": "url", "url": WEB, "port_number": 25}),
    ("portmonitor_target", {"group": "Web", "name": "Mail", "type": "custom_port", "host": "mx.example.com"}),
    ("portmonitor_target", {"group": "Web", "name": "Mail", "type": "ping", "host": "192.0.2.1", "url": WEB}),
    ("portmonitor_account", {"new_password": "p4ssword"}),
    ("simplehelp_technician", {"display_name": "Anna"}),
    ("simplehelp_group", {"name": "Desk", "ldap_settings": {"enabled": "perhaps"}}),
    ("simplehelp_group", {"name": "Desk", "mfa_settings": {"email_code_length": 0}}),
    ("simplehelp_group", {"name": "Desk", "permissions": {"canRunTools": None}}),
    ("simplehelp_machine", {"name": "db"}),
    ("simplehelp_machine", {"machine_id": "SG_1234", "properties": {"country": {"code": "SE"}}}),
    ("simplehelp_machine", {"machine_id": "SG_1234", "properties": {"": "SE"}}),
    ("simplehelp_machine_group", {"groups": [], "properties": {"country": "SE"}}),
    ("simplehelp_machine_group", {"groups": ["Sweden"], "properties": {"country": None}}),
    ("alertra_request", {"path": "/devices?Filter=Down"}),
    ("alertra_request", {"path": f"{WEB}/devices"}),
    ("alertra_request", {"path": "/devices", "query": {"Filter": None}}),
    ("alertra_request", {"path": "/devices", "body": {"Filter": "Down"}}),
    ("pinghome_request", {"path": "/resource/1"}),
    ("portmonitor_request", {"path": "/groups", "method": "POST", "body": [1]}),
]


@dataclass(frozen=True)
class Bad:
    """One bad value of an option."""

    module: str
    option: str
    value: Any
    secret: bool = False


@dataclass(frozen=True)
class Told:
    """What a user is told about a bad value."""

    bad: Bad
    sentence: str

    @property
    def pattern(self) -> str:
        """The sentence without the option and the value, by which options can be grouped."""
        if self.in_ansibles_words:
            return "(a message of Ansible itself)"
        words = self.sentence.rpartition(", not ")[0] or self.sentence
        return re.sub(rf"(?<!\w){self.bad.option}(?!\w)", "OPTION", words, count=1)

    @property
    def in_ansibles_words(self) -> bool:
        """Whether it is Ansible's sentence, which differs from one version to the next, and not one of ours."""
        return self.sentence.startswith(("argument '", "value of ", "Value '", "dictionary requested"))


# -- values ------------------------------------------------------------------------------------------------------------


class _EnoughError(Exception):
    """A module need not go on."""


def specification(module: str) -> dict[str, Any]:
    """The argument spec that a module gives to AnsibleModule."""
    source = importlib.import_module(f"ansible_collections.declarative.monitoring.plugins.modules.{module}")
    found: dict[str, Any] = {}

    def keep(self: AnsibleModule, *args: Any, **arguments: Any) -> None:
        found.update(arguments["argument_spec"])
        raise _EnoughError

    with mock.patch.object(AnsibleModule, "__init__", keep), suppress(_EnoughError):
        source.main()
    return found


def bad_values(spec: Mapping[str, Any]) -> list[Any]:
    """Values that an option of this spec should not take, or might not."""
    if spec["type"] == "list":
        inside = bad_values({"type": spec["elements"]})
        return [None, {"a": 1}, *([value] for value in inside if value != LONG)]
    values: dict[str, list[Any]] = {
        # YAML reads no, yes and on as truths, and 0123 as 83.
        "str": [None, {"a": 1}, "", "no such/thing", True, 83, LONG],
        "path": [None, {"a": 1}, "", "no such/thing", True, 83, LONG],
        "int": [None, "many", 1.5, True, "", -1, 10**12],
        "float": [None, "many", "", -1, 10**12, "nan"],
        "bool": [None, "perhaps", 5, ""],
        "dict": [None, "text", [1]],
        "raw": ["text", True, 83],
    }
    return values[spec["type"]]


def bad_options(module: str, options: Mapping[str, Any] | None = None) -> Iterator[Bad]:
    """Bad values for each option of a module, or for these options of it."""
    for option, spec in (specification(module) if options is None else options).items():
        for value in bad_values(spec):
            yield Bad(module, option, value, bool(spec.get("no_log")))


# -- runs --------------------------------------------------------------------------------------------------------------


class Listener:
    """A server that hangs up on everybody, and counts them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def stop(self) -> None:
        """Stop."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener for as long as it is needed."""
    listener = Listener()
    try:
        yield listener
    finally:
        listener.stop()


def told(listener: Listener, user: Account, module: str, options: Mapping[str, Any], check: bool = False) -> str | None:
    """What a module says to options that it refuses; None where it takes them.

    Taking them, a module sends a request, and the failure of that says so; a refusal must have sent none.
    """
    before = listener.connections
    try:
        result: Result = run_module(user, module, options, check)
    except Exception as error:
        return f"{TRACEBACK}: {error!r}"
    if not result.get("failed") or "failure" in result:
        return None
    assert listener.connections == before, (module, options, result)
    assert not any(line.startswith("Traceback") for line in str(result.get("exception", "")).splitlines()), result
    return str(result["msg"])


# -- the page ----------------------------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    """A value as it stands in a playbook."""
    return '"xxx..." (300 letters)' if value == LONG else json.dumps(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


def _names(options: Sequence[tuple[str, str]], everywhere: Collection[str]) -> str:
    """Options, by the modules that have them; those of every module by themselves."""
    modules: dict[str, list[str]] = {}
    for module, option in options:
        modules.setdefault(option, []).append(module)
    alike: dict[tuple[str, ...], list[str]] = {}
    for option, names in modules.items():
        alike.setdefault(tuple(names), []).append(f"`{option}`")
    return "; ".join(
        ", ".join(found) + ("" if set(names) == set(everywhere) else f" of {', '.join(_in_short(names))}")
        for names, found in sorted(alike.items())
    )


def _in_short(modules: Sequence[str]) -> list[str]:
    """Modules, all those of a service by its title."""
    found = list(modules)
    for service, title in TITLES.items():
        members = [name for name in MODULES if name.startswith(f"{service}_")]
        if set(members) <= set(found):
            found = [name for name in found if name not in members] + [title]
    return found


def _table(rows: Sequence[Told]) -> str:
    """One line for options of which the same bad values are answered by the same sentence."""
    given: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for row in rows:
        given.setdefault((row.pattern, (row.bad.module, row.bad.option)), []).append(shown(row.bad.value))
    alike: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    for (pattern, option), values in given.items():
        alike.setdefault((pattern, tuple(values)), []).append(option)
    lines = ["| message | value | options |", "| --- | --- | --- |"]
    everywhere = {row.bad.module for row in rows}
    for (pattern, shared), options in sorted(alike.items()):
        listed = ", ".join(f"`{value}`" for value in shared)
        lines.append(f"| {_cell(pattern)} | {_cell(listed)} | {_names(options, everywhere)} |")
    return "\n".join(lines)


def _combinations(rows: Sequence[tuple[str, dict[str, Any], str]]) -> str:
    lines = ["| module | options | message |", "| --- | --- | --- |"]
    lines += [f"| {module} | `{json.dumps(options)}` | {_cell(sentence)} |" for module, options, sentence in rows]
    return "\n".join(lines)


def page(rows: Sequence[Told], together: Sequence[tuple[str, dict[str, Any], str]]) -> str:
    """The page of the documentation."""
    common = set.intersection(*({row.bad.option for row in rows if row.bad.module == name} for name in MODULES))
    parts = [_INTRODUCTION, "## Every module", _table([row for row in rows if row.bad.option in common])]
    for service, title in TITLES.items():
        own = [row for row in rows if row.bad.module.startswith(service) and row.bad.option not in common]
        parts += [f"## {title}", _table(own)]
        combined = [row for row in together if row[0].startswith(service)]
        if combined:
            parts += ["Options that are valid by themselves, but not in this combination:", _combinations(combined)]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Validation messages

This page lists the messages that modules return for invalid input. The modules validate input before they send any
request. The tests wrote these tables. They set each option of each module to null, to an empty string, to values of
other types, to values outside of its range, and to a meaningless string. Values that are not in the tables were
accepted. For example, a string of 300 letters is a valid name, unless the service limits the length.

OPTION stands for the name of the option. The full message ends with the value, such as `, not 'many'`, unless the value
is a secret. In a `_config` task the message starts with the object, such as
`devices[3] (WEB-1): frequency must be one of ...`."""
