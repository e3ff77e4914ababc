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
  - Besides the kinds, a service may have C(defaults), C(prune) and C(prune_only). C(defaults) has options by kind. They
    apply to the items of all files that do not set them, except for items with C(state=absent). If the file of an item
    has a default of its own for an option, that one applies.
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
      - The folders, or single files. A relative path is searched next to the playbook first, and then in the working
        directory.
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
    prune:
      description: The kinds to prune, by service, from all files.
      type: dict
      sample:
        alertra: [devices]
    prune_only:
      description: The patterns for pruning, by service and kind, from all files.
      type: dict
      sample:
        alertra:
          devices:
            tags: berlin
    problem:
      description: Why the files cannot be used. The other values are then empty. Empty if the files can be used.
      type: str
      returned: with O(report)
      sample: "The declarations in monitoring cannot be used: customer.yml:4 alertra.device: there is no such kind"
"""

from collections.abc import Sequence
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import DeclarationError
from ansible_collections.declarative.monitoring.plugins.plugin_utils._documents import read_documents
from ansible_collections.declarative.monitoring.plugins.plugin_utils._file_settings import read_declared
from ansible_collections.declarative.monitoring.plugins.plugin_utils._unresolved import resolver


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
            problem = str(getattr(exc, "message", None) or exc)
            return {"declared": {}, "places": {}, "prune": {}, "prune_only": {}, "problem": problem}

    def _read(self, term: str) -> dict[str, Any]:
        """The declaration of a folder.

        :raises AnsibleError: with a sentence for each error
        """
        found = read_documents(self._loader, [term])
        try:
            declared = read_declared(found.documents, resolver(self._templar))
        except DeclarationError as exc:
            raise found.refusal(*exc.problems) from None
        if found.problems:
            raise found.refusal()
        return {
            "declared": declared.objects,
            "places": declared.places,
            "prune": declared.prune,
            "prune_only": declared.prune_only,
        }
