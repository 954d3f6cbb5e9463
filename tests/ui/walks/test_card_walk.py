"""The card walk, key by key: each card is commented on once a shift, whatever interrupts it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.domain.actions import Refused, State
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Card
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.engine.footprints import Footprints
from secondline_tui.engine.history import History
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.walks.card_walk import CardWalkScreen
from tests.fakes.actor import FakeActor, Inline
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident
from tests.ui.desk import Desk, Typed, desk

SOURCES = ("icinga", "trello", "pagerduty")
CARDS: tuple[Card, ...] = (
    card("a", title=clean("Whitehall stuck"), description=clean("alert: check overdue"), position=1.0),
    card("b", title=clean("AmazonMQ messages"), updated=ago(days=40), position=2.0),
    card("c", title=clean("Licensing connection"), position=3.0),
)


@asynccontextmanager
async def office(folder: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Desk]:
    """A dashboard with three cards; state that outlives it is in the folder."""
    config = Config(state=folder, me=Me(name="Ana Sowande"))
    actors = {name: FakeActor() for name in SOURCES}
    async with desk(*SOURCES, config=config, folder=folder, actors=actors, size=size) as found:
        await found.answer("trello", *CARDS)
        yield found


async def walk(found: Desk) -> CardWalkScreen:
    """Begin it, or go on, as the palette and help do."""
    found.screen.run_command("card_walk")
    await found.until(lambda: isinstance(found.app.screen, CardWalkScreen))
    await found.pilot.pause()
    screen = found.app.screen
    assert isinstance(screen, CardWalkScreen)
    return screen


async def send(found: Desk, key: str, *typed: str) -> None:
    """Answer for the card on the page, and send what is proposed, with more typed behind it."""
    before = len(found.sent)
    await found.press(key)
    await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
    await found.press(*typed, "ctrl+s")
    await found.until(lambda: len(found.sent) > before and not isinstance(found.app.screen, ComposeScreen))


def texts(found: Desk) -> list[tuple[str, str]]:
    return [(intent.ref.key, intent.text) for intent in found.actors["trello"].sends]


async def recorded(found: Desk, folder: Path) -> None:
    """The alert of the first card comes and goes twice."""
    engine = found.screen.session.engine
    history = History(folder, engine.clock, UTC, timedelta(days=90), lambda now: now, disk=Inline())
    for _ in range(2):
        await found.answer("icinga", alert("o", name=clean("check overdue"), since=engine.clock.now()))
        await history.record(engine.board)
        await found.clock.advance(31)
        await found.answer("icinga")
        await history.record(engine.board)
        await found.clock.advance(31)
    history.close()


async def test_a_card_of_a_handover_is_not_asked_about(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        posted = card("h", title=clean("Handover"), description=clean_block("# Handover, Wed\n\nAll is well."))
        await found.answer("trello", *CARDS, posted)
        await walk(found)
        assert "1 of 3" in found.text


async def test_every_card_is_asked_about_with_what_the_record_says_and_gets_one_comment(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await recorded(found, tmp_path)
        await walk(found)
        assert "1 of 3" in found.text
        assert "seen 2 times this shift" in found.text
        assert "2 × check overdue (production)" in found.text
        await send(found, "y")
        assert "2 of 3" in found.text
        assert "AmazonMQ messages" in found.text
        assert "stale: nobody has touched it for 40d" in found.text
        assert "nothing of it was seen this shift" in found.text
        await send(found, "n")
        await send(found, "y", Typed(" On staging."))
        assert "That was the last one." in found.text
        await found.clock.advance(3)
        await found.pilot.pause()
        assert found.text.count("✔ confirmed") == 3
        (first, *others) = texts(found)
        assert first[0] == "a"
        assert first[1].startswith("Seen 2 times this shift, last Wed 09:3")
        assert first[1].endswith(", production")
        assert others == [("b", "Did not see it this shift."), ("c", "Saw it this shift. On staging.")]
        await found.press("escape")
        assert len(found.app.screen_stack) == 2


async def test_a_card_that_has_its_comment_is_not_asked_about_again_in_this_run_or_in_the_next(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        await send(found, "y")
        await found.press("left")
        assert "commented" in found.text
        assert "did not see it" not in found.text
        await found.press("n")
        assert "has its comment of this shift" in found.text
        assert isinstance(found.app.screen, CardWalkScreen)
        await found.press("escape")
        await walk(found)
        assert "2 of 3" in found.text
        await found.clock.advance(3)
    async with office(tmp_path) as found:
        await walk(found)
        assert "2 of 3" in found.text
        assert "1 commented" in found.text
        assert not found.sent


async def test_a_skipped_card_is_passed_by_also_after_a_restart_until_it_is_asked_for_again(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        await found.press("space")
        assert "2 of 3" in found.text
        assert "1 skipped" in found.text
        await found.press("escape")
    async with office(tmp_path) as found:
        await walk(found)
        assert "2 of 3" in found.text
        await send(found, "n")
        await send(found, "n")
        assert "· skipped" in found.text
        await found.press("r")
        assert "1 of 3" in found.text
        await send(found, "y")
        assert "That was the last one." in found.text
        assert [key for key, _ in texts(found)] == ["b", "c", "a"]


async def test_leaving_the_prompt_sends_nothing_and_keeps_what_was_typed_for_that_answer_alone(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        await found.press("y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        await found.press(Typed(" But not often."), "escape")
        assert "1 of 3" in found.text
        await found.press("n")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.text == "Did not see it this shift."
        await found.press("escape", "y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.text == "Saw it this shift. But not often."
        await found.press("escape", "escape")
        assert not found.sent


async def test_another_program_that_was_quicker_is_told_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    async with office(tmp_path) as found, office(tmp_path) as other:
        await walk(found)
        await walk(other)
        await found.press("y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        await send(other, "y")
        await found.press("ctrl+s")
        await found.until(lambda: "nothing was sent: that was said of it already" in found.text)
        assert not found.sent
        assert len(other.sent) == 1


async def test_a_refused_comment_is_told_and_may_be_written_anew_once_it_is_dropped(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        found.actors["trello"].answers(Refused(SafeText("the card is locked")))
        await walk(found)
        await send(found, "y")
        await found.until(lambda: "1 went wrong" in found.text)
        await found.press("left")
        assert "the card is locked" in found.text
        await found.press("y")
        assert "has its comment" in found.text
        (action,) = found.outbox.ledger.mine
        assert action.state is State.REFUSED
        await found.outbox.drop(action.intent.id)
        await found.pilot.pause()
        await send(found, "n")
        assert texts(found)[-1] == ("a", "Did not see it this shift.")


async def test_a_card_that_changes_or_goes_away_meanwhile(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        screen = await walk(found)
        await found.answer("trello", card("a", title=clean("Whitehall was renamed")), *CARDS[2:])
        await found.until(lambda: "Whitehall was renamed" in found.text)
        await found.press("space")
        await found.until(lambda: "no longer in its source's answer" in found.text)
        assert screen.pages == 3


async def test_it_needs_cards_and_something_to_send_with(tmp_path: Path) -> None:
    async with desk("trello", config=Config(state=tmp_path), read_only=True) as found:
        await found.answer("trello", *CARDS)
        found.screen.run_command("card_walk")
        await found.pilot.pause()
        assert len(found.app.screen_stack) == 2
    async with office(tmp_path) as found:
        await found.answer("trello")
        found.screen.run_command("card_walk")
        await found.until(lambda: "there are no ongoing issues" in found.text)


async def test_not_to_have_seen_what_the_record_saw_is_proposed_with_what_it_says(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        await recorded(found, tmp_path)
        await walk(found)
        await found.press("n")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.text == "Did not see it this shift."
        assert "the record says otherwise: Seen 2 times this shift, last Wed 09:3" in found.text
        await found.press("escape", "y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert "otherwise" not in found.text
        await found.press("escape")
        await send(found, "n")
        await found.press("n")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert "otherwise" not in found.text, "of this one the record says the same"


async def test_every_step_says_that_a_page_calls(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        screen = await walk(found)
        assert "calls" not in found.text
        await found.answer("pagerduty", incident("p"))
        await found.until(lambda: "calls" in found.text)
        for _ in range(screen.pages + 1):
            assert "✖ 1 page calls" in found.text
            await found.press("space")
        await found.answer("pagerduty", incident("p", status=clean("acknowledged")))
        await found.until(lambda: "calls" not in found.text)


async def test_it_fits_a_small_screen(tmp_path: Path) -> None:
    async with office(tmp_path, size=(80, 24)) as found:
        await walk(found)
        for word in ("1 of 3", "saw it", "did not see it", "skip", "back", "break off", "the record"):
            assert word in found.text
        assert found.clock.now() >= BEGIN


async def test_a_walk_that_is_over_opens_at_its_end_and_tells_what_became_of_each_card(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        for _ in CARDS:
            await send(found, "n")
        await found.press("escape")
        await walk(found)
        assert "the end" in found.text
        assert found.text.count("Did not") == 0
        for one in CARDS:
            assert one.title in found.text
        await found.clock.advance(3)
    async with office(tmp_path) as found:
        await walk(found)
        assert "the end" in found.text
        assert "3 commented" in found.text


async def test_what_may_be_meant_is_counted_once_a_person_says_that_it_belongs(tmp_path: Path) -> None:
    late = card("late", title=clean("Whitehall sync is late"), position=0.5)
    async with office(tmp_path) as found:
        await found.answer("trello", late, *CARDS)
        await found.answer("icinga", alert("s", name=clean("Whitehall sync delayed")))
        await walk(found)
        assert "nothing of it was seen this shift" in found.text
        assert "1 × Whitehall sync delayed (production), there now" in found.text
        await found.press("b", "enter")
        await found.until(lambda: "seen once this shift, there now, production" in found.text)
        assert "sync; confirmed" in found.text
        await found.press("y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.text == "Seen once this shift, still there, production"
        await found.press("escape", "escape")
        assert found.screen.related.of(late)[0].sure
    async with office(tmp_path) as found:
        await found.answer("trello", late, *CARDS)
        await found.answer("icinga", alert("s", name=clean("Whitehall sync delayed")))
        await walk(found)
        assert "seen once this shift" in found.text


async def test_what_does_not_belong_is_named_no_more(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await found.answer("trello", card("late", title=clean("Whitehall sync is late"), position=0.5), *CARDS)
        await found.answer("icinga", alert("s", name=clean("Whitehall sync delayed")))
        await walk(found)
        await found.press("b", "down", "enter")
        await found.until(lambda: "does it belong" not in found.text)
        assert "Whitehall sync delayed" not in found.text


@pytest.mark.parametrize("command", ["card_walk", "start_walk", "handover"])
async def test_what_is_typed_before_it_is_gathered_goes_nowhere_and_nothing_comes_over_another_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    ready = asyncio.Event()

    async def slow(_: object) -> tuple[()]:
        await ready.wait()
        return ()

    async with office(tmp_path) as found:
        monkeypatch.setattr(found.outbox.ledger, "past", slow)
        found.screen.run_command(command)
        await found.pilot.pause()
        await found.press("4", "n", Typed("they know it"))
        assert "they know it" not in found.text
        ready.set()
        await found.until(lambda: len(found.app.screen_stack) == 3 and "gathering" not in found.text)
        assert found.app.screen is not found.screen
        await found.press("escape")
        assert found.app.screen is found.screen
        ready.clear()
        found.screen.run_command(command)
        await found.pilot.pause()
        await found.press("escape")
        assert found.app.screen is found.screen, "a disk that hangs is not waited for"
        ready.set()
        await found.pilot.pause()
        assert found.app.screen is found.screen


async def test_how_far_it_came_is_kept_however_slow_the_disk_and_however_soon_it_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, first = Footprints.keep, threading.Event()

    def slow(self: Footprints, walk: str, passed: frozenset[str]) -> None:
        if len(passed) == 1:
            first.wait(5)
        keep(self, walk, passed)

    monkeypatch.setattr(Footprints, "keep", slow)
    async with office(tmp_path) as found:
        screen = await walk(found)
        await found.press("space", "space", "escape")
        first.set()
        word = screen._known.topic
        await found.until(lambda: len(Footprints(tmp_path).passed(word)) == 2)


async def test_what_recovers_or_falls_silent_while_the_walk_is_open_is_not_told_as_it_was(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await found.answer("icinga", alert("o", name=clean("check overdue"), since=BEGIN))
        await walk(found)
        assert "seen once this shift, there now" in found.text
        assert "icinga: " not in found.text
        await found.answer("icinga")
        await found.until(lambda: "seen once this shift, last Wed 09:31" in found.text)
        await found.press("y")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.text == "Seen once this shift, last Wed 09:31, production"
        await found.press("escape")
        await found.fail("icinga", PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached"))))
        await found.until(lambda: "icinga: cannot be reached" in found.text)
        for _ in CARDS:
            await send(found, "n")
        assert "That was the last one." in found.text
        assert "icinga: cannot be reached" in found.text


async def test_a_walk_that_was_left_open_overnight_comments_no_more(tmp_path: Path) -> None:
    async with office(tmp_path) as found:
        await walk(found)
        found.clock.jump(24 * 3_600)
        await found.press("y")
        assert "this walk was begun 1d ago" in found.text
        assert not isinstance(found.app.screen, ComposeScreen)
        await found.press("escape")
        await walk(found)
        await send(found, "y")
        assert len(found.sent) == 1


async def test_what_cannot_be_gathered_is_said_and_nobody_is_kept_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> tuple[()]:
        raise RuntimeError("nobody thought of this")

    async with office(tmp_path) as found:
        monkeypatch.setattr(found.outbox.ledger, "past", broken)
        found.screen.run_command("card_walk")
        await found.until(lambda: "(RuntimeError)" in found.text)
        assert found.app.screen is found.screen
