from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.pagerduty.library import Query
from secondline_tui.sources.pagerduty.paging import DEEPEST, IDS_AT_ONCE, PAGE, chunks, every, whole


class Lists:
    """A list that is told in pages, and that may change between two of them."""

    def __init__(self, count: int, between: Callable[[Lists], None] = lambda _: None) -> None:
        self.rows: list[dict[str, object]] = [{"id": f"P{number}"} for number in range(count)]
        self.asked: list[int] = []
        self.between = between

    def ask(self, path: str, query: Query) -> dict[str, Any]:
        assert path == "/incidents"
        offset, limit = int(str(query["offset"])), int(str(query["limit"]))
        assert limit == PAGE
        assert offset + limit <= DEEPEST
        if self.asked:
            self.between(self)
        self.asked.append(offset)
        more = offset + limit < len(self.rows)
        return {"incidents": self.rows[offset : offset + limit], "offset": offset, "limit": limit, "more": more}


def ids(lists: Lists) -> list[object]:
    return [row["id"] for row in whole(lists.ask, "/incidents", "incidents", {}) if isinstance(row, dict)]


def refused(ask: Callable[[str, Query], object]) -> str:
    with pytest.raises(PollFailed) as caught:
        whole(ask, "/incidents", "incidents", {})
    assert caught.value.fault.kind is FaultKind.BAD_REPLY
    return caught.value.fault.message


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 199, 200, 1_000, 9_900])
def test_every_row_once_in_order(count: int) -> None:
    lists = Lists(count)
    assert ids(lists) == [f"P{number}" for number in range(count)]
    assert len(lists.asked) == 1 + max(0, -(-(count - 100) // 99))


def test_a_row_that_goes_away_between_two_pages_takes_no_other_with_it() -> None:
    gone: list[object] = []

    def resolve_one(lists: Lists) -> None:
        if not gone:
            gone.append(lists.rows.pop(5))

    lists = Lists(150, resolve_one)
    found = ids(lists)
    assert "P100" in found
    assert found == [row["id"] for row in lists.rows]


def test_a_row_that_comes_is_there_too() -> None:
    lists = Lists(150, lambda lists: lists.rows.append({"id": f"N{len(lists.rows)}"}))
    assert ids(lists)[-1] == "N150"


def test_a_list_that_never_keeps_still_is_not_believed() -> None:
    assert "kept changing" in refused(Lists(500, lambda lists: lists.rows.__delitem__(0)).ask)


def test_too_many() -> None:
    lists = Lists(20_000)
    assert "more" in refused(lists.ask)
    rows, complete = every(Lists(1_000).ask, "/incidents", "incidents", {}, most=300)
    assert (len(rows) >= 300, complete) == (True, False)


def page(**changes: object) -> Callable[[str, Query], object]:
    first = {"incidents": [{"id": "P1"}], "limit": 100, "offset": 0, "more": False, **changes}
    return lambda *_: {name: value for name, value in first.items() if value != "missing"}


@pytest.mark.parametrize(
    "changes",
    [
        {"incidents": None}, {"incidents": {}}, {"incidents": "missing"}, {"more": None}, {"more": "missing"},
        {"more": "perhaps"}, {"offset": "missing"}, {"offset": 100}, {"incidents": [], "more": True},
    ],
)  # fmt: skip
def test_a_page_of_another_shape(changes: dict[str, object]) -> None:
    refused(page(**changes))


@pytest.mark.parametrize("answer", [None, [], "x", 7, {"error": {"message": "no", "code": 2001}}])
def test_no_page_at_all(answer: object) -> None:
    refused(lambda *_: answer)


def test_the_same_page_again_and_again() -> None:
    again = {"incidents": [{"id": f"P{number}"} for number in range(100)], "limit": 100, "more": True}
    refused(lambda _, query: {**again, "offset": query["offset"]})
    refused(lambda *_: {**again, "offset": 0})
    refused(lambda *_: {"incidents": [{"id": "P0"}], "limit": 100, "more": True, "offset": 0})


def test_rows_without_an_id_are_compared_whole() -> None:
    rows = [{"user": number} for number in range(150)]

    def ask(_: str, query: Query) -> object:
        offset = int(str(query["offset"]))
        return {"oncalls": rows[offset : offset + 100], "offset": offset, "more": offset + 100 < 150}

    assert whole(ask, "/oncalls", "oncalls", {}) == rows


def test_long_lists_of_ids_are_asked_for_in_parts() -> None:
    assert list(chunks([])) == []
    identities = [f"P{number:06}" for number in range(175)]
    parts = list(chunks(identities))
    assert [len(part) for part in parts] == [IDS_AT_ONCE, IDS_AT_ONCE, 55]
    assert [identity for part in parts for identity in part] == identities
