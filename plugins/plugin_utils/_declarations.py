# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations of whole accounts as YAML files: read and merged, written, and the places in them named in messages."""

from __future__ import annotations

import difflib
import sys
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import yaml

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.options import (
    accept_message_alias,
    object_spec,
    parse_object,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import Places

SERVICES: Mapping[str, type[Service]] = {
    service.name: service for service in (Alertra, Pinghome, PingPlotter, PortMonitor, SimpleHelp)
}


class DeclarationError(Exception):
    """The files do not make a declaration; the text is a sentence for each reason."""


# -- reading -----------------------------------------------------------------------------------------------------------


@dataclass
class Document:
    """One file: its name, its data, and the lines on which the keys and items of the data begin.

    :param lines: by the way to it, such as C(("alertra", "devices", 0))
    """

    name: str
    data: Any
    lines: Mapping[tuple[Any, ...], int] = field(default_factory=dict)

    def where(self, *way: Any) -> str:
        """The place of a key or an item, as people and editors read it: C(a.yml:12 alertra.devices[3])."""
        known = next((self.lines[way[:end]] for end in range(len(way), 0, -1) if way[:end] in self.lines), None)
        line = "" if known is None else f":{known}"
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)
        return f"{self.name}{line} {steps.lstrip('.')}".strip()


def key_lines(text: str) -> dict[tuple[Any, ...], int]:
    """The lines of services, kinds and objects in a file.

    :raises DeclarationError: where it is no YAML, or a key stands twice in one place, which YAML readers overlook
    """
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DeclarationError(f"{line} is not YAML: {getattr(exc, 'problem', None) or 'it cannot be read'}") from None
    lines: dict[tuple[Any, ...], int] = {}
    if root is not None:
        _note_lines(root, (), lines)
    return lines


def _note_lines(node: yaml.Node, way: tuple[Any, ...], lines: dict[tuple[Any, ...], int]) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen and name != "<<":
                raise DeclarationError(f":{line} has the key {name} a second time; the first is on line {seen[name]}")
            seen[name] = line
            lines[(*way, name)] = line
            _note_lines(value, (*way, name), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*way, index)] = value.start_mark.line + 1
            _note_lines(value, (*way, index), lines)


def merge(documents: Sequence[Document], template: Callable[[Any], Any]) -> tuple[dict[str, Any], Places]:
    """The declaration that several files make together: the lists of each kind joined, in the order of the files.

    :param template: resolves the templates in a value; what it raises is a reason to refuse the value
    :raises DeclarationError: with a sentence for each thing that cannot be, naming its file and key
    """
    merger = _Merger(template)
    for document in documents:
        merger.add(document)
    if merger.problems:
        raise DeclarationError("; ".join(merger.problems))
    return merger.declared, merger.places


class _Merger:
    """What has been read so far."""

    def __init__(self, template: Callable[[Any], Any]) -> None:
        self.declared: dict[str, Any] = {}
        self.places: Places = {}
        self.problems: list[str] = []
        self._template = template
        self._seen: dict[tuple[Any, ...], str] = {}

    def add(self, document: Document) -> None:
        """Add a file."""
        with self._noting():
            for service, kinds in _mapping(document, document.data, "services"):
                with self._noting():
                    self._add_service(document, service, kinds)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Note what is wrong with a part, and go on with the next one."""
        try:
            yield
        except DeclarationError as exc:
            self.problems.append(str(exc))

    def _add_service(self, document: Document, service: str, kinds: Any) -> None:
        if service not in SERVICES:
            known = _names(SERVICES)
            raise DeclarationError(f"{document.where(service)}: there is no such service; there are {known}")
        self.declared.setdefault(service, {})
        self.places.setdefault(service, [])
        by_name = config_kinds(service)
        for name, found in _mapping(document, kinds, "kinds", service):
            with self._noting():
                if name not in by_name:
                    known = _names(by_name)
                    raise DeclarationError(f"{document.where(service, name)}: there is no such kind; there are {known}")
                self._add_kind(document, service, by_name[name], found)

    def _add_kind(self, document: Document, service: str, kind: Kind, found: Any) -> None:
        way, options = (service, kind.config_key), _options(kind)
        if isinstance(found, str):
            found = self._resolved(document, way, found)
        if found is None:
            return
        if kind.singleton:
            self.declared[service][kind.config_key] = self._item(document, way, kind, options, found, kind.config_key)
            return
        if not isinstance(found, list):
            raise DeclarationError(f"{document.where(*way)}: must be a list of {kind.config_key}, not {_type(found)}")
        items: list[Any] = self.declared[service].setdefault(kind.config_key, [])
        for index, one in enumerate(found):
            with self._noting():
                place = f"{kind.config_key}[{len(items)}]"
                items.append(self._item(document, (*way, index), kind, options, one, place))

    def _item(
        self, document: Document, way: tuple[Any, ...], kind: Kind, options: Collection[str], found: Any, place: str
    ) -> Mapping[str, Any]:
        """The declaration of one object.

        :raises DeclarationError: where there is something wrong with it, which stands in one sentence or several
        """
        where, service = document.where(*way), way[0]
        item = self._resolved(document, way, found)
        if not isinstance(item, Mapping):
            raise DeclarationError(f"{where}: must be a dictionary of options, not {_type(item)}")
        label = kind.label(item, item.get(kind.id_option))
        named = where if label == kind.noun else f"{where} ({label})"
        problems = []
        for name in item:
            if name not in options:
                close = difflib.get_close_matches(str(name), options, 1)
                hint = f"did you mean {close[0]}?" if close else f"there are {_names(options)}"
                problems.append(f"{named}: there is no option {name}; {hint}")
        first = self._seen.setdefault(_identity(service, kind, item, where), named)
        if first != named:
            problems.append(f"{kind.noun} {label} is declared twice: {first} and {named}")
        try:
            wanted(service, kind, {name: value for name, value in item.items() if name in options}, where)
        except InputError as exc:
            problems.append(str(exc))
        if problems:
            raise DeclarationError("; ".join(problems))
        self.places[service].append({"place": place, "where": where, "kind": kind.name, "name": label})
        return item

    def _resolved(self, document: Document, way: tuple[Any, ...], value: Any) -> Any:
        try:
            return self._template(value)
        except Exception as exc:  # a template may fail in any way, each of them the user's to mend
            reason = [*str(getattr(exc, "message", None) or exc).splitlines(), type(exc).__name__][0]
            raise DeclarationError(f"{document.where(*way)}: {reason}") from None


def wanted(service: str, kind: Kind, item: Mapping[str, Any], where: str) -> Desired:
    """A declared object, as far as can be told without its account.

    :raises InputError: for options that cannot be
    """
    params = dict(item)
    accept_message_alias(params, object_spec(kind))
    # The environment of the task may tell the service that is meant, and is not known here.
    return parse_object(SERVICES[service], kind, params, params, where, {"service_id": "unknown"})


def _options(kind: Kind) -> set[str]:
    """What an object may be declared with; C(message) too, which Ansible lets no module have under that name."""
    options = set(object_spec(kind))
    return options | {"message"} if "message_text" in options else options


def config_kinds(service: str) -> dict[str, Kind]:
    """The kinds of a whole account's declaration, by their keys there."""
    known = SERVICES[service]
    return {kind.config_key: kind for kind in (known.kinds[name] for name in known.config)}


def _mapping(document: Document, data: Any, what: str, *way: str) -> list[tuple[str, Any]]:
    if data is not None and not isinstance(data, Mapping):
        raise DeclarationError(f"{document.where(*way)}: must be a dictionary of {what}, not {_type(data)}")
    return [(str(key), value) for key, value in (data or {}).items()]


def _identity(service: str, kind: Kind, item: Mapping[str, Any], where: str) -> tuple[Any, ...]:
    """What no two declarations of a kind may share: the id, else the key, else, where that is incomplete, nothing."""
    if kind.singleton:
        return service, kind.name
    if item.get(kind.id_option) is not None:
        return service, kind.name, "id", str(item[kind.id_option])
    if not kind.name_option or item.get(kind.name_option) is None:
        return service, kind.name, "where", where
    return (
        service,
        kind.name,
        item.get(kind.scope),
        *(kind.by_name[name].normalize(item.get(name)) for name in kind.key),
    )


def _names(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def _type(value: Any) -> str:
    if isinstance(value, (Mapping, list)):
        return "a dictionary" if isinstance(value, Mapping) else "a list"
    return "null" if value is None else "a text" if isinstance(value, str) else str(value)


# -- writing -----------------------------------------------------------------------------------------------------------


class _Unsafe(str):
    """A text that looks like a template and is none, since a server said it."""


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: lists indented, long texts not folded, several lines as such."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent a list below its key, too."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value in full."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    tag = "!unsafe" if isinstance(value, _Unsafe) else "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Unsafe, _text)


def dump(service: str, config: Mapping[str, Any]) -> str:
    """An account as the text of a file: kinds, options and unordered lists in an order of their own.

    What the service does not show is named in a comment on the kind that has it.
    """
    title, lines = SERVICES[service].title, []
    for name, kind in config_kinds(service).items():
        found = config.get(name)
        if found:
            lines += [f"# {sentence}" for sentence in _left_out(kind)]
            shaped = _shaped(kind, found) if kind.singleton else [_shaped(kind, item) for item in found]
            text = yaml.dump({name: shaped}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize)
            lines += text.splitlines()
    body = textwrap.indent("\n".join(lines), "  ") if lines else ""
    return f"---\n# The account at {title} as it was exported.\n{service}:{f'{chr(10)}{body}' if body else ' {}'}\n"


def _left_out(kind: Kind) -> list[str]:
    """What a declaration of this kind cannot know, as sentences."""
    options = [item for item in kind.options if not (item.trigger or item.name == kind.scope)]
    secret = [item.name for item in options if item.secret]
    hidden = [item.name for item in options if item.write_only and not item.secret]
    return [
        f"{reason}, and left alone unless filled in: {', '.join(found)}"
        for reason, found in (("Secret", secret), ("Not shown by the service", hidden))
        if found
    ]


def _shaped(kind: Kind, item: Mapping[str, Any]) -> dict[str, Any]:
    order = {name: rank for rank, name in enumerate((kind.id_option, *kind.key, *kind.by_name))}
    names = sorted(item, key=lambda name: (order.get(name, len(order)), name))
    return {_plain(name): _plain(item[name], kind.by_name.get(name)) for name in names}


def _plain(value: Any, option: Field | None = None) -> Any:
    """A value of nothing but what YAML knows, without what Ansible attaches to values."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list):
        plain = [_plain(one) for one in value]
        unordered = option is not None and option.compare in ("set", "merge")
        return sorted(plain, key=lambda one: (one if isinstance(one, int) else 0, str(one))) if unordered else plain
    if isinstance(value, str):
        text = str.__str__(value)
        return _Unsafe(text) if any(mark in text for mark in ("{{", "{%", "{#")) else text
    if isinstance(value, bool) or value is None:
        return value
    return int(value) if isinstance(value, int) else float(value)
