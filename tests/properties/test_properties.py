# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises hold for random accounts, declarations, changes by hand and forms of responses."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from properties.declarations import added, fixed
from properties.machine import MACHINES, Account, Seen
from properties.stored import OPTIONS
from properties.worlds import WORLDS, World
from sandbox.client import Sandbox
from tools import checkout
from unit.services.test_each_option import SUBJECTS

MODULES = checkout.modules()
ACTIONS = ("pinghome_heartbeat_event", "simplehelp_server_backup")
"""What is done again whenever it is run again: there is no state to be reached."""


def test_every_module_belongs_to_a_service_that_is_tried() -> None:
    services = {module.partition("_")[0] for module in MODULES}
    assert services == {world.name for world in WORLDS}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_each_option_has_a_form(world: World) -> None:
    for kind in (*world.kinds.values(), *(world.service.kinds[name] for name in world.apart if world.apart[name])):
        assert world.options(kind).keys() == {item.name for item in kind.options}, kind.name


@pytest.mark.parametrize("subject", [pytest.param(one, id="_".join(one)) for one in SUBJECTS])
def test_the_account_has_each_option_under_its_key(subject: tuple[str, str]) -> None:
    """A wrong key would not be found in an object, so that no property would look at the option."""
    for option, (_value, expected) in SUBJECTS[subject].options.items():
        key = OPTIONS[subject][option].key
        assert not key or key in {path.partition(".")[0] for path in expected}, option


@pytest.mark.timeout(0)
@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_promises_hold_whatever_happens(world: World, sandbox: Sandbox, effort: settings) -> None:
    seen: Seen = Counter()
    # A factory will do, though it is not typed so.
    machine: Any = partial(MACHINES.get(world.name, Account), world, sandbox, seen)
    run_state_machine_as_test(machine, settings=effort)
    assert expected(world) <= set(+seen), ("not tried", sorted(expected(world) - set(+seen)))


def expected(world: World) -> set[tuple[str, str]]:
    """What has to have happened, or the promises were not put to the test."""
    own = (one for one in MODULES if one.startswith(f"{world.name}_"))
    managed = [one for one in own if not one.endswith(("_info", "_probe", "_request"))]
    changes = {
        (kind.name, what)
        for kind in world.kinds.values()
        for what in (
            *(("created", "changed", "deleted") if kind.creatable else ("changed",)),
            *(("replaced",) if fixed(kind) else ()),
        )
    }
    applied = {(module, "applied") for module in managed if module not in ACTIONS}
    more = {(world.name, "added to") for kind in world.kinds.values() if added(kind)}
    return (
        changes
        | applied
        | more
        | {(world.name, "interrupted"), (world.name, "in another order"), (world.name, "taken back")}
    )
