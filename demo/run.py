# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Demonstrates the collection against the sandbox: plan, apply, apply again, detect and correct drift."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from sandbox.client import Sandbox  # noqa: E402

LIFETIME_S = 600
CREDENTIALS = {
    "ALERTRA_API_KEY": "sandbox-key",
    "PINGHOME_API_TOKEN": "sandbox-token",
    "PINGHOME_SERVICE_ID": "11111111-1111-4111-8111-111111111111",
    "PINGPLOTTER_API_KEY": "sandbox-key",
    "PORTMONITOR_APP_KEY": "sandbox-app",
    "PORTMONITOR_LOGIN_EMAIL": "sandbox@example.com",
    "PORTMONITOR_LOGIN_PASSWORD": "sandbox-password",
    "SIMPLEHELP_API_TOKEN": "sandbox-token",
}
# SimpleHelp also uses POST for read requests. Port Monitor uses POST for the login.
READS = re.compile(r"/(get|list|login)$")


class Demo:
    """Runs the playbook against a sandbox, and counts the requests that the services receive."""

    def __init__(self, sandbox: Sandbox, home: str) -> None:
        self._sandbox = sandbox
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": str(HERE.parent / "build" / "collections"),
            "ANSIBLE_HOME": home,
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
            **{f"{service.upper()}_API_URL": url for service, url in sandbox.services.items()},
            **CREDENTIALS,
        }

    def act(self, title: str, arguments: str, *, changes: bool) -> None:
        """Run the playbook. Stop the demo if it does not behave as the title says."""
        check = "--check" in arguments
        print(f"\n{'=' * 100}\n{title}\n\n    $ ansible-playbook demo/playbook.yml {arguments}\n", flush=True)
        self._sandbox.clear_requests()
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, str(HERE / "playbook.yml"), *arguments.split()]
        subprocess.run(command, env=self._environment, stdin=subprocess.DEVNULL, check=True)
        requests = self._sandbox.requests()
        written = [one for one in requests if one["method"] != "GET" and not READS.search(one["path"])]
        print(f"The services received {len(requests)} requests, {len(written)} of them write requests.", flush=True)
        if bool(written) != (changes and not check):
            sys.exit(f"The playbook did not behave as expected: {title}")


def populate(sandbox: Sandbox, declared: Mapping[str, Any]) -> None:
    """Create the initial state: most declared objects exist, but some of them differ from their declaration."""
    names = {"short_name": "ShortName", "full_name": "FullName", "method": "Method", "url": "URL", "tags": "Tags"}
    names |= {"frequency": "Frequency", "timeout": "Timeout", "retries": "Retries"}
    devices = [{names[key]: value for key, value in one.items() if key in names} for one in declared["devices"]]
    kept = [one for one in devices if not one["ShortName"].startswith(("VIE", "LOGIN"))]
    for one in kept:
        if one["ShortName"] == "SHOP":
            one.update(URL="http://shop.example.com/", Frequency=30)
    kept.append({"ShortName": "INTRA", "Method": "HTTP", "URL": "https://intranet.example.com/", "Tags": ["web"]})
    tags = [{"Name": tag["name"]} for tag in declared["tags"] if tag["name"] != "vienna"]
    state = sandbox.set_state("alertra", {"tags": tags, "devices": kept})
    ids = {one["ShortName"]: one["device_id"] for one in state["devices"]}
    masters = {one["short_name"]: one["master_device"] for one in declared["devices"] if "master_device" in one}
    for one in state["devices"]:
        one["device_master_id"] = ids.get(masters.get(one["ShortName"]))
    sandbox.set_state("alertra", state)


def drift(sandbox: Sandbox) -> str:
    """Change three accounts without Ansible, and return a description of the changes."""
    alertra = sandbox.state("alertra")
    device = next(one for one in alertra["devices"] if one["ShortName"] == "API")
    device.update(URL="https://api.example.com/v0/health", Timeout=120, Tags=[])
    sandbox.set_state("alertra", alertra)
    simplehelp = sandbox.state("simplehelp")
    technician = next(one for one in simplehelp["technicians"] if one["username"] == "avery")
    technician["groupIDs"] = [group["uniqueID"] for group in simplehelp["groups"]]
    sandbox.set_state("simplehelp", simplehelp)
    pinghome = sandbox.state("pinghome")
    pinghome["heartbeats"][0]["enabled"] = False
    sandbox.set_state("pinghome", pinghome)
    return (
        "Meanwhile, somebody changed the accounts by hand. The device API has an old URL and no tags, Avery is in "
        "every group, and the heartbeat of the backup is disabled."
    )


def main() -> None:
    """Run the demo."""
    declared = yaml.safe_load((HERE / "customer.yml").read_text(encoding="utf-8"))
    count = sum(len(objects) for account in declared.values() for objects in account.values())
    print(
        f"A sandbox emulates the services. demo/customer.yml declares {count} objects. "
        "Most Alertra objects already exist."
    )
    with Sandbox.start(lifetime=LIFETIME_S) as sandbox, tempfile.TemporaryDirectory(prefix="demo-") as home:
        populate(sandbox, declared["alertra"])
        demo = Demo(sandbox, home)
        demo.act("1. Show what would change.", "--check --diff", changes=True)
        demo.act("2. Apply the changes.", "", changes=True)
        demo.act("3. Run it again. Nothing changes, and no write requests are sent.", "", changes=False)
        said = drift(sandbox)
        demo.act(f"4. {said}\nShow the drift.", "--check --diff", changes=True)
        demo.act("5. Correct the drift.", "", changes=True)
        demo.act("6. Check again. There is no drift.", "--check --diff", changes=False)
    print("\nThe Alertra device INTRA is not declared. No run changed it. The sandbox has stopped.")


if __name__ == "__main__":
    main()
