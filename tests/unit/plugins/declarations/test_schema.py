# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of declaration files, compared with what the files are really validated by."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.prune_only import (
    listed_fields,
    prune_only_problems,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_controls
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import MASK
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import (
    SERVICES,
    DeclarationError,
    Document,
    config_kinds,
    dump,
    merge,
)
from integration.harness import ROOT
from properties.values import loosely, value

PATH = ROOT / "roles" / "monitoring_export" / "files" / "declarations.schema.json"
SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = Draft7Validator(SCHEMA)
KINDS = [(service, kind) for service in sorted(SERVICES) for kind in config_kinds(service).values()]
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"


def is_accepted(declaration: Any) -> bool:
    """Whether the files' own validation accepts a declaration."""
    try:
        merge([Document("a.yml", declaration)], lambda value: value)
    except DeclarationError:
        return False
    return True


def errors(declaration: Any) -> list[str]:
    """What the schema says against a declaration."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(declaration)]


def declared(service: str, kind: Kind, item: Any) -> dict[str, Any]:
    """A declaration with one object."""
    return {service: {kind.config_key: item if kind.singleton else [item]}}


def fields(kind: Kind) -> list[Field]:
    """All options of an object."""
    return [*kind.options, *object_controls(kind)]


def identity(kind: Kind) -> dict[str, Any]:
    """Options that identify an object."""
    if not kind.key:
        return {} if kind.singleton else {kind.id_option: "1"}
    return {name: ["a"] if kind.by_name[name].type == "list" else "a" for name in kind.key}


# -- what the schema must not refuse -----------------------------------------------------------------------------------

ODD: list[Any] = [
    *(None, True, False, 0, 1, 5, 5.0, 1.5, -1, 400, 70000),
    *(
        "",
        " ",
        "5",
        " 5 ",
        "+5",
        "1_0",
        "5, 7",
        "a, b",
        "yes",
        "No",
        "TRUE",
        "a",
        "GET",
        "http",
        "present",
        "on_create",
    ),
    *("{}", ' {"a": 1}', "[]", MASK),
    *([], ["a"], ["a", 5], [5, "7"], [True], [None], [{}], [{"a": 1}], ["{}"]),
    *({}, {"a": "b"}, {"a": True}, {"a": 1}, {"a": None}, {"a": {}}),
    *({"baseDN": "x"}, {"base_dn": None}, {"enabled": "on"}, {"emailCodeLength": "3"}, {"email_code_length": 0}),
]


@st.composite
def objects(draw: Any) -> dict[str, Any]:
    """A declaration with one object: most options are as they should be, some are anything."""
    service, kind = draw(st.sampled_from(KINDS))
    options = fields(kind)
    names = draw(st.lists(st.sampled_from(options), max_size=3, unique_by=lambda item: item.name))
    item = dict(identity(kind)) if draw(st.integers(0, 4)) else {}
    for option in names:
        good = value(kind.name, option, {})
        item[option.name] = draw(st.one_of(good, good.map(loosely), st.sampled_from(ODD)))
    return declared(service, kind, item)


@settings(max_examples=400, deadline=None)
@given(objects())
@example({"pinghome": {"resources": [{"name": "a", "host": "b", "url": None}]}})
@example({"pinghome": {"resources": [{"name": "a", "headers": MASK}]}})
@example({"pinghome": {"integrations": [{"resource": 1, "integration": "a", "message": "b"}]}})
@example({"portmonitor": {"targets": [{"target_id": 5, "port_number": "0x19"}]}})
@example({"alertra": {"devices": [{"short_name": "a", "frequency": "+5"}]}})
@example({"alertra": {"devices": [{"short_name": "a", "frequency": " 05"}]}})
def test_the_schema_accepts_whatever_the_files_may_hold(declaration: dict[str, Any]) -> None:
    if is_accepted(declaration):
        assert errors(declaration) == []


@pytest.mark.parametrize("empty", [None, {}, *({name: None} for name in SERVICES), VAULT])
def test_empty_and_encrypted_files_are_accepted(empty: Any) -> None:
    assert errors(empty) == []


LATER = ["{{ x }}", "a {% if x %}b{% endif %}", "{# x #}1", "#jinja2: trim_blocks:True\nx", VAULT]


@pytest.mark.parametrize("later", LATER)
def test_any_value_may_be_a_template_or_encrypted(later: str) -> None:
    for service, kind in KINDS:
        options = dict.fromkeys((item.name for item in fields(kind)), later)
        wholes: list[Any] = [later, options] if kind.singleton else [later, [later], [options]]
        wholes += [] if kind.singleton else [[{**identity(kind), item.name: [later]}] for item in lists(kind)]
        for whole in wholes:
            assert errors({service: {kind.config_key: whole}}) == []
            assert errors({service: {"defaults": {kind.config_key: later}}}) == []
        if kind.creatable:
            assert errors({service: {"prune": later, "prune_only": later}}) == []
            assert errors({service: {"prune": [later], "prune_only": {kind.plural: later}}}) == []


def lists(kind: Kind) -> list[Field]:
    """The options that are lists."""
    return [item for item in fields(kind) if item.type == "list"]


def test_values_with_tags_are_accepted() -> None:
    class Loader(yaml.SafeLoader):
        """Reads tagged values as texts, as editors do."""

    Loader.add_multi_constructor("!", lambda loader, _tag, node: loader.construct_scalar(node))
    tagged = yaml.load(
        """
        alertra:
          devices:
            - short_name: A
              timeout: !vault |
                $ANSIBLE_VAULT;1.1;AES256
                6162
              full_name: !unsafe '{{ braces }}'
        """,
        Loader=Loader,
    )
    assert errors(tagged) == []


def test_what_stands_beside_the_kinds_is_accepted() -> None:
    for service, kind in KINDS:
        assert errors({service: {"defaults": {kind.config_key: {}}, kind.config_key: None}}) == []
    for service, kind in ((service, kind) for service, kind in KINDS if kind.creatable):
        shown = [item.name for item in listed_fields(kind)]
        section = {"prune": [kind.plural], "prune_only": {kind.plural: {name: ["a*", 5] for name in shown}}}
        assert prune_only_problems(SERVICES[service], section) == []
        assert errors({service: {kind.plural: [], **section}}) == []
        assert errors({service: {"prune": kind.plural, "prune_only": {kind.plural: dict.fromkeys(shown, "a*")}}}) == []


def test_defaults_may_give_what_identifies_an_object() -> None:
    target = {"name": "a", "type": "ping", "host": "b"}
    assert errors({"portmonitor": {"defaults": {"targets": {"group": "Web"}}, "targets": [target]}}) == []
    # Defaults may also be in another file.
    assert errors({"portmonitor": {"targets": [target]}}) == []
    one: dict[str, Any] = {"defaults": {"groups": {"name": "a"}}, "groups": [{}]}
    assert errors({"portmonitor": one}) == []
    assert errors({"portmonitor": {"groups": [{}], "defaults": {"targets": {"name": "a"}}}})


# -- what it refuses ---------------------------------------------------------------------------------------------------


def wrong_objects(service: str, kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects with one mistake each: what the mistake is, and a declaration with the object."""
    named = identity(kind)
    first = kind.options[-1].name
    yield "typo", declared(service, kind, {**named, f"{first}x": "a"})
    if not kind.singleton:
        yield "no name", declared(service, kind, {})
        yield "no list", {service: {kind.config_key: named}}
    for item in fields(kind):
        for mistake, bad in wrong_values(item):
            yield f"{item.name} {mistake}", declared(service, kind, {**named, item.name: bad})


def wrong_values(item: Field) -> Iterator[tuple[str, Any]]:
    """Values that an option cannot have."""
    if item.choices:
        yield "choice", "nonsense" if item.type == "str" else 7
    elif item.type == "str":
        yield "type", ["a"]
        yield from [] if item.takes_whole_numbers else [("number", 1.5)]
    elif item.type == "int":
        yield "type", "many"
        yield from [] if item.minimum is None else [("low", int(item.minimum) - 1)]
        yield from [] if item.maximum is None else [("high", int(item.maximum) + 1)]
    elif item.type == "bool":
        yield "type", "perhaps"
    elif item.type == "list":
        yield "type", {"a": 1}
        yield "element", [["a"]]
    else:
        yield "type", ["a"]


WRONG = [
    (f"{service}_{kind.name} {mistake}", declaration)
    for service, kind in KINDS
    for mistake, declaration in wrong_objects(service, kind)
]
WRONG_SECTIONS = [
    {"alertr": {}},
    {"alertra": {"device": []}},
    {"alertra": []},
    {"alertra": {"prune": ["device"]}},
    {"alertra": {"prune": "devices; tags"}},
    {"alertra": {"prune_only": {}}},
    {"alertra": {"prune_only": {"devices": {}}}},
    {"alertra": {"prune_only": {"devices": {"tag": "a"}}}},
    {"alertra": {"prune_only": {"devices": {"tags": []}}}},
    {"alertra": {"defaults": {"devices": {"fequency": 1}}}},
    {"alertra": {"defaults": {"devices": {"frequency": 7}}}},
    {"alertra": {"defaults": {"device": {}}}},
]


@pytest.mark.parametrize("declaration", WRONG_SECTIONS, ids=str)
def test_sections_with_mistakes_are_refused(declaration: dict[str, Any]) -> None:
    assert errors(declaration)


_BLOCKS = re.compile(r"^\.\. code-block:: yaml\n(?:   :.*\n)*\n((?:    .*\n|\n)+)", re.MULTILINE)


def good_files() -> Iterator[tuple[str, str]]:
    """The names and the texts of the demo, the examples of the guides, and an exported file."""
    yield "demo.yml", (ROOT / "demo" / "customer.yml").read_text(encoding="utf-8")
    for guide in sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst")):
        for number, block in enumerate(_BLOCKS.findall(guide.read_text(encoding="utf-8"))):
            content = yaml.safe_load(re.sub(r"!\w+", "", dedent(block)))
            if isinstance(content, dict) and content.keys() <= SERVICES.keys():
                yield f"{guide.stem}-{number}.yml", dedent(block)
    yield "export.yml", dump("alertra", {"devices": [{"short_name": "A", "frequency": 5}]})


def test_a_linter_finds_the_mistakes_in_files_and_no_others(tmp_path: Path) -> None:
    good = dict(good_files())
    assert len(good) > 4
    assert len(WRONG) > 100
    texts = {f"wrong-{number}.yml": yaml.safe_dump(one) for number, (_title, one) in enumerate(WRONG)}
    for name, text in {**good, **texts}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(PATH), "-o", "json", *good, *texts]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    report = json.loads(run.stdout)
    refused = {error["filename"] for error in (*report["errors"], *report["parse_errors"])}
    assert refused & good.keys() == set()
    assert [WRONG[int(name[6:-4])] for name in sorted(texts.keys() - refused)] == []


def test_the_modules_refuse_the_same_mistakes() -> None:
    assert [title for title, declaration in WRONG if is_accepted(declaration)] == []


# -- messages ----------------------------------------------------------------------------------------------------------


def test_messages_name_the_value_and_what_is_allowed() -> None:
    device = {"short_name": "A", "timeout": 400, "fequency": 1, "method": "http"}
    assert sorted(errors({"alertra": {"devices": [device, {"url": "x"}]}})) == [
        "$.alertra.devices[0].method: 'http' is not one of ['HTTP', 'PING', 'SMTP', 'POP3', 'MySQL', 'IMAP4', 'FTP', "
        "'TELNET', 'SSH', 'NNTP', 'TCP', 'DNS', 'Script']",
        "$.alertra.devices[0].timeout: 400 is greater than the maximum of 120",
        "$.alertra.devices[0]: Additional properties are not allowed ('fequency' was unexpected)",
        "$.alertra.devices[1]: {'url': 'x'} is not valid under any of the given schemas",
    ]


def test_every_option_is_described_in_plain_words() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert re.findall(r"\b[BCEILMOPRUV]V?\([a-zA-Z_]", text) == []
    for service, kind in KINDS:
        options = SCHEMA["definitions"][f"{service}_{kind.name}"]["properties"]
        assert [name for name, option in options.items() if not option.get("description")] == []
