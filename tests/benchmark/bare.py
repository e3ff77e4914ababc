# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limit: the same requests sent by nothing but `requests`: `python -m benchmark.bare URL WORK CONCURRENCY`."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

from .work import Row, Work


def send(url: str, work: Work, concurrency: int) -> None:
    """Send the requests of each phase, ``concurrency`` at a time, and read the answers."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Alertra-API-Key"] = "key"
    session.mount("http://", HTTPAdapter(pool_maxsize=concurrency))

    def ask(request: tuple[str, str, Row | None]) -> None:
        method, path, body = request
        answer = session.request(method, url + path, json=body)
        answer.raise_for_status()
        answer.json()

    with session, ThreadPoolExecutor(concurrency) as pool:
        for phase in work.requests():
            list(pool.map(ask, phase))


if __name__ == "__main__":
    start = time.monotonic()
    send(sys.argv[1], Work(**json.loads(sys.argv[2])), int(sys.argv[3]))
    print(time.monotonic() - start)
