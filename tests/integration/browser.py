# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opens a page in a real Chromium without a window and without a network, and says and shows what a reader sees."""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integration.harness import run_group

SECONDS = 30
"""How long the browser may take. It is killed with all of its processes then."""
STARTS = 3
"""How often it is started for a page: now and then a Chromium without a window hangs, whatever the page."""
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
# A page in a file may read a frame with another file.
FILES = ("--allow-file-access-from-files", "--virtual-time-budget=5000")
# The page is in a frame: a window of Chromium is never narrower than 500 pixels, a frame can be. The page itself may
# run no scripts, so that the frame around it reads what it shows.
WRAPPER = """<!DOCTYPE html>
<html><body style="margin: 0">
<iframe id="page" style="border: 0; width: 390px; height: 844px" srcdoc="{page}"></iframe>
<pre id="result"></pre>
<script>
const frame = document.getElementById("page");
const box = (one) => (({{ x, y, width, height }}) => [x, y, width, height])(one.getBoundingClientRect());
const text = (row, name) => row.querySelector(name)?.innerText.replace(/\\u00a0/g, " ").trim() ?? null;
frame.onload = () => {{
  const page = frame.contentDocument, found = {{ widths: {{}}, strips: {{}} }};
  for (const width of [390, 768, 1280]) {{
    frame.style.width = width + "px";
    found.widths[width] = page.documentElement.scrollWidth;
    found.strips[width] = Object.fromEntries([...page.querySelectorAll("tr[data-monitor]")].map(
      row => [row.dataset.monitor, box(row.querySelector(".strip"))]));
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
# A page of a site, with its scripts. READ is a function of the page and its window.
SITE_PAGE = """<!DOCTYPE html>
<html><body style="margin: 0">
<iframe id="page" style="border: 0; width: {width}px; height: 844px" src="{address}"></iframe>
<pre id="result"></pre>
<script>
const read = {read};
const frame = document.getElementById("page");
frame.onload = () => {{
  document.getElementById("result").textContent = JSON.stringify(read(frame.contentDocument, frame.contentWindow));
}};
</script></body></html>
"""
# The page alone, as wide as a screen, and scrolled down.
SCREEN = """<!DOCTYPE html>
<html><body style="margin: 0; overflow: hidden">
<iframe style="display: block; border: 0; width: {width}px; height: {height}px; margin-top: -{top}px"
  {source}></iframe>
</body></html>
"""
SCREEN_HEIGHT = 1600
# Reads pixels of a picture.
PIXELS = """<!DOCTYPE html>
<html><body><pre id="result"></pre>
<script>
const read = (picture) => {{
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const found = {points}.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
  document.getElementById("result").textContent = JSON.stringify(found);
}};
</script>
<img src="data:image/png;base64,{picture}" onload="read(this)">
</body></html>
"""


@dataclass(frozen=True)
class Browser:
    """A Chromium, and a folder for its profile and its files."""

    folder: Path

    def read(self, page: str, *, dark: bool = False) -> dict[str, Any]:
        """What a page shows."""
        shown: dict[str, Any] = self._evaluate(WRAPPER.format(page=html.escape(page)), _scheme(dark))
        return shown

    def photograph(self, page: str, width: int, top: int = 0, *, dark: bool = False) -> Path:
        """A picture of a part of a page on a screen of this width, as a PNG file.

        :param top: how far the page is scrolled down, in pixels
        """
        return self._photograph(f'srcdoc="{html.escape(page)}"', width, top, dark=dark)

    def read_site(self, page: Path, width: int, read: str) -> Any:
        """What a function in JavaScript finds in a page of a site on a screen of this width."""
        screen = SITE_PAGE.format(width=width, address=page.as_uri(), read=read)
        return self._evaluate(screen, _scheme(False), *FILES)

    def photograph_site(self, page: Path, width: int, top: int = 0) -> Path:
        """A picture of a page of a site."""
        return self._photograph(f'src="{page.as_uri()}"', width, top, dark=False)

    def _photograph(self, source: str, width: int, top: int, *, dark: bool) -> Path:
        target = self.folder / f"{width}-{'dark' if dark else 'light'}.png"
        screen = SCREEN.format(source=source, width=width, height=top + SCREEN_HEIGHT, top=top)
        size = f"--window-size={max(width, 500)},{SCREEN_HEIGHT}"
        # Without these, parts of the window may not be painted yet.
        painted = ("--run-all-compositor-stages-before-draw", "--virtual-time-budget=5000")
        self._run(_scheme(dark), size, *painted, f"--screenshot={target}", self._write(screen))
        return target

    def pixels(self, picture: Path, points: Sequence[tuple[float, float]]) -> list[list[int]]:
        """The red, green and blue of some points of a picture, which are x and y in pixels."""
        places = [[int(x), int(y)] for x, y in points]
        data = base64.b64encode(picture.read_bytes()).decode()
        found: list[list[int]] = self._evaluate(PIXELS.format(points=json.dumps(places), picture=data))
        return found

    def print(self, page: Path) -> bytes:
        """A page as PDF."""
        target = self.folder / "page.pdf"
        self._run("--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri())
        return target.read_bytes()

    def _evaluate(self, page: str, *arguments: str) -> Any:
        """What the scripts of a page write to its element C(result)."""
        dom = self._run(*arguments, "--dump-dom", self._write(page))
        found = re.search(r'<pre id="result">(.+?)</pre>', dom, re.DOTALL)
        assert found, dom[-2000:]
        return json.loads(html.unescape(found[1]))

    def _write(self, page: str) -> str:
        """The URL of a page."""
        path = self.folder / "wrapper.html"
        path.write_text(page, encoding="utf-8")
        return path.as_uri()

    def _run(self, *arguments: str) -> str:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        assert program, "these tests need Chromium: apt-get install chromium"
        profile = f"--user-data-dir={self.folder / 'profile'}"
        for _start in range(STARTS):
            with contextlib.suppress(subprocess.TimeoutExpired):
                done = run_group([program, *OPTIONS, profile, *arguments], SECONDS)
                assert done.returncode == 0, done.stderr
                return done.stdout
        raise AssertionError(f"Chromium did not end within {SECONDS} seconds, {STARTS} times")


def _scheme(dark: bool) -> str:
    """The option for the colors that the reader prefers."""
    return "--blink-settings=preferredColorScheme=" + ("0" if dark else "1")
