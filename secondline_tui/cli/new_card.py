"""`act card`: a card of an item, with the same text and picture as the dashboard's, and sent as it sends it."""

from __future__ import annotations

import asyncio
import uuid

from secondline_tui.cli.act import ImpossibleError, Outcome, Wish
from secondline_tui.config.pictures import Pictures
from secondline_tui.config.withheld import all_withheld
from secondline_tui.domain.actions import Choice, Intent, Preview, Refused, State, Verb
from secondline_tui.domain.forms import FORMS
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.items import Card, Detail, Item
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine.verdicts import Verdicts
from secondline_tui.shift.new_card import Known, began, for_a_board, makes_cards, new_card_text
from secondline_tui.shift.related import Link, Related
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.picture.picturing import kept
from secondline_tui.ui.rows import View

COLUMNS = 100
"""Of a picture."""


class CardWish(Wish):
    """One call of the command. All sources are polled: what is related to an item stands elsewhere."""

    def _sources(self) -> set[str]:
        return set(self._config.sources)

    async def _prepared(self, ref: ItemRef) -> Intent | Outcome:
        item = self._item(ref)
        if isinstance(item, Outcome):
            return item
        if not makes_cards(item):
            return self._not_done(ref, State.REFUSED, SafeText(f"no card is made of a {ref.kind}"))
        board = self._board()
        if board is None:
            return self._not_done(ref, State.REFUSED, SafeText("there is no board that may be written to"))
        related = self._related(item)
        there = next((link.item for link in related if link.sure and isinstance(link.item, Card)), None)
        if there is not None and not self._options.again:
            reason = f"there is a card of it already, {there.ref} ({clean(there.name_line, 80)}); --again makes another"
            return self._not_done(ref, State.REFUSED, SafeText(reason))
        self._until(FORMS[Verb.CARD], self._clock.now())
        card = new_card(board)
        try:
            to = self._list(await self._outbox.prepare(card, Verb.CARD))
            detail = await self._engine.detail(ref)
        except Refused as no:
            return self._not_done(ref, State.REFUSED, no.reason)
        except PollFailed as failed:
            return self._not_done(ref, State.FAILED, failed.fault.message, unreachable=True)
        return await self._card(item, card, to, detail, related)

    def _board(self) -> str | None:
        """The board meant; None where there is none to write to."""
        boards = [
            name
            for name, state in self._engine.board.sources.items()
            if state.type == "trello" and not state.read_only and self._options.on in (None, name)
        ]
        if len(boards) > 1:
            raise ImpossibleError(f"on which board? --on one of {', '.join(boards)}")
        return boards[0] if boards else None

    def _related(self, item: Item) -> tuple[Link, ...]:
        related = Related(Verdicts(self._config.state_folder))
        while related.update(self._engine.board):
            pass
        return related.of(item)

    def _list(self, preview: Preview) -> Choice:
        """What --to says, else the list that the dashboard would propose."""
        if self._options.to is None:
            proposed = next((choice for choice in preview.choices if choice.key == preview.chosen), None)
            if proposed is not None:
                return proposed
        return self._destination(FORMS[Verb.CARD], preview)

    async def _card(self, item: Item, card: ItemRef, to: Choice, detail: Detail, related: tuple[Link, ...]) -> Intent:
        now = self._clock.now()
        picture, why_not = await asyncio.to_thread(self._pictured, item, detail, related)
        since = began(item) or now
        known = Known(
            item=item,
            now=now,
            zone=self._config.shift.timezone,
            detail=detail,
            related=related,
            actions=await self._outbox.ledger.past(since) if self._outbox.ledger.is_open else (),
            no_picture=why_not,
        )
        return Intent(
            id=uuid.uuid4().hex,
            ref=card,
            verb=Verb.CARD,
            item=item.name_line,
            author=self._config.me.name,
            at=now,
            text=self._worded(new_card_text(all_withheld(known))),
            to=to.key,
            to_name=to.name,
            about=item.ref,
            picture=picture,
        )

    def _worded(self, text: str) -> str:
        """With the title of one's own, and what one has to say at the head of the summary."""
        title, _, rest = text.partition("\n")
        said: str = self._options.comment or ""
        if said.strip():
            rest = rest.replace("## Summary\n\n", f"## Summary\n\n{said.strip()}\n\n", 1)
        return f"{self._options.title or title}\n{rest}"

    def _pictured(self, item: Item, detail: Detail, related: tuple[Link, ...]) -> tuple[str, str]:
        """The name of the picture; "" and the reason where there is none."""
        view = View(self._clock.now(), self._config.shift.timezone, COLUMNS)
        shown, more, links = all_withheld((*for_a_board(item, detail), related))
        return kept(detail_lines(shown, more, view, related=links), view, Pictures(self._config.state_folder))
