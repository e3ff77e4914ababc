# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON Schema of declaration files, made from the kinds and from the documentation of their modules.

An editor uses it to complete options and to mark errors. It never refuses what the modules accept. So it leaves some
checks to them: templates and encrypted values are only known at run time, and numbers may be written as texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.prune_only import listed_fields
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_controls
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import MASK, UNSET
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES, config_kinds

Schema = dict[str, Any]
Documented = Mapping[str, Mapping[str, Any]]
"""The documentation of options, by name."""

# A template, the header of a template, or a value that is encrypted with Ansible Vault.
_TEMPLATE = r"\{[{%#]|^#jinja2:|^\$ANSIBLE_VAULT;"
_NOT_BLANK = r"\S"
# Whole numbers as texts, also as YAML 1.1 writes them without quotes: 1_000, 0x1F and 1:30.
_NUMBER = r"^\s*[-+]?[0-9][0-9A-Fa-fxXob_:]*\s*$"
_NUMBERS = r"^\s*[-+]?[0-9][0-9A-Fa-fxXob_:]*\s*(,\s*[-+]?[0-9][0-9A-Fa-fxXob_:]*\s*)*$"
_TRUTHS = ("true", "yes", "on", "1", "false", "no", "off", "0")


def declaration_schema(documentation: Callable[[str], Mapping[str, Any]]) -> Schema:
    """The schema of a declaration file.

    :param documentation: the DOCUMENTATION of a module, by its name
    """
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Declarations of declarative.monitoring",
        "description": "The accounts at monitoring and remote support services. Written by tests/tools/sync_docs.py.",
        "type": ["object", "null", "string"],
        # The whole file may be encrypted.
        "pattern": r"^\$ANSIBLE_VAULT;",
        "additionalProperties": False,
        "properties": {name: {"$ref": f"#/definitions/{name}"} for name in sorted(SERVICES)},
        "definitions": {
            "template": {"type": "string", "pattern": _TEMPLATE},
            "template_or_null": {"type": ["string", "null"], "pattern": _TEMPLATE},
            "truth": _truth(),
            "patterns": _patterns(),
            **{name: _service(SERVICES[name], documentation) for name in sorted(SERVICES)},
            **_kinds(documentation),
        },
    }


# -- services ----------------------------------------------------------------------------------------------------------


def _service(service: type[Service], documentation: Callable[[str], Mapping[str, Any]]) -> Schema:
    """The section of a service: its kinds, and how they are managed."""
    kinds = config_kinds(service.name)
    options = documentation(f"{service.name}_config")["options"]
    properties = {option: _kind_option(service, kind, options[option]) for option, kind in kinds.items()}
    pruned = [kind for kind in kinds.values() if kind.creatable]
    properties["defaults"] = _defaults(service, kinds)
    if pruned:
        properties["prune"] = _prune(pruned)
        properties["prune_only"] = _prune_only(pruned)
    return {
        "description": f"The account at {service.title}.",
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": properties,
        "allOf": [_needs_identity(option, kind) for option, kind in kinds.items() if not kind.singleton],
    }


def _kind_option(service: type[Service], kind: Kind, documented: Mapping[str, Any]) -> Schema:
    """The objects of a kind."""
    one = {"$ref": f"#/definitions/{_definition(service, kind)}"}
    described = {"description": plain_text(documented["description"])}
    if kind.singleton:
        return {**described, **_or_null(one)}
    return {**described, **_or_null({"type": "array", "items": _or_template(one)})}


def _needs_identity(option: str, kind: Kind) -> Schema:
    """Each object of a kind has its name or its id, unless C(defaults) give one of them.

    Other options of the key, such as the group of a target, may have their defaults in another file.
    """
    identifying = [{"required": [name]} for name in (kind.name_option, kind.id_option) if name]
    identified = identifying[0] if len(identifying) == 1 else {"anyOf": identifying}
    given = {"required": ["defaults"], "properties": {"defaults": _template_or({"required": [option]})}}
    in_defaults = {"properties": {"defaults": _template_or({"properties": {option: _template_or(identified)}})}}
    return {
        "if": {"allOf": [given, in_defaults]},
        "else": {"properties": {option: {"items": _template_or(identified)}}},
    }


def _template_or(schema: Schema) -> Schema:
    """A condition that also holds for templates."""
    return {"if": {"type": "string"}, "else": schema}


def _defaults(service: type[Service], kinds: Mapping[str, Kind]) -> Schema:
    """Options of all objects of a kind that do not set them."""
    sections = {
        option: _or_null({"$ref": f"#/definitions/{_definition(service, kind)}"}) for option, kind in kinds.items()
    }
    return {
        "description": "The default options of the objects, by kind.",
        **_or_null({"type": "object", "additionalProperties": False, "properties": sections}),
    }


def _prune(kinds: list[Kind]) -> Schema:
    """The kinds of which undeclared objects are deleted."""
    names = [kind.plural for kind in kinds]
    one = "|".join(names)
    schema: Schema = {
        "type": ["array", "string"],
        "pattern": rf"^\s*({one})(\s*,\s*({one}))*\s*$",
        "items": _or_template({"enum": names}),
    }
    description = "The kinds to prune. Objects of these kinds that no file declares are deleted."
    return {"description": description, **_or_null(schema)}


def _prune_only(kinds: list[Kind]) -> Schema:
    """By kind and field, the patterns that an undeclared object must match to be deleted."""
    sections = {
        kind.plural: _or_template(
            {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {item.name: {"$ref": "#/definitions/patterns"} for item in listed_fields(kind)},
            }
        )
        for kind in kinds
    }
    schema = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": sections}
    description = "Patterns by kind and option. Only undeclared objects that match one pattern of each are deleted."
    return {"description": description, **_or_template(schema)}


def _patterns() -> Schema:
    """One or several patterns for the values of an option."""
    pattern = {"type": ["string", "number", "boolean"], "minLength": 1}
    several = {"type": ["array", "string", "number", "boolean"], "minLength": 1, "minItems": 1, "items": pattern}
    return _or_template(several)


# -- objects -----------------------------------------------------------------------------------------------------------


def _kinds(documentation: Callable[[str], Mapping[str, Any]]) -> dict[str, Schema]:
    """The definition of an object of each kind."""
    return {
        _definition(SERVICES[name], kind): _object(kind, documentation(f"{name}_{kind.name}"))
        for name in sorted(SERVICES)
        for kind in config_kinds(name).values()
    }


def _definition(service: type[Service], kind: Kind) -> str:
    return f"{service.name}_{kind.name}"


def _object(kind: Kind, documented: Mapping[str, Any]) -> Schema:
    """An object of a kind. Its name or id is required where it is declared, not here: C(defaults) need none."""
    options: Documented = documented["options"]
    fields = (*kind.options, *object_controls(kind))
    properties = {
        item.name: _option(item, options[item.name], in_key=item.name in kind.key, control=item not in kind.options)
        for item in fields
    }
    if "message_text" in properties:
        properties["message"] = properties["message_text"]
    description = f"{documented['short_description']}."
    return {
        "description": plain_text([description]),
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _option(item: Field, documented: Mapping[str, Any], *, in_key: bool, control: bool) -> Schema:
    """An option: its description, and its values unless they are known only at run time.

    :param in_key: it identifies the object
    :param control: it is no field of the object; a control without a value is as good as none
    """
    has_default = item.default is not None or bool(item.choices)
    # An option may be null because the object has another one instead, such as a URL instead of a host.
    nullable = not has_default if control else item.clear_value is not UNSET or bool(item.exclusive_with)
    schema = _value(item)
    if in_key and item.type == "list":
        schema["minItems"] = 1
    described = {"description": plain_text(documented["description"])}
    return {**described, **(_or_null(schema) if nullable else _or_template(schema))}


def _or_template(schema: Schema) -> Schema:
    """A schema for values that may also be templates. Unlike C(anyOf), it leaves the messages of errors precise."""
    return {"if": {"$ref": "#/definitions/template"}, "else": schema}


def _or_null(schema: Schema) -> Schema:
    """A schema for values that may also be templates, or null."""
    return {"if": {"$ref": "#/definitions/template_or_null"}, "else": schema}


# -- values ------------------------------------------------------------------------------------------------------------


def _value(item: Field) -> Schema:
    """The values of an option, as the modules accept them."""
    return _TYPES[item.type](item)


def _text(item: Field) -> Schema:
    if item.choices:
        return {"type": "string", "enum": list(item.choices)}
    schema: Schema = {"type": ["string", "integer"] if item.takes_whole_numbers else "string"}
    if item.pattern:
        schema["pattern"] = f"^(?:{item.pattern})$"
    elif item.clear_value is UNSET:
        schema["pattern"] = _NOT_BLANK
    return schema


def _number(item: Field) -> Schema:
    if item.choices:
        choices = "|".join(map(str, item.choices))
        return {
            "if": {"type": "string"},
            "then": {"pattern": rf"^\s*[+]?0*({choices})\s*$"},
            "else": {"enum": [*item.choices]},
        }
    schema: Schema = {"type": ["integer", "string"], "pattern": _NUMBER}
    if item.minimum is not None:
        schema["minimum"] = item.minimum
    if item.maximum is not None:
        schema["maximum"] = item.maximum
    return schema


def _truth() -> Schema:
    words = "|".join(map(_in_any_case, _TRUTHS))
    return {"type": ["boolean", "string", "integer"], "minimum": 0, "maximum": 1, "pattern": f"^({words})$"}


def _in_any_case(word: str) -> str:
    """A regular expression that matches a word in any case; editors know no flags."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


def _list(item: Field) -> Schema:
    """A list; a text with commas and a single number are lists, too."""
    element = _value(replace(item, type=item.elements, clear_value=UNSET))
    schema: Schema = {"type": ["array", "string"], "items": _or_template(element)}
    if item.elements == "dict":
        return {**schema, "pattern": r"^\s*\{"}
    if item.elements == "int":
        return {**schema, "type": ["array", "string", "integer"], "pattern": _NUMBERS}
    return {**schema, "type": ["array", "string", "number", "boolean"], "pattern": _NOT_BLANK}


def _dictionary(item: Field) -> Schema:
    """A dictionary, or the same as JSON in a text."""
    schema: Schema = {"type": ["object", "string"], "pattern": r"^\s*\{"}
    if item.secret:
        # Results show this instead of a secret; passed back, it is ignored.
        schema["pattern"] += f"|^{re.escape(MASK)}$"
    keys: tuple[Field, ...] = getattr(item, "keys", ())
    named = {name: _key(one) for one in keys if one.name for name in (one.name, *one.api_names)}
    others = [_key(one) for one in keys if not one.name]
    if named:
        schema["properties"] = named
    if others:
        schema["additionalProperties"] = others[0]
    return schema


def _key(item: Field) -> Schema:
    schema = _value(item)
    return _or_template(schema) if item.clear_value is UNSET else _or_null(schema)


_TYPES: Mapping[str, Callable[[Field], Schema]] = {
    "str": _text,
    "int": _number,
    "bool": lambda _item: {"$ref": "#/definitions/truth"},
    "list": _list,
    "dict": _dictionary,
}


# -- descriptions ------------------------------------------------------------------------------------------------------


def plain_text(description: str | list[str]) -> str:
    """The description of an option without the markup of Ansible's documentation."""
    text = description if isinstance(description, str) else "\n".join(description)
    text = re.sub(r"\b[LR]\(([^,()]+),\s*[^()]*\)", r"\1", text)
    text = re.sub(r"\bP\(([^()#]+)#[^()]*\)", r"\1", text)
    return re.sub(r"\b[BCEIMOUV]\(((?:[^()\\]|\\.)*)\)", lambda found: _unescaped(found[1]), text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\)])", r"\1", text)
