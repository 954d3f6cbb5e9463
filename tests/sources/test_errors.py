"""A service's own words in an error of ours: without the secrets that it quotes, also where the words are cut."""

from __future__ import annotations

import pytest
from pydantic import Field

from secondline_tui.config.withheld import MARK, remember
from secondline_tui.sources.errors import bad_reply, quoted, status_failure
from secondline_tui.sources.wire import Moment, Wire, rows

SECRET = "r4+Tq9/Lm2=Xw8/Nz"


@pytest.fixture(autouse=True)
def sent() -> None:
    remember(SECRET)


@pytest.mark.parametrize("before", range(140, 165, 4))
def test_a_reason_that_is_cut_in_the_middle_of_a_secret(before: int) -> None:
    told = status_failure(403, "/v1", hint=f"{'x' * before}{SECRET} is not known").fault.message
    assert SECRET[:3] not in told
    assert MARK[0] in told or "more characters" in told


def test_every_failure() -> None:
    assert bad_reply(f"a page called {SECRET}").fault.message == f"a page called {MARK}"
    assert quoted(f"\x1b[1m{SECRET}", 40) == MARK


class _Row(Wire):
    at: Moment = Field()


async def test_rows_that_are_set_aside() -> None:
    good = {"at": "2024-05-01T09:30:00Z"}
    items, odd = await rows(_Row, [good, good, {"at": SECRET}], lambda row: row, "a row")
    assert len(items) == 2
    assert len(odd) == 1
    assert MARK in odd[0]
