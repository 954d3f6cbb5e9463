"""A new card from an item, key by key; at last against a simulated board."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.color import Color

from secondline_tui.config import withheld
from secondline_tui.config.models import Config
from secondline_tui.config.pictures import Pictures
from secondline_tui.config.shift import Me
from secondline_tui.domain.actions import Choice, Intent, Preview, Receipt, Refused, Unanswered, Verb
from secondline_tui.domain.items import Detail, Note
from secondline_tui.domain.new_card import NEW
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.engine.journal import Journal
from secondline_tui.ui.dashboard.features import carding
from secondline_tui.ui.dashboard.help import HelpScreen
from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.picture import picturing
from secondline_tui.ui.picture.drawing import EDGE, HIGH, WIDE, drawn
from secondline_tui.ui.picture.runs import Run
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.waiting import WaitingScreen
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line
from secondline_tui.ui.theme import DARK
from tests.fakes.actor import FakeActor, Through
from tests.fakes.items import alert, card, incident, ticket
from tests.sources.trello.desk import Desk as Board
from tests.sources.trello.making import actor_for
from tests.ui.desk import Desk, Typed, acting, desk

LISTS = (Choice(key="ongoing", name=clean("Ongoing issues")), Choice(key="done", name=clean("Done")))
DOWN = alert("web1!http", name=clean("http response time"), output=clean_block("CRITICAL: 9.2 s\nof 2 s allowed"))


def config(tmp_path: Path) -> Config:
    return Config(state=tmp_path / "state", me=Me(name="Ana Sowande"))


async def down(found: Desk) -> None:
    """An alert is selected, and there is a board for it."""
    if "trello" in found.actors:
        found.actors["trello"].previews[Verb.CARD] = Preview(
            choices=LISTS, chosen="ongoing", account=clean("Ana"), audience=clean("everybody")
        )
    await found.answer("icinga", DOWN)
    await found.answer("trello")


async def asked(found: Desk) -> ComposeScreen:
    """The prompt for a card, with its lists."""
    await found.press("C")
    await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.to().key))
    return found.prompt


class Drawn:
    """In the place of drawing: what would have been drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failing: Exception | None = None) -> None:
        self.text = ""
        self._failing = failing
        monkeypatch.setattr(picturing, "pictured", self._pictured)

    def _pictured(self, lines: Sequence[Line], view: View, *, dark: bool) -> bytes:
        assert dark
        assert view.width >= carding.SLIM
        if self._failing is not None:
            raise self._failing
        self.text = "\n".join("".join(text for text, _ in line) for line in lines)
        return self.text.encode()


# -- what is sent -----------------------------------------------------------------------------------------------------


async def test_the_card_is_shown_for_editing_and_sent_once_with_its_picture(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path / "state") as found:
        await down(found)
        assert "C new card" in found.text
        prompt = await asked(found)
        assert "make a card of" in found.text
        assert "at trello, production, as Ana" in found.text
        assert "read by: everybody" in found.text
        assert "the first line is the card's title; a picture of the item goes with it" in found.text
        lines = prompt.text.splitlines()
        assert lines[0] == "http response time on web1"
        assert "alert: http response time on web1 in production" in lines
        assert [line for line in lines if line.startswith("## ")] == [
            "## Summary", "## Picture", "## Output and details", "## Related tickets", "## Done so far",
        ]  # fmt: skip
        assert "CRITICAL: 9.2 s" in lines
        await found.press(Typed("NEW: "), "ctrl+s")
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert (intent.verb, intent.ref) == (Verb.CARD, ItemRef("trello", Kind.CARD, NEW))
        assert (intent.about, intent.to, intent.to_name) == (DOWN.ref, "ongoing", "Ongoing issues")
        assert intent.text.startswith("NEW: http response time on web1\n\nalert: ")
        content = Pictures(tmp_path / "state").read(intent.picture)
        assert Image.open(io.BytesIO(content)).format == "PNG"
        await found.clock.advance(5)
        await found.shown()
        assert "made a card of http response time on web1, list: Ongoing issues" in found.text
        await found.press("C")  # the board does not show it yet
        assert "a card of it has just been made, or is on its way" in found.text
    entries = Journal(tmp_path / "state")
    entries.open()
    (entry,) = entries.entries(intent.at)
    assert (entry.action.intent.about, entry.action.intent.picture) == (DOWN.ref, intent.picture)
    entries.close()


async def test_a_draft_is_kept_and_what_links_the_card_is_missed(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path / "state") as found:
        await down(found)
        prompt = await asked(found)
        assert prompt.editor is not None
        prompt.editor.load_text("My own words")
        await found.press("escape", "j", "C")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.to().key))
        assert found.prompt.text == "My own words"
        assert "your draft of" in found.text
        await found.press("ctrl+s")
        assert 'nothing in it links the card to the alert, as the line "alert: http response' in found.text
        assert not found.sent
        await found.answer("icinga")  # it recovers while the person looks
        await found.press("ctrl+s")
        assert "something has changed meanwhile" in found.text
        assert not found.sent
        await found.press("ctrl+g")
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].text == "My own words"


async def test_a_part_that_is_missing_is_told_and_retried_alone(tmp_path: Path) -> None:
    made = ItemRef("trello", Kind.CARD, "c1")

    class InParts(FakeActor):
        async def send(self, intent: Intent) -> Receipt:
            receipt = await super().send(intent)
            return Receipt(remote="c1", ref=made, rest=True) if intent.ref.key == NEW else receipt

    actors = {"icinga": FakeActor(), "trello": InParts()}
    async with desk("icinga", "trello", actors=actors, config=config(tmp_path), folder=tmp_path / "state") as found:
        await down(found)
        await asked(found)
        actors["trello"].answers("done", Refused(SafeText("too large")))
        await found.press("ctrl+s")
        await found.until(lambda: len(found.sent) == 2)
        await found.shown()
        assert [intent.ref.key for intent in found.sent] == [NEW, "c1"]
        assert "card's picture refused!" in found.text
        assert "trello refused the card's picture of http response time on web1: the card is there; too" in found.text
        await found.press("L", "r")
        await found.until(lambda: len(found.sent) == 3)
        assert found.sent[2].ref == made
        await found.clock.advance(5)
        await found.press("escape", "z")
        assert "take back: archive the card" in found.text
        await found.until(lambda: not found.prompt.asking.pending)
        await found.press("y")
        await found.until(lambda: len(found.sent) == 4)
        assert (found.sent[3].verb, found.sent[3].ref, found.sent[3].about) == (Verb.ARCHIVE, made, None)


# -- instead of another one -------------------------------------------------------------------------------------------


async def test_a_card_that_is_there_already_is_offered_first() -> None:
    async with acting() as found:
        await down(found)
        known = card("c", title=clean("http is slow"), description=clean_block("alert: http response time"))
        await found.answer("trello", known)
        await found.press("C")
        assert "there is a card of it already:" in found.text
        await found.press("enter")
        assert found.screen.detail.item == known
        await found.press("escape", "C", "down", "enter")
        assert found.prompt.errand.verb is Verb.COMMENT
        assert found.prompt.errand.first.ref == known.ref
        await found.press("escape", "C", "end", "enter")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen))
        assert found.prompt.errand.first.about == DOWN.ref


async def test_it_is_offered_for_what_has_trouble_and_where_it_may_be_done() -> None:
    async with acting() as found:
        await down(found)
        await found.answer("trello", card("c"))
        await found.press("4")
        assert "C new card" not in found.text
        await found.press("C")
        assert isinstance(found.app.screen, DashboardScreen)
        await found.press("2", "?", Typed("new card"))
        assert "New card from this item" in found.text
    async with desk(read_only=True) as found:
        await down(found)
        assert "new card" not in found.text
        await found.press("C")
        assert isinstance(found.app.screen, DashboardScreen)
        await found.press("?", Typed("new card"), "enter")
        assert isinstance(found.app.screen, HelpScreen), "help names it, and does not run it"
        await found.press("escape", "ctrl+p", Typed("new card"))
        await found.until(lambda: "No matches" in found.text)


# -- while it is gathered ---------------------------------------------------------------------------------------------


async def test_keys_typed_while_it_is_gathered_do_nothing_and_a_silent_service_is_not_waited_for() -> None:
    async with acting() as found:
        await down(found)
        found.readers["icinga"].hang()
        await found.press("C")
        assert isinstance(found.app.screen, WaitingScreen)
        await found.press(Typed("aqRz"), "ctrl+s")
        assert isinstance(found.app.screen, WaitingScreen)
        await found.press("escape")
        assert isinstance(found.app.screen, DashboardScreen)
        await found.press("C")
        await found.clock.advance(carding.PATIENCE)
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.text))
        assert "CRITICAL: 9.2 s" in found.prompt.text
        assert not found.sent


@pytest.mark.parametrize("failing", [ImportError("no PIL"), OSError(28, "disk full")])
async def test_without_a_picture_the_card_is_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch, failing: Exception
) -> None:
    Drawn(monkeypatch, failing)
    async with acting() as found:
        await down(found)
        prompt = await asked(found)
        assert "no picture goes with it" in found.text
        assert f"None: it could not be drawn or kept ({type(failing).__name__})." in prompt.text
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))
        assert found.sent[0].picture == ""


async def test_what_is_not_for_a_board_is_neither_drawn_nor_written(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "c0ffee*not<for>" + "anybody" * 30  # with what Markdown escapes, and longer than a line of a picture
    monkeypatch.setattr(withheld, "_forms", set())
    monkeypatch.setattr(withheld, "_pattern", None)
    withheld.remember(secret)
    picture = Drawn(monkeypatch)
    async with acting() as found:
        await down(found)
        told = Detail(
            body=clean_block(f"password {secret}"),
            notes=(Note(author=clean("Zoë Personal"), text=clean(f"my number is 123 {secret}")),),
            attributes=((clean("vars.http_auth"), clean("user:hunter2")),),
        )

        async def detail(_: ItemRef) -> Detail:
            return told

        for reader in found.readers.values():
            monkeypatch.setattr(reader, "detail", detail)
        prompt = await asked(found)
        assert "http response time on web1" in picture.text
        assert "my number is 123" in picture.text
        assert "hunter2" not in picture.text + prompt.text
        for part in ("c0ffee", "anybody"):
            assert part not in picture.text + prompt.text
        await found.press("escape")
        await found.answer("zendesk", ticket("4127", requester=clean("Zoë Personal")))
        await found.press("3")
        prompt = await asked(found)
        assert "#4127 ticket 4127" in picture.text
        for private in ("Personal", "my number", secret):
            assert private not in picture.text + prompt.text


# -- against the simulator --------------------------------------------------------------------------------------------


def band(image: Image.Image, row: int, columns: int) -> bytes:
    """The pixels of the beginning of a line of a picture."""
    top = EDGE + row * HIGH
    return image.crop((EDGE, top, EDGE + columns * WIDE, top + HIGH)).tobytes()


def as_drawn(text: str) -> bytes:
    """The pixels of a text as an opened item's name is drawn."""
    ink, paper = (Color.parse(str(colour)).rgb for colour in (DARK.foreground, DARK.background))
    return band(Image.open(io.BytesIO(drawn([[Run(text, ink, paper, bold=True)]], paper))), 0, len(text))


async def test_the_board_has_one_card_with_all_five_parts_and_a_picture_that_shows_the_alert(tmp_path: Path) -> None:
    board = Board()
    real = actor_for(board, tmp_path / "state", deadline=5)
    page = incident("P", number=77, title=clean("http response time on web1"))
    asked_for = ticket("4127", subject=clean("it is slow"))
    actors = {"icinga": FakeActor(), "trello": Through(real)}
    sources = ("icinga", "pagerduty", "zendesk", "trello")
    async with desk(*sources, actors=actors, config=config(tmp_path), folder=tmp_path / "state") as found:
        await found.answer("icinga", DOWN)
        await found.answer("pagerduty", page)
        await found.answer("zendesk", asked_for)
        await found.press("2", "c", Typed("I am looking"), "ctrl+s")
        await found.until(lambda: bool(actors["icinga"].sends))
        await found.clock.advance(2)
        await asked(found)
        await found.press("ctrl+s")
        await found.until(lambda: len(actors["trello"].sends) == 2)
        await found.until(lambda: "sending" not in found.text)
        await found.clock.advance(2)
        await found.until(lambda: "✔ made a card of" in found.text)
    await real.close()
    board.close()
    told: Any = board.trello.state()["cards"]
    (made,) = (one for one in told if one["title"] == "http response time on web1")
    sections = {part.partition("\n")[0]: part for part in made["desc"].split("\n## ")[1:]}
    assert set(sections) == {"Summary", "Picture", "Output and details", "Related tickets", "Done so far"}
    assert "CRITICAL in production since Wed 18 Nov 2026 09:27" in sections["Summary"]
    assert "Attached." in sections["Picture"]
    assert "CRITICAL: 9.2 s\nof 2 s allowed" in sections["Output and details"]
    assert "Suggested reply:" in sections["Related tickets"]
    assert "Ana Sowande: comment “I am looking”" in sections["Done so far"]

    (picture,) = made["attachments"]
    image = Image.open(io.BytesIO(base64.b64decode(picture["content"])))
    assert image.format == "PNG"
    name = " http response time on web1"
    assert band(image, 1, len(name)) == as_drawn(name)
    assert band(image, 1, len(name)) != as_drawn(name.replace("web1", "web2"))


async def test_a_create_that_is_cut_off_after_it_was_done_is_found_and_not_repeated(tmp_path: Path) -> None:
    lost = FakeActor()
    async with desk("icinga", "trello", actors={"trello": lost}, config=config(tmp_path), folder=tmp_path) as found:
        await down(found)
        await asked(found)
        lost.answers("lost", Unanswered(SafeText("cut off")))
        await found.press("ctrl+s")
        await found.until(lambda: bool(lost.sends))
        await found.clock.advance(5)
        await found.shown()
        assert "made a card of http response time on web1" in found.text
        assert len(lost.applied) == 1
