# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the services and from the files in plugins/modules.

- Into the documentation of C(<service>_config): the options of each kind, as documented in its own module, and the
  choices of C(prune). Ansible reads the documentation of a module as text, so these options must be written in both
  modules.
- Into the argument specs of the roles: the kinds that can be pruned, and the kinds of a site.
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
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import config_spec  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _declarations, _role_plan  # noqa: E402

if TYPE_CHECKING:
    from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind

SERVICES = _declarations.SERVICES
MODULES = ROOT / "plugins" / "modules"
ROLES = ROOT / "roles"
RUNTIME = ROOT / "meta" / "runtime.yml"
BEGIN = "# BEGIN {}: written by tests/tools/sync_docs.py\n"
END = "# END {}\n"
OBJECTS = "options of the objects"
RUNTIME_BEGIN = "# The rest of this file is written by tests/tools/sync_docs.py.\n"
ACTION = "declarative.monitoring.direct_execution"

WIDTH = 120

# The services at which a site has objects.
SITE_SERVICES = ("portmonitor", "pinghome", "alertra")
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
    return _yaml(options, indent=2)


def options_of_site(role: str, service: str) -> str:
    """The options of a site that hold objects, in the argument specs of a role, as YAML."""
    kinds = _declarations.config_kinds(service)
    options = {
        name: {
            "description": [
                _DESCRIBED_IN_SITE[role](f"declarative.monitoring.{service}_{kinds[name].name}", kinds[name])
            ],
            "type": "list",
            "elements": "dict",
        }
        for name in _role_plan.site_kinds(service)
    }
    return _yaml(options, indent=14)


def _set_up(module: str, kind: Kind) -> str:
    return f"The {kind.noun}s, each with the options of M({module})."


def _removed(_module: str, kind: Kind) -> str:
    identified = [kind.id_option, kind.name_option] if kind.id_option else kind.key
    word = " or " if kind.id_option else " and "
    return f"The {kind.noun}s, each with its {word.join(f'C({name})' for name in identified)}."


_DESCRIBED_IN_SITE = {"onboarding": _set_up, "offboarding": _removed}


def _yaml(content: dict[str, Any], indent: int) -> str:
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10000, allow_unicode=True)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _wrap(" " * indent + long))


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
        text = _with_block(path.read_text(encoding="utf-8"), OBJECTS, options_of_lists(service))
        yield path, _with_choices(text, "prune", service)
    path = ROLES / "monitoring_config" / "meta" / "argument_specs.yml"
    text = path.read_text(encoding="utf-8")
    for service in SERVICES:
        text = _with_choices(text, service, service)
    yield path, text
    for role in _DESCRIBED_IN_SITE:
        path = ROLES / role / "meta" / "argument_specs.yml"
        text = path.read_text(encoding="utf-8")
        for service in SITE_SERVICES:
            text = _with_block(text, f"kinds of {service}", options_of_site(role, service))
        yield path, text
    before, _rest = RUNTIME.read_text(encoding="utf-8").split(RUNTIME_BEGIN)
    yield RUNTIME, f"{before}{RUNTIME_BEGIN}{runtime()}"


def _with_block(text: str, name: str, content: str) -> str:
    """A text with other lines between two marks."""
    before, rest = text.split(BEGIN.format(name))
    indent = before[len(before.rstrip(" ")) :]
    _old, after = rest.split(f"{indent}{END.format(name)}")
    return f"{before}{BEGIN.format(name)}{content}{indent}{END.format(name)}{after}"


def _with_choices(text: str, option: str, service: str) -> str:
    """A text in which the choices of an option are the kinds that the service can prune."""
    choices = ", ".join(config_spec(SERVICES[service])["prune"]["choices"])
    pattern = rf"(^ +{option}:\n(?:(?!^ +{option}:\n).*\n)*? +choices: )\[[^]]*\]"
    return re.sub(pattern, rf"\g<1>[{choices}]", text, count=1, flags=re.MULTILINE)


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
