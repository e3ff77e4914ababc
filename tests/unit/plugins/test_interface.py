# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release promises stays: its options and return values are still documented, with their types and defaults.

``WRITE_DOCS=1`` writes interface.yml from the documentation, for the next release.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tools import checkout

KEPT = Path(__file__).with_name("interface.yml")
FOLDERS = ("modules", "inventory", "filter", "lookup")
Words = dict[str, dict[str, list[str]]]


def _document(path: Path, name: str) -> dict[str, Any]:
    """A string of a plugin that is YAML: DOCUMENTATION or RETURN."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            found: dict[str, Any] = yaml.load(ast.literal_eval(node.value), Loader=yaml.CSafeLoader) or {}
            return found
    return {}


def _options(options: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    for name, option in (options or {}).items():
        word = f"{prefix}{name}: {option.get('type', 'str')}"
        if option.get("default") not in (None, []):
            word += f" = {json.dumps(option['default'])}"
        if option.get("choices"):
            word += f" in {json.dumps(option['choices'])}"
        yield word
        yield from _options(option.get("suboptions"), f"{prefix}{name}.")


def _returns(values: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    for name, value in (values or {}).items():
        yield f"{prefix}{name}: {value.get('type', 'str')}"
        yield from _returns(value.get("contains"), f"{prefix}{name}.")


def _names(options: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    """The variables of a role; their types may become wider."""
    for name, option in (options or {}).items():
        yield f"{prefix}{name}"
        yield from _names(option.get("options"), f"{prefix}{name}.")


def interface() -> Words:
    """The documented interface of this checkout, by plugin or role."""
    found: Words = {}
    for folder in FOLDERS:
        for path in sorted((checkout.ROOT / "plugins" / folder).glob("[!_]*.py")):
            found[f"{folder}/{path.stem}"] = {
                "options": list(_options(_document(path, "DOCUMENTATION").get("options"))),
                "returns": list(_returns(_document(path, "RETURN"))),
            }
    for path in sorted((checkout.ROOT / "roles").glob("*/meta/argument_specs.yml")):
        specs = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["argument_specs"]
        found[f"roles/{path.parents[1].name}"] = {"options": list(_names(specs["main"]["options"])), "returns": []}
    return found


def missing(kept: Words, current: Words) -> list[str]:
    """What of an earlier interface is not in the current one. Choices may be added."""
    lost = []
    for plugin, parts in kept.items():
        for part, words in parts.items():
            now = set(current.get(plugin, {}).get(part, ()))
            lost += [f"{plugin}: {word}" for word in words if word not in now and not _has_more_choices(word, now)]
    return lost


def _has_more_choices(word: str, now: set[str]) -> bool:
    start, mark, choices = word.partition(" in ")
    wider = [text.partition(" in ")[2] for text in now if text.partition(" in ")[0] == start]
    return bool(mark) and any(set(json.loads(choices)) <= set(json.loads(text)) for text in wider if text)


def test_nothing_of_the_last_release_is_gone() -> None:
    current = interface()
    if os.environ.get("WRITE_DOCS"):
        head = "".join(line for line in KEPT.read_text(encoding="utf-8").splitlines(True) if line[0] in "-#")
        KEPT.write_text(head + yaml.safe_dump(current, width=100), encoding="utf-8")
    kept = yaml.load(KEPT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert missing(kept, current) == []


def _undated(options: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    """The options without a version, neither of their own nor of one that contains them."""
    for name, option in (options or {}).items():
        if "version_added" not in option:
            yield f"{prefix}{name}"
            yield from _undated(option.get("suboptions"), f"{prefix}{name}.")


def test_what_is_new_has_the_version_that_brought_it() -> None:
    kept = yaml.load(KEPT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    new = []
    for folder in FOLDERS:
        for path in sorted((checkout.ROOT / "plugins" / folder).glob("[!_]*.py")):
            plugin, document = f"{folder}/{path.stem}", _document(path, "DOCUMENTATION")
            known = {word.partition(":")[0] for word in kept.get(plugin, {}).get("options", ())}
            undated = _undated(document.get("options")) if plugin in kept else ()
            new += [f"{plugin}: {name}" for name in undated if name not in known]
            new += [] if "version_added" in document else [plugin]
    assert new == []


def test_what_is_removed_or_changed_is_named() -> None:
    kept: Words = {"modules/a": {"options": ['b: str in ["x"]', "c: int = 1", "d: str"], "returns": ["e: list"]}}
    now: Words = {"modules/a": {"options": ['b: str in ["x", "y"]', "c: int = 2", "f: str"], "returns": []}}
    assert missing(kept, now) == ["modules/a: c: int = 1", "modules/a: d: str", "modules/a: e: list"]
    assert missing(kept, {}) == [f"modules/a: {word}" for part in kept["modules/a"].values() for word in part]
