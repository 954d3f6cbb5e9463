"""`handover --post-card`: a card of the handover, made as the dashboard makes it."""

from __future__ import annotations

import argparse
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import replace

from secondline_tui.cli.act import ImpossibleError, Outcome, Wish
from secondline_tui.config.models import Config
from secondline_tui.config.withheld import withheld
from secondline_tui.domain.actions import Choice, Intent, Preview, Refused, State, Verb
from secondline_tui.domain.forms import FORMS
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.handover import Material
from secondline_tui.shift.posted import NAME, card_text, cards_since


def board_of(config: Config, on: str | None) -> ItemRef:
    """The card that is still to be made, on the board meant; ValueError where that is none, or not clear which."""
    boards = [name for name, source in config.sources.items() if source.type == "trello" and on in (None, name)]
    if not boards:
        raise ValueError(f"--on: {on!r} is no board" if on is not None else "--post-card: there is no board")
    writable = [name for name in boards if not config.sources[name].read_only]
    if len(writable) > 1:
        raise ValueError(f"on which board? --on one of {', '.join(writable)}")
    return new_card((writable or boards)[0])


class HandoverCard(Wish):
    """One call of the command."""

    def __init__(self, config: Config, ref: ItemRef, options: argparse.Namespace, material: Material) -> None:
        super().__init__(config, Verb.CARD, [ref], options)
        self._material = material
        """What the text was made of."""

    async def _prepared(self, ref: ItemRef) -> Intent | Outcome:
        state = self._engine.board.sources[ref.source]
        forbidden = self._forbidden(state)
        if forbidden:
            return self._not_done(ref, State.REFUSED, forbidden)
        there = "" if self._options.again else await self._there()
        if there:
            return self._not_done(ref, State.REFUSED, clean(there, 400))
        try:
            preview = await self._outbox.prepare(ref, Verb.CARD)
        except Refused as no:
            return self._not_done(ref, State.REFUSED, no.reason)
        except PollFailed as failed:
            return self._not_done(ref, State.FAILED, failed.fault.message, unreachable=True)
        return self._card(ref, self._list(preview))

    async def _there(self) -> str:
        """What speaks against another card of it; "" where nothing does."""
        ledger, begin = self._outbox.ledger, self._material.begin
        try:
            made = cards_since(await ledger.past(begin), begin) if ledger.is_open else []
        except (OSError, sqlite3.Error) as error:
            return f"whether there is a card of it already could not be read ({type(error).__name__})"
        if not made:
            return ""
        last = made[-1]
        title = last.intent.text.strip().partition("\n")[0]
        return f"there is a card of it already ({last.state}: {title}, {last.intent.to_name}); --again makes another"

    def _list(self, preview: Preview) -> Choice:
        """The one that was named, else the one that the dashboard would propose."""
        if self._options.to is None:
            proposed = next((choice for choice in preview.choices if choice.key == preview.chosen), None)
            if proposed is not None:
                return proposed
        try:
            return self._destination(FORMS[Verb.CARD], preview)
        except ImpossibleError as error:
            raise ImpossibleError(str(error).replace("--to", "--post-card")) from None

    def _card(self, ref: ItemRef, to: Choice) -> Intent:
        material, author = self._material, self._config.me.name
        text = card_text(self._options.comment, material.pairing, material.now, material.zone, author)
        return Intent(
            id=uuid.uuid4().hex,
            ref=ref,
            verb=Verb.CARD,
            item=NAME,
            author=author,
            at=self._clock.now(),
            text=withheld(text),
            to=to.key,
            to_name=to.name,
        )

    def _outcome(self, one: Intent | Outcome, sent: Sequence[Intent]) -> Outcome:
        """As the card is called once it is made."""
        outcome = super()._outcome(one, sent)
        return outcome if outcome.action is None else replace(outcome, ref=str(outcome.action.intent.ref))

    def _not_done(self, ref: ItemRef, state: State, reason: SafeText, *, unreachable: bool = False) -> Outcome:
        outcome = super()._not_done(ref, state, reason, unreachable=unreachable)
        return replace(outcome, ref=f"on {ref.source}")
