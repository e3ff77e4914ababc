# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection and try what a user gets: its contents, its installation, its documentation, its import."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from galaxy_importer.utils import markup

from tools import checkout, links, quick_start

DIST = checkout.ROOT / "build" / "dist"

# What the tarball may have at its top, and what Galaxy adds to it.
_TOP = {"CHANGELOG.rst", "CODE_OF_CONDUCT.md", "LICENSE", "README.md", "SECURITY.md", "requirements.txt"}
_TOP |= {".config", "changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles", "tests"}
_ADDED = {"FILES.json", "MANIFEST.json"}
# What the guides use from the installed collection.
_PROMISED = (Path("extensions", "awx"), Path("extensions", "eda"), Path("tests", "sandbox"))
# Folders of plugins whose documentation `ansible-doc` reads, and their types there.
_DOCUMENTED = {"filter": "filter", "inventory": "inventory", "lookup": "lookup", "modules": "module"}


def main() -> int:
    """Run the whole way of a release, apart from publishing it."""
    try:
        tarball = build()
        with checkout.temporary_folder() as folder:
            home = quick_start.follow(folder)
            collection = install(tarball, folder / "collections")
            check_same(checkout.collection_dir(home / ".ansible" / "collections"), collection)
            check_contents(collection)
            check_links(collection)
            check_readmes(collection)
            check_documentation(collection)
            check_action_groups(collection)
            check_requirements(collection)
            import_as_galaxy(tarball, folder)
    except checkout.ToolError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print(f"{tarball.relative_to(checkout.ROOT)} is fit to be published.")
    return 0


def build() -> Path:
    """Build the tarball, as a release does: from a copy of the checkout, whose READMEs also have to work on Galaxy."""
    for old in DIST.glob("*.tar.gz"):
        old.unlink()
    with checkout.temporary_folder() as folder:
        checkout.copy_to(folder)
        for page in (folder / name for name in readmes(folder)):
            text = page.read_text(encoding="utf-8")
            page.write_text(links.absolute(text, page.relative_to(folder)), encoding="utf-8")
        _run("ansible-galaxy", "collection", "build", "--force", "--output-path", str(DIST), cwd=folder)
    (tarball,) = DIST.glob("*.tar.gz")
    return tarball


def readmes(collection: Path) -> list[Path]:
    """The pages that Galaxy shows alone: the README of the collection and those of its roles."""
    found = [collection / "README.md", *sorted(collection.glob("roles/*/README.md"))]
    return [path.relative_to(collection) for path in found]


def install(tarball: Path, collections: Path) -> Path:
    """Install the tarball offline into an empty folder, as First steps says; return the folder of the collection."""
    collections.mkdir(parents=True)
    requirements = {"collections": [{"name": str(tarball), "type": "file"}]}
    (collections / "requirements.yml").write_text(yaml.safe_dump(requirements), encoding="utf-8")
    command = ("ansible-galaxy", "collection", "install", "-r", "requirements.yml", "-p", str(collections), "--offline")
    _run(*command, cwd=collections, env={"ANSIBLE_COLLECTIONS_PATH": str(collections)})
    return checkout.collection_dir(collections)


def check_same(from_git: Path, from_tarball: Path) -> None:
    """See that a collection from Git has the files of the tarball."""
    files = [
        {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
        for folder in (from_git, from_tarball)
    ]
    if different := files[0] ^ files[1]:
        raise checkout.ToolError(f"from Git and from the tarball differ {', '.join(sorted(map(str, different)))}")


def check_contents(collection: Path) -> None:
    """Hold the tarball against the checkout: nothing that is not the project's, nothing that users do not need."""
    known = set(checkout.files())
    installed = {path.relative_to(collection) for path in collection.rglob("*") if path.is_file()}
    installed -= {Path(name) for name in _ADDED}
    strangers = sorted(
        str(path)
        for path in installed
        if path not in known
        or path.parts[0] not in _TOP
        or (path.parts[0] == "tests" and path != Path("tests/config.yml") and path.parts[1] != "sandbox")
    )
    if strangers:
        raise checkout.ToolError(f"the tarball should not have {', '.join(strangers)}; see build_ignore in galaxy.yml")
    promised = [path for path in known if any(path.is_relative_to(folder) for folder in _PROMISED)]
    missing = sorted(str(path) for path in promised if path not in installed)
    if missing or not promised:
        raise checkout.ToolError(f"the tarball lacks {', '.join(missing)}; see build_ignore in galaxy.yml")
    print(f"{len(installed)} files, all of them the project's")


def check_links(collection: Path) -> None:
    """See that no page in the tarball has a link to a file that the tarball does not have."""
    pages = links.pages(collection)
    broken = links.broken(collection, pages)
    if broken:
        raise checkout.ToolError("links to nothing:\n" + "\n".join(broken))
    print(f"the links of {len(pages)} pages lead somewhere")


def check_readmes(collection: Path) -> None:
    """See that each link and picture of the pages that Galaxy shows is an address, as its importer renders them."""
    names = readmes(collection)
    found = 0
    for name in names:
        page = (collection / name).parent
        html = markup.get_html(markup.get_readme_doc_file(str(page)))
        addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
        found += len(addresses)
        relative = [address for address in addresses if not address.startswith("https://")]
        if relative:
            raise checkout.ToolError(f"Galaxy shows {name} alone, where these lead nowhere: {', '.join(relative)}")
    if not found:
        raise checkout.ToolError("no README has a link")
    print(f"the {found} links of {len(names)} READMEs work on Galaxy")


def check_documentation(collection: Path) -> None:
    """Read the documentation of every module, plugin and role from the installed collection, and from nowhere else."""
    found = 0
    modules = set(map(_fqcn, checkout.modules(collection)))
    for folder, kind in _DOCUMENTED.items():
        paths = [path for path in (collection / "plugins" / folder).glob("*.py") if path.stem != "__init__"]
        names = [_fqcn(path.stem) for path in sorted(paths)]
        documents = _ansible_doc(collection, kind, names)
        for name in names:
            document = documents.get(name, {})
            if not document.get("doc") or not document.get("examples"):
                raise checkout.ToolError(f"ansible-doc has no documentation or no examples for {kind} {name}")
            if not Path(document["doc"]["filename"]).resolve().is_relative_to(collection):
                raise checkout.ToolError(f"{kind} {name} was found in {document['doc']['filename']}")
            if name in modules and not document.get("return"):
                raise checkout.ToolError(f"ansible-doc has no return values for {name}")
        if kind == "module" and not names:
            raise checkout.ToolError("the collection has no module")
        found += len(names)
    roles = sorted(path.parents[1].name for path in (collection / "roles").glob("*/meta/argument_specs.yml"))
    documents = _ansible_doc(collection, "role", [_fqcn(role) for role in roles])
    for role in roles:
        if not documents.get(_fqcn(role), {}).get("entry_points"):
            raise checkout.ToolError(f"ansible-doc has no entry points for role {role}")
    print(f"documentation of {found} modules and plugins and {len(roles)} roles read")


def check_action_groups(collection: Path) -> None:
    """Hold the action groups against the modules: each module in the group of its service and in `all`."""
    runtime = yaml.safe_load((collection / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    groups: dict[str, list[Any]] = runtime["action_groups"]
    modules = set(checkout.modules(collection))
    expected: dict[str, set[str]] = {"all": modules}
    for module in modules:
        expected.setdefault(module.split("_")[0], set()).add(module)
    for group in sorted(groups.keys() | expected.keys()):
        actual, wanted = _members(groups, group), expected.get(group, set())
        if actual != wanted:
            difference = ", ".join(sorted(actual ^ wanted))
            raise checkout.ToolError(f"action group {group} of meta/runtime.yml is wrong about {difference}")
    print(f"{len(groups)} action groups agree with {len(modules)} modules")


def check_requirements(collection: Path) -> None:
    """See that a builder of execution environments finds what the collection requires."""
    output = _run("ansible-builder", "introspect", str(collection.parents[2]), cwd=collection, quiet=True)
    if "requests" not in output:
        raise checkout.ToolError(f"ansible-builder does not find requests:\n{output}")


def import_as_galaxy(tarball: Path, folder: Path) -> None:
    """Run the importer of Galaxy over the tarball; its errors and warnings fail the build."""
    settings = {"GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true", "GALAXY_IMPORTER_TMP_ROOT_DIR": str(folder)}
    output = _run(sys.executable, "-m", "galaxy_importer.main", str(tarball), cwd=folder, env=settings)
    if "Importer processing completed successfully" not in output:
        raise checkout.ToolError("galaxy-importer did not complete")
    complaints = [line for line in output.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if complaints:
        raise checkout.ToolError(f"galaxy-importer complains {len(complaints)} times, see above")


def _fqcn(name: str) -> str:
    return f"{checkout.NAMESPACE}.{checkout.NAME}.{name}"


def _members(groups: dict[str, list[Any]], group: str) -> set[str]:
    """Collect the modules of an action group and of those it extends."""
    members: set[str] = set()
    for entry in groups.get(group, []):
        if isinstance(entry, str):
            members.add(entry)
        else:
            for extended in entry["metadata"]["extend_group"]:
                members |= _members(groups, extended.rpartition(".")[2])
    return members


def _ansible_doc(collection: Path, kind: str, names: list[str]) -> dict[str, Any]:
    if not names:
        return {}
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
    command = ["ansible-doc", "--type", kind, "--json", *names]
    documents: dict[str, Any] = json.loads(_run(*command, cwd=collection, env=environment, quiet=True))
    return documents


def _run(*command: str, cwd: Path, env: dict[str, str] | None = None, quiet: bool = False) -> str:
    """Run a program and return what it printed, showing it unless quiet; raise when the program fails."""
    print("$", *command[:9], *("..." for _more in command[9:10]), flush=True)
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | (env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if quiet else subprocess.STDOUT,
        text=True,
    )
    lines = []
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if not quiet:
                print(line, end="", flush=True)
    output = "".join(lines)
    if process.returncode:
        raise checkout.ToolError(f"{command[0]} failed with {process.returncode}" + (f":\n{output}" if quiet else ""))
    return output


if __name__ == "__main__":
    sys.exit(main())
