"""The end of a shift on the dashboard: notes for the handover, and the handover itself."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from functools import partial

from secondline_tui.config.withheld import withheld
from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine.handed import Handed, HandedOver
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.forgotten import Limits, Slip, forgotten
from secondline_tui.shift.handover import Material, handover
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.dashboard.features.posting import Posting
from secondline_tui.ui.gathering import gathered
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand, target_of
from secondline_tui.ui.prompts.handover import HandoverScreen
from secondline_tui.ui.prompts.jot import DRAFT, JotScreen
from secondline_tui.ui.prompts.waiting import WaitingScreen
from secondline_tui.ui.spans import Line, Role, cut

LOOK_AGAIN = timedelta(seconds=5)
"""How often time alone is looked at for work that is forgotten."""
NAME = 40
"""Cells of an item's name in the list of forgotten work: the reason counts more."""


class Closing(Feature):
    """What hands a shift over."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self._posting = Posting(desk, acting)
        self.commands = {"note": self.write_note, "forgotten": self.list_forgotten, "handover": self.hand_over}
        table = self.session.config.forgotten
        self._limits = Limits(
            acknowledged=timedelta(seconds=table.acknowledged),
            ending=timedelta(seconds=table.ending),
            waiting=timedelta(seconds=table.waiting),
            pending=timedelta(seconds=table.pending),
            escalating=timedelta(seconds=table.escalating),
        )
        self._slips: list[Slip] = []
        self._looked: tuple[Board | None, datetime] = (None, datetime.min.replace(tzinfo=UTC))
        """The board, and the time, that those are of."""

    @property
    def notes(self) -> NoteBook:
        """The notes for the handover."""
        return NoteBook(self.session.config.state_folder)

    async def gather(self) -> Material:
        """What a handover would be made of now."""
        session = self.session
        ledger = session.outbox.ledger if session.outbox is not None else None
        stale = timedelta(seconds=session.config.shift.stale)
        folder = session.config.state_folder
        return await gathered(session.engine, session.calendar, session.agenda, folder, ledger, stale=stale)

    # -- notes ------------------------------------------------------------------------------------------------

    def write_note(self) -> None:
        """Write something down for those who come after."""
        self.app.push_screen(JotScreen(self.session, self.notes.add), self._noted)

    def _noted(self, kept: bool | None) -> None:
        if kept:
            self.desk.say(f"written down: the handover ({self.desk.key('handover')}) tells it")
        elif self.session.outbox is not None and self.session.outbox.ledger.drafts.offered(DRAFT) is not None:
            self.desk.say(f"draft kept: {spelt(self.desk.key('note'))} offers it again")

    # -- forgotten work ---------------------------------------------------------------------------------------

    def slips(self) -> list[Slip]:
        """What may be forgotten, looked up again when the board or a few seconds have changed."""
        now = self.session.engine.clock.now()
        if self._looked[0] is not self.desk.board or abs(now - self._looked[1]) >= LOOK_AGAIN:
            self._looked = self.desk.board, now
            self._slips = forgotten(self.desk.board, now, self._limits)
        return self._slips

    def wanting(self) -> Line:
        """What is soon too late."""
        pressing = sum(slip.pressing for slip in self.slips())
        if not pressing:
            return ()
        key = spelt(self.desk.key("forgotten"))
        return ((f" {pressing} soon too late ", Role.WARNING), (f" {key} ", Role.KEY))

    def list_forgotten(self) -> None:
        """List forgotten work; the chosen item is opened."""
        slips = {str(slip.ref): slip for slip in reversed(self.slips())}
        if not slips:
            self.desk.say("nothing is forgotten")
            return
        choices = [
            Choice(key=key, name=SafeText(cut(slip.name, NAME)), hint=clean(slip.reason))
            for key, slip in reversed(slips.items())
        ]
        count = f"{len(choices)} thing{'s' if len(choices) > 1 else ''}"
        screen = ChooserScreen(f"{count} that may be forgotten, the most pressing first", choices)
        self.app.push_screen(screen, unless_none(self._open_ref))

    def _open_ref(self, key: str) -> None:
        item = self.desk.board.find(ItemRef.parse(key))
        if item is None:
            self.desk.say("that is gone meanwhile")
            return
        self.desk.open_item(item)

    # -- the handover -----------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """What the next pair should know."""
        self.app.push_screen(WaitingScreen("gathering what the next pair should know …", self.gather), self._handover)

    def _handover(self, material: Material | None) -> None:
        if material is None:
            return
        text = withheld(handover(material))
        post = None if self.session.read_only else partial(self._post, text, material.begin)
        name = f"~/handover-{in_zone(material.now, material.zone):%Y-%m-%d-%H%M}.md"
        screen = HandoverScreen(text, name, post)
        screen.card = self._posting.card_of(text, material)
        screen.handed = partial(self._handed, text)
        self.app.push_screen(screen)

    async def _handed(self, text: str, how: str) -> None:
        """Those who come next find it in their walk through the start of the shift."""
        handed = Handed(self.session.engine.clock.now(), how, text)
        with contextlib.suppress(OSError):  # the text itself is where the person wanted it
            await asyncio.to_thread(HandedOver(self.session.config.state_folder).keep, handed)

    def _post(self, text: str, begin: datetime) -> str:
        """Choose a card and show what would be sent; why that is not possible, "" when it is."""
        outbox = self.session.outbox
        if outbox is None or not outbox.ledger.is_open:
            return (outbox.ledger.note if outbox is not None else "") or "nothing can be sent now"
        cards = {card.ref: card for card in self.desk.board.items(Card) if Verb.COMMENT in self.acting.offers.of(card)}
        if not cards:
            return "there is no card that can be commented on"

        def chosen(key: str) -> None:
            target = target_of(cards[ItemRef.parse(key)], Verb.COMMENT, self.desk.board)
            topic = f"handover since {begin.isoformat()}"
            self.acting.ask(Errand(targets=(target,), key="c", text=text.rstrip("\n"), topic=topic), outbox)

        choices = [Choice(key=str(ref), name=card.name_line, hint=card.list_name) for ref, card in cards.items()]
        self.app.push_screen(ChooserScreen("post it as a comment on which card?", choices), unless_none(chosen))
        return ""
