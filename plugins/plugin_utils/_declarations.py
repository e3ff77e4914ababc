# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations of whole accounts as YAML files: reading and merging them, and writing them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import yaml

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.aliases import accept_message_alias
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.parse import parse_object
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._core.display import visible
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError, first_reasons
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.nearest import did_you_mean
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from ansible_collections.declarative.monitoring.plugins.plugin_utils._bounded_yaml import TooLargeError, check_aliases
from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import Places

SERVICES: Mapping[str, type[Service]] = {
    service.name: service for service in (Alertra, Pinghome, PingPlotter, PortMonitor, SimpleHelp)
}


_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class DeclarationError(Exception):
    """The files are not a valid declaration.

    :ivar problems: a sentence for each reason; the text of the error consists of the first ten
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__(first_reasons(problems))


# -- reading -----------------------------------------------------------------------------------------------------------

Location = tuple[Any, ...]
"""The keys and indexes that lead to a value in a file, such as C(("alertra", "devices", 0))."""


@dataclass
class Document:
    """One file, or the variable of a host: its name, its data, and the lines of the keys and list items in it.

    :ivar template: resolves the templates in it, if it has other variables than the rest
    """

    name: str
    data: Any
    lines: Mapping[Location, int] = field(default_factory=dict)
    template: Callable[[Any], Any] | None = None

    def describe(self, *location: Any) -> str:
        """A location as text, such as C(a.yml:12 alertra.devices[3])."""
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
        return f"{self.name}{self._line(location)} {steps.lstrip('.')}".strip()

    def _line(self, location: Location) -> str:
        """The line of a value, or of the closest one around it whose line is known."""
        for length in range(len(location), 0, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return f":{line}"
        return ""


def key_lines(text: str) -> dict[Location, int]:
    """The lines of all keys and list items in a file.

    :raises DeclarationError: if the text is not YAML, or has a key twice in a dictionary, which YAML parsers accept
    """
    try:
        return _lines_of(yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except RecursionError:
        raise DeclarationError(" is nested too deeply") from None
    except yaml.reader.ReaderError as exc:
        line = text.partition(chr(exc.character))[0].count("\n") + 1
        raise DeclarationError(f":{line} has the character U+{exc.character:04X}, which YAML does not allow") from None
    except yaml.MarkedYAMLError as exc:
        place = f":{exc.problem_mark.line + 1}" if exc.problem_mark else ""
        raise DeclarationError(f"{place} is not YAML: {exc.problem}") from None


def _lines_of(root: yaml.Node | None) -> dict[Location, int]:
    lines: dict[Location, int] = {}
    try:
        check_aliases(root)
    except TooLargeError as exc:
        raise DeclarationError(f" {exc}") from None
    if root is not None:
        _collect_lines(root, (), lines)
    return lines


def _collect_lines(node: yaml.Node, location: Location, lines: dict[Location, int]) -> None:
    _refuse_odd_number(node, location)
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen and name != "<<":
                raise DeclarationError(f":{line} has the key {name} a second time; the first is on line {seen[name]}")
            seen[name] = line
            lines[(*location, name)] = line
            _collect_lines(value, (*location, name), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*location, index)] = value.start_mark.line + 1
            _collect_lines(value, (*location, index), lines)


def _refuse_odd_number(node: yaml.Node, location: Location) -> None:
    """Refuse what YAML reads as another number than a person: 0123 as 83, 0x1F as 31, 1:30 as 90.

    :raises DeclarationError: naming the place, but not the value, which may be a secret
    """
    if node.tag != "tag:yaml.org,2002:int" or _PLAIN_NUMBER.fullmatch(str(node.value)):
        return
    place = f" ({location[-1]})" if location else ""
    raise DeclarationError(
        f":{node.start_mark.line + 1}{place} is read by YAML as another number than it looks like: put it in quotes, "
        "or if it is a number, write it without a leading zero, 0x, _ and colons"
    )


def refusal(folder: Any, problems: Sequence[str]) -> str:
    """The message for a folder with files that cannot be used."""
    return visible(f"The declarations in {folder} cannot be used: {first_reasons(problems)}")


SETTINGS = ("defaults", "prune", "prune_only")
"""What a file may say of a service besides its objects. C(_file_settings.py) reads it."""

Defaults = Callable[[Document, str, str], Mapping[str, Any]]
"""The options that an item has if it does not set them, by its file, its service and its kind."""

IsOpen = Callable[[Any], bool]
"""Whether a value is not known, because its templates are not evaluated, or because it is encrypted."""


def merge(
    documents: Sequence[Document],
    template: Callable[[Any], Any],
    defaults: Defaults = lambda document, service, option: {},
    *,
    services: Sequence[str] = (),
    is_open: IsOpen = lambda value: False,
) -> tuple[dict[str, Any], Places]:
    """Merge several files into one declaration. The lists of each kind are joined, in the order of the files.

    :param template: resolves the templates in a value; an exception is reported as an error in that value
    :param services: the services to read; all, if there are none
    :param is_open: values for which this is true are not validated
    :return: the objects by service and kind, and their locations
    :raises DeclarationError: with a sentence for each error, naming its file and key
    """
    reader = _Reader(template, defaults, services, is_open)
    for document in documents:
        reader.add(document)
    if reader.problems:
        raise DeclarationError(*reader.problems)
    return reader.declared, reader.places


class _Reader:
    """Collects the declarations, the locations and the errors of several files."""

    def __init__(
        self, template: Callable[[Any], Any], defaults: Defaults, services: Sequence[str], is_open: IsOpen
    ) -> None:
        self.declared: dict[str, Any] = {}
        self.places: Places = {}
        self.problems: list[str] = []
        self._template, self._defaults, self._services, self._is_open = template, defaults, services, is_open
        self._first: dict[tuple[Any, ...], str] = {}

    def add(self, document: Document) -> None:
        """Add a file."""
        with self._collecting_problems():
            for service, kinds in items_of(document, document.data, "services"):
                with self._collecting_problems():
                    self._add_service(document, service, kinds)

    @contextmanager
    def _collecting_problems(self) -> Iterator[None]:
        """Record the errors in one part of a file and continue with the next part."""
        try:
            yield
        except DeclarationError as exc:
            self.problems += exc.problems

    def _add_service(self, document: Document, service: str, kinds: Any) -> None:
        if service not in SERVICES:
            known = f"{_names(SERVICES)}{did_you_mean(str(service), SERVICES)}"
            raise DeclarationError(f"{document.describe(service)}: there is no such service; there are {known}")
        if self._services and service not in self._services:
            return
        self.declared.setdefault(service, {})
        self.places.setdefault(service, [])
        by_option = config_kinds(service)
        for option, value in items_of(document, kinds, "kinds", service):
            if option in SETTINGS:
                continue
            with self._collecting_problems():
                if option not in by_option:
                    known = f"{_names(by_option)}{did_you_mean(option, [*by_option, *SETTINGS])}"
                    raise DeclarationError(
                        f"{document.describe(service, option)}: there is no such kind; there are {known}"
                    )
                self._add_kind(document, service, by_option[option], value)

    def _add_kind(self, document: Document, service: str, kind: Kind, value: Any) -> None:
        option = kind.config_key
        location = (service, option)
        if isinstance(value, str):
            value = resolve(self._template, document, location, value)
        if value is None or (not isinstance(value, (list, Mapping)) and self._is_open(value)):
            return
        if kind.singleton:
            self.declared[service][option] = self._read_object(document, location, kind, value, option)
            return
        if not isinstance(value, list):
            raise DeclarationError(f"{document.describe(*location)}: must be a list of {option}, not {_type(value)}")
        items: list[Any] = self.declared[service].setdefault(option, [])
        for index, item in enumerate(value):
            with self._collecting_problems():
                place = f"{option}[{len(items)}]"
                items.append(self._read_object(document, (*location, index), kind, item, place))

    def _read_object(
        self, document: Document, location: Location, kind: Kind, value: Any, place: str
    ) -> Mapping[str, Any]:
        """One object, with its templates resolved.

        :param place: its location in the merged declaration
        :raises DeclarationError: with a sentence for each error
        """
        described, service = document.describe(*location), location[0]
        item: Any = resolve(self._template, document, location, value)
        if not isinstance(item, Mapping) and self._is_open(item):
            return {}
        if not isinstance(item, Mapping):
            raise DeclarationError(f"{described}: must be a dictionary of options, not {_type(item)}")
        if item.get("state") != "absent":
            item = {**self._defaults(document, service, kind.config_key), **item}
        label = kind.label(item, item.get(kind.id_option))
        named = described if label == kind.noun else f"{described} ({label})"
        problems = [
            *unknown_options(kind, item, named),
            *self._declared_before(service, kind, item, label, described, named),
            *self._invalid_options(service, kind, item, described),
        ]
        if problems:
            raise DeclarationError(*problems)
        self.places[service].append({"place": place, "where": described, "kind": kind.name, "name": label})
        declared: Mapping[str, Any] = item
        return declared

    def _declared_before(
        self, service: str, kind: Kind, item: Mapping[str, Any], label: str, described: str, named: str
    ) -> list[str]:
        first = self._first.setdefault(_identity(service, kind, item, described), named)
        return [] if first == named else [f"{kind.noun} {label} is declared twice: {first} and {named}"]

    def _invalid_options(self, service: str, kind: Kind, item: Mapping[str, Any], described: str) -> list[str]:
        """The reasons why an object is refused; none if its name is not known."""
        options = _options(kind)
        known = {name: value for name, value in item.items() if name in options and not self._is_open(value)}
        if any(name in item and name not in known for name in (*kind.key, kind.id_option)):
            return []
        try:
            parse_declared(service, kind, known, described)
        except InputError as exc:
            return [problem.reason for problem in exc.problems]
        return []


def resolve(template: Callable[[Any], Any], document: Document, location: Location, value: Any) -> Any:
    """A value with its templates resolved.

    :raises DeclarationError: if that fails
    """
    if _is_plain(value):
        return value
    try:
        return (document.template or template)(value)
    except Exception as exc:  # any error in a template of the user
        lines = str(getattr(exc, "message", None) or exc).splitlines()
        reason = lines[0] if lines else type(exc).__name__
        raise DeclarationError(f"{document.describe(*location)}: {reason}") from None


def _is_plain(value: Any) -> bool:
    """Whether a value certainly has no template, and nothing that is encrypted. It takes long to find none in it."""
    if isinstance(value, Mapping):
        return all(_is_plain(key) and _is_plain(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, str):
        return not _looks_like_template(value)
    return value is None or isinstance(value, (bool, int, float))


def _looks_like_template(text: str) -> bool:
    return text.startswith("#jinja2:") or any(mark in text for mark in ("{{", "{%", "{#"))


def unknown_options(kind: Kind, item: Mapping[str, Any], named: str) -> Iterator[str]:
    """A sentence for each option that a kind does not have."""
    options = _options(kind)
    for name in item:
        if name not in options:
            hint = did_you_mean(str(name), options) or f"; there are {_names(options)}"
            yield f"{named}: there is no option {name}{hint}"


def parse_declared(service: str, kind: Kind, item: Mapping[str, Any], location: str) -> Desired:
    """A declared object, checked without its account.

    :param location: where it is declared, for error messages
    :raises InputError: for invalid options
    """
    params = dict(item)
    accept_message_alias(params, object_spec(kind))
    # The environment of the task may name the Pinghome service. It is not known here.
    return parse_object(SERVICES[service], kind, params, params, location, {"service_id": "unknown"})


def _options(kind: Kind) -> set[str]:
    """The options of an object, with C(message): modules accept it as an alias, as Ansible reserves the name."""
    options = set(object_spec(kind))
    return options | {"message"} if "message_text" in options else options


def config_kinds(service: str) -> dict[str, Kind]:
    """The kinds of a service, by the option of the C(_config) module that declares their objects."""
    known = SERVICES[service]
    return {kind.config_key: kind for kind in (known.kinds[name] for name in known.config)}


def items_of(document: Document, data: Any, content: str, *location: str) -> list[tuple[str, Any]]:
    """The keys and values of a dictionary; none for null.

    :param content: what the dictionary holds, for the error message
    """
    if data is not None and not isinstance(data, Mapping):
        raise DeclarationError(f"{document.describe(*location)}: must be a dictionary of {content}, not {_type(data)}")
    return [(str(key), value) for key, value in (data or {}).items()]


def _identity(service: str, kind: Kind, item: Mapping[str, Any], described: str) -> tuple[Any, ...]:
    """What only one declaration may have: the id of the object, or else its key.

    An object whose key is incomplete is identified by its location, and so equals no other.
    """
    if kind.singleton:
        return service, kind.name
    if item.get(kind.id_option) is not None:
        return service, kind.name, "id", str(item[kind.id_option])
    if not kind.name_option or item.get(kind.name_option) is None:
        return service, kind.name, "location", described
    names = (kind.scope, *kind.key) if kind.scope else kind.key
    return (service, kind.name, *(kind.by_name[name].normalize(item.get(name)) for name in names))


def _names(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def _type(value: Any) -> str:
    """A value of the wrong type, for an error message."""
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a text"
    return "null" if value is None else str(value)


# -- writing -----------------------------------------------------------------------------------------------------------


class _Unsafe(str):
    """A text from a service that looks like a template, and must not be run as one."""


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: lists are indented, long texts are not folded, multi-line texts are blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value in full."""
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Write a text with everything escaped that a reader of YAML might change, and a person might not see."""
        self.write_indicator(f'"{"".join(map(_escaped, text))}"', True)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    tag = "!unsafe" if isinstance(value, _Unsafe) else "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, value, style=_style(value))


def _style(text: str) -> str | None:
    """The style of a text: a block for lines, double quotes for what has to be escaped; None leaves it to PyYAML.

    A block of lines that ends in an empty line would also end the document.
    """
    lines = text.removesuffix("\n").split("\n")
    if not all(map(str.isprintable, lines)) or (len(lines) > 1 and not all(map(str.strip, (lines[0], lines[-1])))):
        return '"'
    return "|" if "\n" in text else None


def _escaped(char: str) -> str:
    """A character between double quotes."""
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Unsafe, _text)


_MODELINE = "# yaml-language-server: $schema=declarations.schema.json\n"
"""The first line of a file. It names the JSON Schema beside the file for editors: each machine has it at that place."""


def as_yaml(data: Any) -> str:
    """Data of an account as YAML, with texts that look like templates marked as none."""
    return yaml.dump(_plain(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize)


def dump(service: str, config: Mapping[str, Any]) -> str:
    """An account as the text of a file. Kinds, options and unordered lists are sorted, so that the text is stable.

    A comment on each kind names the options that the service does not return.
    """
    lines: list[str] = []
    for option, kind in config_kinds(service).items():
        value = config.get(option)
        if value:
            lines += _dump_kind(option, kind, value)
    header = f"{_MODELINE}---\n# The account at {SERVICES[service].title} as it was exported.\n"
    if not lines:
        return f"{header}{service}: {{}}\n"
    body = "".join(f"  {line}\n" if line else "\n" for line in lines)
    return f"{header}{service}:\n{body}"


def _dump_kind(option: str, kind: Kind, value: Any) -> list[str]:
    shaped = _shaped(kind, value) if kind.singleton else [_shaped(kind, item) for item in value]
    text = yaml.dump({option: shaped}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=sys.maxsize)
    # Not splitlines(), which splits at characters that are part of a text.
    return [*(f"# {sentence}" for sentence in _not_exported(kind)), *text.removesuffix("\n").split("\n")]


def _not_exported(kind: Kind) -> list[str]:
    """The options that an exported declaration lacks, as sentences."""
    options = [item for item in kind.options if not item.trigger and item.name != kind.scope]
    secret = [item.name for item in options if item.secret]
    hidden = [item.name for item in options if item.write_only and not item.secret]
    sentences = []
    if secret:
        sentences.append(f"Secret, and left alone unless filled in: {', '.join(secret)}")
    if hidden:
        sentences.append(f"Not shown by the service, and left alone unless filled in: {', '.join(hidden)}")
    return sentences


def _shaped(kind: Kind, item: Mapping[str, Any]) -> dict[str, Any]:
    """An object with its options in order: the id, the key, then as the kind lists them."""
    order = {name: rank for rank, name in enumerate((kind.id_option, *kind.key, *kind.by_name))}
    names = sorted(item, key=lambda name: (order.get(name, len(order)), name))
    return {_plain(name): _plain(item[name], kind.by_name.get(name)) for name in names}


def _plain(value: Any, option: Field | None = None) -> Any:
    """A value of plain YAML types, without the tags that Ansible attaches to values."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list):
        return _plain_list(value, option)
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, bool) or value is None:
        return value
    return int(value) if isinstance(value, int) else float(value)


def _plain_list(value: list[Any], option: Field | None) -> list[Any]:
    """A list; sorted, numbers by size, if the order of the option has no meaning."""
    items = [_plain(item) for item in value]
    if option is None or option.compare not in ("set", "merge"):
        return items
    return sorted(items, key=lambda item: (item if isinstance(item, int) else 0, str(item)))


def _plain_text(value: str) -> str:
    text = str.__str__(value)
    # A text that begins with a header for Jinja2 may define other marks.
    looks_like_template = _looks_like_template(text)
    return _Unsafe(text) if looks_like_template else text
