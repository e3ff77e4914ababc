# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting until reads agree with what was written, where a service reads from another place than it writes to."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._resource import Kind, Record, Service, Values

_STEP_S = 0.25


@dataclass(frozen=True)
class Written:
    """What a later read should show of an object: these values, or with None that it is gone."""

    kind: Kind
    id: str
    values: Values | None


def settle(service: Service, written: Sequence[Written], listing: Callable[[Kind], list[Record]]) -> list[Written]:
    """Repeat reads until they show what was written, for as long as the service may lag.

    :param listing: lists a kind anew
    :returns: what reads still do not show
    """
    deadline = time.monotonic() + service.settle_s
    late = list(written)
    while late:
        records = {kind: {record.id: record for record in listing(kind)} for kind in {item.kind for item in late}}
        late = [item for item in late if not _shows(service, item, records[item.kind])]
        if not late or time.monotonic() > deadline:
            break
        time.sleep(_STEP_S)
    return late


def _shows(service: Service, item: Written, records: Mapping[str, Record]) -> bool:
    record = records.get(item.id)
    if record is None or item.values is None:
        return record is None and item.values is None
    missing = item.values.keys() - record.values.keys()
    values: dict[str, Any] = {**record.values, **(service.read(record, missing) if missing else {})}
    fields = item.kind.by_name
    return all(name not in values or fields[name].same(values[name], value) for name, value in item.values.items())
