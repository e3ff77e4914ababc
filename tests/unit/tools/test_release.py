# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make release` refuses and what it leaves behind, in a small repository. A release writes only to its clone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from tools import checkout, package, release

VERSION = "1.2.3"
INSTALL = """\
collections:
  - name: declarative.monitoring
    version: 1.2.3
  - name: https://github.com/declarative/monitoring.git
    type: git
    version: 1.2.3
  - name: https://github.com/declarative/monitoring/releases/download/1.2.3/declarative-monitoring-1.2.3.tar.gz
"""


def git(root: Path, *arguments: str) -> str:
    """Run git as somebody who has configured it."""
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    return subprocess.run(
        ("git", *identity, *arguments), cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def write_changelog(root: Path) -> None:
    """Stands in for antsibull-changelog: all fragments belong to the version."""
    fragments = sorted((root / "changelogs" / "fragments").glob("*.yml"))
    changes: dict[str, object] = {}
    for fragment in fragments:
        changes |= yaml.safe_load(fragment.read_text(encoding="utf-8"))
    releases = {VERSION: {"changes": changes, "fragments": [path.name for path in fragments]}}
    (root / "changelogs" / "changelog.yaml").write_text(yaml.safe_dump({"releases": releases}), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that can be released; the tarball is fine."""
    files = {
        "galaxy.yml": f"version: {VERSION}\n",
        "README.md": INSTALL,
        "CHANGELOG.rst": "",
        "changelogs/changelog.yaml": "releases: {}\n",
        f"changelogs/fragments/{VERSION}.yml": "release_summary: A release.\n",
        "changelogs/fragments/topic.yml": "bugfixes: [something - works.]\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "config", "user.name", "Somebody")
    git(tmp_path, "config", "user.email", "somebody@example.com")
    commit(tmp_path)
    monkeypatch.setattr(release, "write_changelog", write_changelog)
    monkeypatch.setattr(package, "main", lambda: 0)
    return tmp_path


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change something")


def test_a_release_is_a_commit_with_the_changelog_and_a_tag(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.release(root, VERSION)
    assert git(root, "log", "-1", "--format=%s") == f"Release {VERSION}"
    assert git(root, "describe", "--exact-match") == VERSION
    assert git(root, "status", "--porcelain") == ""
    assert f"git push origin main {VERSION}" in capsys.readouterr().out
    release.check(root, VERSION)


def test_a_changelog_that_is_committed_already_needs_no_commit(root: Path) -> None:
    write_changelog(root)
    commit(root)
    before = git(root, "rev-parse", "HEAD")
    release.release(root, VERSION)
    assert git(root, "rev-parse", f"{VERSION}^{{commit}}") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    version: 1.2.3\n  - name: https", "    version: 1.2.2\n  - name: https"),
        ("type: git\n    version: 1.2.3", "type: git\n    version: 1.2.2"),
        ("download/1.2.3", "download/1.2.2"),
        ("monitoring-1.2.3", "monitoring-1.2.2"),
    ],
)
def test_the_documentation_must_name_the_version(root: Path, old: str, new: str) -> None:
    readme = root / "README.md"
    assert old in readme.read_text(encoding="utf-8")
    readme.write_text(readme.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    commit(root)
    with pytest.raises(checkout.ToolError, match=r"README\.md names 1\.2\.2"):
        release.release(root, VERSION)


@pytest.mark.parametrize(
    ("version", "message"), [("1.2.4", r"galaxy\.yml has version 1\.2\.3, not 1\.2\.4"), ("", "no version such as")]
)
def test_the_version_must_be_that_of_galaxy_yml(root: Path, version: str, message: str) -> None:
    with pytest.raises(checkout.ToolError, match=message):
        release.release(root, version)


def test_what_is_not_committed_is_named(root: Path) -> None:
    (root / "new.py").touch()
    with pytest.raises(checkout.ToolError, match=r"new\.py"):
        release.release(root, VERSION)


@pytest.mark.parametrize(("tag", "message"), [(VERSION, "the tag 1.2.3 exists"), ("1.10.0", "newer than 1.2.3")])
def test_a_version_is_released_once_and_in_order(root: Path, tag: str, message: str) -> None:
    git(root, "tag", tag)
    with pytest.raises(checkout.ToolError, match=message):
        release.release(root, VERSION)


def test_a_branch_must_be_checked_out(root: Path) -> None:
    git(root, "checkout", "--quiet", "--detach")
    with pytest.raises(checkout.ToolError, match="no branch"):
        release.release(root, VERSION)


def test_a_release_needs_a_summary(root: Path) -> None:
    (root / "changelogs" / "fragments" / f"{VERSION}.yml").write_text("trivial: [nothing.]\n", encoding="utf-8")
    commit(root)
    with pytest.raises(checkout.ToolError, match=r"add changelogs/fragments/1\.2\.3\.yml"):
        release.release(root, VERSION)
    assert_untouched(root)


def test_a_tarball_that_cannot_be_imported_leaves_nothing_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "main", lambda: 1)
    with pytest.raises(checkout.ToolError, match="tarball"):
        release.release(root, VERSION)
    assert_untouched(root)


def test_a_release_that_is_stopped_leaves_nothing_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(package, "main", stop)
    with pytest.raises(KeyboardInterrupt):
        release.release(root, VERSION)
    assert_untouched(root)


def test_somebody_whom_git_does_not_know_is_told_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(root, "config", "--unset", "user.name")
    git(root, "config", "--unset", "user.email")
    git(root, "config", "user.useConfigOnly", "true")
    for variable in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.setattr(release, "write_changelog", lambda _root: pytest.fail("the changelog was begun"))
    with pytest.raises(checkout.ToolError, match=r"user\.email"):
        release.release(root, VERSION)


def assert_untouched(root: Path) -> None:
    """There is no commit, no tag and no change."""
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "tag", "--list") == ""
    assert git(root, "log", "-1", "--format=%s") == "Change something"


def test_a_fragment_that_the_changelog_lacks_is_named(root: Path) -> None:
    release.release(root, VERSION)
    (root / "changelogs" / "fragments" / "late.yml").touch()
    with pytest.raises(checkout.ToolError, match=r"late\.yml"):
        release.check(root, VERSION)


def test_this_repository_can_be_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the real changelog, in a copy. `make build` has its own run."""
    monkeypatch.setattr(package, "main", lambda: 0)
    collection = checkout.collection_dir(tmp_path)
    checkout.copy_to(collection)
    git(collection, "init", "--quiet", "--initial-branch", "main")
    git(collection, "config", "user.name", "Somebody")
    git(collection, "config", "user.email", "somebody@example.com")
    commit(collection)
    before = git(collection, "rev-parse", "HEAD")
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(tmp_path))
    version = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    release.release(collection, version)
    assert git(collection, "describe", "--exact-match") == version
    assert set(git(collection, "diff", "--name-only", before).split()) <= set(release.CHANGELOG)
    assert f"\nv{version}\n" in (collection / "CHANGELOG.rst").read_text(encoding="utf-8")
    assert "WARNING" not in capfd.readouterr().err


def test_the_documentation_of_this_repository_names_its_version() -> None:
    version = yaml.safe_load((checkout.ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    pinned = list(release.pinned_versions(checkout.ROOT))
    assert pinned
    assert [(path, other) for path, other in pinned if other != version] == []
