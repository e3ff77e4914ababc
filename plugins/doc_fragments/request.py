# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules that send a request as the user writes it."""

from __future__ import annotations


class ModuleDocFragment:
    """Options and attributes of these modules."""

    DOCUMENTATION = r"""
options:
  method:
    description:
      - The HTTP method.
    type: str
    choices: [GET, POST, PUT, PATCH, DELETE]
    default: GET
  path:
    description:
      - The path below O(api_url), without parameters. The module encodes special characters.
    type: str
    required: true
  query:
    description:
      - The parameters in the URL. A list repeats a parameter. A dictionary becomes parameters such as C(range[from]).
    type: dict
  body:
    description:
      - The body as a dictionary or a list, or as JSON text. A GET request has no body.
    type: raw
  changes:
    description:
      - Whether the request changes something. By default every request does, except for GET requests.
      - Set V(false) for a POST request that only reads. The task then reports no change, and the request is repeated
        after a temporary failure.
      - Set V(true) for a GET request that changes something. The task then reports a change, and the request is not
        repeated and not sent in check mode.
    type: bool
attributes:
  check_mode:
    support: partial
    details:
      - Check mode sends only GET requests that change nothing. It returns the answer of the service, without what
        earlier tasks of the run would have changed.
      - Other requests are not sent. RV(sent) is then V(false), and RV(json) and RV(status) are V(null).
  diff_mode:
    support: none
    details:
      - The state before the request is not read.
  idempotent:
    support: none
    details:
      - Each run sends the request.
notes:
  - GET, PUT and DELETE requests are repeated after temporary failures, as in all modules. POST and PATCH requests are
    repeated only if the server has surely not executed them.
  - Values in O(query), O(body) and the response are masked if the name of their key ends in a word such as C(password),
    C(token) or C(secret), and values of headers. Set C(no_log) for other secrets.
"""
