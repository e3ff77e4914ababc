# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection promises stays: its options, variables and return values are documented as before.

The guide "Upgrade" says what that covers. ``WRITE_DOCS=1`` writes interface.yml from the documentation. Do that for
each release, and to rename something that no release has. Until then, something new need not be in the file.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _events
from tools import checkout

KEPT = Path(__file__).with_name("interface.yml")
FOLDERS = {
    "modules": "plugins/modules",
    "inventory": "plugins/inventory",
    "filter": "plugins/filter",
    "lookup": "plugins/lookup",
    "action": "plugins/action",
    "event_source": "extensions/eda/plugins/event_source",
}
# What comes with the collection without a DOCUMENTATION of its own: comments at the beginning name the variables.
COMMENTED = {"playbooks": "playbooks", "rulebooks": "extensions/eda/rulebooks"}
REQUIRED = " (required)"
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
        yield word + (REQUIRED if option.get("required") else "")
        yield from (f"{prefix}{name}: also {source}" for source in _sources(option))
        yield from _options(option.get("suboptions"), f"{prefix}{name}.")


def _sources(option: Mapping[str, Any]) -> Iterator[str]:
    """How else an option can be set: by another name, in the environment, in ansible.cfg, by a variable."""
    yield from option.get("aliases", ())
    yield from sorted({f"E({name})" for name in re.findall(r"\bE\((\w+)\)", json.dumps(option.get("description")))})
    yield from (f"E({one['name']})" for one in option.get("env", ()))
    yield from (f"{one['key']} in [{one['section']}]" for one in option.get("ini", ()))
    yield from (f"variable {one['name']}" for one in option.get("vars", ()))


def _returns(values: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    for name, value in (values or {}).items():
        yield f"{prefix}{name}: {value.get('type', 'str')}"
        yield from _returns(value.get("contains"), f"{prefix}{name}.")


def _names(options: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    """The variables of a role; their types may become wider."""
    for name, option in (options or {}).items():
        yield f"{prefix}{name}" + (REQUIRED if option.get("required") else "")
        yield from _names(option.get("options"), f"{prefix}{name}.")


def _event(options: Mapping[str, Any]) -> list[str]:
    """The keys of an event, and the kinds and types that the description of an event source names."""
    origin = _events.Origin("service", {})
    (event,) = _events.after_failure(
        _events.Memory(), "A reason.", origin, datetime.fromisoformat("2026-01-01")
    ).pending
    named = re.findall(r"\bV\((\w+)\)", json.dumps(options["include"]["description"]))
    return [*event, *sorted({f"kind or type {name}" for name in named})]


def _of_role(path: Path) -> dict[str, list[str]]:
    """The variables of a role, and what its README names as its result."""
    specs = yaml.load((path / "meta/argument_specs.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    result = (path / "README.md").read_text(encoding="utf-8").partition("\n## Result\n")[2].partition("\n## ")[0]
    options = [name for spec in specs["argument_specs"].values() for name in _names(spec["options"])]
    return {"options": options, "returns": sorted(set(re.findall(r"`([a-z_]+)`", result)))}


def _of_comments(path: Path) -> dict[str, list[str]]:
    """The variables and the results that the comments at the beginning of a playbook or a rulebook name."""
    comments = path.read_text(encoding="utf-8").partition("- name:")[0]
    lines = re.findall(r"^#   ([a-z_]+(?:, [a-z_]+)*)(?:  |$)", comments, re.MULTILINE)
    variables = [name for line in lines for name in line.split(", ")]
    results = set(re.findall(r"\b[a-z_]+_result\b", comments)) - set(variables)
    return {"options": variables, "returns": sorted(results)}


def plugins() -> Iterator[tuple[str, Path]]:
    """The plugins that are documented, with their files."""
    for kind, folder in FOLDERS.items():
        for path in sorted((checkout.ROOT / folder).glob("[!_]*.py")):
            if _document(path, "DOCUMENTATION"):
                yield f"{kind}/{path.stem}", path


def interface() -> Words:
    """The documented interface of this checkout, by plugin, role, playbook and rulebook."""
    found: Words = {}
    for name, path in plugins():
        options = _document(path, "DOCUMENTATION").get("options") or {}
        returns = list(_returns(_document(path, "RETURN")))
        is_source = name.startswith("event_source/")
        found[name] = {"options": list(_options(options)), "returns": _event(options) if is_source else returns}
    for path in sorted((checkout.ROOT / "roles").glob("*/meta/argument_specs.yml")):
        found[f"roles/{path.parents[1].name}"] = _of_role(path.parents[1])
    for kind, folder in COMMENTED.items():
        for path in sorted((checkout.ROOT / folder).glob("*.yml")):
            found[f"{kind}/{path.stem}"] = _of_comments(path)
    return found


def missing(kept: Words, current: Words) -> list[str]:
    """What of an earlier interface is not in the current one, or is new and required. Choices may be added."""
    lost = []
    for plugin, parts in kept.items():
        for part, words in parts.items():
            now = set(current.get(plugin, {}).get(part, ()))
            lost += [f"{plugin}: {word}" for word in words if not _is_kept(word, now)]
            known = {_name(word) for word in words}
            # An option below a new one may be required.
            new = [word for word in now if word.endswith(REQUIRED) and _name(word) not in known]
            lost += [
                f"{plugin}: {word}"
                for word in sorted(new)
                if (_name(word).rpartition(".")[0] or None) in {None, *known}
            ]
    return lost


def _name(word: str) -> str:
    return word.removesuffix(REQUIRED).partition(":")[0]


def _is_kept(word: str, now: set[str]) -> bool:
    """An option that was required may be optional now."""
    candidates = {word, word.removesuffix(REQUIRED)}
    return bool(candidates & now) or any(_has_more_choices(one, now) for one in candidates)


def _has_more_choices(word: str, now: set[str]) -> bool:
    start, mark, choices = word.removesuffix(REQUIRED).partition(" in [")
    required = word.endswith(REQUIRED)
    for text in now:
        if text.endswith(REQUIRED) != required:
            continue
        other, _mark, more = text.removesuffix(REQUIRED).partition(" in [")
        if mark and more and other == start and set(json.loads(f"[{choices}")) <= set(json.loads(f"[{more}")):
            return True
    return False


def test_nothing_that_is_promised_is_gone() -> None:
    current = interface()
    if os.environ.get("WRITE_DOCS"):
        head = "".join(line for line in KEPT.read_text(encoding="utf-8").splitlines(True) if line[0] in "-#")
        KEPT.write_text(head + yaml.safe_dump(current, width=100), encoding="utf-8")
    kept = yaml.load(KEPT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert missing(kept, current) == []


def test_the_promise_covers_all_that_is_documented() -> None:
    kinds = {name.partition("/")[0] for name in interface()}
    assert kinds == {*FOLDERS, *COMMENTED, "roles"}
    without = {name for name, words in interface().items() if not words["options"] and not words["returns"]}
    # The settings of this one are options of the action plugin.
    assert without == {"modules/direct_execution"}


def _undated(options: Mapping[str, Any] | None, prefix: str = "") -> Iterator[str]:
    """The options without a version, neither of their own nor of one that contains them."""
    for name, option in (options or {}).items():
        if "version_added" not in option:
            yield f"{prefix}{name}"
            yield from _undated(option.get("suboptions"), f"{prefix}{name}.")


def test_what_is_new_has_the_version_that_brought_it() -> None:
    kept = yaml.load(KEPT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    new = []
    for plugin, path in plugins():
        document = _document(path, "DOCUMENTATION")
        known = {_name(word) for word in kept.get(plugin, {}).get("options", ())}
        undated = _undated(document.get("options")) if plugin in kept else ()
        new += [f"{plugin}: {name}" for name in undated if name not in known]
        new += [] if "version_added" in document or plugin == "action/direct_execution" else [plugin]
    assert new == []


def test_what_is_removed_or_changed_is_named() -> None:
    kept: Words = {"modules/a": {"options": ['b: str in ["x"]', "c: int = 1", "d: str"], "returns": ["e: list"]}}
    now: Words = {"modules/a": {"options": ['b: str in ["x", "y"]', "c: int = 2", "f: str"], "returns": []}}
    assert missing(kept, now) == ["modules/a: c: int = 1", "modules/a: d: str", "modules/a: e: list"]
    assert missing(kept, {}) == [f"modules/a: {word}" for part in kept["modules/a"].values() for word in part]


def test_an_option_may_become_optional_but_not_required() -> None:
    optional: Words = {"modules/a": {"options": ['b: str in ["x"]', "c: str"]}}
    required: Words = {"modules/a": {"options": [f'b: str in ["x"]{REQUIRED}', f"c: str{REQUIRED}"]}}
    assert missing(required, optional) == []
    assert missing(optional, required) == ['modules/a: b: str in ["x"]', "modules/a: c: str"]
    more: Words = {"modules/a": {"options": [*optional["modules/a"]["options"], f"d: str{REQUIRED}"]}}
    assert missing(optional, more) == [f"modules/a: d: str{REQUIRED}"]


PLAYBOOK = """\
# What it does.
#
#   agent_name       the name
#   a_list, another  what to do
#   a_long_variable_name
#                    its meaning
#
# The result is agent_result, a fact.
- name: A play
"""
README = "# A role\n\n`x`\n\n## Result\n\n`a_result`: `changed`, and `onboarding_x: true`\n\n## Errors\n\n`y`\n"


def test_playbooks_and_roles_are_read_as_people_read_them(tmp_path: Path) -> None:
    (tmp_path / "meta").mkdir()
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    spec = "argument_specs: {main: {options: {a: {required: true, options: {b: {}}}}}}"
    (tmp_path / "meta" / "argument_specs.yml").write_text(spec, encoding="utf-8")
    assert _of_role(tmp_path) == {"options": [f"a{REQUIRED}", "a.b"], "returns": ["a_result", "changed"]}
    (tmp_path / "play.yml").write_text(PLAYBOOK, encoding="utf-8")
    variables = ["agent_name", "a_list", "another", "a_long_variable_name"]
    assert _of_comments(tmp_path / "play.yml") == {"options": variables, "returns": ["agent_result"]}


def test_other_ways_to_set_an_option_are_part_of_it() -> None:
    option = {
        "description": ["The key, see E(A_KEY)."],
        "aliases": ["key"],
        "env": [{"name": "A_OTHER"}],
        "ini": [{"section": "a", "key": "b"}],
        "vars": [{"name": "a_key"}],
    }
    ways = ["key", "E(A_KEY)", "E(A_OTHER)", "b in [a]", "variable a_key"]
    assert list(_options({"api_key": option})) == ["api_key: str", *(f"api_key: also {way}" for way in ways)]
