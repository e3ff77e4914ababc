# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site: its side bar has every module and role, and names break where a reader expects it."""

from __future__ import annotations

from tools import docs
from tools.checkout import ROOT


def test_the_side_bar_has_every_module_and_role() -> None:
    modules = [path.stem for path in (ROOT / "plugins" / "modules").glob("[!_]*.py")]
    roles = [path.name for path in (ROOT / "roles").iterdir() if path.is_dir()]
    pages = [*(f"{name}_module" for name in modules), *(f"{name}_role" for name in roles), "index", "ansible"]
    lines = docs.side_bar(pages)
    entries = [line.split()[0] for line in lines if "<" in line]
    assert len(modules) > 1
    assert sorted(entries) == sorted([*modules, *roles])
    assert "    :caption: PingPlotter Cloud" in lines
    assert lines.index("    :caption: All services") < lines.index("    direct_execution <direct_execution_module>")


def test_a_title_breaks_after_dots_and_underscores() -> None:
    page = '<h1>a.b.c_d_info module -- Look up 1. things<a class="headerlink" href="#a_b">#</a></h1><p>a.b</p>'
    expected = "<h1>a.<wbr>b.<wbr>c_<wbr>d_<wbr>info module -- Look up 1. things"
    assert docs.break_title(page) == f'{expected}<a class="headerlink" href="#a_b">#</a></h1><p>a.b</p>'


def test_the_title_has_the_version() -> None:
    assert docs.title().startswith("Declarative monitoring ")
