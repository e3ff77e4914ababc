# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site that `make docs` has built, in a browser as wide as a phone and as wide as a desktop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.browser import Browser
from tools import checkout

SITE = checkout.ROOT / "build" / "docs" / "html"
PHONE, DESKTOP = 390, 1280
# One page of each sort: the index, a module, its longest title, a role, a filter, guides, and what the tests write.
PAGES = (
    "index",
    "alertra_device_module",
    "pinghome_server_resource_info_module",
    "direct_execution_module",
    "monitoring_config_role",
    "uptime_report_role",
    "simplehelp_inventory",
    "agent_sessions_filter",
    "docsite/guide_first_steps",
    "docsite/guide_configuration",
    "docsite/guide_troubleshooting",
    "docsite/guide_awx",
    "benchmark",
    "bad-input",
)
READ = r"""
(page, window) => {
  const shown = (one) => {
    const { x, width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && x >= 0 && x + width <= window.innerWidth + 1;
  };
  const all = (selector) => [...page.querySelectorAll(selector)];
  const broken = [];
  const range = page.createRange();
  for (const heading of all("article h1, article h2, article h3")) {
    const walker = page.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      for (const word of text.data.matchAll(/[\p{L}\p{N}]+/gu)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) {
          broken.push(`${word[0]} in ${heading.innerText}`);
        }
      }
    }
  }
  const search = all("input[name=q]").some(shown);
  const brands = all(".brand, .sidebar-brand-text").filter(shown).map(one => one.innerText);
  // On a phone, the side bar opens when its button is pressed.
  const button = all("label.nav-overlay-icon").find(shown);
  const drawer = page.getElementById("__navigation");
  if (button) {
    drawer.checked = true;
    all(".sidebar-drawer").forEach(one => one.style.transition = "none");
  }
  const found = {
    width: page.documentElement.scrollWidth,
    broken,
    wide: all("article h1, article h2, article h3").filter(one => one.scrollWidth > one.clientWidth + 1)
      .map(one => one.innerText),
    search,
    brands,
    button: Boolean(button),
    searchInDrawer: all("input[name=q]").some(shown),
    entries: all(".sidebar-tree a").map(one => [one.innerText || one.textContent, one.href]),
    size: parseFloat(window.getComputedStyle(page.querySelector("article")).fontSize),
  };
  drawer.checked = false;
  return found;
}
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A browser for all pages."""
    assert SITE.is_dir(), "run `make docs`"
    return Browser(tmp_path_factory.mktemp("browser"))


def read(browser: Browser, name: str, width: int) -> dict[str, Any]:
    """What a page shows."""
    found: dict[str, Any] = browser.read_site(SITE / f"{name}.html", width, READ)
    return found


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_its_titles_break_between_words(browser: Browser, name: str, width: int) -> None:
    found = read(browser, name, width)
    assert found["width"] <= width
    assert found["broken"] == []
    assert found["wide"] == []
    assert found["size"] >= 14


def test_search_and_version_are_there_on_each_screen(browser: Browser) -> None:
    version = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    desktop, phone = (read(browser, "index", width) for width in (DESKTOP, PHONE))
    assert (desktop["search"], desktop["button"]) == (True, False)
    assert (phone["search"], phone["button"], phone["searchInDrawer"]) == (False, True, True)
    for found in (desktop, phone):
        assert any(version in brand for brand in found["brands"])


def test_the_side_bar_leads_to_every_module_and_role(browser: Browser) -> None:
    entries = read(browser, "alertra_device_module", DESKTOP)["entries"]
    roles = [path.name for path in (checkout.ROOT / "roles").iterdir() if path.is_dir()]
    expected = [*(f"{name}_module" for name in checkout.modules()), *(f"{name}_role" for name in roles)]
    addresses = {Path(address.partition("#")[0]).stem for _name, address in entries}
    assert set(expected) <= addresses | {"alertra_device_module"}
    assert "alertra_device" in {name for name, _address in entries}
    missing = [name for name in expected if not (SITE / f"{name}.html").is_file()]
    assert missing == []
