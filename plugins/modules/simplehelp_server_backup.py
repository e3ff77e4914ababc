#!/usr/bin/python
# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Back up the configuration of a SimpleHelp server."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: simplehelp_server_backup
short_description: Back up the configuration of a SimpleHelp server
description:
  - Has the server save its configuration, with the time in its name, to C(configuration/backups/api) in the directory
    in which it is installed.
  - The vendor's document describes this query but does not name it, see O(query).
version_added: 0.1.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
extends_documentation_fragment:
  - declarative.monitoring.connection.simplehelp
  - declarative.monitoring.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
    details:
      - There is nothing to compare.
  idempotent:
    support: none
    details:
      - Every run makes one more backup, and reports a change.
options:
  query:
    description:
      - The query to send. The default is what the names of other queries suggest.
    type: str
    default: server/backup
seealso:
  - module: declarative.monitoring.simplehelp_server
"""

EXAMPLES = r"""
---
- name: Save the configuration before it is changed
  declarative.monitoring.simplehelp_server_backup:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
"""

RETURN = r"""
---
query:
  description: The query that was sent, or in check mode would be.
  returned: success
  type: str
  sample: server/backup
failure:
  description: The request that failed, where the service refused one or did not answer.
  returned: on failure
  type: dict
  sample:
    service: SimpleHelp
    method: POST
    path: /groups/remove
    status: 400
    code: null
    message: "refused: There is no such group. (HTTP 400)"
    attempts: 1
    waited_s: 0.0
"""

from ansible_collections.declarative.monitoring.plugins.module_utils._module import Module, plain_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._simplehelp import BACKUP_OPTIONS, SimpleHelp


def main() -> None:
    """Back up the configuration."""
    module = Module(SimpleHelp, plain_spec(BACKUP_OPTIONS), fields=BACKUP_OPTIONS)

    def work(client: SimpleHelp) -> None:
        query = module.params["query"].strip("/")
        if not module.check_mode:
            client.back_up(query)
        module.exit_json(changed=True, query=query)

    module.run(work)


if __name__ == "__main__":
    main()
