# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What importing the plugins of the controller imports besides, and what it compiles."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.harness import ROOT

PLUGINS = "ansible_collections.declarative.monitoring.plugins"
# As Ansible does, ask each file for its filters too.
PROGRAM = """
import importlib, sys
unwanted, *names = sys.argv[1:]
for name in names:
    plugin = importlib.import_module(name)
    if hasattr(plugin, "FilterModule"):
        plugin.FilterModule().filters()
    if unwanted in sys.modules:
        sys.exit(f"{name} imports {unwanted}")
"""


# As Ansible does.
COLLECTION = """
import importlib, sys
from ansible.utils.collection_loader import _collection_finder
folder, *names = sys.argv[1:]
_collection_finder._AnsibleCollectionFinder(paths=[folder])._install()
for name in names:
    importlib.import_module(name)
"""


def modules(*folders: str) -> Iterator[str]:
    """The names of all files in these folders below plugins/."""
    for folder in folders:
        for path in sorted((ROOT / "plugins" / folder).glob("*.py")):
            yield f"{PLUGINS}.{folder}.{path.stem}"


def import_without(unwanted: str, *names: str) -> None:
    """Import these in an interpreter of their own, one after the other, none of which may import that."""
    paths = os.pathsep.join(str(path) for path in (ROOT / "build" / "collections", *sys.path) if path)
    command = [sys.executable, "-c", PROGRAM, unwanted, *names]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unwanted", ["requests", f"{PLUGINS}.plugin_utils"])
def test_no_filter_waits_for_what_other_filters_need(unwanted: str) -> None:
    """Ansible imports all filters of the collection in the worker of each task that uses one of them."""
    import_without(unwanted, *modules("filter"))


def test_no_plugin_of_the_controller_imports_the_base_of_the_modules() -> None:
    """With it imported, ansible-lint runs modules instead of checking their arguments, and they send requests."""
    import_without(
        f"{PLUGINS}.module_utils._ansible.module", *modules("action", "filter", "inventory", "lookup", "plugin_utils")
    )


def import_as_ansible_does(program: str, environment: dict[str, str], *names: str) -> None:
    """Import these in an interpreter of its own, and run a program after them."""
    done = subprocess.run(
        [sys.executable, "-c", COLLECTION + program, str(ROOT / "build" / "collections"), *names],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_garbage_collection_leaves_out_what_ansible_has_read_before_the_actions() -> None:
    """It would go through all of ansible-core each time, in the main process and in each worker."""
    frozen = "import gc\nassert gc.get_freeze_count() > 1000"
    import_as_ansible_does(frozen, dict(os.environ), f"{PLUGINS}.action.monitoring_config")


def test_workers_inherit_the_trusted_certificates() -> None:
    """Each would read them again, which takes longer than several requests."""
    tls = f"{PLUGINS}.module_utils._http.tls"
    read = f"from {tls} import tls_context, _shared_context\nbefore = _shared_context.cache_info().misses\n"
    used = "tls_context('api.example.com', True, None)\nassert _shared_context.cache_info().misses == before == 1"
    import_as_ansible_does(read + used, dict(os.environ), f"{PLUGINS}.action.monitoring_config")


def test_python_keeps_the_compiled_code_of_what_plugins_and_modules_import(tmp_path: Path) -> None:
    """Ansible's loader of collections compiles each file again in every process."""
    names = [f"{PLUGINS}.action.monitoring_config", f"{PLUGINS}.modules.alertra_config"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    import_as_ansible_does("", {**environment, "PYTHONPYCACHEPREFIX": str(tmp_path)}, *names)
    compiled = {path.name.partition(".")[0] for path in tmp_path.rglob("plugins/*/**/*.pyc")}
    assert {"kind", "client", "alertra", "_config_run", "alertra_config"} <= compiled
