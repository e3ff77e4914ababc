# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the Pinghome modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection options."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The base URL of the API, in which C({host}) stands for C(resource-cmd), C(resource-query), C(statistic-query) or
        C(data-gateway), whichever a request is for.
      - If not set, the value of the environment variable E(PINGHOME_API_URL) is used.
    type: str
    default: https://{host}.api.pinghome.io/v1
  api_token:
    description:
      - The token, sent as a bearer token.
      - If not set, the value of the environment variable E(PINGHOME_API_TOKEN) is used. One of the two is required.
    type: str
  service_id:
    description:
      - The id of the service at Pinghome that the task is about. The API does not list the services; their pages in the
        web application show their ids.
      - If not set, the value of the environment variable E(PINGHOME_SERVICE_ID) is used.
    type: str
  api_timeout:
    description:
      - How long a service may be silent, before its answer or within it, in seconds.
      - If not set, the value of the environment variable E(PINGHOME_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a failure that may pass. Requests that could do harm when they are sent
        twice are never repeated. One that the service put off, and said until when, counts as none.
      - If not set, the value of the environment variable E(PINGHOME_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a task may lose altogether to failed attempts and to the pauses after them, in seconds. A pause
        that the service asks for is kept if it fits in.
      - If not set, the value of the environment variable E(PINGHOME_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether the certificate of the service has to be valid.
      - If not set, the value of the environment variable E(PINGHOME_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file of certificates, or a directory of them prepared by C(openssl rehash), of authorities that are trusted
        instead of the system's.
      - If not set, the value of the environment variable E(PINGHOME_CA_PATH) is used.
    type: path
  api_allow_http:
    description:
      - Whether O(api_url) may be plain C(http), which shows the credentials to everybody on the way. Addresses of the
        machine itself are always allowed.
    type: bool
    default: false
requirements:
  - requests
"""
