#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find out how a Port Monitor account behaves where the vendor's documentation is unclear."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: portmonitor_probe
short_description: Find out how a Port Monitor account behaves where the documentation is unclear
description:
  - The documentation of the vendor leaves questions open, such as the envelope of a listing. The modules accept every
    plausible behaviour. This module finds out how your account behaves.
  - By default it only reads, and sends at most 30 requests. It cannot answer all questions. Some require objects that
    the account does not contain, or write requests, which O(write=true) allows. The result gives the
    reason for each of them.
  - With O(login_email) and O(login_password), and without O(auth_token), it logs in, and also finds out how the service
    answers that.
  - The result contains field names, types and formats. It contains no values from the account, such as a name, a host
    or an id, so you can publish it. Please report behaviour that differs from the documentation.
version_added: 0.9.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.portmonitor
  - declarative.monitoring.attributes
  - declarative.monitoring.probe
seealso:
  - name: Verify an account
    description: How to create a report, and a sandbox that behaves like the account.
    link: https://github.com/declarative/monitoring/blob/main/docs/docsite/rst/guide_verify.rst
"""

EXAMPLES = r"""
---
- name: Find out how the account behaves
  declarative.monitoring.portmonitor_probe:
    app_key: "{{ portmonitor_app_key }}"
    auth_token: "{{ portmonitor_auth_token }}"
  register: probe

- name: Show where it differs from the documentation
  ansible.builtin.debug:
    msg: "{{ probe.findings | rejectattr('answer', 'in', ['confirmed', 'not_seen']) }}"
"""

RETURN = r"""
---
# BEGIN results: written by tests/tools/sync_docs.py from tests/tools/probe_results.yml
findings:
  description: Each open question, and the answer.
  returned: success
  type: list
  elements: dict
  contains:
    question:
      description: The question.
      type: str
    document:
      description: What the vendor's documentation says about it.
      type: str
    answer:
      description:
        - V(confirmed) if the account behaves as the collection expects. The collection expects what is documented,
          unless the documentation contradicts itself, or shows what is probably a mistake.
        - V(differs) if it behaves differently, in a way that the collection supports.
        - V(not_seen) if the probe could not find out.
        - V(unknown_shape) if it behaves in a way that the collection does not know. Modules may fail.
      type: str
    seen:
      description: The observed behaviour. If RV(findings[].answer) is V(not_seen), the reason.
      type: str
    switch:
      description: The switch of the sandbox that selects this behaviour; empty if there is none.
      type: str
  sample:
    - question: the envelope of a listing
      document: the document does not say
      answer: confirmed
      seen: a list
      switch: list_envelope
profile:
  description: The values of the sandbox switches with which the sandbox behaves like the account. Switches for
    behaviour that was not observed are missing.
  returned: success
  type: dict
  sample:
    list_envelope: bare
unknown_fields:
  description: The fields of objects that neither the documentation nor known clients mention. A field name that may be
    a value from the account is not shown.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of object.
      type: str
    field:
      description: The name of the field.
      type: str
    form:
      description: The type of its value.
      type: str
leftovers:
  description: The objects that the module has created and could not delete, by kind and name. The next run with
    O(write=true) deletes them.
  returned: success
  type: list
  elements: str
  sample: []
# END results
failure:
  description: The failed request, if the service did not accept any request.
  returned: on failure
  type: dict
  sample:
    service: Port Monitor
    method: GET
    path: /groups
    status: 401
    code: null
    message: Access denied.
    attempts: 1
    waited_s: 0.0
"""

from functools import partial

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.probe import run_probe_module
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.portmonitor import PROBE
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.run import run_probe
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor


def main() -> None:
    """Probe the account."""
    run_probe_module(PortMonitor, partial(run_probe, PROBE))


if __name__ == "__main__":
    main()
