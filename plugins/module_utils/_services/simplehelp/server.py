# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of the server itself: its host name, and the restrictions for logins of technicians."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core.errors import ApiError
from ..._core.objects import Desired, Record
from ..._core.values import Values
from ..._http.client import Client
from .answers import parse_text, parse_texts
from .effective_path import EffectivePaths
from .kind_api import KindApi
from .kinds import SERVER
from .queries import Path, write
from .verification import Verification

_GET_HOSTNAME: Path = ("server", "hostname", "get")
# The vendor's document shows the second path. The first is what its other queries suggest.
_SET_HOSTNAME_PATHS: tuple[Path, ...] = (("server", "hostname", "set"), _GET_HOSTNAME)


class Server(KindApi):
    """Reads and writes the settings of the server, and has it save a backup."""

    kind = SERVER

    def __init__(self, client: Client, paths: EffectivePaths) -> None:
        super().__init__(client)
        self._paths = paths
        self.readers = {
            "hostname": lambda _record: self._read_hostname(),
            "restrictions": lambda _record: self._read_restrictions(),
        }
        self.writers = {"hostname": self._set_hostname, "restrictions": self._set_restrictions}

    def list_records(self, desired: Sequence[Desired]) -> list[Record]:
        """The one server; sends no request."""
        return [Record(SERVER, SERVER.name, {})]

    def _read_hostname(self) -> Values:
        # The host name may come as plain text instead of JSON.
        answer = self._client.request("GET", _GET_HOSTNAME, read=True, text=True)
        return {"hostname": self._client.parse_answer(_GET_HOSTNAME, lambda: parse_text(answer, "hostname"))}

    def _set_hostname(self, record: Record, values: Values) -> None:
        verification = Verification(SERVER, values, self._read_hostname)
        self._paths.write(_SET_HOSTNAME_PATHS, SERVER.encode(values), verification)

    def _read_restrictions(self) -> Values:
        path = ("server", "tech-restrictions", "get")
        answer = self._client.read(path)
        return {"technician_restrictions": self._client.parse_answer(path, lambda: parse_texts(answer, "restrictions"))}

    def _set_restrictions(self, record: Record, values: Values) -> None:
        current = record.values.get("technician_restrictions") or []
        desired = values["technician_restrictions"] or []
        # New restrictions are added first, so that technicians are restricted at any moment.
        self._change_restrictions("new", [item for item in desired if item not in current])
        self._change_restrictions("remove", [item for item in current if item not in desired])

    def _change_restrictions(self, verb: str, restrictions: list[str]) -> None:
        if restrictions:
            write(self._client, ("server", "tech-restrictions", verb), {"restrictions": restrictions})

    def back_up(self, query: str) -> None:
        """Have the server save a backup of its configuration.

        :param query: the path of the query, which the vendor's document does not show
        """
        path = query.strip("/").split("/")
        try:
            # Not repeated: each request makes a backup.
            self._client.request("GET", path, repeat=False)
        except ApiError as exc:
            if exc.failure.status != 405:
                raise
            self._client.request("POST", path, json={})
