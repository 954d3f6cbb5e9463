"""The sources' own view tells what is wrong at every width."""

from __future__ import annotations

from datetime import timedelta

import pytest

from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from tests.fakes.clock import BEGIN
from tests.fakes.items import alert, incident
from tests.ui.desk import desk

REASON = "cannot be reached: refused, cut off, or its name is unknown"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_what_is_wrong_is_told_whole(size: tuple[int, int]) -> None:
    async with desk(size=size) as found:
        await found.fail("icinga", PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean(REASON))))
        await found.press("H")
        await found.shown()
        listed = found.text.partition("what is wrong")[2]
        assert REASON in listed, found.text
        assert all(name in listed for name in found.readers), "every source is in sight"


async def test_the_smallest_screen_tells_too() -> None:
    async with desk("icinga", "ci", size=(40, 16)) as found:
        await found.fail("icinga", PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean(REASON))))
        await found.press("H")
        await found.shown()
        assert REASON[:30] in found.text


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_what_a_source_does_not_see_is_told(size: tuple[int, int]) -> None:
    async with desk(size=size) as found:
        await found.answer("icinga", alert("a"), unseen=tuple(clean(f"satellite-{n}") for n in range(5)))
        await found.press("H")
        await found.shown()
        listed = found.text.partition("what is wrong")[2]
        assert "does not see: satellite-0, satellite-1, satellite-2 and 2 more" in listed, found.text
        await found.press("enter")
        assert all(f"does not see    satellite-{n}" in found.text for n in range(5)), found.text


async def test_what_a_source_has_is_told_in_the_words_of_the_screen() -> None:
    turn = OnCall(ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("a"), person=clean("Ana"))
    days = [
        Planned(ref=ItemRef("rota", Kind.PLANNED, str(n)), role=clean("a"), person=clean("Cy"),
                first=BEGIN.date() + timedelta(n), last=BEGIN.date() + timedelta(n))
        for n in range(2)
    ]  # fmt: skip
    async with desk() as found:
        await found.answer("pagerduty", incident("P"), turn)
        await found.answer("rota", *days)
        await found.answer("icinga", alert("a"), rejected=(clean("a service: odd"),))
        await found.press("H")
        await found.shown()
        for words in ("1 page, 1 turn", "2 turns", "1 alert  1 row not understood", "nothing"):
            assert words in found.text
        assert "1 rows" not in found.text
        await found.press("enter")
        assert "1 alert; 0 left out by ignore rules" in found.text
