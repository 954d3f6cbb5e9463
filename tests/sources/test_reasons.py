"""Why a row was not understood is told in plain words."""

from __future__ import annotations

import pytest

from secondline_tui.sources.wire import Moment, Wire, rows


class Row(Wire):
    name: str
    count: int = 0
    flag: bool = False
    at: Moment = None
    parts: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({}, "name: is missing"),
        ({"name": 3}, "name: is no text"),
        ({"name": "a", "count": "many"}, "count: is no whole number"),
        ({"name": "a", "flag": "perhaps"}, "flag: is neither true nor false"),
        ({"name": "a", "at": []}, "at: is no time"),
        ({"name": "a", "parts": 3}, "parts: is no list"),
        (3, "(all): is no object"),
    ],
)
async def test_in_plain_words(odd: object, told: str) -> None:
    good = {"name": "a"}
    items, reasons = await rows(Row, [good, odd, good], lambda row: row, "a service")
    assert len(items) == 2
    (reason,) = reasons
    assert reason.startswith("a service, row 2")
    assert reason.endswith(f": {told}")
