# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare a release: check the version, write the changelog, build and import the tarball, commit, and tag the commit.

Nothing is pushed. If a step fails, the changelog is as before, and there is no commit and no tag. With ``--check`` the
script only checks that the files of a commit that is already tagged agree about the version.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from tools import checkout, package

VERSION = re.compile(r"\d+\.\d+\.\d+")
CHANGELOG = ("CHANGELOG.rst", "changelogs/changelog.yaml")
# Where the documentation names a version to install: below the name of the collection or its Git URL, after the comma
# of a Git URL, in the name of a tarball or an image, in the address of a release.
_NUMBER = r"(\d+\.\d+\.\d+)"
_PINNED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"name: declarative\.monitoring\n[ #]*version: [\"']?{_NUMBER}",
        rf"declarative/monitoring(?:\.git)?,{_NUMBER}",
        rf"declarative/monitoring(?:\.git)?\n[ #]*type: git\n[ #]*version: [\"']?{_NUMBER}",
        rf"declarative-monitoring(?:-de)?[-:]{_NUMBER}",
        rf"declarative\.monitoring[:=]+{_NUMBER}",
        rf"releases/download/{_NUMBER}/",
    )
)
_PAGES = (
    "README.md",
    "docs/docsite/rst/*.rst",
    "extensions/awx/**/*.yml",
    "extensions/awx/*.md",
    "extensions/eda/*.yml",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare or check a release; return 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only check a release; change nothing")
    parser.add_argument("version", help="the version to release, as in galaxy.yml")
    chosen = parser.parse_args(arguments)
    try:
        (check if chosen.check else release)(checkout.ROOT, chosen.version)
    except checkout.ToolError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def check(root: Path, version: str) -> None:
    """See that all files of a tagged commit agree about the version."""
    check_version(root, version)
    check_changelog(root, version)
    print(f"All files name {version}.")


def release(root: Path, version: str) -> None:
    """Do everything up to the push."""
    check_version(root, version)
    check_tree(root, version)
    try:
        write_changelog(root)
        check_changelog(root, version)
        if package.main():
            raise checkout.ToolError("the tarball cannot be published, see above")
        git(root, "add", *CHANGELOG)
        if git(root, "diff", "--cached", "--name-only"):
            git(root, "commit", "--quiet", "--message", f"Release {version}")
    # Also after Ctrl-C.
    except BaseException:
        git(root, "restore", "--staged", "--worktree", *CHANGELOG)
        raise
    git(root, "tag", "--annotate", "--message", f"Release {version}", version)
    branch = git(root, "branch", "--show-current")
    print(f"{version} is committed, built and tagged. Publish it with: git push origin {branch} {version}")
    print('Then record what later versions must keep: WRITE_DOCS=1 make unit ARGS="-k test_interface"')


def check_version(root: Path, version: str) -> None:
    """See that the version is one, and that galaxy.yml, the documentation and the definitions name no other one."""
    if not VERSION.fullmatch(version):
        raise checkout.ToolError(f"{version!r} is no version such as 1.2.3: make release VERSION=1.2.3")
    declared = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    if declared != version:
        raise checkout.ToolError(f"galaxy.yml has version {declared}, not {version}")
    wrong = [f"{path} names {other}" for path, other in pinned_versions(root) if other != version]
    if wrong:
        raise checkout.ToolError(f"not every file names {version}: {'; '.join(wrong)}")


def pinned_versions(root: Path) -> Iterator[tuple[Path, str]]:
    """Each version of the collection that a reader of the documentation would install, with its file."""
    for pattern in _PAGES:
        for path in sorted(root.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            for pinned in _PINNED:
                for found in pinned.finditer(text):
                    yield path.relative_to(root), found[1]


def check_tree(root: Path, version: str) -> None:
    """See that everything is committed, that a branch is checked out, and that the version was not released before."""
    changed = git(root, "status", "--porcelain")
    if changed:
        raise checkout.ToolError(f"commit or remove these first:\n{changed}")
    if not git(root, "branch", "--show-current"):
        raise checkout.ToolError("no branch is checked out")
    # Without a name, git would refuse the commit at the end, after some minutes.
    git(root, "var", "GIT_COMMITTER_IDENT")
    released = [tag for tag in git(root, "tag", "--list").split() if VERSION.fullmatch(tag)]
    if version in released:
        raise checkout.ToolError(f"the tag {version} exists: raise the version in galaxy.yml")
    newer = [tag for tag in released if _number(tag) > _number(version)]
    if newer:
        raise checkout.ToolError(f"{max(newer, key=_number)} is released already, and newer than {version}")


def write_changelog(root: Path) -> None:
    """Write the changelog from the fragments, dated today."""
    command = ("antsibull-changelog", "release", "--update-existing", "--reload-plugins", "--refresh")
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise checkout.ToolError(f"antsibull-changelog failed with {done.returncode}")


def check_changelog(root: Path, version: str) -> None:
    """See that the changelog has the version with a summary, and all fragments."""
    content: dict[str, Any] = yaml.safe_load((root / CHANGELOG[1]).read_text(encoding="utf-8"))
    releases = content["releases"]
    if version not in releases:
        raise checkout.ToolError(f"the changelog does not have {version}: run `make changelog`")
    if not releases[version].get("changes", {}).get("release_summary"):
        raise checkout.ToolError(f"{version} has no release_summary: add changelogs/fragments/{version}.yml")
    listed = {name for entry in releases.values() for name in entry.get("fragments", [])}
    left = sorted({path.name for path in (root / "changelogs" / "fragments").glob("*.yml")} - listed)
    if left:
        raise checkout.ToolError(f"the changelog does not have the fragments {', '.join(left)}")


def git(root: Path, *arguments: str) -> str:
    """Run git and return what it printed."""
    done = subprocess.run(("git", *arguments), cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise checkout.ToolError(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


if __name__ == "__main__":
    sys.exit(main())
