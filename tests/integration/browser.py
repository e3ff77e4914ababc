# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens a page in a real Chromium without a window and without a network, and says what a reader sees."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.harness import run_group

SECONDS = 60
"""How long the browser may take. It is killed with all of its processes then."""
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    # No name is found, and no address is reached: a page that loads anything lacks it.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--disable-background-networking",
)
# The page is in a frame: a window of Chromium is never narrower than 500 pixels, a frame can be. The page itself may
# run no scripts, so that the frame around it reads what it shows.
WRAPPER = """<!DOCTYPE html>
<html><body style="margin: 0">
<iframe id="page" style="border: 0; width: 390px; height: 844px" srcdoc="{page}"></iframe>
<pre id="result"></pre>
<script>
const frame = document.getElementById("page");
const text = (row, name) => row.querySelector(name)?.innerText.replace(/\\u00a0/g, " ").trim() ?? null;
frame.onload = () => {{
  const page = frame.contentDocument, found = {{ widths: {{}} }};
  for (const width of [390, 768, 1280]) {{
    frame.style.width = width + "px";
    found.widths[width] = page.documentElement.scrollWidth;
  }}
  found.title = page.title;
  found.headings = [...page.querySelectorAll("h1, h2")].map(one => one.innerText);
  found.lead = text(page, "header");
  found.tiles = Object.fromEntries([...page.querySelectorAll(".tiles b")].map(one => [one.className, one.innerText]));
  found.background = frame.contentWindow.getComputedStyle(page.body).backgroundColor;
  found.color = frame.contentWindow.getComputedStyle(page.body).color;
  found.rows = [...page.querySelectorAll("tr[data-monitor]")].map(row => ({{
    id: row.dataset.monitor,
    customer: row.closest("section").querySelector("h2").innerText,
    name: text(row, ".name b"),
    notes: [...row.querySelectorAll(".note")].map(one => one.innerText),
    ...Object.fromEntries(
      ["availability", "target", "outages", "down", "maintenance", "unknown", "response"].map(
        name => [name, text(row, "." + name)])),
    days: [...row.querySelectorAll(".strip title")].map(one => one.textContent),
    gray: row.querySelectorAll(".strip path.x").length,
    red: row.querySelectorAll(".strip path.d").length,
  }}));
  found.outages = [...page.querySelectorAll(".outage-list tbody tr")].map(
    row => [...row.cells].map(cell => cell.innerText.replace(/\\s+/g, " ").trim()));
  found.loads = frame.contentWindow.performance.getEntriesByType("resource").map(one => one.name);
  found.scripts = page.querySelectorAll("script").length;
  document.getElementById("result").textContent = JSON.stringify(found);
}};
</script></body></html>
"""


@dataclass(frozen=True)
class Browser:
    """A Chromium, and a folder for its profile and its files."""

    folder: Path

    def read(self, page: str, *, dark: bool = False) -> dict[str, Any]:
        """What a page shows."""
        wrapper = self.folder / "wrapper.html"
        wrapper.write_text(WRAPPER.format(page=html.escape(page)), encoding="utf-8")
        scheme = "--blink-settings=preferredColorScheme=" + ("0" if dark else "1")
        dom = self._run(scheme, "--dump-dom", wrapper.as_uri())
        found = re.search(r'<pre id="result">(.+?)</pre>', dom, re.DOTALL)
        assert found, dom[-2000:]
        shown: dict[str, Any] = json.loads(html.unescape(found[1]))
        return shown

    def print(self, page: Path) -> bytes:
        """A page as PDF."""
        target = self.folder / "page.pdf"
        self._run("--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri())
        return target.read_bytes()

    def _run(self, *arguments: str) -> str:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        assert program, "these tests need Chromium: apt-get install chromium"
        profile = f"--user-data-dir={self.folder / 'profile'}"
        done = run_group([program, *OPTIONS, profile, *arguments], SECONDS)
        assert done.returncode == 0, done.stderr
        return done.stdout
