# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limit: the same requests sent by nothing but `requests`: `python -m benchmark.fleet_bare FILE`."""

from __future__ import annotations

import ssl
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests
import yaml
from requests.adapters import HTTPAdapter

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Adapter(HTTPAdapter):
    """Uses the TLS context of all sessions. By itself, each session would read the certificates again."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing, as the TLS context verifies the certificate."""


def main(path: str) -> None:
    """Send the requests of each session one after the other, and several sessions at a time."""
    work = yaml.load(Path(path).read_text(encoding="utf-8"), _LOADER)
    context = ssl.create_default_context(cafile=work["ca"])

    def send(urls: list[str]) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", _Adapter(context))
            session.headers.update(work["headers"])
            for url in urls:
                session.get(url).raise_for_status()

    with ThreadPoolExecutor(work["threads"]) as pool:
        list(pool.map(send, work["urls"]))


if __name__ == "__main__":
    main(sys.argv[1])
