"""The walk at the start of a shift, step by step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Card, Detail, Note, Planned
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.engine.handed import HandedOver
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.news import unread
from secondline_tui.ui.spans import Role
from secondline_tui.ui.walks.beginning import last_posted
from secondline_tui.ui.walks.start_pages import end_page
from secondline_tui.ui.walks.start_walk import SECTIONS, StartWalkScreen
from tests.fakes.actor import FakeActor
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, card, incident
from tests.ui.desk import Desk, desk

SOURCES = ("pagerduty", "trello", "rota")
CARDS = (card("a", title=clean("Whitehall stuck"), position=1.0), card("b", title=clean("AmazonMQ"), position=2.0))
GONE = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached: connection refused")))


def turn(role: str, person: str) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, role)
    return Planned(ref=ref, role=clean(role), person=clean(person), first=BEGIN.date(), last=date(2026, 12, 1))


def said(*texts: str) -> Detail:
    return Detail(notes=tuple(Note(author=clean("Bo"), text=clean(text), at=ago(minutes=1)) for text in texts))


@asynccontextmanager
async def office(
    folder: Path,
    *cards: Card,
    size: tuple[int, int] = (120, 40),
    read_only: bool = False,
    keys: Mapping[str, str] | None = None,
) -> AsyncIterator[Desk]:
    config = Config(state=folder, me=Me(name="Ana Sowande"), keys=dict(keys or {}))
    async with desk(
        *SOURCES,
        config=config,
        folder=folder,
        remembers=True,
        size=size,
        read_only=read_only,
        actors={"pagerduty": FakeActor()},
    ) as found:
        await found.answer("trello", *(cards or CARDS))
        await found.answer("rota", turn("inhours_primary", "Ana"), turn("inhours_secondary", "Cy"))
        yield found


async def walk(found: Desk) -> StartWalkScreen:
    found.screen.run_command("start_walk")
    await found.until(lambda: isinstance(found.app.screen, StartWalkScreen))
    await found.pilot.pause()
    screen = found.app.screen
    assert isinstance(screen, StartWalkScreen)
    return screen


async def test_it_leads_through_everything_and_each_unread_card_is_read_as_it_is_passed(tmp_path: Path) -> None:
    NoteBook(tmp_path).add(Jotting(ago(hours=20), "Bo Lindqvist", "Fastly knows of the 5xx"))
    async with office(tmp_path) as found:
        await found.answer("pagerduty", incident("p", title=clean("5xx rate for www-origin")))
        await found.fail("trello", GONE)
        await walk(found)
        assert "1 of 6  ✖ 1 page calls  Can I reach everything?" in found.text
        assert "✖ 1 of 3 cannot be believed now" in found.text
        assert "cannot be reached: connection refused" in found.text
        await found.answer("trello", *CARDS)
        await found.until(lambda: "✔ all 3 answer" in found.text)
        await found.press("space")
        assert "Who is on" in found.text
        assert "Ana" in found.text
        assert "end of shift" in found.text
        await found.press("space")
        assert "Bo Lindqvist" in found.text
        assert "Fastly knows of the 5xx" in found.text
        assert "no handover was posted, saved or copied from this machine" in found.text
        await found.press("space")
        assert "5xx rate for www-origin" in found.text
        await found.press("space")
        assert "Unread ongoing issue 1 of 2" in found.text
        assert "never opened here" in found.text
        await found.press("space", "space")
        assert "2 ongoing issues read" in found.text
        assert "1 page open, 1 not acknowledged" in found.text
        assert "good shift" not in found.text
        await found.press("space", "space", "space")
        assert len(found.app.screen_stack) == 3, "too many of them act on nothing below"
        await found.press("escape")
        assert len(found.app.screen_stack) == 2
        screen = await walk(found)
        assert screen.pages == len(SECTIONS), "read cards are not asked about again"


async def test_it_goes_on_where_it_was_broken_off_also_after_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        await found.press("space", "space", "space", "space", "space")
        assert "Unread ongoing issue 2 of 2" in found.text
        await found.press("left")
        assert "Unread ongoing issue 1 of 2" in found.text
        await found.press("escape")
        await found.until((tmp_path / "walks.json").exists)
    async with office(tmp_path, CARDS[0], card("b", title=clean("AmazonMQ"), updated=BEGIN)) as found:
        await walk(found)
        assert "Unread ongoing issue 1 of 1" in found.text
        assert "AmazonMQ" in found.text
        await found.press("left", "left", "left", "left", "left")
        assert "Can I reach everything?" in found.text


async def test_a_card_that_changes_after_it_was_read_is_unread_again(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await found.press("4", "enter")  # an opened card is read
        await found.until(lambda: found.screen.showing == "detail")
        await found.press("escape")
        await walk(found)
        await found.press("space", "space", "space", "space")
        assert "Unread ongoing issue 1 of 1" in found.text
        await found.press("escape")
        changed = card("a", title=clean("Whitehall stuck"), updated=BEGIN + timedelta(minutes=1), position=1.0)
        await found.answer("trello", changed, CARDS[1])
        screen = await walk(found)
        assert screen.pages == len(SECTIONS) + 2
        assert "changed since you looked at it, 09:31" in found.text


async def test_the_handover_that_was_copied_here_is_shown_to_those_who_come_next(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await found.press("W")
        await found.until(lambda: "# Handover" in found.text)
        await found.press("y")
        await found.until(lambda: HandedOver(tmp_path).last() is not None)
        await found.press("escape")
        await walk(found)
        await found.press("space", "space")
        assert "the last handover, copied 09:31:" in found.text
        assert "# Handover, Wed 18 Nov 2026, 09:31" in found.text


async def test_it_fits_a_small_screen_and_asks_every_source_again(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        await walk(found)
        for word in ("1 of 6", "on", "back", "ask every source again"):
            assert word in found.text
        before = found.readers["rota"].polls
        await found.press("r")
        await found.until(lambda: found.readers["rota"].polls > before)


def test_which_cards_are_unread() -> None:
    touched = [card("a", updated=ago(hours=1)), card("b", updated=ago(hours=3)), card("c", updated=None)]
    told = [one.ref.key for one in unread(touched, {})]
    assert told == ["a", "b", "c"]
    looks = {str(touched[0].ref): ago(hours=2), str(touched[2].ref): ago(days=1)}
    assert [one.ref.key for one in unread(touched, looks)] == ["a", "b"]
    assert [one.ref.key for one in unread(touched, {"": ago(hours=2)})] == ["a"]


@pytest.mark.parametrize(("text", "found"), [("# Handover, Fri\n", True), ("what a # Handover, that was", False)])
def test_a_handover_that_was_posted_is_known_by_its_head(text: str, found: bool) -> None:
    at = datetime(2026, 11, 20, 17, 20, tzinfo=UTC)
    intent = Intent(id="1", ref=CARDS[0].ref, verb=Verb.COMMENT, item=clean("Handover"), author="Ana", at=at, text=text)
    posted = last_posted([Action(intent=intent, state=State.CONFIRMED)])
    assert (posted is not None) is found
    if posted is not None:
        assert (posted.at, posted.how, posted.text) == (at, "posted on Handover", text)


@pytest.mark.parametrize(
    ("state", "how"), [(State.ACCEPTED, "posted on Handover"), (State.FAILED, "failed, on Handover")]
)
def test_a_handover_that_did_not_arrive_is_not_called_posted(state: State, how: str) -> None:
    intent = Intent(
        id="1", ref=CARDS[0].ref, verb=Verb.COMMENT, item=clean("Handover"), author="Ana", at=BEGIN,
        text="# Handover, Fri\n",
    )  # fmt: skip
    posted = last_posted([Action(intent=intent, state=state)])
    assert posted is not None
    assert posted.how == how


async def test_what_cannot_be_read_is_never_told_as_none(tmp_path: Path) -> None:
    (tmp_path / "notes.jsonl").mkdir()
    (tmp_path / "handover.json").write_text("{")
    async with office(tmp_path) as found:
        found.outbox.ledger.is_open = False
        await walk(found)
        await found.press("space", "space")
        assert "the notes could not be read" in found.text
        assert "no notes were written" not in found.text
        assert "the handover that was saved or copied here last cannot be read" in found.text
        assert "whether a handover was posted is not known: the record of actions cannot be read" in found.text
        assert "no handover was" not in found.text


async def test_pages_and_issues_that_cannot_be_seen_are_no_all_clear(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await found.fail("trello", GONE)
        await walk(found)
        await found.press("space", "space", "space")
        assert "nobody is being called, and no page is open" in found.text
        await found.answer("pagerduty", rejected=(clean("no id"),))
        await found.until(lambda: "nobody is being called" not in found.text)
        assert "pagerduty told of 1 that could not be understood: there may be others" in found.text
        await found.fail("pagerduty", GONE)
        assert "pagerduty does not answer now: there may be others" in found.text
        await found.press("space", "space", "space")
        assert "0 pages open, as far as is known" in found.text
        assert "pagerduty does not answer now: there may be other pages" in found.text
        assert "as the walk began: trello does not answer now; there may be other unread issues" in found.text


FIRST = incident("p", title=clean("5xx rate for www-origin"), created=ago(minutes=9))
SECOND = incident("q", title=clean("disk full"), number=4128)


async def at_the_pages(found: Desk) -> StartWalkScreen:
    await found.answer("pagerduty", FIRST, SECOND)
    screen = await walk(found)
    await found.press("space", "space", "space")
    assert "2 open, 2 not acknowledged" in found.text
    return screen


def row_of(found: Desk, words: str) -> str:
    return next(line for line in found.text.splitlines() if words in line)


async def test_an_open_page_is_acknowledged_from_the_walk_and_says_so(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        screen = await at_the_pages(found)
        await found.press("j", "a")
        assert found.prompt.errand.first.ref == SECOND.ref
        await found.press("enter")
        await found.until(lambda: bool(found.sent) and found.app.screen is screen)
        (intent,) = found.sent
        assert (intent.ref, intent.verb) == (SECOND.ref, Verb.ACKNOWLEDGE)
        await found.until(lambda: "ack sent" in row_of(found, "disk full"))
        assert "ack" not in row_of(found, "5xx rate")
        await found.answer("pagerduty", FIRST, replace(SECOND, status=clean("acknowledged")))
        await found.until(lambda: "ACKNOWLEDGED" in row_of(found, "disk full"))
        assert "2 open, 1 not acknowledged" in found.text
        assert " a acknowledge" not in found.text, "the cursor stayed on the page that has been acknowledged"
        await found.press("a")
        assert "it is acknowledged already" in found.text
        await found.press("k")
        assert " a acknowledge" in found.text


async def test_an_open_page_is_opened_and_closed_in_the_walk(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        screen = await at_the_pages(found)
        for words in ("a acknowledge", "Enter open", "Space on"):
            assert words in found.text
        await found.press("enter")
        assert "5xx rate for www-origin" in found.text
        assert "disk full" not in found.text
        await found.press("a", "escape")
        assert found.app.screen is screen
        await found.press("escape")
        assert "disk full" in found.text
        await found.press("enter", "space")
        assert "Unread ongoing issue 1 of 2" in found.text
        await found.press("left")
        assert "disk full" in found.text


async def test_every_step_says_that_pages_call_until_all_are_acknowledged(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        screen = await walk(found)
        assert "call" not in row_of(found, "Start of shift")
        await found.answer("pagerduty", FIRST, SECOND)
        await found.until(lambda: "call" in row_of(found, "Start of shift"))
        for _ in range(screen.pages):
            assert "✖ 2 pages call" in row_of(found, "Start of shift")
            await found.press("space")
        assert "✖ 2 pages call" in row_of(found, "Start of shift  the end")
        assert "That was the last step." in found.text
        assert "2 pages open, 2 not acknowledged" in found.text
        await found.answer("pagerduty", FIRST, replace(SECOND, status=clean("acknowledged")))
        await found.until(lambda: "✖ 1 page calls" in row_of(found, "Start of shift"))
        assert "2 pages open, 1 not acknowledged" in found.text
        await found.answer("pagerduty", replace(SECOND, status=clean("acknowledged")))
        await found.until(lambda: "call" not in row_of(found, "Start of shift"))
        assert "That was the last step: a good shift." in found.text
        assert "1 page open, none not acknowledged" in found.text


def test_a_page_that_calls_is_told_at_the_end_in_the_colours_of_a_warning() -> None:
    state = SourceState(
        name="pagerduty", type="pagerduty", environment=clean(""), interval=30, deadline=10, items=(FIRST,), good_at=1.0
    )
    lines = end_page(0, (), Board().with_source(state), 1.0)
    assert ((" 1 page open, 1 not acknowledged", Role.WARNING),) in lines


async def test_own_keys_count_in_the_walk_too(tmp_path: Path) -> None:
    async with office(tmp_path, keys={"acknowledge": "f5", "open": "f6"}) as found:
        await at_the_pages(found)
        assert "f5 acknowledge" in found.text
        await found.press("f6")
        assert "back to the pages" in found.text
        await found.press("f5")
        assert found.prompt.errand.first.ref == FIRST.ref


async def test_nothing_is_acknowledged_from_a_walk_that_only_reads(tmp_path: Path) -> None:
    async with office(tmp_path, read_only=True) as found:
        screen = await at_the_pages(found)
        assert " a acknowledge" not in found.text
        await found.press("a")
        assert found.app.screen is screen
        await found.press("enter")
        assert "back to the pages" in found.text


async def test_what_is_said_on_the_card_that_is_shown_is_of_now(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        reader = found.readers["trello"]
        reader.told = said("known")
        await walk(found)
        await found.press("space", "space", "space", "space")
        await found.until(lambda: "known" in found.text)
        reader.told = said("mended", "known")
        await found.clock.advance(30)
        await found.shown()
        await found.until(lambda: "mended" in found.text)
        reader.told = said("not mended", "mended", "known")
        await found.press("r")
        await found.until(lambda: "not mended" in found.text)
        reader.told = GONE
        await found.press("r")
        await found.until(lambda: "as of 09:31: trello did not tell more: cannot be reached" in found.text)
        assert "not mended" in found.text


async def test_what_is_noted_on_the_page_that_is_opened_is_of_now(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        reader = found.readers["pagerduty"]
        reader.told = said("looking into it")
        await found.answer("pagerduty", incident("p"))
        await walk(found)
        await found.press("space", "space", "space", "enter")
        await found.until(lambda: "looking into it" in found.text)
        reader.told = said("do not restart it", "looking into it")
        await found.clock.advance(30)
        await found.shown()
        await found.until(lambda: "do not restart it" in found.text)
        asked = len(reader.asked)
        await found.press("escape")
        await found.clock.advance(120)
        await found.shown()
        assert len(reader.asked) == asked
