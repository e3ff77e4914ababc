# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the services and from the files in plugins/modules.

- Into the documentation of C(<service>_config): the options of each kind, as documented in its own module. Ansible
  reads the documentation of a module as text, so these options must be written in both modules.
- Into meta/runtime.yml: the action groups and the routing of all modules.

With ``--check`` nothing is written; the script fails if a file is out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

# After the path is set.
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _declarations  # noqa: E402

if TYPE_CHECKING:
    from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind

SERVICES = _declarations.SERVICES
MODULES = ROOT / "plugins" / "modules"
RUNTIME = ROOT / "meta" / "runtime.yml"
BEGIN = "# BEGIN options of the objects: written by tests/tools/sync_docs.py\n"
END = "# END options of the objects\n"
RUNTIME_BEGIN = "# The rest of this file is written by tests/tools/sync_docs.py.\n"
ACTION = "declarative.monitoring.direct_execution"

WIDTH = 120

# What the objects of a kind are called, if it is not the noun of the kind.
NOUNS = {("simplehelp", "group"): "technician groups", ("simplehelp", "server"): "settings of the server"}


class _Dumper(yaml.SafeDumper):
    """Indents lists like the rest of the documentation."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def documentation(module: str) -> dict[str, Any]:
    """The DOCUMENTATION of a module."""
    text = (MODULES / f"{module}.py").read_text(encoding="utf-8")
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise SystemExit(f"{module} has no DOCUMENTATION")
    parsed: dict[str, Any] = yaml.safe_load(found[1])
    return parsed


def options_of_lists(service: str) -> str:
    """The options of a config module that hold objects, as YAML."""
    options = {name: _option_of(service, name, kind) for name, kind in _declarations.config_kinds(service).items()}
    text: str = yaml.dump(options, Dumper=_Dumper, sort_keys=False, width=10000, allow_unicode=True)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _wrap(f"  {long}"))


def _option_of(service: str, name: str, kind: Kind) -> dict[str, Any]:
    """The documentation of the option of a config module that holds the objects of a kind."""
    module = f"{service}_{kind.name}"
    suboptions = documentation(module)["options"]
    if kind.singleton:
        called = NOUNS.get((service, kind.name), kind.noun)
        return {
            "description": [f"The {called}. The options are those of M(declarative.monitoring.{module})."],
            "type": "dict",
            "suboptions": _inside(suboptions, name),
        }
    called = NOUNS.get((service, kind.name), f"{kind.noun}s")
    return {
        "description": [f"The {called}. Each item has the options of M(declarative.monitoring.{module})."],
        "type": "list",
        "elements": "dict",
        "suboptions": _inside(suboptions, f"{name}[]"),
    }


def module_names() -> list[str]:
    """The names of all modules."""
    return sorted(path.stem for path in MODULES.glob("*.py") if path.stem != "__init__")


def runtime() -> str:
    """The action groups and the routing of all modules, as YAML."""
    modules = module_names()
    groups: dict[str, Any] = {
        service: [module for module in modules if module.split("_")[0] == service] for service in SERVICES
    }
    groups["all"] = [{"metadata": {"extend_group": list(SERVICES)}}]
    routing = {module: {"action_plugin": ACTION} for module in modules}
    content = {"action_groups": groups, "plugin_routing": {"modules": routing}}
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10000)
    return text


def _wrap(line: str) -> list[str]:
    """A line of YAML, continued on indented lines where it is too long. PyYAML itself wraps after the given width."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _inside(options: dict[str, Any], place: str) -> dict[str, Any]:
    """The options with references in the form of suboptions: O(frequency) becomes O(devices[].frequency)."""
    text = yaml.safe_dump(options, sort_keys=False, width=10000, allow_unicode=True)
    for option in options:
        text = re.sub(rf"O\({option}(=[^)]*)?\)", rf"O({place}.{option}\1)", text)
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def generated() -> Iterator[tuple[Path, str]]:
    """Each file that is written in part, and what its whole text must be."""
    for service in SERVICES:
        path = MODULES / f"{service}_config.py"
        before, rest = path.read_text(encoding="utf-8").split(BEGIN)
        _old, after = rest.split(END)
        yield path, f"{before}{BEGIN}{options_of_lists(service)}{END}{after}"
    before, _rest = RUNTIME.read_text(encoding="utf-8").split(RUNTIME_BEGIN)
    yield RUNTIME, f"{before}{RUNTIME_BEGIN}{runtime()}"


def stale_files() -> Mapping[Path, str]:
    """The files that are out of date, and what their whole texts must be."""
    return {path: text for path, text in generated() if path.read_text(encoding="utf-8") != text}


def main() -> int:
    """Write or check all generated parts of files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything would change")
    check = parser.parse_args().check
    stale = stale_files()
    names = ", ".join(path.name for path in stale)
    if stale and check:
        print(f"Out of date: {names}. Run tests/tools/sync_docs.py", file=sys.stderr)
        return 1
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
    print(f"Written: {names}" if stale else "All generated parts are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
