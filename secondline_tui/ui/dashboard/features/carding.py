"""A new card from an item: what is known of it is gathered, drawn and put into words, for a person to edit and send."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from secondline_tui.config.pictures import Pictures
from secondline_tui.config.withheld import all_withheld
from secondline_tui.domain.actions import UNDER_WAY, Action, Choice, State, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Card, Detail, Item
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.past import NOTHING, Past
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine.deadline import TooLate, within
from secondline_tui.engine.outbox import Outbox
from secondline_tui.shift.new_card import Known, began, for_a_board, makes_cards, new_card_text
from secondline_tui.shift.related import Link
from secondline_tui.ui.commands import BY_ID, Command
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.past_text import past_lines
from secondline_tui.ui.picture.picturing import kept
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand, Target, led_to
from secondline_tui.ui.prompts.waiting import WaitingScreen

PATIENCE = 3.0
"""Seconds that the item's service has to tell more of it."""
JUST_NOW = timedelta(minutes=5)
"""How long a card that was made may be missing on the board."""
SLIM, BROAD = 80, 160
"""Columns of a picture, between which it is as wide as the screen."""
_OPEN, _COMMENT, _NEW = "open", "comment", "new"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a prompt for a new card begins with."""

    text: str
    picture: str


class Carding(Feature):
    """The command that makes a card of an item."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self.commands = {"card": self.make}

    def can(self, command: Command) -> bool:  # noqa: ARG002  (there is one)
        """A card is made of what has trouble, where there is a board that can be written to."""
        return makes_cards(self.desk.item) and bool(self.acting.offers.boards())

    def make(self) -> None:
        """Make a card of the item; where there is one already, that is said first."""
        outbox, item = self.acting.open_outbox(), self.desk.item
        if outbox is None or item is None or not makes_cards(item):
            return
        cards = {str(link.item.ref): link.item for link in self._sure(item) if isinstance(link.item, Card)}
        if not cards and not self._being_made(item):
            self._choose_board(item)
            return
        choices = []
        for key, card in cards.items():
            choices.append(Choice(key=f"{_OPEN} {key}", name=clean(f"open {card.title}"), hint=card.list_name))
            if Verb.COMMENT in self.acting.offers.of(card):
                choices.append(Choice(key=f"{_COMMENT} {key}", name=clean(f"comment on {card.title}")))
        choices.append(Choice(key=_NEW, name=SafeText("make another card of it all the same")))
        question = "there is a card of it already:" if cards else "a card of it has just been made, or is on its way:"
        chosen = unless_none(lambda key: self._instead(item, key, cards, outbox))
        self.app.push_screen(ChooserScreen(question, choices), chosen)

    def _sure(self, item: Item) -> list[Link]:
        return [link for link in self.desk.related.of(item) if link.sure and not link.denied]

    def _being_made(self, item: Item) -> bool:
        """Whether there is a card that the board does not show yet."""
        outbox, now = self.session.outbox, self.session.engine.clock.now()

        def fresh(action: Action) -> bool:
            young = action.changed_at is not None and now - action.changed_at < JUST_NOW
            return action.state in UNDER_WAY or (action.state is State.CONFIRMED and young)

        actions = outbox.ledger.actions if outbox is not None else ()
        mine = [a for a in actions if a.intent.verb is Verb.CARD and a.intent.about == item.ref]
        return any(fresh(action) and self.desk.board.find(action.intent.ref) is None for action in mine)

    def _instead(self, item: Item, key: str, cards: Mapping[str, Item], outbox: Outbox) -> None:
        what, _, ref = key.partition(" ")
        if what == _OPEN:
            if self.desk.showing != "detail":
                self.desk.came_from = self.desk.showing
            self.desk.open_item(cards[ref])
        elif what == _COMMENT:
            self.acting.prompt(cards[ref], Verb.COMMENT, BY_ID["comment"], outbox)
        else:
            self._choose_board(item)

    def _choose_board(self, item: Item) -> None:
        boards = self.acting.offers.boards()
        if len(boards) == 1:
            self._gather(item, boards[0])
        elif boards:
            choices = [Choice(key=name, name=SafeText(name)) for name in boards]
            self.app.push_screen(ChooserScreen("on which board?", choices), unless_none(partial(self._gather, item)))

    def _gather(self, item: Item, board: str) -> None:
        screen = WaitingScreen(f"gathering what is known of {item.name_line} …", partial(self._gathered, item))
        self.app.push_screen(screen, partial(self._ask_for_card, item, board))

    def _ask_for_card(self, item: Item, board: str, found: Gathered | None) -> None:
        outbox = self.acting.open_outbox()
        if found is None or outbox is None:
            return
        target = Target(
            ref=new_card(board),
            name=item.name_line,
            verb=Verb.CARD,
            type=self.desk.board.sources[board].type,
            item=item,
            about=item.ref,
            picture=found.picture,
            home=led_to(self.desk.board, board, item.ref.source),
        )
        key = self.desk.key("card")
        self.acting.ask(Errand(targets=(target,), key=key, text=found.text, topic=str(item.ref)), outbox)

    # -- what is known ------------------------------------------------------------------------------------------

    async def _gathered(self, item: Item) -> Gathered:
        """Text and picture; what cannot be had in time is left out."""
        detail, past = await self._detail_of(item), await self._past_of(item)
        related, now = self.desk.related.of(item), self.session.engine.clock.now()
        picture, why_not = await self._pictured(item, detail, past, related)
        known = Known(
            item=item,
            now=now,
            zone=self.session.calendar.zone,
            detail=detail,
            related=related,
            actions=await self._done_since(item),
            past=past,
            no_picture=why_not,
        )
        return Gathered(await asyncio.to_thread(new_card_text, all_withheld(known)), picture)

    async def _detail_of(self, item: Item) -> Detail | None:
        """What its service tells beyond the row, None where it does not in time."""
        opened = self.desk.detail
        if opened.item is not None and opened.item.ref == item.ref and isinstance(opened.more, Detail):
            return opened.more
        engine = self.session.engine
        try:
            return await within(engine.clock, PATIENCE, engine.detail(item.ref))
        except (PollFailed, TooLate):
            return None

    async def _past_of(self, item: Item) -> Past:
        history = self.session.history
        return await history.past(item.ref) if history is not None else NOTHING

    async def _done_since(self, item: Item) -> Sequence[Action]:
        """The record of actions, from when the item's trouble began."""
        outbox = self.session.outbox
        if outbox is None:
            return ()
        ledger = outbox.ledger
        try:
            return await ledger.past(min(began(item) or ledger.since, ledger.since))
        except (OSError, sqlite3.Error):
            return ledger.actions

    async def _pictured(
        self, item: Item, detail: Detail | None, past: Past, related: Sequence[Link]
    ) -> tuple[str, str]:
        """The name of a picture of the opened item; "" and the reason where there is none."""
        view = self.desk.view(max(SLIM, min(BROAD, self.desk.size.width)))
        dark, pictures = self.app.current_theme.dark, Pictures(self.session.config.state_folder)

        def drawn() -> tuple[str, str]:
            shown, more, before, links = all_withheld((*for_a_board(item, detail), past, tuple(related)))
            lines = detail_lines(shown, more, view, past_lines(before, NOTHING, view), related=links)
            return kept(lines, view, pictures, dark=dark)

        return await asyncio.to_thread(drawn)
