# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing is read to its end, or is an error: what it hides would be created a second time."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, ShapeError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import paging as paging_module
from ansible_collections.declarative.monitoring.plugins.module_utils._http.paging import Listing, Paging
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.scripted import Answer, Request, Server, ok, status

OFFSET = Paging("Offset", "Limit", size=100, floor=25)
NUMBERED = Paging("page", "limit", size=100, floor=25, numbered=True)
NUMBERED_WITHOUT_FLOOR = Paging("page", "limit", size=50, numbered=True)
NAMES = ("thing", "entry", "things")
IDS = ("id", "thing_id")


def rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    """So many objects."""
    return [{"id": number, "name": f"n{number}"} for number in range(first, first + count)]


def pages(found: list[dict[str, Any]], cap: int = 1000) -> Any:
    """Answers with the wanted page, of ``cap`` rows at the most."""

    def answer(request: Request) -> Answer:
        limit = min(int(request.query.get("Limit") or request.query["limit"]), cap)
        start = int(request.query["Offset"]) if "Offset" in request.query else (int(request.query["page"]) - 1) * limit
        return ok(found[start : start + limit])

    return answer


def listed(server: Server, paging: Paging | None, **options: Any) -> list[dict[str, Any]]:
    """The listing of things."""
    return make(server.url).read_list(("things",), NAMES, IDS, paging, **options)


@pytest.mark.parametrize("paging", [OFFSET, NUMBERED], ids=["offset", "numbered"])
@pytest.mark.parametrize(
    ("count", "requests"), [(0, 1), (1, 1), (24, 1), (25, 2), (99, 2), (100, 2), (101, 2), (200, 3), (250, 3)]
)
def test_a_listing_takes_as_few_requests_as_it_can(serve: Serve, paging: Paging, count: int, requests: int) -> None:
    server = serve(by=pages(rows(count)))
    assert listed(server, paging) == rows(count)
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("count", "cap", "requests"), [(0, 100, 1), (9, 100, 2), (9, 2, 5), (9, 9, 2), (24, 10, 3), (30, 100, 2)]
)
def test_a_short_first_page_can_be_read_on_from(serve: Serve, count: int, cap: int, requests: int) -> None:
    server = serve(by=pages(rows(count), cap=cap))
    assumed: list[list[dict[str, Any]]] = []
    found = listed(server, OFFSET, on_assumption=assumed.append)
    assert assumed == ([found] if count > 0 and len(found) < 25 else [])
    for first_page in assumed:
        found = listed(server, replace(OFFSET, floor=0), first_page=first_page, on_assumption=assumed.append)
    assert found == rows(count)
    assert len(assumed) <= 1
    assert len(server.requests) == requests


def test_a_short_first_page_with_a_total_is_whole(serve: Serve) -> None:
    answer = {"things": rows(9), "total": 9}
    assumed: list[list[dict[str, Any]]] = []
    assert listed(serve(by=lambda request: ok(answer)), OFFSET, on_assumption=assumed.append) == rows(9)
    assert assumed == []


def test_a_short_first_page_is_not_the_only_one_if_the_total_is_larger() -> None:
    answers = [{"things": rows(20)[start : start + 9], "total": 20} for start in (0, 9, 18)]
    listing, pages_read = read_pages(*answers)  # type: ignore[arg-type]
    assert (pages_read, len(listing.objects), listing.is_assumed_whole) == (3, 20, False)


def test_pages_are_asked_for_by_what_was_received_or_by_number(serve: Serve) -> None:
    server = serve(by=pages(rows(250)))
    make(server.url).read_list((), ("thing", "things"), IDS, OFFSET, {"Filter": "Up"})
    listed(server, NUMBERED)
    assert [request.query for request in server.requests] == [
        *({"Filter": "Up", "Offset": offset, "Limit": "100"} for offset in ("0", "100", "200")),
        *({"page": page, "limit": "100"} for page in ("1", "2", "3")),
    ]


@pytest.mark.parametrize("paging", [OFFSET, NUMBERED], ids=["offset", "numbered"])
def test_every_row_is_seen_though_the_server_caps_its_pages(serve: Serve, paging: Paging) -> None:
    server = serve(by=pages(rows(250), cap=30))
    assert listed(server, paging) == rows(250)
    assert len(server.requests) == 9


@settings(max_examples=40, deadline=None)
@given(count=st.integers(0, 300), cap=st.integers(25, 150), numbered=st.booleans())
def test_a_listing_is_complete_for_any_number_of_rows_and_any_cap(count: int, cap: int, numbered: bool) -> None:
    paging = NUMBERED if numbered else OFFSET
    answer = pages(rows(count), cap)

    def get(path: Any, params: Any, *rest: Any) -> Any:
        target = "?" + "&".join(f"{name}={value}" for name, value in params.items())
        return answer(Request("GET", target, {}, b"")).body

    client = make("http://127.0.0.1:9")
    with mock.patch.object(client, "read", get):
        assert client.read_list((), ("thing", "things"), IDS, paging) == rows(count)


def test_a_server_that_ignores_paging_is_asked_twice_and_believed(serve: Serve) -> None:
    server = serve(ok(rows(251)), ok(rows(251)))
    assert listed(server, OFFSET) == rows(251)


def test_a_full_page_that_is_repeated_is_an_error_since_it_hides_the_rest(serve: Serve) -> None:
    server = serve(ok(rows(100)), ok(rows(100)))
    with pytest.raises(ApiError, match="the server repeats a full page of things, so some stay hidden") as error:
        listed(server, OFFSET)
    assert error.value.failure.path == "/things"


def test_a_listing_without_end_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging_module, "_MAX_PAGES", 5)
    server = serve(*(ok(rows(100, 100 * number)) for number in range(5)))
    with pytest.raises(ApiError, match="the list of things does not end: gave up after 5 pages"):
        listed(server, OFFSET)


@pytest.mark.parametrize(("count", "fits"), [(60, True), (61, False)])
def test_a_listing_has_as_many_objects_as_there_may_be(monkeypatch: pytest.MonkeyPatch, count: int, fits: bool) -> None:
    monkeypatch.setattr(paging_module, "MAX_OBJECTS", 60)
    in_one = (
        contextlib.nullcontext() if fits else pytest.raises(ShapeError, match="the list of things has more than 60")
    )
    with in_one:
        assert len(read_pages(rows(count), [])[0].objects) == count
    # The rows of earlier pages count, too.
    in_several = contextlib.nullcontext() if fits else pytest.raises(ShapeError, match="the list of things has more")
    with in_several:
        read_pages(rows(30), rows(count - 30, 30), [])


def test_a_row_that_moved_to_the_next_page_meanwhile_is_listed_once(serve: Serve) -> None:
    server = serve(ok(rows(100)), ok(rows(50, 95)))
    assert listed(server, OFFSET) == rows(145)


def test_a_listing_that_is_not_paged_is_one_request_without_parameters(serve: Serve) -> None:
    server = serve(ok({"things": rows(150)}))
    assert listed(server, None) == rows(150)
    assert server.requests[0].query == {}


def test_no_more_pages_are_read_than_are_wanted(serve: Serve) -> None:
    server = serve(ok(rows(100)), ok(rows(100, 100)))
    assert listed(server, OFFSET, enough=lambda page: page[-1]["id"] > 150) == rows(200)


def test_an_object_without_an_id_is_an_error_and_not_left_out(serve: Serve) -> None:
    server = serve(ok([{"id": 1}, {"uuid": 2}]))
    with pytest.raises(ApiError, match=r"^one of the things listed has no id \(id or thing_id\)$"):
        listed(server, OFFSET)


def test_records_that_have_no_ids_are_told_apart_by_what_they_hold(serve: Serve) -> None:
    server = serve(ok([{"t": 1}, {"t": 2}]))
    assert make(server.url).read_list((), ("events",), ()) == [{"t": 1}, {"t": 2}]
    listing, count = read_pages([{"t": 1, "x": 2}], [{"x": 2, "t": 1}], paging=NUMBERED_WITHOUT_FLOOR, ids=())
    assert (count, listing.objects) == (2, [{"t": 1, "x": 2}])


def test_an_unknown_shape_is_an_error_of_that_request(serve: Serve) -> None:
    server = serve(ok({"nothing": "here"}), ok([{"id": 1}, {"id": 2}]))
    with pytest.raises(
        ApiError, match="should contain a list of things but is an object with the keys nothing"
    ) as error:
        listed(server, OFFSET)
    assert (error.value.failure.method, error.value.failure.path) == ("GET", "/things")
    with pytest.raises(ApiError, match="should contain one thing but is a list of 2"):
        make(server.url).read_object(("things", "1"), ("thing", "things"), IDS)


def test_a_page_that_fails_fails_the_listing(serve: Serve) -> None:
    server = serve(ok(rows(100)), status(403, {"message": "No."}))
    with pytest.raises(ApiError, match="No"):
        listed(server, OFFSET)


def test_a_detail_is_taken_out_of_its_envelope(serve: Serve) -> None:
    server = serve(ok({"data": {"thing": {"id": 1}}}))
    assert make(server.url).read_object(("things", "1"), ("thing", "things"), IDS, params={"with": "all"}) == {"id": 1}
    assert server.requests[0].query == {"with": "all"}


# -- the end of a listing, by itself -----------------------------------------------------------------------------------


class _SecondPage:
    """Says of the second page that it is enough."""

    def __init__(self) -> None:
        self.pages = 0

    def __call__(self, page: list[dict[str, Any]]) -> bool:
        self.pages += 1
        return self.pages == 2


def read_pages(*answers: list[dict[str, Any]], paging: Paging | None = OFFSET, **options: Any) -> tuple[Listing, int]:
    """The listing after its last page, and how many of these pages it took."""
    listing = Listing(paging, NAMES, options.pop("ids", IDS), **options)
    for number, answer in enumerate(answers, 1):
        if listing.add(answer):
            return listing, number
    raise AssertionError("no page was the last")


@pytest.mark.parametrize(
    ("answers", "pages_read"),
    [
        ([[], rows(9)], 1),
        ([rows(24), rows(9, 24)], 1),
        ([rows(25), [], rows(9)], 2),
        ([rows(30), rows(29, 30), rows(9)], 2),
        ([rows(30), rows(30, 30), rows(30, 60), rows(1, 90), rows(9)], 4),
        ([rows(30), rows(31, 30), rows(30, 61), rows(9)], 3),
        ([rows(30), rows(30), rows(9)], 2),
        ([rows(30), rows(30, 1), rows(30), rows(9)], 3),
    ],
    ids=[
        "empty",
        "below the floor",
        "empty page",
        "shorter",
        "shorter later",
        "than the longest",
        "known",
        "known later",
    ],
)
def test_the_last_page_of_a_listing(answers: list[list[dict[str, Any]]], pages_read: int) -> None:
    listing, count = read_pages(*answers)
    assert count == pages_read
    assert len(listing.objects) == len({row["id"] for answer in answers[:count] for row in answer})
    known = answers[count - 1] and answers[count - 1][-1] in [row for answer in answers[: count - 1] for row in answer]
    assert bool(listing.doubt) is bool(known)


@pytest.mark.parametrize(
    ("total", "nested", "doubted"),
    [(3, False, False), ("3", True, False), (4, False, True), (None, False, True), (True, True, True)],
    ids=["whole", "whole text", "lacks one", "not said", "no number"],
)
def test_a_repeated_page_is_doubted_unless_a_total_says_that_the_list_is_whole(
    total: Any, nested: bool, doubted: bool
) -> None:
    envelope: dict[str, Any] = {"things": rows(3), "total": total}
    answer: Any = {"data": envelope} if nested else envelope
    listing, count = read_pages(answer, answer, paging=NUMBERED_WITHOUT_FLOOR)
    assert count == 2
    assert listing.doubt == ("the server repeats a page of things, so others may stay hidden" if doubted else "")


@pytest.mark.parametrize(
    ("paging", "count", "doubted"),
    [
        (NUMBERED_WITHOUT_FLOOR, 51, False),
        (NUMBERED_WITHOUT_FLOOR, 64, True),
        (NUMBERED_WITHOUT_FLOOR, 99, False),
        (NUMBERED_WITHOUT_FLOOR, 100, True),
        (NUMBERED_WITHOUT_FLOOR, 101, False),
        (OFFSET, 120, False),
        (OFFSET, 250, True),
        (OFFSET, 1024, True),
    ],
)
def test_a_repeated_page_that_is_longer_than_asked_is_doubted_if_its_length_may_be_a_page_size(
    paging: Paging, count: int, doubted: bool
) -> None:
    listing, pages_read = read_pages(rows(count), rows(count), paging=paging)
    assert (pages_read, len(listing.objects)) == (2, count)
    assert bool(listing.doubt) is doubted
    answer: Any = {"things": rows(count), "total": count}
    assert not read_pages(answer, answer, paging=paging)[0].doubt


def test_a_page_that_is_longer_than_asked_and_an_empty_one_are_whole() -> None:
    listing, pages_read = read_pages(rows(100), [], paging=NUMBERED_WITHOUT_FLOOR)
    assert (pages_read, listing.doubt) == (2, "")


def test_a_count_is_no_total() -> None:
    """It may be that of the page."""
    answer: Any = {"things": rows(3), "count": 3}
    assert read_pages(answer, answer, paging=NUMBERED_WITHOUT_FLOOR)[0].doubt


def test_a_total_proves_that_a_repeated_full_page_hides_nothing() -> None:
    answer: Any = {"things": rows(100), "total": 100}
    listing, count = read_pages(answer, answer)
    assert (count, listing.doubt, len(listing.objects)) == (2, "", 100)


def test_a_doubt_is_an_error_unless_somebody_takes_it(serve: Serve) -> None:
    server = serve(ok(rows(30)), ok(rows(30)), ok(rows(30)), ok(rows(30)))
    doubts: list[str] = []
    assert listed(server, OFFSET, on_doubt=doubts.append) == rows(30)
    assert doubts == ["the server repeats a page of things, so others may stay hidden"]
    with pytest.raises(ApiError, match="repeats a page of things") as error:
        listed(server, OFFSET)
    assert error.value.failure.path == "/things"


def test_a_listing_that_is_not_paged_has_one_page() -> None:
    assert read_pages(rows(100), rows(100), paging=None)[1] == 1


def test_a_page_that_is_enough_is_the_last_even_if_it_is_repeated() -> None:
    assert read_pages(rows(100), rows(100), rows(9), is_enough=_SecondPage())[1] == 2
