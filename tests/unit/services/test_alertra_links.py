# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of Alertra's devices and tags, which two threads may be about to write: one for each end."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import DEVICE, TAG, Alertra
from unit.http.clients import OPTIONS


def test_whoever_waits_for_a_link_learns_that_its_writing_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {**OPTIONS, "api_url": "https://x", "api_key": "k", "login_user": None, "login_password": None}
    service = Alertra(options, 2)

    def interrupted(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "request", interrupted)
    with pytest.raises(KeyboardInterrupt):
        service.update(Record(DEVICE, "1", {"tags": []}), {"tags": ["7"]}, "tags")
    learned = list[type[BaseException]]()

    def other_end() -> None:
        try:
            service.update(Record(TAG, "7", {"devices": []}), {"devices": ["1"]}, "devices")
        except BaseException as exc:
            learned.append(type(exc))

    waiting = threading.Thread(target=other_end, daemon=True)
    waiting.start()
    waiting.join(10)
    assert learned == [KeyboardInterrupt]
