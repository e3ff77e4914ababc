# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the site: the guides, the reference of all modules and plugins, and the pages that the tests write. Offline."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from tools import checkout, links

SITE = checkout.ROOT / "build" / "docs"
PICTURES = Path("docsite", "rst", "images")

# The order of the pages in docs/, which antsibull-docs does not know.
_MEASURED = ("versions", "requests", "faults", "bad-input", "benchmark", "benchmark_fleets")

# What the reference refers to in Ansible's own documentation: label, title, address.
_ELSEWHERE = (
    (
        "ansible_collections.ansible.builtin.debug_module",
        "ansible.builtin.debug",
        "collections/ansible/builtin/debug_module",
    ),
    (
        "ansible_collections.ansible.builtin.fail_module",
        "ansible.builtin.fail",
        "collections/ansible/builtin/fail_module",
    ),
    ("action_plugins", "Action plugins", "plugins/action"),
    ("ansible_configuration_settings", "Configuration settings", "reference_appendices/config"),
    ("common_return_values", "Return values", "reference_appendices/common_return_values"),
)
_ANSIBLE = "https://docs.ansible.com/ansible/latest"

# The side bar has a section for the modules of each service, and for each other type of content.
_SERVICES = {name: SERVICES[name].title for name in sorted(SERVICES)}
_ALL = "All services"
_CONTENT = {"role": "Roles", "inventory": "Inventory plugins", "lookup": "Lookup plugins", "filter": "Filters"}

# Where the title of a page may break: after the dots and underscores of a name.
_TITLE = re.compile(r"(?<=<h1>).*?(?=<a |</h1>)", re.DOTALL)

_CONTENTS = re.compile(r"^\.\. contents::\n( +:.*\n)*", re.MULTILINE)

# A link to another guide or to a section of it, as a Git host shows it. The site has pages with other names.
_GUIDE_LINK = re.compile(r"`([^`<]*?)\s+<(\w+)\.rst(?:#([\w-]+))?>`__")
_PAGE_LINK = re.compile(r"`([^`<]*?)\s+<\.\./\.\./([\w-]+)\.md>`__")
# The label of a section, and its title below it.
_LABEL = re.compile(r"^\.\. _(ansible_collections\.[\w.]+):\n\n(.+)\n", re.MULTILINE)

_SETTINGS = {
    "project": f"{checkout.NAMESPACE}.{checkout.NAME}",
    "extensions": "sphinx_antsibull_ext,myst_parser",
    "antsibull_ext_color_scheme": "default-autodark",
    "html_theme": "furo",
    "html_static_path": "static",
    "html_css_files": "site.css",
    "html_copy_source": "0",
    "html_show_copyright": "0",
    "html_show_sphinx": "0",
    "highlight_language": "YAML+Jinja",
    "smartquotes": "0",
}


def main() -> int:
    """Build the site from scratch. A warning is an error."""
    sources = SITE / "rst"
    shutil.rmtree(SITE, ignore_errors=True)
    # antsibull-docs writes to no folder that others can write to.
    sources.mkdir(mode=0o755, parents=True)
    try:
        write_sources(sources)
        settings = [f"-D{name}={value}" for name, value in (_SETTINGS | {"html_title": title()}).items()]
        strict = ["--fail-on-warning", "--keep-going", "--quiet", "--isolated", "--jobs", "auto"]
        run("sphinx-build", *strict, *settings, "--doctree-dir", str(SITE / "trees"), str(sources), str(SITE / "html"))
        for page in (SITE / "html").rglob("*.html"):
            page.write_text(break_title(page.read_text(encoding="utf-8")), encoding="utf-8")
    except checkout.ToolError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    print(f"{(SITE / 'html' / 'index.html').relative_to(checkout.ROOT)} has {len(list(sources.rglob('*.*')))} sources")
    return 0


def write_sources(sources: Path) -> None:
    """Write what Sphinx reads: what antsibull-docs makes of the collection, and what it leaves out."""
    name = f"{checkout.NAMESPACE}.{checkout.NAME}"
    # Without breadcrumbs the side bar has the guides, and the index has the modules.
    options = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--no-breadcrumbs"]
    run("antsibull-docs", "collection", *options, "--no-add-antsibull-docs-version", "--dest-dir", str(sources), name)
    for page in sources.rglob("*.rst"):
        # The theme has the contents of a page beside it.
        page.write_text(_CONTENTS.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
    link_guides(sources / "docsite")
    docs = checkout.ROOT / "docs"
    shutil.copytree(docs / PICTURES, sources / "docsite" / PICTURES.name)
    pages = {page.stem: page for page in docs.glob("*.md")}
    if set(pages) != set(_MEASURED):
        raise checkout.ToolError(f"docs/ has {', '.join(sorted(pages))}, of which only the known ones are in the site")
    for page in pages.values():
        shutil.copy(page, sources)
    elsewhere = [":orphan:", "", "Documentation of Ansible", "========================", ""]
    for label, title, address in _ELSEWHERE:
        elsewhere += [f".. _{label}:", "", title, "-" * len(title), "", f"{_ANSIBLE}/{address}.html", ""]
    (sources / "ansible.rst").write_text("\n".join(elsewhere), encoding="utf-8")
    with (sources / "index.rst").open("a", encoding="utf-8") as index:
        lines = ["", "Test results", "------------", "", "Pages that the tests write.", ""]
        lines += [".. toctree::", "    :maxdepth: 1", "", *(f"    {name}" for name in _MEASURED), ""]
        index.write("\n".join([*lines, *side_bar(page.stem for page in sources.glob("*.rst"))]))
    (sources / "static").mkdir()
    shutil.copy(Path(__file__).with_name("site.css"), sources / "static")


def title() -> str:
    """The title of all pages: the collection and its version."""
    galaxy = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    return f"{checkout.NAMESPACE} {checkout.NAME}".capitalize() + f" {galaxy['version']}"


def side_bar(pages: Iterable[str]) -> list[str]:
    """The sections of the side bar with the pages of modules, roles and other plugins."""
    sections: dict[str, list[str]] = {name: [] for name in (*_SERVICES.values(), _ALL, *_CONTENT.values())}
    for name, kind in sorted((name, kind) for name, _mark, kind in (page.rpartition("_") for page in pages)):
        section = _SERVICES.get(name.split("_")[0], _ALL) if kind == "module" else _CONTENT.get(kind, "")
        if section:
            sections[section].append(f"    {name} <{name}_{kind}>")
    lines = []
    for caption, entries in sections.items():
        lines += [".. toctree::", "    :hidden:", f"    :caption: {caption}", "", *entries, ""]
    return lines


def break_title(text: str) -> str:
    """A page whose title may break after the dots and underscores of a name."""
    return _TITLE.sub(lambda found: re.sub(r"(?<=\w)([._])(?=\w)", r"\1<wbr>", found[0]), text)


def link_guides(folder: Path) -> None:
    """Turn the links to other pages into references; Sphinx fails if one of them leads nowhere."""
    texts = {page: page.read_text(encoding="utf-8") for page in folder.glob("*.rst")}
    labels = {}
    for page, text in texts.items():
        for number, (label, title) in enumerate(_LABEL.findall(text)):
            labels[page.stem, links.anchor(title) if number else ""] = label

    def reference(found: re.Match[str]) -> str:
        label = labels.get((found[2], found[3] or ""), f"{found[2]}.rst#{found[3] or ''}")
        return f":ref:`{found[1]} <{label}>`"

    for page, text in texts.items():
        text = _PAGE_LINK.sub(r":doc:`\1 </\2>`", text)
        page.write_text(_GUIDE_LINK.sub(reference, text), encoding="utf-8")


def run(*command: str) -> None:
    """Run a program, and raise when it fails."""
    print("$", *command, flush=True)
    collections = str(checkout.ROOT / "build" / "collections")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections}
    done = subprocess.run(command, cwd=SITE, env=environment, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise checkout.ToolError(f"{command[0]} failed with {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
