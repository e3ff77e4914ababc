# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that find out how an account behaves: their options, and their result."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from .._core.kind import Field
from .._core.reconcile import turns_of
from .._core.service import Service
from .._core.values import Values
from .module import Module
from .specs import plain_spec

OPTIONS = (
    Field("write", type="bool", default=False),
    Field(
        "prefix",
        default="zzprobe",
        pattern="[A-Za-z][A-Za-z0-9]{4,19}",
        pattern_description="5 to 20 letters and digits, the first a letter",
    ),
)


def run_probe_module(service: type[Service], work: Callable[..., Values]) -> None:
    """A module that probes an account.

    :param work: returns the result, from a client, the options and C(check)
    """
    module = Module(service, plain_spec(OPTIONS), fields=OPTIONS)

    def probe(client: Any) -> None:
        with _turn(client, writes=module.params["write"] and not module.check_mode):
            result = work(client, module.params, check=module.check_mode)
        for warning in client.warnings:
            module.warn(warning)
        module.exit_json(**client.redact(result))

    module.run(probe)


@contextlib.contextmanager
def _turn(client: Service, *, writes: bool) -> Iterator[None]:
    """The turn of a probe that sends write requests: other runs wait, and then read the account again."""
    if not writes:
        yield
        return
    with turns_of(client).take(None) as turn:
        turn.begin()
        yield
