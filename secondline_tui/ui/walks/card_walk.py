"""The card walk: was each ongoing issue seen this shift? What is said of it is sent as a comment, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from secondline_tui.domain.actions import Action, Choice, Verb
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card
from secondline_tui.domain.offers import offered
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.verdicts import Verdicts
from secondline_tui.shift.card_walk import against, drafted, first_open, next_open, said_in, told
from secondline_tui.shift.related import Related
from secondline_tui.shift.sightings import Seen
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.errand import Errand, target_of
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.walks.calling import calling
from secondline_tui.ui.walks.card_page import counted, end_lines, record_lines
from secondline_tui.ui.walks.evidence import Evidence, unsure
from secondline_tui.ui.walks.walk_screen import Viewed, WalkScreen

log = logging.getLogger(__name__)

OLD = timedelta(hours=4)
"""After which what was looked up is of another shift."""
_UNSEEN = Seen()
_YES, _NO = "yes", "no"


class CardWalkScreen(WalkScreen):
    """One card a page; `y` and `n` propose the comment, which is sent from the prompt that every comment has."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "saw(True)", "saw it"),
        Binding("n", "saw(False)", "did not see it"),
        Binding("b", "belongs", "it belongs"),
        Binding("r", "again", "those skipped"),
    ]

    def __init__(self, session: Session, outbox: Outbox, view: Viewed, related: Related, known: Evidence) -> None:
        super().__init__(session, view, known.topic, known.passed)
        self._outbox = outbox
        self._known = known
        self._related = related
        """What the rows say belongs together, to be found anew when a person has decided."""
        self._cards = list(known.cards)
        self._seen = dict(known.seen)
        self._said = dict(known.said)
        self._there: tuple[Board | None, frozenset[ItemRef]] = (None, frozenset())
        """The alerts that are on a board."""
        self._forget = outbox.ledger.subscribe(self._told)
        self.place = first_open(self._cards, self._said, self._passed_refs())

    def on_unmount(self) -> None:
        """Follow the comments no more."""
        self._forget()

    # -- what is so now -----------------------------------------------------------------------------------------

    @property
    def pages(self) -> int:
        """A page for each card."""
        return len(self._cards)

    @property
    def card(self) -> Card | None:
        """The card of this page as it is now; None at the end."""
        if self.place >= len(self._cards):
            return None
        now = self.session.engine.board.find(self._cards[self.place].ref)
        if isinstance(now, Card):
            self._cards[self.place] = now
        return self._cards[self.place]

    def _passed_refs(self) -> frozenset[ItemRef]:
        return frozenset(card.ref for card in self._cards if str(card.ref) in self.passed)

    def _told(self, actions: Sequence[Action]) -> None:
        """Not in the outbox's own time, as everywhere."""
        self.call_later(self._follow, actions)

    def _follow(self, actions: Sequence[Action]) -> None:
        self._take_in(actions)
        self.tell()

    def _take_in(self, actions: Sequence[Action]) -> None:
        """What has become of the comments; one that was given up may be written anew."""
        mine = [action for action in actions if action.intent.once == self._known.topic]
        for action in mine:
            if action.given_up:
                self._said.pop(action.intent.ref, None)
        self._said.update(said_in(mine, self._known.topic))

    # -- what is said -------------------------------------------------------------------------------------------

    def heading(self) -> Line:
        """How far the walk has come, and whether a page calls."""
        at = f"  {self.place + 1} of {self.pages}" if self.place < self.pages else "  the end"
        told = counted(self._cards, self._said, self.passed)
        return ((" Card walk", Role.ACCENT), (at, Role.STRONG), *calling(self.session.engine.board), *told)

    def page_lines(self, view: View) -> Sequence[Line]:
        """The record, and below it the whole card."""
        card = self.card
        if card is None:
            return end_lines(self._cards, self._said, self._doubts(), view)
        above = record_lines(self._seen_of(card), self._said.get(card.ref), self._doubts(), view)
        gone = self.session.engine.board.find(card.ref) is None
        more = self.inquiry.more(card.ref)
        return [*above, *detail_lines(card, more, view, is_gone=gone)]

    def page_keys(self) -> Sequence[tuple[str, str]]:
        """Saw it, did not, skip."""
        card = self.card
        if card is None:
            skipped = [("r", "those skipped once more")] if self._skipped() else []
            return [("Esc", "close"), ("←", "back"), *skipped]
        asked = [] if card.ref in self._said else [("y", "saw it"), ("n", "did not see it")]
        doubt = [("b", "does it belong?")] if self._seen.get(card.ref, _UNSEEN).maybe else []
        on = "on" if card.ref in self._said else "skip"
        return [*asked, ("Space", on), ("←", "back"), *doubt, ("Esc", "break off")]

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_saw(self, saw: bool) -> None:
        """Propose the comment."""
        card = self.card
        if card is None:
            return
        why_not = self._why_not(card)
        if why_not:
            self.say(why_not)
            return
        known = self._known
        seen, zone = self._seen_of(card), self.session.calendar.zone
        target = target_of(card, Verb.COMMENT, self.session.engine.board)
        about = f"{known.topic}, {'seen' if saw else 'not seen'}"
        errand = Errand(
            targets=(target,),
            key="y" if saw else "n",
            text=drafted(seen, zone, saw=saw),
            topic=about,
            once=known.topic,
            against="" if saw else against(seen, zone),
        )
        self.app.push_screen(ComposeScreen(self.session, self._outbox, errand), self._asked)

    def _seen_of(self, card: Card) -> Seen:
        """What was seen of it, and whether it is there now."""
        board = self.session.engine.board
        if self._there[0] is not board:
            self._there = board, frozenset(alert.ref for alert in board.items(Alert))
        return self._seen.get(card.ref, _UNSEEN).as_of(self._there[1])

    def _doubts(self) -> tuple[str, ...]:
        """Why not all of it may have been seen: when it was looked up, and now."""
        engine = self.session.engine
        return tuple(dict.fromkeys((*self._known.doubts, *unsure(engine.board, engine.clock.monotonic()))))

    def _why_not(self, card: Card) -> str:
        age = self.session.engine.clock.now() - self._known.at
        if age > OLD:
            return f"this walk was begun {short(age.total_seconds())} ago: Esc, and begin it again with what is so now"
        if card.ref in self._said:
            return (
                "that card has its comment of this shift; L lists what was sent, and retries or drops what went wrong"
            )
        state = self.session.engine.board.sources.get(card.ref.source)
        if Verb.COMMENT not in offered(card, state, self._outbox.ledger.forbidden):
            return f"{card.ref.source} takes no comments from here"
        return ""

    def action_belongs(self) -> None:
        """Let the person say whether what may be meant is meant; then it is counted, or named no more."""
        card = self.card
        maybe = self._seen.get(card.ref, _UNSEEN).maybe if card is not None else ()
        verdicts = self.session.verdicts
        if card is None or not maybe or verdicts is None:
            return
        zone = self.session.calendar.zone
        choices = [
            Choice(key=f"{word}{number}", name=clean(f"{word}: {told(one, zone)}"), hint=clean(one.reason))
            for number, one in enumerate(maybe)
            for word in (_YES, _NO)
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                one = maybe[int(key.removeprefix(_YES).removeprefix(_NO))]
                aside(self, partial(self._decide, card, one.refs, verdicts, key.startswith(_YES)), "verdicts")

        self.app.push_screen(ChooserScreen("does it belong to this card?", choices), chosen)

    async def _decide(self, card: Card, refs: frozenset[ItemRef], verdicts: Verdicts, belongs: bool) -> None:
        """Remember it, as an opened item does."""
        try:
            for ref in refs:
                await asyncio.to_thread(verdicts.say, card.ref, ref, belongs)
        except OSError as error:
            log.warning("a confirmed link cannot be kept: %s", error.strerror)
        self._seen[card.ref] = await asyncio.to_thread(self._known.sightings.of, card)
        self._related.forget()
        self.tell()

    def _asked(self, sent: bool | None) -> None:
        if sent:
            self._take_in(self._outbox.ledger.actions)
            self.go(next_open(self._cards, self._said, self._passed_refs(), self.place))

    def action_on(self) -> None:
        """Pass this card by, if nothing was said of it; to the next one that is open."""
        card = self.card
        if card is None:
            self.action_leave()
            return
        if card.ref not in self._said:
            self.keep(self.passed | {str(card.ref)})
        self.go(next_open(self._cards, self._said, self._passed_refs(), self.place))

    def action_again(self) -> None:
        """From the end to those that were passed by."""
        if self.card is None and self._skipped():
            self.keep(frozenset())
            self.go(first_open(self._cards, self._said, ()))

    def _skipped(self) -> bool:
        return any(card.ref not in self._said for card in self._cards)
