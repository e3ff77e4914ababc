# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients for tests."""

from __future__ import annotations

from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client, Credentials

OPTIONS: dict[str, Any] = {
    "api_timeout": 5.0,
    "api_retries": 5,
    "api_max_wait": 120.0,
    "validate_certs": True,
    "ca_path": None,
    "api_allow_http": False,
}


def make(url: str, credentials: Credentials | None = None, concurrency: int = 1, **options: Any) -> Client:
    """A client of a service called Example."""
    return Client("Example", {**OPTIONS, "api_url": url, **options}, credentials or Credentials(), concurrency)
