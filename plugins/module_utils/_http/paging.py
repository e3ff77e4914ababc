# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings in pages: how a page is requested, and which page is the last."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.errors import ShapeError
from .body import MAX_BYTES, too_large
from .envelope import ApiObject, extract_list, extract_total, identifier

MAX_OBJECTS = 50_000
"""How many objects a listing may have. Each of them takes about 14 KB until the end of a run."""

_MAX_PAGES = 1000
_MIN_SECONDS = 600.0


@dataclass(frozen=True)
class Paging:
    """How a service splits its listings into pages.

    :param position: the parameter for where a page begins: the number of rows to skip, or if ``numbered`` the number
        of the page, from 1
    :param limit: the parameter for how many rows a page may have; ``size`` is its value
    :param floor: a first page with fewer rows than this is taken for the only one
    """

    position: str
    limit: str
    size: int
    floor: int = 0
    numbered: bool = False

    def query(self, number: int, received: int) -> dict[str, int]:
        """The parameters for page ``number`` (from 0), after ``received`` rows."""
        return {self.position: number + 1 if self.numbered else received, self.limit: self.size}


def _may_be_page_size(count: int) -> bool:
    """Whether a server may have chosen this number for its pages, and not by chance has so many objects.

    A multiple of 50, such as 100, 250 or 1000, or a power of two. More numbers would forbid creations more often at
    servers that return everything at once: a list of that many objects is not taken for whole until it has another one.
    """
    return count % 50 == 0 or count & (count - 1) == 0


def _never_enough(page: list[ApiObject]) -> bool:
    return False


class Listing:
    """The objects of one listing, collected page by page.

    :param paging: how the listing is split into pages; None if it is a single answer
    :param names: the names of the kind in answers, the plural last
    :param ids: the keys that may contain the id of an object; empty for records without an id
    :param is_enough: whether the caller needs no page after this one
    :param max_s: the seconds that all pages together may take; ten minutes if that is more
    :param first_page: the objects of the first page, if it is known
    :ivar doubt: after the last page: why the listing may lack objects; empty if it is whole
    :ivar is_assumed_whole: after the last page: nothing but the size of the first page says that it is the only one
    """

    def __init__(
        self,
        paging: Paging | None,
        names: Sequence[str],
        ids: Sequence[str],
        is_enough: Callable[[list[ApiObject]], bool] = _never_enough,
        *,
        max_s: float = 0.0,
        first_page: Sequence[ApiObject] = (),
    ) -> None:
        self._paging, self._names, self._ids, self._is_enough = paging, names, ids, is_enough
        self._max_s = max(max_s, _MIN_SECONDS)
        self._rows: dict[str, ApiObject] = {}
        self._pages = self._received = self._longest_page = 0
        self._total: int | None = None
        self.doubt = ""
        self.is_assumed_whole = False
        if first_page:
            self._rows.update((self._identify(row), row) for row in first_page)
            self._pages, self._received = 1, len(first_page)
            self._longest_page = len(first_page)

    @property
    def objects(self) -> list[ApiObject]:
        """The objects so far, each once."""
        return list(self._rows.values())

    def query(self) -> dict[str, int]:
        """The parameters for the next page."""
        return self._paging.query(self._pages, self._received) if self._paging else {}

    def add(self, answer: Any, size: int = 0, elapsed_s: float = 0.0) -> bool:
        """Add the objects of the next page.

        :param answer: the parsed body of the answer
        :param size: the bytes of all pages so far, with this one
        :param elapsed_s: the seconds that they took
        :returns: whether it was the last page
        :raises ShapeError: if the answer contains no list of objects, if an object has no id, or if the listing repeats
            a full page, does not end, is too large or takes too long: the objects it hides cannot be known
        """
        page = extract_list(answer, self._names)
        if len(page) > MAX_OBJECTS or len(self._rows) > MAX_OBJECTS:
            raise ShapeError(f"the list of {self._names[-1]} has more than {MAX_OBJECTS:,} objects")
        self._total = extract_total(answer)
        known = len(self._rows)
        for row in page:
            self._rows.setdefault(self._identify(row), row)
        is_last = self._is_last(page, has_new_rows=len(self._rows) > known)
        self._pages += 1
        self._received += len(page)
        self._longest_page = max(self._longest_page, len(page))
        if not is_last:
            self._refuse_another_page(size, elapsed_s)
        return is_last

    def _refuse_another_page(self, size: int, elapsed_s: float) -> None:
        """Refuse to go on if the listing has had too many pages, too many bytes or too much time."""
        plural = self._names[-1]
        if self._pages >= _MAX_PAGES:
            raise ShapeError(f"the list of {plural} does not end: gave up after {_MAX_PAGES} pages")
        if size >= MAX_BYTES:
            raise ShapeError(f"{too_large(f'the list of {plural}')}: gave up after {self._pages} pages")
        if elapsed_s >= self._max_s:
            raise ShapeError(
                f"the list of {plural} takes longer than {self._max_s:.0f} s: gave up after {self._pages} pages"
            )

    def _identify(self, row: ApiObject) -> str:
        if not self._ids:
            return json.dumps(row, sort_keys=True)
        ident = identifier(row, self._ids)
        if ident is None:
            raise ShapeError(f"one of the {self._names[-1]} listed has no id ({' or '.join(self._ids)})")
        return ident

    def _is_last(self, page: list[ApiObject], *, has_new_rows: bool) -> bool:
        """The rules for the end of a listing, one a line. ``page`` is not yet counted."""
        if self._paging is None:
            return True
        if self._is_enough(page):
            return True
        if not has_new_rows:
            self._judge_repeated_page(page, self._paging.size)
            return True
        is_first = self._pages == 0
        if is_first:
            is_short = len(page) < self._paging.floor and (self._total or 0) <= len(self._rows)
            self.is_assumed_whole = is_short and self._total != len(self._rows)
            return is_short
        # A server that caps its pages does so evenly.
        return len(page) < self._longest_page

    def _judge_repeated_page(self, page: list[ApiObject], size: int) -> None:
        """Judge a page without new objects: the server may return the same page again, in the place of the next one.

        :raises ShapeError: if the page is full: more objects surely follow
        """
        # A server that returns more rows than were asked for ignores the limit. Either it does not split its listings,
        # or its pages have a size of their own, and it ignores the number of the page, too. The count is that size.
        is_unpaged = len(page) > size and not _may_be_page_size(len(page))
        if not page or is_unpaged or self._total == len(self._rows):
            return
        if len(page) == size:
            raise ShapeError(f"the server repeats a full page of {self._names[-1]}, so some stay hidden")
        self.doubt = f"the server repeats a page of {self._names[-1]}, so others may stay hidden"
