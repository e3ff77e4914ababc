# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A write counts once it can be read back, by the path that has an effect."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, cast

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    MonitoringError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.effective_path import (
    EffectivePaths,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.kinds import GROUP
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.queries import Path
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.verification import (
    Verification,
)

SET, GET = ("groups", "set"), ("groups", "get")
OLD, NEW = {"name": "old"}, {"name": "new"}
KEEPS_OLD = "the server accepts name but still shows the old value"


def error(status: int | None, *, ambiguous: bool = False) -> ApiError:
    """A failed request."""
    return ApiError(f"HTTP {status}", Failure("SimpleHelp", "POST", "/groups", status), ambiguous=ambiguous)


class FakeServer:
    """Stands in for the client: each path works, is ignored, or fails; paths with an effect set the new values.

    :param effects: the paths that have an effect, even if the answer is an error
    :param errors: the error that a path is answered with
    """

    def __init__(self, *effects: Path, errors: dict[Path, ApiError] | None = None) -> None:
        self.effects, self.errors = effects, errors or {}
        self.values: Values = dict(OLD)
        self.sent: list[Path] = []
        self.writes = 0
        self.unreadable: ApiError | None = None

    def request(self, method: str, path: Path, **options: Any) -> None:
        """Receive a write."""
        assert (method, options) == ("POST", {"json": {"group": NEW}, "repeat": True})
        self.sent.append(path)
        if path in self.effects:
            self.values = dict(NEW)
        if path in self.errors:
            raise self.errors[path]
        self.writes += 1

    def read(self) -> Values:
        """The current values."""
        if self.unreadable is not None:
            raise self.unreadable
        return self.values


def write(server: FakeServer, paths: EffectivePaths) -> Values:
    """Write the new values."""
    return paths.write((SET, GET), {"group": NEW}, Verification(GROUP, NEW, server.read))


def effective_paths(server: FakeServer) -> EffectivePaths:
    """The paths of a server, none of which is known yet."""
    return EffectivePaths(cast(Client, server))


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the code under test made, none of which takes time."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


# -- one write ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reads", "expected"), [(1, []), (2, [0.2]), (4, [0.2, 0.4, 0.6])])
def test_a_write_may_take_a_moment_to_show(reads: int, expected: list[float], pauses: list[float]) -> None:
    states = [OLD] * (reads - 1) + [NEW]
    Verification(GROUP, NEW, lambda: states.pop(0)).confirm()
    assert pauses == expected
    assert states == []


def test_a_write_that_never_shows_is_an_error(pauses: list[float]) -> None:
    states = [OLD] * 4
    with pytest.raises(MonitoringError, match=f"^{KEEPS_OLD}; too old$"):
        Verification(GROUP, NEW, lambda: states.pop(0)).confirm("; too old")
    assert (pauses, states) == ([0.2, 0.4, 0.6], [])


def test_what_the_server_does_not_show_counts_as_written() -> None:
    Verification(GROUP, NEW, dict).confirm()


@pytest.mark.parametrize("current", [{"canRun": True}, {"canRun": True, "canFly": False}])
def test_an_error_names_the_keys_of_a_dict_that_stay_as_they_were(current: dict[str, bool]) -> None:
    written = {"permissions": {"canRun": True, "canFly": True}}
    with pytest.raises(MonitoringError, match=r"^the server accepts permissions \(canFly\) but still shows"):
        Verification(GROUP, written, lambda: {"permissions": current}).confirm()


# -- which of two paths ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effects", "errors", "sent", "ineffective"),
    [
        ([SET], {}, [SET], 0),
        ([GET], {}, [SET, GET], 1),
        ([GET], {SET: error(404)}, [SET, GET], 0),
        ([GET], {SET: error(400)}, [SET, GET], 0),
        ([SET], {SET: error(None, ambiguous=True)}, [SET], 0),
        ([GET], {SET: error(None, ambiguous=True)}, [SET, GET], 0),
    ],
)
def test_the_first_path_with_an_effect_is_used_from_then_on(
    effects: Sequence[Path], errors: dict[Path, ApiError], sent: Sequence[Path], ineffective: int
) -> None:
    server = FakeServer(*effects, errors=errors)
    paths = effective_paths(server)
    assert write(server, paths) == NEW
    assert server.sent == sent
    assert paths.ineffective_writes == ineffective
    server.sent, server.values = [], dict(OLD)
    assert write(server, paths) == NEW
    assert server.sent == sent[-1:]


@pytest.mark.parametrize(
    ("errors", "message", "ineffective"),
    [
        ({}, KEEPS_OLD, 2),
        ({SET: error(404), GET: error(400)}, "HTTP 400", 0),
        ({SET: error(400), GET: error(404)}, "HTTP 400", 0),
        ({SET: error(404), GET: error(404)}, "HTTP 404", 0),
        ({SET: error(404)}, "HTTP 404", 1),
        ({GET: error(403)}, "HTTP 403", 1),
        ({SET: error(None, ambiguous=True), GET: error(404)}, "HTTP None", 0),
    ],
)
def test_without_an_effect_the_error_with_a_reason_is_reported(
    errors: dict[Path, ApiError], message: str, ineffective: int
) -> None:
    server = FakeServer(errors=errors)
    paths = effective_paths(server)
    with pytest.raises(MonitoringError, match=f"^{message}$"):
        write(server, paths)
    assert server.sent == [SET, GET]
    assert paths.ineffective_writes == ineffective


@pytest.mark.parametrize(("errors", "message"), [({}, "HTTP 503"), ({SET: error(None, ambiguous=True)}, "HTTP None")])
def test_after_a_write_that_cannot_be_read_back_no_other_path_is_tried(
    errors: dict[Path, ApiError], message: str
) -> None:
    server = FakeServer(SET, errors=errors)
    server.unreadable = error(503)
    with pytest.raises(ApiError, match=f"^{message}$"):
        write(server, effective_paths(server))
    assert server.sent == [SET]
