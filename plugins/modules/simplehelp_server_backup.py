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
  - Makes the server save its configuration to a file in C(configuration/backups/api) in its installation directory. The
    name of the file contains the time.
  - The vendor's documentation describes this query but does not give its name. See O(query).
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
      - A backup has no state to compare.
  idempotent:
    support: none
    details:
      - Every run creates a backup and reports a change.
options:
  query:
    description:
      - The query to send. The default is derived from the names of other queries.
    type: str
    default: server/backup
seealso:
  - module: declarative.monitoring.simplehelp_server
"""

EXAMPLES = r"""
---
- name: Back up the configuration before changing it
  declarative.monitoring.simplehelp_server_backup:
    api_url: "{{ simplehelp_api_url }}"
    api_token: "{{ simplehelp_api_token }}"
"""

RETURN = r"""
---
query:
  description: The query that was sent. In check mode, the query that would be sent.
  returned: success
  type: str
  sample: server/backup
failure:
  description: The failed request, if the service rejected a request or did not respond.
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

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.module import Module, plain_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import BACKUP_OPTIONS
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp


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
