# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The host that takes the events of heartbeats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import InputError
from ..._core.kind import Field
from .kinds import GATEWAY, HEARTBEAT
from .service import Pinghome


class HeartbeatGateway(Pinghome):
    """Sends events of heartbeats. A token is only needed to find a heartbeat by its name."""

    credentials = (Field("api_token", secret=True), Field("service_id"))

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        super().__init__(options, concurrency)
        # The gateway requires only the id of the heartbeat. It does not get the token, which is only masked.
        self._gateway = self._without_token()

    def heartbeat_id(self, name: str) -> str:
        """The id of the heartbeat with this name.

        :raises InputError: if there is none, or several
        """
        heartbeats = self.overlay.records(HEARTBEAT, self.list_objects(HEARTBEAT))
        found = [record.id for record in heartbeats if record.label == name]
        if not found:
            raise InputError(f"there is no heartbeat named {name} in service {self._service_id}")
        if len(found) > 1:
            raise InputError(
                f"there are {len(found)} heartbeats named {name}: set heartbeat_id to one of {', '.join(found)}"
            )
        return found[0]

    def send(self, heartbeat_id: str, result: str, message: str | None) -> None:
        """Send an event of a heartbeat. It is not repeated, because a second event would count as one.

        :param result: C(tick), C(run), C(complete) or C(fail)
        :raises ApiError: if the service refuses
        """
        params = {"result": result}
        if message:
            params["message"] = message
        self._gateway.request("GET", ("heartbeat", heartbeat_id), params=params, host=GATEWAY, repeat=False)
