# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of the Port Monitor modules."""

from __future__ import annotations


class ModuleDocFragment:
    """Connection options."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - The base URL of the API.
      - If not set, the value of the environment variable E(PORTMONITOR_API_URL) is used.
    type: str
    default: https://www.port-monitor.com/api
  app_key:
    description:
      - The key of your app, which every request needs.
      - If not set, the value of the environment variable E(PORTMONITOR_APP_KEY) is used. One of the two is required.
    type: str
  auth_token:
    description:
      - A token from an earlier login.
      - Either this or O(login_email) with O(login_password) is required. If both are set, the token is used for as long
        as the service takes it.
      - If not set, the value of the environment variable E(PORTMONITOR_AUTH_TOKEN) is used.
    type: str
  login_email:
    description:
      - The e-mail address to log in with. That takes one more request a task, and a second one if the token that the
        service hands out expires meanwhile.
      - If not set, the value of the environment variable E(PORTMONITOR_LOGIN_EMAIL) is used.
    type: str
  login_password:
    description:
      - The password that belongs to O(login_email).
      - If not set, the value of the environment variable E(PORTMONITOR_LOGIN_PASSWORD) is used.
    type: str
  log_out:
    description:
      - Whether to log out at the end of a task that has logged in. The service does not say whether that ends other
        sessions of the account too. An O(auth_token) is never logged out.
      - If not set, the value of the environment variable E(PORTMONITOR_LOG_OUT) is used.
    type: bool
    default: false
  api_timeout:
    description:
      - How long a service may be silent, before its answer or within it, in seconds.
      - If not set, the value of the environment variable E(PORTMONITOR_API_TIMEOUT) is used.
    type: float
    default: 30.0
  api_retries:
    description:
      - How often a request is repeated after a failure that may pass. Requests that could do harm when they are sent
        twice are never repeated. One that the service put off, and said until when, counts as none.
      - If not set, the value of the environment variable E(PORTMONITOR_API_RETRIES) is used.
    type: int
    default: 5
  api_max_wait:
    description:
      - How much time a task may lose altogether to failed attempts and to the pauses after them, in seconds. A pause
        that the service asks for is kept if it fits in.
      - If not set, the value of the environment variable E(PORTMONITOR_API_MAX_WAIT) is used.
    type: float
    default: 120.0
  validate_certs:
    description:
      - Whether the certificate of the service has to be valid.
      - If not set, the value of the environment variable E(PORTMONITOR_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file of certificates, or a directory of them prepared by C(openssl rehash), of authorities that are trusted
        instead of the system's.
      - If not set, the value of the environment variable E(PORTMONITOR_CA_PATH) is used.
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
