"""The end of a shift on the dashboard: notes for the handover, and the handover itself."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.handover import Material, handover
from secondline_tui.ui.commands import BY_ID
from secondline_tui.ui.dashboard.acting import Acting
from secondline_tui.ui.gathering import gathered
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand
from secondline_tui.ui.prompts.handover import HandoverScreen
from secondline_tui.ui.prompts.jot import JotScreen


class Closing(Acting):
    """The dashboard with what hands a shift over."""

    @property
    def notes(self) -> NoteBook:
        """The notes for the handover."""
        return NoteBook(self.session.config.state_folder)

    async def gather(self) -> Material:
        """What a handover would be made of now."""
        session = self.session
        ledger = session.outbox.ledger if session.outbox is not None else None
        return await gathered(session.engine, session.calendar, session.agenda, self.notes, ledger)

    # -- notes ------------------------------------------------------------------------------------------------

    def action_note(self) -> None:
        """Write something down for those who come after."""
        self.app.push_screen(JotScreen(self.session, self.notes), self._noted)

    def _noted(self, kept: bool | None) -> None:
        if kept:
            self.say(f"written down: the handover ({self._key(BY_ID['handover'])}) tells it")

    # -- the handover -----------------------------------------------------------------------------------------

    def action_handover(self) -> None:
        """What the next pair should know."""
        self.run_worker(self._handover(), group="handover", exclusive=True, exit_on_error=False)

    async def _handover(self) -> None:
        material = await self.gather()
        text = handover(material)
        post = None if self.session.read_only else partial(self._post, text, material.begin)
        name = f"~/handover-{in_zone(material.now, material.zone):%Y-%m-%d-%H%M}.md"
        self.app.push_screen(HandoverScreen(text, name, post))

    def _post(self, text: str, begin: datetime) -> str:
        """Choose a card and show what would be sent; why that is not possible, "" when it is."""
        outbox = self.session.outbox
        if outbox is None or not outbox.ledger.is_open:
            return (outbox.ledger.note if outbox is not None else "") or "nothing can be sent now"
        cards = {card.ref: card for card in self.board.items(Card) if Verb.COMMENT in self._offered(card)}
        if not cards:
            return "there is no card that can be commented on"

        def chosen(key: str) -> None:
            target = self._target(cards[ItemRef.parse(key)], Verb.COMMENT)
            topic = f"handover since {begin.isoformat()}"
            self._ask(Errand(targets=(target,), key="c", proposed=text.rstrip("\n"), topic=topic), outbox)

        choices = [Choice(key=str(ref), name=card.name_line, hint=card.list_name) for ref, card in cards.items()]
        self.app.push_screen(ChooserScreen("post it as a comment on which card?", choices), self._then(chosen))
        return ""
