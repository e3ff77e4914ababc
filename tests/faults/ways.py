# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which a request can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ELSEWHERE = "elsewhere.example.com"
ONCE, ON = "once", "on and on"


@dataclass(frozen=True)
class Way:
    """A way to fail: one variant of what the documentation calls ``fault``.

    :param fields: of the sandbox's fault; empty where the network alone does it
    :param cut: what the network does
    :param modes: whether it happens to one request, or to that one and all later ones
    :param lasts: whether a request that fails so is sent again, so that it matters to a read how long it lasts
    :param late: whether it comes after the server acted, which is no matter to a read
    :param paged: whether it concerns the pages of listings only
    """

    fault: str
    variant: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    cut: str = ""
    modes: tuple[str, ...] = (ONCE, ON)
    lasts: bool = False
    late: bool = False
    paged: bool = False

    @property
    def title(self) -> str:
        """What a test calls it."""
        return f"{self.fault} {self.variant}".strip()


def _status(fault: str, *, lasts: bool = True, **fields: Any) -> Way:
    return Way(fault, fields={"kind": "status", "status": int(fault[:3]), **fields}, lasts=lasts)


def _late_status(fault: str) -> Way:
    return Way(fault, "after it acted", fields={"kind": "status_after", "status": int(fault)}, late=True)


_NOWHERE = {"status": 303, "headers": {"Location": "http://[::1"}}

WAYS = (
    Way("refused", cut="refused", lasts=True),
    Way("dropped before", fields={"kind": "drop_before"}, lasts=True),
    Way("dropped after", fields={"kind": "drop_after"}, late=True),
    Way("dropped after", "half of the answer", fields={"kind": "truncate"}, lasts=True),
    Way("timeout", cut="timeout", lasts=True),
    Way("timeout", "after it acted", cut="timeout_after", late=True),
    _status("429"),
    _status("429 with Retry-After", retry_after="2"),
    _status("500", lasts=False),
    _late_status("500"),
    _status("502"),
    _late_status("502"),
    _status("503"),
    _late_status("503"),
    _status("504"),
    _late_status("504"),
    _status("401", lasts=False),
    Way("truncated JSON", fields={"kind": "truncate_json"}),
    Way("HTML", fields={"kind": "html"}),
    Way("HTML", "after it acted", fields={"kind": "html_after"}, late=True),
    Way("empty body", fields={"kind": "empty"}),
    Way("unreadable", "nested JSON", fields={"kind": "nested_json"}),
    Way("unreadable", "two lengths", fields={"kind": "two_lengths"}),
    Way("unreadable", "compressed or not", fields={"kind": "odd_gzip"}, late=True),
    Way("unreadable", "redirect to an invalid URL", fields={"kind": "status_after", **_NOWHERE}, late=True),
    Way("unreadable", "text in another encoding", fields={"kind": "odd_charset"}, late=True),
    Way("broken TLS", "bad record", cut="bad_record", lasts=True),
    Way("broken TLS", "plain text", cut="plain_text", lasts=True),
    Way("gzip bomb", fields={"kind": "gzip_bomb"}, modes=(ONCE,)),
    # The server does not wait: on the clock of the test, the network takes a second for each piece.
    Way("drip", fields={"kind": "drip", "seconds": 0}, cut="drip", lasts=True),
    Way("redirect", fields={"kind": "redirect", "location": f"https://{ELSEWHERE}/"}),
    # A single page of rows that nobody has would be another listing, not one without an end.
    Way("endless pages", fields={"kind": "endless_page"}, modes=(ON,), lasts=True, paged=True),
    Way("repeated page", fields={"kind": "repeat_page"}, paged=True),
)
FAULTS = tuple(dict.fromkeys(way.fault for way in WAYS))
"""The columns of the matrix."""
