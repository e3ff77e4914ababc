# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-doc shows no action plugins, so the pages of the modules have the options of the direct execution."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from ansible_collections.declarative.monitoring.plugins.action import direct_execution
from ansible_collections.declarative.monitoring.plugins.doc_fragments.attributes import ModuleDocFragment
from tools import sync_docs


def settings() -> Iterator[str]:
    """The names of all variables, environment variables and keys that set an option of the action plugin."""
    for option in yaml.safe_load(direct_execution.DOCUMENTATION)["options"].values():
        for source in (*option["env"], *option["vars"]):
            yield source["name"]
        for source in option["ini"]:
            yield source["key"]
            yield f"[{source['section']}]"


def test_the_page_of_every_module_has_the_options_of_the_direct_execution() -> None:
    details = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["attributes"]["action"]["details"]
    missing = [name for name in settings() if f"C({name})" not in " ".join(details)]
    assert missing == []
    fragment = "declarative.monitoring.attributes"
    without = [
        module
        for module in sync_docs.module_names()
        if fragment not in sync_docs.documentation(module)["extends_documentation_fragment"]
    ]
    assert without == []
