"""The handover as a card of its own, from the dashboard, key by key; at last against a simulated board."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Me
from secondline_tui.domain.actions import Choice, Intent, Preview, Receipt, Refused, State, Unanswered, Verb
from secondline_tui.domain.items import Planned
from secondline_tui.domain.new_card import NEW
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.handover import HandoverScreen
from secondline_tui.ui.walks.start_walk import StartWalkScreen
from tests.fakes.actor import FakeActor, Through
from tests.fakes.clock import BEGIN
from tests.fakes.items import card
from tests.sources.trello.desk import Desk as Board
from tests.sources.trello.making import actor_for
from tests.ui.desk import Desk, Typed, acting, desk

LISTS = (Choice(key="ongoing", name=clean("Ongoing issues")), Choice(key="hand", name=clean("Handovers")))
TITLE = "Handover 18 Nov 2026, Ana Sowande + Bo Lindqvist"


def config(tmp_path: Path) -> Config:
    return Config(state=tmp_path, me=Me(name="Ana Sowande"))


def turn(role: str, person: str) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, role)
    return Planned(ref=ref, role=clean(role), person=clean(person), first=BEGIN.date(), last=BEGIN.date())


async def opened(found: Desk) -> HandoverScreen:
    """The handover of a pair, where there is a board."""
    if "trello" in found.actors:
        found.actors["trello"].previews[Verb.CARD] = Preview(
            choices=LISTS, chosen="ongoing", account=clean("Ana"), audience=clean("everybody")
        )
    turns = turn("inhours_primary", "Ana Sowande"), turn("inhours_secondary", "Bo Lindqvist"), turn("oncall", "Cy")
    await found.answer("rota", *turns)
    await found.press("W")
    await found.until(lambda: isinstance(found.app.screen, HandoverScreen))
    screen = found.app.screen
    assert isinstance(screen, HandoverScreen)
    return screen


async def asked(found: Desk) -> ComposeScreen:
    """The prompt for the card, with its lists."""
    await found.press("n")
    await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.to().key))
    return found.prompt


async def test_it_is_shown_with_a_proposed_title_sent_once_and_known_as_the_last_handover(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        screen = await opened(found)
        assert "n new card" in found.text
        prompt = await asked(found)
        assert prompt.text == f"{TITLE}\n\n{screen.text.strip()}"
        for told in ("make a card of", "the handover", "at trello, production, as Ana", "read by: everybody"):
            assert told in found.text
        assert "the first line is the card's title" in found.text
        assert "picture" not in found.text
        assert not found.sent
        await found.press(Typed("Weekly "), "tab", "down", "ctrl+s")
        await found.until(lambda: bool(found.sent))
        await found.clock.advance(5)
        (intent,) = found.sent
        assert (intent.verb, intent.ref) == (Verb.CARD, ItemRef("trello", Kind.CARD, NEW))
        assert (intent.to, intent.to_name, intent.about, intent.picture) == ("hand", "Handovers", None, "")
        assert intent.text == f"Weekly {prompt.text.removeprefix('Weekly ')}"
        await found.press("escape")
        await found.shown()
        assert "made a card of the handover, list: Handovers" in found.text
        found.screen.run_command("start_walk")
        await found.until(lambda: isinstance(found.app.screen, StartWalkScreen))
        await found.press("space", "space")
        assert "the last handover, posted as a card in Handovers 09:31:" in found.text
        assert "# Handover, Wed 18 Nov 2026, 09:31" in found.text
        assert TITLE not in found.text


async def test_another_card_of_it_is_asked_for_also_after_a_restart_and_with_no_answer(tmp_path: Path) -> None:
    lost = FakeActor()
    async with desk("trello", "rota", actors={"trello": lost}, config=config(tmp_path), folder=tmp_path) as found:
        await opened(found)
        await asked(found)
        lost.answers("unknown", Unanswered(SafeText("cut off")))
        await found.press("ctrl+s")
        await found.until(lambda: bool(lost.sends))
    again = FakeActor()
    async with desk("trello", "rota", actors={"trello": again}, config=config(tmp_path), folder=tmp_path) as found:
        await opened(found)
        await found.press("n")
        assert "a card of it was made, or is on its way: Handover 18 Nov 2026, Ana" in found.text
        await found.press("escape")
        assert isinstance(found.app.screen, HandoverScreen)
        assert not again.sends
        await found.press("n", "enter")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))


class RefusesFirst(Through):
    async def send(self, intent: Intent) -> Receipt:
        if not self.sends:
            self.sends.append(intent)
            raise Refused(SafeText("no"))
        return await super().send(intent)


async def test_the_card_that_is_there_is_opened_instead_and_what_was_refused_is_none(tmp_path: Path) -> None:
    board = Board()
    real = actor_for(board, tmp_path, deadline=5)
    through = RefusesFirst(real)
    async with desk("trello", "rota", actors={"trello": through}, config=config(tmp_path), folder=tmp_path) as found:
        await opened(found)
        await asked(found)
        await found.press("ctrl+s")
        await found.until(lambda: len(through.sends) == 1)
        await found.until(lambda: found.outbox.ledger.actions[-1].state is State.REFUSED)
        await asked(found)
        await found.press("ctrl+s")
        await found.until(lambda: len(through.sends) == 2)
        await found.clock.advance(2)
        made_at = "✔ made a card of the handover"
        await found.press("escape")
        await found.until(lambda: made_at in found.text)
        told: Any = board.trello.state()["cards"]
        (made,) = (one for one in told if one["title"] == TITLE)
        assert made["desc"].startswith("# Handover, Wed 18 Nov 2026, 09:31\n")
        assert made["attachments"] == []
        shown = card(made["id"], title=clean(TITLE))
        await found.answer("trello", shown)
        await found.press("W")
        await found.until(lambda: isinstance(found.app.screen, HandoverScreen))
        await found.press("n")
        assert "there is a card of it already: Handover 18 Nov 2026" in found.text
        await found.press("enter")
        assert found.app.screen is found.screen
        assert found.screen.detail.item == shown
    await real.close()
    board.close()


async def test_it_is_absent_where_nothing_may_be_written(tmp_path: Path) -> None:
    async with desk(config=config(tmp_path), read_only=True) as found:
        screen = await opened(found)
        assert "new card" not in found.text
        await found.press("n")
        assert found.app.screen is screen
    async with acting("zendesk", "rota", config=config(tmp_path)) as found:
        screen = await opened(found)
        assert "new card" not in found.text
        await found.press("n")
        assert found.app.screen is screen


async def test_all_its_keys_are_named_on_a_small_screen(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), size=(80, 24)) as found:
        await opened(found)
        for told in ("y copy", "s save", "c comment on a card", "n new card", "Esc close"):
            assert told in found.text
