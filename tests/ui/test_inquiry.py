"""What an opened item tells beyond its row is of now, or says of when it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Detail, Incident, Note
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from tests.fakes.clock import settle
from tests.fakes.items import ago, incident
from tests.fakes.reader import FakeReader
from tests.ui.desk import Desk, desk

PAGE = incident("p")
INTERVAL = 30
LIMIT = PollFailed(Fault(kind=FaultKind.RATE_LIMITED, message=SafeText("asked too often"), retry_after=300))
DENIED = PollFailed(Fault(kind=FaultKind.UNAUTHORISED, message=SafeText("turned down"), stop=True))
GONE = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached")))


def noted(*texts: str) -> Detail:
    """What a service tells, the newest note first."""
    return Detail(notes=tuple(Note(author=clean("Bo"), text=clean(text), at=ago(minutes=1)) for text in texts))


@asynccontextmanager
async def opened(page: Incident = PAGE, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[Desk, FakeReader]]:
    async with desk("pagerduty", size=size) as found:
        reader = found.readers["pagerduty"]
        reader.told = noted("looking into it")
        await found.answer("pagerduty", page)
        await found.press("1", "enter")
        await found.until(lambda: bool(reader.asked))
        yield found, reader


async def later(found: Desk, seconds: float = INTERVAL, *, answers: bool = True) -> None:
    """Let time go by, with the polls that fall into it, and the screen notice what it is answered."""
    await found.clock.advance(seconds)
    await found.shown()
    found.screen.tick()
    await settle()
    if answers:
        asking = found.screen.detail._inquiry._asking
        await found.until(lambda: asking is None or asking.is_finished)
    await found.pilot.pause()


async def test_a_note_is_shown_though_the_row_is_the_same() -> None:
    async with opened() as (found, reader):
        await found.until(lambda: "looking into it" in found.text)
        reader.told = noted("do not restart it", "looking into it")
        await later(found)
        await found.until(lambda: "do not restart it" in found.text)
        await found.until(lambda: "as of" not in found.text)
        assert len(reader.asked) == 2, "one question a poll"


async def test_it_is_asked_for_no_more_often_than_every_15_seconds_unless_a_person_asks() -> None:
    async with opened() as (found, reader):
        for _ in range(5):
            await later(found, 1)
            await found.answer("pagerduty", PAGE)
        assert len(reader.asked) == 1
        reader.told = noted("do not restart it")
        await found.press("r")
        await settle()
        await found.shown()
        await found.until(lambda: "do not restart it" in found.text)
        assert len(reader.asked) == 2


async def test_it_does_not_overlap_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (found, reader):
        gate, asked, tell = asyncio.Event(), list[ItemRef](), reader.detail

        async def slow(ref: ItemRef) -> Detail:
            asked.append(ref)
            await gate.wait()
            return await tell(ref)

        monkeypatch.setattr(reader, "detail", slow)
        await later(found, answers=False)
        for _ in range(4):
            await later(found, 1, answers=False)
            await found.answer("pagerduty", PAGE)
            await found.press("r")
        assert len(asked) == 1
        assert "looking into it" in found.text, "what was told stays until there is more"
        assert "asking" not in found.text.splitlines()[3:-1]
        gate.set()


async def test_when_it_cannot_be_asked_for_what_is_shown_is_dated() -> None:
    async with opened() as (found, reader):
        reader.told = GONE
        await later(found)
        await found.until(lambda: "as of 09:31: pagerduty did not tell more: cannot be reached" in found.text)
        await found.until(lambda: "looking into it" in found.text)
        assert found.screen.detail.more != noted("looking into it"), "what makes a card of it asks anew"
        reader.told = noted("looking into it")
        await later(found)
        await found.until(lambda: "as of" not in found.text)


async def test_a_source_that_does_not_answer_is_not_asked_for_more_and_what_is_shown_is_dated() -> None:
    async with opened() as (found, reader):
        reader.fail(GONE)
        await later(found, 60)
        assert "comments and attributes as of" not in found.text
        await later(found, 60)
        await found.until(lambda: "comments and attributes as of 09:31: nothing newer is known" in found.text)
        assert len(reader.asked) == 1


async def test_a_service_that_asked_for_peace_gets_it() -> None:
    async with opened() as (found, reader):
        reader.told = LIMIT
        await later(found)
        await later(found, 290)
        assert len(reader.asked) == 2
        await later(found, 60)
        assert len(reader.asked) == 3


async def test_what_was_turned_down_is_asked_for_again_by_a_person_only() -> None:
    async with opened() as (found, reader):
        reader.told = DENIED
        await later(found)
        await later(found, 3600)
        await found.answer("pagerduty", incident("p", status=clean("acknowledged")))
        assert len(reader.asked) == 2
        reader.told = noted("do not restart it")
        await found.press("r")
        await found.until(lambda: "do not restart it" in found.text)


async def test_what_is_read_stays_where_it_is() -> None:
    async with opened(size=(80, 24)) as (found, reader):
        notes = [f"note {n}" for n in range(40)]
        reader.told = noted(*notes)
        await later(found)
        found.screen.detail.lines.move(30)
        await found.pilot.pause()

        def places() -> dict[str, int]:
            lines = enumerate(found.text.splitlines())
            return {told[0]: y for y, line in lines if (told := re.search(r"note \d+", line))}

        before = places()
        assert len(before) > 5
        reader.told = noted("do not restart it", "or both", *notes)
        await later(found)
        assert places() == before
        reader.told = GONE
        await later(found)
        assert places() == before


async def test_what_is_not_looked_at_is_not_asked_for() -> None:
    async with opened() as (found, reader):
        await found.press("H")
        await later(found)
        assert len(reader.asked) == 1
        await found.press("escape", "1", "escape")
        assert found.screen.showing == "panes"
        await later(found, 120)
        assert len(reader.asked) == 1
