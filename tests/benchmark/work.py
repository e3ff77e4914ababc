# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work that all rivals do: devices at Alertra that are declared, and the devices that are there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

Row = dict[str, Any]

PAGE = 100
"""How many devices a page of the listing may have, as the vendor's document says."""

# The names of the API, and those of the options.
OPTIONS = {
    "ShortName": "short_name",
    "FullName": "full_name",
    "Method": "method",
    "URL": "url",
    "Frequency": "frequency",
    "Timeout": "timeout",
}
DETAIL_ONLY = ("Timeout",)
"""What the listing does not show."""

NOTHING, CREATE, CHANGE = STATES = ("nothing", "create", "change")


@dataclass(frozen=True)
class Work:
    """Devices to be there.

    :param state: all are there and as declared, none is there, or all are there and one of a hundred differs
    :param details: the declaration has a setting that the listing does not show, so that each device has to be read
    """

    state: str
    size: int
    details: bool = False

    def declared(self) -> list[Row]:
        """The devices in the names of the API."""
        return [self._device(number) for number in range(self.size)]

    def options(self) -> list[Row]:
        """The same in the names of the options."""
        return [{OPTIONS[name]: value for name, value in device.items()} for device in self.declared()]

    def there(self) -> list[Row]:
        """The devices that the account holds before."""
        devices = self.declared() if self.state != CREATE else []
        for device in devices if self.state == CHANGE else ():
            if self.differs(device):
                device.update({"Timeout": 29} if self.details else {"URL": "http://old.example.com/"})
        return devices

    def differs(self, device: Mapping[str, Any]) -> bool:
        """Whether a device of the account is not as declared, where some are not."""
        return int(device["ShortName"][1:]) % 100 == 0

    def requests(self) -> Iterator[list[tuple[str, str, Row | None]]]:
        """The least requests that this takes, in phases: method, path and body, in any order within a phase."""
        there = self.there()
        # A page that is not full may be followed by another one: nothing says how many devices a server puts on a page.
        last = [len(there)] if 0 < len(there) < PAGE else []
        for offset in (*range(0, len(there) + 1, PAGE), *last):
            yield [("GET", f"/devices?Offset={offset}&Limit={PAGE}", None)]
        paths = {device["ShortName"]: f"/devices/{ident(number)}" for number, device in enumerate(there)}
        if self.details and there:
            yield [("GET", f"{path}?WithConfig=Y", None) for path in paths.values()]
        if self.state == CREATE:
            yield [("POST", "/devices", device) for device in self.declared()]
        if self.state == CHANGE:
            name = "Timeout" if self.details else "URL"
            changed = [device for device in self.declared() if self.differs(device)]
            yield [("PUT", paths[device["ShortName"]], {name: device[name]}) for device in changed]

    def counts(self) -> dict[str, int]:
        """How many requests that are, by method."""
        found: dict[str, int] = {}
        for method, _path, _body in (request for phase in self.requests() for request in phase):
            found[method] = found.get(method, 0) + 1
        return found

    def _device(self, number: int) -> Row:
        name = f"D{number:05d}"
        shown = {
            "ShortName": name,
            "FullName": f"Web site {number}",
            "Method": "HTTP",
            "URL": f"http://{name.lower()}.example.com/",
            "Frequency": 5,
        }
        return {**shown, "Timeout": 30} if self.details else shown

    def as_dict(self) -> Row:
        """The arguments that make it again."""
        return asdict(self)


def ident(number: int) -> str:
    """The id of a device, by the number of those that were there before it."""
    return f"{number + 1:048x}"
