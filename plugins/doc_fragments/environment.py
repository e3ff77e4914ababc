# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment variables of the connection options, for plugins.

Modules find them in their argument specs, plugins in their documentation. What else is to be said of these options is
in the fragments of the services. Those have the plain names: Ansible would take C(environment.alertra) for C(alertra).
"""

from __future__ import annotations


class ModuleDocFragment:
    """Environment variables, service by service."""

    OF_ALERTRA = r"""
options:
  api_url:
    env:
      - name: ALERTRA_API_URL
  api_key:
    env:
      - name: ALERTRA_API_KEY
  login_user:
    env:
      - name: ALERTRA_LOGIN_USER
  login_password:
    env:
      - name: ALERTRA_LOGIN_PASSWORD
  api_timeout:
    env:
      - name: ALERTRA_API_TIMEOUT
  api_retries:
    env:
      - name: ALERTRA_API_RETRIES
  api_max_wait:
    env:
      - name: ALERTRA_API_MAX_WAIT
  validate_certs:
    env:
      - name: ALERTRA_VALIDATE_CERTS
  ca_path:
    env:
      - name: ALERTRA_CA_PATH
"""

    OF_PINGHOME = r"""
options:
  api_url:
    env:
      - name: PINGHOME_API_URL
  api_token:
    env:
      - name: PINGHOME_API_TOKEN
  service_id:
    env:
      - name: PINGHOME_SERVICE_ID
  api_timeout:
    env:
      - name: PINGHOME_API_TIMEOUT
  api_retries:
    env:
      - name: PINGHOME_API_RETRIES
  api_max_wait:
    env:
      - name: PINGHOME_API_MAX_WAIT
  validate_certs:
    env:
      - name: PINGHOME_VALIDATE_CERTS
  ca_path:
    env:
      - name: PINGHOME_CA_PATH
"""

    OF_PINGPLOTTER = r"""
options:
  api_url:
    env:
      - name: PINGPLOTTER_API_URL
  api_key:
    env:
      - name: PINGPLOTTER_API_KEY
  api_timeout:
    env:
      - name: PINGPLOTTER_API_TIMEOUT
  api_retries:
    env:
      - name: PINGPLOTTER_API_RETRIES
  api_max_wait:
    env:
      - name: PINGPLOTTER_API_MAX_WAIT
  validate_certs:
    env:
      - name: PINGPLOTTER_VALIDATE_CERTS
  ca_path:
    env:
      - name: PINGPLOTTER_CA_PATH
"""

    OF_PORTMONITOR = r"""
options:
  api_url:
    env:
      - name: PORTMONITOR_API_URL
  app_key:
    env:
      - name: PORTMONITOR_APP_KEY
  auth_token:
    env:
      - name: PORTMONITOR_AUTH_TOKEN
  login_email:
    env:
      - name: PORTMONITOR_LOGIN_EMAIL
  login_password:
    env:
      - name: PORTMONITOR_LOGIN_PASSWORD
  log_out:
    env:
      - name: PORTMONITOR_LOG_OUT
  api_timeout:
    env:
      - name: PORTMONITOR_API_TIMEOUT
  api_retries:
    env:
      - name: PORTMONITOR_API_RETRIES
  api_max_wait:
    env:
      - name: PORTMONITOR_API_MAX_WAIT
  validate_certs:
    env:
      - name: PORTMONITOR_VALIDATE_CERTS
  ca_path:
    env:
      - name: PORTMONITOR_CA_PATH
"""

    OF_SIMPLEHELP = r"""
options:
  api_url:
    env:
      - name: SIMPLEHELP_API_URL
  api_token:
    env:
      - name: SIMPLEHELP_API_TOKEN
  api_timeout:
    env:
      - name: SIMPLEHELP_API_TIMEOUT
  api_retries:
    env:
      - name: SIMPLEHELP_API_RETRIES
  api_max_wait:
    env:
      - name: SIMPLEHELP_API_MAX_WAIT
  validate_certs:
    env:
      - name: SIMPLEHELP_VALIDATE_CERTS
  ca_path:
    env:
      - name: SIMPLEHELP_CA_PATH
"""
