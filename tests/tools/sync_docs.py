# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the options of each kind, documented in its own module, into the documentation of C(<service>_config).

Ansible reads the documentation of a module as text, so these options must be written in both modules. With ``--check``
nothing is written; the script fails if the two differ.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "plugins" / "modules"
BEGIN = "# BEGIN options of the objects: written by tests/tools/sync_docs.py\n"
END = "# END options of the objects\n"

WIDTH = 120

# For each service, the options of its config module that hold objects: the option, the module that documents an object,
# and what the objects are called.
LISTS = {
    "alertra": {"tags": ("alertra_tag", "tags"), "devices": ("alertra_device", "devices")},
    "pinghome": {
        "resources": ("pinghome_resource", "resources"),
        "server_resources": ("pinghome_server_resource", "server resources"),
        "heartbeats": ("pinghome_heartbeat", "heartbeats"),
        "integrations": ("pinghome_integration", "integrations"),
    },
    "pingplotter": {"agents": ("pingplotter_agent", "agents"), "users": ("pingplotter_user", "users")},
    "portmonitor": {
        "groups": ("portmonitor_group", "groups"),
        "targets": ("portmonitor_target", "targets"),
        "profile": ("portmonitor_profile", "profile"),
    },
    "simplehelp": {
        "technicians": ("simplehelp_technician", "technicians"),
        "groups": ("simplehelp_group", "technician groups"),
        "machines": ("simplehelp_machine", "machines"),
        "machine_groups": ("simplehelp_machine_group", "machine groups"),
        "server": ("simplehelp_server", "settings of the server"),
    },
}


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
    options: dict[str, Any] = {}
    for name, (module, plural) in LISTS[service].items():
        suboptions = documentation(module)["options"]
        if module == f"{service}_{name}":
            options[name] = {
                "description": [f"The {plural}. The options are those of M(declarative.monitoring.{module})."],
                "type": "dict",
                "suboptions": _inside(suboptions, name),
            }
        else:
            options[name] = {
                "description": [f"The {plural}. Each item has the options of M(declarative.monitoring.{module})."],
                "type": "list",
                "elements": "dict",
                "suboptions": _inside(suboptions, f"{name}[]"),
            }
    text: str = yaml.dump(options, Dumper=_Dumper, sort_keys=False, width=10000, allow_unicode=True)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _wrap(f"  {long}"))


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


def main() -> int:
    """Write or check the documentation of every config module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything would change")
    check = parser.parse_args().check
    stale = []
    for service in LISTS:
        path = MODULES / f"{service}_config.py"
        text = path.read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        _old, after = rest.split(END)
        new = f"{before}{BEGIN}{options_of_lists(service)}{END}{after}"
        if new != text:
            stale.append(path.name)
            if not check:
                path.write_text(new, encoding="utf-8")
    if stale and check:
        print(f"Out of date: {', '.join(stale)}. Run tests/tools/sync_docs.py", file=sys.stderr)
        return 1
    print(f"Written: {', '.join(stale)}" if stale else "The documentation of the config modules is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
