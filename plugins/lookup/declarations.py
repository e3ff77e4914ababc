# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a folder of declarations."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: declarations
short_description: Read a folder of declarations
description:
  - Reads the YAML files of a folder and its subfolders, and combines them into one declaration of all accounts. Files
    whose names do not end in C(.yml) or C(.yaml) are ignored. So are files and folders whose names begin with a dot.
    Symbolic links to files and folders are followed.
  - The keys of a file are the services C(alertra), C(pinghome), C(pingplotter), C(portmonitor) and C(simplehelp). Their
    keys are the kinds of objects that the C(_config) module of the service accepts, such as C(devices) in
    M(declarative.monitoring.alertra_config). Lists from several files are joined in the order of the file names.
  - Templates in the files are resolved. Files and values may be encrypted with Ansible Vault. Mark strings that only
    look like templates with C(!unsafe).
  - All errors in the files are reported at once, each with the file, the line and the key. Errors are invalid YAML,
    duplicate keys, aliases that repeat too many values, broken links, files and folders that cannot be read, unknown
    services, kinds and options, and objects that are declared twice. The values of options are validated by the
    modules.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
options:
  _terms:
    description:
      - The folders. A relative path is searched next to the playbook first, and then in the working directory.
    required: true
    type: list
    elements: path
  report:
    description:
      - Whether to return the reason instead of failing if the files cannot be used.
    type: bool
    default: false
notes:
  - The lookup runs on the controller and reads files there.
  - The result contains all secrets of the files. Use C(no_log) to keep it out of the output.
seealso:
  - plugin: declarative.monitoring.config_outcome
    plugin_type: filter
  - plugin: declarative.monitoring.to_declaration
    plugin_type: filter
"""

EXAMPLES = r"""
---
- name: Load declarations
  ansible.builtin.set_fact:
    monitoring: "{{ lookup('declarative.monitoring.declarations', '/etc/monitoring') }}"
  no_log: true

- name: Apply the declaration for Alertra
  declarative.monitoring.alertra_config:
    devices: "{{ monitoring.declared.alertra.devices | default(omit) }}"
    tags: "{{ monitoring.declared.alertra.tags | default(omit) }}"
"""

RETURN = r"""
---
_raw:
  description: One declaration per folder.
  type: list
  elements: dict
  contains:
    declared:
      description: The declared objects, by service and kind.
      type: dict
      sample:
        alertra:
          devices:
            - short_name: WWW
              frequency: 5
    places:
      description: The locations of the declared objects in the files, by service, for
        P(declarative.monitoring.config_outcome#filter).
      type: dict
      sample:
        alertra:
          - place: devices[0]
            where: customer.yml:4 alertra.devices[0]
            kind: device
            name: WWW
    problem:
      description: Why the files cannot be used. The other values are then empty. Empty if the files can be used.
      type: str
      returned: with O(report)
      sample: "The declarations in monitoring cannot be used: customer.yml:4 alertra.device: there is no such kind"
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import (
    DeclarationError,
    Document,
    key_lines,
    merge,
    refusal,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._folder import declaration_files

try:
    from ansible.template import trust_as_template
except ImportError:  # up to ansible-core 2.18, which trusts every file

    def trust_as_template(value: str) -> str:
        """The value, unchanged."""
        return value


_PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"


class LookupModule(LookupBase):  # type: ignore[misc]
    """Reads folders of declarations."""

    def run(self, terms: Sequence[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """One declaration per folder."""
        self.set_options(var_options=variables, direct=kwargs)
        read = self._report if self.get_option("report") else self._read
        return [read(str(term)) for term in terms]

    def _report(self, term: str) -> dict[str, Any]:
        """The declaration of a folder, or the reason why there is none."""
        try:
            return {**self._read(term), "problem": ""}
        except AnsibleError as exc:
            return {"declared": {}, "places": {}, "problem": str(getattr(exc, "message", None) or exc)}

    def _read(self, term: str) -> dict[str, Any]:
        """The declaration of a folder.

        :raises AnsibleError: with a sentence for each error
        """
        folder = self._folder(term)
        documents, problems = self._documents(folder)
        try:
            declared, places = merge(documents, self._templar.template)
        except DeclarationError as exc:
            problems.append(str(exc))
        if problems:
            raise AnsibleError(refusal(folder, problems))
        return {"declared": declared, "places": places}

    def _folder(self, term: str) -> Path:
        """The folder: relative to the playbook or, if there is none, to the working directory."""
        if not term.strip():
            raise AnsibleError("The name of the folder of the declarations is empty.")
        in_working_directory, beside_playbook = os.path.abspath(term), self._loader.path_dwim(term)  # noqa: PTH100
        candidates = list(dict.fromkeys((beside_playbook, in_working_directory)))
        # Nobody keeps declarations beside the playbooks of this collection.
        if _PLAYBOOKS in Path(beside_playbook).resolve().parents and not Path(term).is_absolute():
            candidates = [in_working_directory]
        for candidate in candidates:
            if os.path.isdir(candidate):  # noqa: PTH112
                return Path(candidate)
        raise AnsibleError(f"There is no folder {' or '.join(candidates)}.")

    def _documents(self, folder: Path) -> tuple[list[Document], list[str]]:
        """The files of a folder, in the order of their names, and a sentence for each file that cannot be read."""
        names, problems = declaration_files(folder)
        if not names and not problems:
            raise AnsibleError(f"There are no declarations in {folder}: no file there ends in .yml or .yaml.")
        documents = []
        for name in names:
            try:
                documents.append(self._document(folder, name))
            except DeclarationError as exc:
                problems.append(f"{name}{exc}")
        return documents, problems

    def _document(self, folder: Path, name: Path) -> Document:
        """One file; it is decrypted in memory if it is encrypted with Ansible Vault.

        :raises DeclarationError: if it cannot be read; the message continues the name of the file
        """
        path = str(folder / name)
        try:
            text = self._text(path)
        except (AnsibleError, UnicodeDecodeError) as exc:
            raise DeclarationError(f" cannot be read: {_reason(exc)}") from None
        lines = key_lines(str.__str__(text))
        try:
            data = self._loader.load(trust_as_template(text), file_name=path)
        except AnsibleError as exc:
            raise DeclarationError(f" is not YAML that Ansible can read: {_reason(exc)}") from None
        return Document(str(name), data, lines)

    def _text(self, path: str) -> str:
        if hasattr(self._loader, "get_text_file_contents"):
            text: str = self._loader.get_text_file_contents(path)
            return text
        # up to ansible-core 2.18
        content: bytes = self._loader._get_file_contents(path)[0]
        return content.decode()


def _reason(exc: Exception) -> str:
    """The first line of an error message."""
    lines = str(getattr(exc, "message", None) or exc).strip().splitlines()
    return lines[0] if lines else type(exc).__name__
