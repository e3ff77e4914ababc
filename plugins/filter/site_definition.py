# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define a site by its monitored addresses."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: site_definition
short_description: Define a site by its monitored addresses
description:
  - Creates an item of C(onboarding_sites) for the role P(declarative.monitoring.onboarding#role) from lists of URLs and
    hosts.
  - Each URL and host is monitored by all given services. Pinghome monitors only URLs, because it does not document the
    names of other types.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - Overrides for the definition, in the same format. Dictionaries are merged by key, lists by the names of the
        objects. Can be V(none).
    type: dict
    required: true
  name:
    description:
      - The name of the site.
    type: str
    required: true
  urls:
    description:
      - The URLs. A URL can have a name of up to eight letters, digits and hyphens, as in
        C(WWW=https://www.example.com/). Without a name, the name for Alertra is generated from the address and a hash.
    type: list
    elements: str
    default: []
  hosts:
    description:
      - The hosts, in the same format. With a port, as in C(host:443), the port is checked. Without a port, the host is
        pinged.
    type: list
    elements: str
    default: []
  services:
    description:
      - The services. Possible values are C(alertra), C(pinghome) and C(portmonitor).
    type: list
    elements: str
    default: []
seealso:
  - plugin: declarative.monitoring.onboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: Define a site with one web page
  ansible.builtin.debug:
    msg: "{{ {} | declarative.monitoring.site_definition('Berlin', urls, services=['portmonitor']) }}"
  vars:
    urls:
      - WWW=https://www.example.com/
"""

RETURN = r"""
---
_value:
  description: The definition.
  type: dict
  sample:
    name: Berlin
    portmonitor:
      targets:
        - {name: WWW, type: url, url: https://www.example.com/}
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def site_definition(
    definition: Mapping[str, Any] | None,
    name: str,
    urls: Sequence[str] = (),
    hosts: Sequence[str] = (),
    services: Sequence[str] = (),
) -> dict[str, Any]:
    """The site as an item of C(onboarding_sites)."""
    # Imported here: Ansible also imports this file when it looks for other filters.
    from ansible_collections.declarative.monitoring.plugins.plugin_utils import _survey

    return _survey.site_definition(definition, name, urls, hosts, services)


class FilterModule:
    """Provides the filter to Ansible."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter by name."""
        return {"site_definition": site_definition}
