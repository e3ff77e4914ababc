# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rivals: playbooks that do the work in different ways, and bare requests without Ansible."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from .work import DETAIL_ONLY, OPTIONS, PAGE, Row, Work

START = "startup"
DATA = "startup, declaration read"
ONE_URI = "one uri task"
ONE_MODULE = "one module task"
URI = "uri loop"
ORDINARY = "module loop, ordinary"
MODULE = "module loop"
CONFIG = "config"
APPLY = "apply"
BARE = "bare requests"

Task = dict[str, Any]
_KEY = "key"
_CONFIG, _MODULE = (f"declarative.monitoring.alertra_{name}" for name in ("config", "device"))
_WITH_DECLARATION = (DATA, URI, ORDINARY, MODULE, CONFIG)


def command(rival: str, work: Work, url: str, concurrency: int, folder: Path) -> list[str]:
    """The command of a rival; its files are written to ``folder``."""
    if rival == BARE:
        return [sys.executable, "-m", "benchmark.bare", url, json.dumps(work.as_dict()), str(concurrency)]
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    if rival == APPLY:
        (folder / "account.yml").write_text(yaml.safe_dump({"alertra": {"devices": work.options()}}), encoding="utf-8")
        given = {"config_directory": str(folder / "account.yml"), "config_concurrency": concurrency}
        return [program, "--extra-vars", json.dumps(given), "declarative.monitoring.apply"]
    if rival in _WITH_DECLARATION:
        # Ansible reads group_vars once, but vars_files for each task.
        variables = folder / "group_vars" / "all.yml"
        variables.parent.mkdir()
        declaration = {"devices": work.declared() if rival == URI else work.options()}
        variables.write_text(yaml.safe_dump(declaration), encoding="utf-8")
    (folder / "play.yml").write_text(yaml.safe_dump([play(rival, work, url, concurrency)]), encoding="utf-8")
    return [program, "play.yml"]


def environment(url: str) -> dict[str, str]:
    """The connection of the account, for our modules."""
    return {"ALERTRA_API_URL": url, "ALERTRA_API_KEY": _KEY}


def play(rival: str, work: Work, url: str, concurrency: int) -> dict[str, Any]:
    """The play of a rival."""
    options = {name: f"{{{{ item.{name} }}}}" for name in OPTIONS.values()}
    options["timeout"] = "{{ item.timeout | default(omit) }}"
    module = {_MODULE: options, "loop": "{{ devices }}", "loop_control": {"label": "{{ item.short_name }}"}}
    tasks: dict[str, list[Task]] = {
        START: [{"ansible.builtin.debug": {"msg": "Started"}}],
        DATA: [{"ansible.builtin.debug": {"msg": "{{ devices | length }}"}}],
        ONE_URI: [_uri(f"{url}/devices?Limit={PAGE}")],
        ONE_MODULE: [{_MODULE: work.options()[0]}],
        URI: _uri_tasks(url, work),
        ORDINARY: [module],
        MODULE: [module],
        CONFIG: [{_CONFIG: {"devices": "{{ devices }}", "concurrency": concurrency}}],
    }
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": tasks[rival],
        "vars": {"declarative_monitoring_direct_execution": rival != ORDINARY},
    }


def _uri(url: str, method: str = "GET", **more: Any) -> Task:
    return {"ansible.builtin.uri": {"url": url, "method": method, "headers": {"Alertra-API-Key": _KEY}, **more}}


def _uri_tasks(url: str, work: Work) -> list[Task]:
    """List once, read each device only for what the listing does not show, then loop over what is to be written."""
    label = {"loop_control": {"label": "{{ item.ShortName }}"}}
    there = {"loop": "{{ devices | selectattr('ShortName', 'in', found) }}", **label}
    new = {"loop": "{{ devices | rejectattr('ShortName', 'in', found) }}", **label}
    device = f"{url}/devices/{{{{ found[item.ShortName].device_id }}}}"
    compared = [name for name in OPTIONS if name != "ShortName" and (work.details or name not in DETAIL_ONLY)]
    differs = " or ".join(f"item.{name} != found[item.ShortName].{name}" for name in compared)
    # Without what cannot be changed.
    changeable: Row = {name: f"{{{{ item.{name} }}}}" for name in compared if name != "Method"}
    listing = {
        **_uri(f"{url}/devices?Offset={{{{ item }}}}&Limit={PAGE}"),
        # The service does not say how many there are: this user knows.
        "loop": list(range(0, len(work.there()) + 1, PAGE)),
        "register": "pages",
    }
    reading = {**_uri(f"{device}?WithConfig=Y"), **there, "register": "details"}
    return [
        listing,
        _by_name("pages"),
        *([reading, _by_name("details")] if work.details else []),
        {**_uri(f"{url}/devices", "POST", body_format="json", body="{{ item }}"), **new},
        {**_uri(device, "PUT", body_format="json", body=changeable), **there, "when": differs},
    ]


def _by_name(results: str) -> Task:
    rows = f"{results}.results | map(attribute='json') | flatten"
    return {"ansible.builtin.set_fact": {"found": f"{{{{ dict({rows} | map(attribute='ShortName') | zip({rows})) }}}}"}}
