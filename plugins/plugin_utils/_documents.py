# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declaration files on the controller, as Ansible reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError

from ._declarations import DeclarationError, Document, key_lines, refusal
from ._folder import declaration_files

try:
    from ansible.template import trust_as_template
except ImportError:  # up to ansible-core 2.18, which trusts every file

    def trust_as_template(value: str) -> str:
        """The value, unchanged."""
        return value


_PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"


@dataclass
class Documents:
    """The files of some folders.

    :ivar paths: the folders and files
    :ivar problems: a sentence for each file that cannot be read
    """

    paths: list[Path] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Where the declarations are, for messages."""
        return ", ".join(map(str, self.paths)) or "the variables of hosts"

    def refusal(self, *problems: str) -> AnsibleError:
        """The error for declarations that cannot be used."""
        return AnsibleError(refusal(self.title, [*self.problems, *problems]))


def read_documents(loader: Any, sources: Sequence[str]) -> Documents:
    """The files of folders, and single files, in this order; the files of a folder in the order of their names.

    Files that are encrypted with Ansible Vault are decrypted in memory.

    :param sources: folders and files; relative ones are looked for beside the playbook, then in the working directory
    :raises AnsibleError: if a folder or a file does not exist, or a folder has no files
    """
    found = Documents([_find(loader, source) for source in sources])
    for source, path in zip(sources, found.paths):
        prefix = Path() if len(sources) == 1 else Path(source)
        if path.is_file():
            _add(loader, found, path, Path(path.name) if len(sources) == 1 else prefix)
            continue
        names, problems = declaration_files(path)
        if not names and not problems:
            raise AnsibleError(f"There are no declarations in {path}: no file there ends in .yml or .yaml.")
        found.problems += [str(prefix / problem) for problem in problems]
        for name in names:
            _add(loader, found, path / name, prefix / name)
    return found


def _find(loader: Any, source: str) -> Path:
    """A folder or a file: relative to the playbook or, if there is none, to the working directory."""
    if not source.strip():
        raise AnsibleError("The name of the folder of the declarations is empty.")
    in_working_directory, beside_playbook = os.path.abspath(source), loader.path_dwim(source)  # noqa: PTH100
    candidates = list(dict.fromkeys((beside_playbook, in_working_directory)))
    # Nobody keeps declarations beside the playbooks of this collection.
    if _PLAYBOOKS in Path(beside_playbook).resolve().parents and not Path(source).is_absolute():
        candidates = [in_working_directory]
    for candidate in candidates:
        if os.path.isdir(candidate) or os.path.isfile(candidate):  # noqa: PTH112, PTH113
            return Path(candidate)
    noun = "file" if source.endswith((".yml", ".yaml")) else "folder"
    raise AnsibleError(f"There is no {noun} {' or '.join(candidates)}.")


def _add(loader: Any, found: Documents, path: Path, name: Path) -> None:
    try:
        found.documents.append(_document(loader, path, name))
    except DeclarationError as exc:
        found.problems.append(f"{name}{exc}")


def _document(loader: Any, path: Path, name: Path) -> Document:
    """One file.

    :raises DeclarationError: if it cannot be read; the message continues the name of the file
    """
    try:
        text = _text(loader, str(path))
        # Since ansible-core 2.19, the text has a character for each byte that is not UTF-8.
        text.encode()
    except UnicodeError:
        raise DeclarationError(" is not a text in UTF-8") from None
    except AnsibleError as exc:
        raise DeclarationError(f" cannot be read: {reason(exc)}") from None
    lines = key_lines(str.__str__(text))
    try:
        data = loader.load(trust_as_template(text), file_name=str(path))
    except AnsibleError as exc:
        raise DeclarationError(f" is not YAML that Ansible can read: {reason(exc)}") from None
    return Document(str(name), data, lines)


def _text(loader: Any, path: str) -> str:
    if hasattr(loader, "get_text_file_contents"):
        text: str = loader.get_text_file_contents(path)
        return text
    # up to ansible-core 2.18
    content: bytes = loader._get_file_contents(path)[0]
    return content.decode()


def reason(exc: Exception) -> str:
    """The first line of an error message."""
    lines = str(getattr(exc, "message", None) or exc).strip().splitlines()
    return lines[0] if lines else type(exc).__name__
