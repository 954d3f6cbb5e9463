from __future__ import annotations

from typing import Any

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.zendesk.paging import ATTEMPTS, PAGES, settled, whole
from secondline_tui.sources.zendesk.wire import TicketPage

Answer = dict[str, Any]


def rows(*ids: int) -> list[object]:
    return [{"id": number} for number in ids]


def numbered(ids: list[object], count: int, following: str | None = None) -> Answer:
    return {"tickets": ids, "count": count, "next_page": following, "previous_page": None}


def by_cursor(ids: list[object], following: str | None = None) -> Answer:
    meta = {"has_more": following is not None, "after_cursor": "abc", "before_cursor": None}
    return {"tickets": ids, "meta": meta, "links": {"next": following, "prev": None}}


def read(answers: dict[str, Answer], most: int = 10_000) -> list[int]:
    pages = whole(answers.__getitem__, "1", TicketPage, "the list", most)
    return [row["id"] for page in pages for row in page.rows if isinstance(row, dict)]


def refused(answers: dict[str, Answer], most: int = 10_000) -> str:
    with pytest.raises(PollFailed) as caught:
        read(answers, most)
    assert caught.value.fault.kind is FaultKind.BAD_REPLY
    return caught.value.fault.message


def test_both_ways_of_paging_end_where_they_say() -> None:
    assert read({"1": numbered(rows(1, 2), 3, "2"), "2": numbered(rows(3), 3)}) == [1, 2, 3]
    assert read({"1": by_cursor(rows(1, 2), "2"), "2": by_cursor(rows(3))}) == [1, 2, 3]
    assert read({"1": numbered([], 0)}) == []
    assert read({"1": by_cursor([])}) == []


def test_a_last_page_may_be_empty_and_still_name_a_next_one() -> None:
    last = {**by_cursor([]), "links": {"next": "3", "prev": None}}
    assert read({"1": by_cursor(rows(1, 2), "2"), "2": last}) == [1, 2]


def test_a_row_may_come_on_two_pages() -> None:
    pages = {"1": by_cursor(rows(1, 2), "2"), "2": by_cursor(rows(2, 3), "3"), "3": by_cursor(rows(4))}
    assert read(pages) == [1, 2, 2, 3, 4]


@pytest.mark.parametrize(
    "answer",
    [
        {"tickets": []},
        {"tickets": [], "count": 0},
        {"tickets": [], "next_page": None},
        {"tickets": [], "meta": {}},
        {"tickets": [], "meta": {"has_more": None}},
        {"tickets": [], "meta": {"has_more": True}},
        {"tickets": [], "meta": {"has_more": True}, "links": {"next": None}},
        {"tickets": None, "count": 0, "next_page": None},
        {"count": 0, "next_page": None},
        {"error": "unavailable", "description": "Sorry"},
        [],
        "",
    ],
)
def test_an_answer_that_does_not_tell_whether_it_is_whole_is_none(answer: Any) -> None:
    assert "the list" in refused({"1": answer})


def test_rows_that_are_counted_and_do_not_come_are_missed() -> None:
    assert "2 of 3 rows" in refused({"1": numbered(rows(1, 2), 3)})
    assert "2 of 3 rows" in refused({"1": numbered(rows(1, 2), 3, "2"), "2": numbered(rows(2), 2)})
    assert read({"1": numbered(rows(1, 2), 1)}) == [1, 2]


def test_paging_that_does_not_end_ends() -> None:
    assert "does not come to an end" in refused({"1": by_cursor(rows(1), "1")})
    assert "does not come to an end" in refused({"1": by_cursor(rows(1), "2"), "2": by_cursor(rows(2), "1")})
    assert "does not come to an end" in refused({"1": by_cursor(rows(1), "2"), "2": by_cursor(rows(1), "3")})
    assert "after 1 pages" in refused({"1": by_cursor([], "1")})
    endless = {str(n): by_cursor([], str(n + 1)) for n in range(1, PAGES + 2)}
    assert f"after {PAGES} pages" in refused(endless)


class Moving:
    """A view of two rows a page, the one changed last first; a cursor is the time of a change. After each request in
    `changes`, by its number, a row is changed.
    """

    def __init__(self, *ids: int, changes: dict[int, int]) -> None:
        self.changed = {one: -place for place, one in enumerate(ids)}
        self.changes = changes
        self.asked = 0

    def __call__(self, after: str) -> Answer:
        self.asked += 1
        rest = [one for one in self.order() if after == "start" or self.changed[one] < int(after)]
        answer = by_cursor(rows(*rest[:2]), str(self.changed[rest[1]]) if len(rest) > 2 else None)
        if self.asked in self.changes:
            self.changed[self.changes[self.asked]] = self.asked
        return answer

    def order(self) -> list[int]:
        return sorted(self.changed, key=lambda one: -self.changed[one])

    def read(self) -> list[int]:
        pages = settled(self, "start", TicketPage, "the view")
        return sorted({row["id"] for page in pages for row in page.rows if isinstance(row, dict)})


def test_a_row_that_moves_up_while_a_view_is_read_is_not_missed() -> None:
    moving = Moving(1, 2, 3, 4, changes={1: 4})
    assert {one for page in whole(moving, "start", TicketPage, "the view") for one in page.ids()} == {"1", "2", "3"}
    for number in range(1, 7):
        for moved in range(1, 6):
            assert Moving(1, 2, 3, 4, 5, changes={number: moved}).read() == [1, 2, 3, 4, 5]


def test_a_view_that_keeps_changing_is_no_answer() -> None:
    class Growing(Moving):
        def __call__(self, after: str) -> Answer:
            if after == "start":
                self.changed[100 + self.asked] = 100 + self.asked
            return super().__call__(after)

    growing = Growing(1, 2, 3, 4, changes={})
    with pytest.raises(PollFailed, match=f"kept changing while it was read {ATTEMPTS} times"):
        growing.read()
    assert growing.asked == 3 + 3 + 4


def test_a_row_that_leaves_a_view_while_it_is_read_does_no_harm() -> None:
    class Shrinking(Moving):
        def __call__(self, after: str) -> Answer:
            answer = super().__call__(after)
            if self.asked == 2:
                del self.changed[1]
            return answer

    assert Shrinking(1, 2, 3, 4, changes={}).read() == [1, 2, 3, 4]


def test_one_page_is_read_once_and_a_list_that_is_counted_too() -> None:
    moving = Moving(1, 2, changes={})
    assert (moving.read(), moving.asked) == ([1, 2], 1)
    answers = {"1": numbered(rows(1, 2), 3, "2"), "2": numbered(rows(3), 3)}
    assert len(settled(answers.pop, "1", TicketPage, "the list")) == 2


def test_more_than_may_be_had_is_refused_at_once() -> None:
    assert "more than 10 rows of the list: 11" in refused({"1": numbered(rows(1), 11, "2")}, most=10)
    pages = {"1": by_cursor(rows(1, 2), "2"), "2": by_cursor(rows(3), "3"), "3": by_cursor(rows(4))}
    assert "more than 2 rows" in refused(pages, most=2)
