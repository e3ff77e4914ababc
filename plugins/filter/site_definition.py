# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Define a site by the addresses that are to be monitored."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: site_definition
short_description: Define a site by the addresses that are to be monitored
description:
  - Makes an item of C(onboarding_sites), as the role P(declarative.monitoring.onboarding#role) takes it, from lists of
    URLs and hosts.
  - A URL or host is monitored by each of the services. At Pinghome only URLs are, as it does not document the names of
    other types.
version_added: 0.2.0
author:
  - declarative.monitoring contributors (!UNKNOWN)
positional: _input
options:
  _input:
    description:
      - What is laid over the definition, in the same form. Dictionaries are merged by their keys, lists by the names of
        the objects. May be V(none).
    type: dict
    required: true
  name:
    description:
      - The name of the site.
    type: str
    required: true
  urls:
    description:
      - The URLs. C(WWW=https://www.example.com/) gives one a name of up to eight letters, digits and hyphens. Without
        it, a name for Alertra is made of the address and a digest.
    type: list
    elements: str
    default: []
  hosts:
    description:
      - The hosts, in the same form. C(host:443) means a port, a host without one is pinged.
    type: list
    elements: str
    default: []
  services:
    description:
      - The services, of C(alertra), C(pinghome) and C(portmonitor).
    type: list
    elements: str
    default: []
seealso:
  - plugin: declarative.monitoring.onboarding
    plugin_type: role
"""

EXAMPLES = r"""
---
- name: A site of one web page
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

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _survey


def site_definition(
    definition: Mapping[str, Any] | None,
    name: str,
    urls: Sequence[str] = (),
    hosts: Sequence[str] = (),
    services: Sequence[str] = (),
) -> dict[str, Any]:
    """The definition."""
    return _survey.site_definition(definition, name, urls, hosts, services)


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The filter, by its name."""
        return {"site_definition": site_definition}
