# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the options of each kind, documented in its own module, into the documentation of C(<service>_config).

Ansible reads documentation as text, so there it has to stand twice. ``--check`` only says where the two differ.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "plugins" / "modules"
BEGIN = "# BEGIN options of the objects: written by tests/tools/sync_docs.py\n"
END = "# END options of the objects\n"

# For each service, the lists of its config module: the option, the module that documents an item, and what it holds.
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
    """Indents lists, as the rest of the documentation does."""

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
    options = {}
    for name, (module, plural) in LISTS[service].items():
        single = module == f"{service}_{name}"
        each, kind = ("", {"type": "dict"}) if single else ("each ", {"type": "list", "elements": "dict"})
        options[name] = {
            "description": [f"The {plural}, {each}with the options of M(declarative.monitoring.{module})."],
            **kind,
            "suboptions": _inside(documentation(module)["options"], name if single else f"{name}[]"),
        }
    text: str = yaml.dump(options, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)
    return "".join(f"  {line}\n" for line in text.splitlines())


def _inside(options: dict[str, Any], place: str) -> dict[str, Any]:
    """The options as they are called inside another: O(frequency) is O(devices[].frequency) in a list of devices."""
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
