"""What the walk at the start of a shift is made of, from where each part is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from secondline_tui.domain.actions import Action
from secondline_tui.domain.items import Card
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.ordering import card_key
from secondline_tui.engine.footprints import Footprints
from secondline_tui.engine.handed import Handed, HandedOver
from secondline_tui.engine.ledger import Ledger
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.news import unread
from secondline_tui.shift.period import turn_began
from secondline_tui.shift.posted import how, posted_text
from secondline_tui.ui.dashboard.session import Session

BACK = timedelta(days=15)
"""How far back a posted handover is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known as the walk begins."""

    walk: str
    """Which walk it is: one for each turn."""
    jottings: tuple[Jotting, ...]
    """The notes of the turn before, and of this one."""
    handed: Handed | None
    """The last handover that this machine knows of."""
    unread: tuple[Card, ...]
    looks: Mapping[str, datetime]
    passed: frozenset[str]
    """The pages that were passed before the walk was broken off."""
    doubts: tuple[str, ...]
    """What should have been looked at and could not be."""


async def beginning(session: Session) -> Beginning:
    """Everything that those who take over should know."""
    folder, now = session.config.state_folder, session.engine.clock.now()
    begin = turn_began(session.calendar, session.agenda, now)
    before = turn_began(session.calendar, session.agenda, begin - timedelta(seconds=1))
    walk = f"start of the turn that began {begin.isoformat()}"
    doubts: list[str] = []
    jottings: tuple[Jotting, ...] = ()
    try:
        jottings = await asyncio.to_thread(NoteBook(folder).since, before)
    except OSError:
        doubts.append("the notes could not be read")
    posted = None
    if session.outbox is not None and session.outbox.ledger.is_open:
        posted = await _posted(session.outbox.ledger, now - BACK, doubts)
    kept = await asyncio.to_thread(HandedOver(folder).last)
    passed = await asyncio.to_thread(Footprints(folder).passed, walk)
    looks = await session.history.looks() if session.history is not None else {}
    cards = unread(sorted(session.engine.board.items(Card), key=card_key), looks)
    return Beginning(
        walk=walk,
        jottings=jottings,
        handed=max((one for one in (posted, kept) if one is not None), key=lambda one: one.at, default=None),
        unread=tuple(cards),
        looks=looks,
        passed=passed,
        doubts=tuple(doubts),
    )


async def _posted(ledger: Ledger, since: datetime, doubts: list[str]) -> Handed | None:
    try:
        return last_posted(await ledger.past(since))
    except (OSError, sqlite3.Error):
        doubts.append("whether a handover was posted could not be read")
        return None


def last_posted(actions: Iterable[Action]) -> Handed | None:
    """The last handover that was sent as a comment, or as a card of its own, from here."""
    found = [Handed(one.intent.at, how(one.intent), text) for one in actions if (text := posted_text(one))]
    return max(found, key=lambda handed: handed.at, default=None)
