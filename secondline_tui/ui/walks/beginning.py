"""What the walk at the start of a shift is made of, from where each part is kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
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
from secondline_tui.ui.walks.start_pages import BOARD, not_all

log = logging.getLogger(__name__)

BACK = timedelta(days=15)
"""How far back a posted handover is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What is known as the walk begins."""

    walk: str
    """Which walk it is: one for each turn."""
    jottings: tuple[Jotting, ...] | None
    """The notes of the turn before, and of this one; None where they could not be read."""
    handed: Handed | None
    """The last handover that this machine knows of."""
    unread: tuple[Card, ...]
    looks: Mapping[str, datetime]
    passed: frozenset[str]
    """The pages that were passed before the walk was broken off."""
    doubts: tuple[str, ...]
    """Why there may be a later handover, or one at all."""
    missed: tuple[str, ...]
    """Why there may be unread cards beside these."""


async def beginning(session: Session) -> Beginning:
    """Everything that those who take over should know."""
    folder, now = session.config.state_folder, session.engine.clock.now()
    begin = turn_began(session.calendar, session.agenda, now)
    before = turn_began(session.calendar, session.agenda, begin - timedelta(seconds=1))
    walk = f"start of the turn that began {begin.isoformat()}"
    doubts: list[str] = []
    jottings: tuple[Jotting, ...] | None = None
    with contextlib.suppress(OSError):
        jottings = await asyncio.to_thread(NoteBook(folder).since, before)
    posted = await _posted(session.outbox.ledger if session.outbox is not None else None, now - BACK, doubts)
    kept = await _kept(HandedOver(folder), doubts)
    passed = await asyncio.to_thread(Footprints(folder).passed, walk)
    looks = await session.history.looks() if session.history is not None else {}
    board, monotonic = session.engine.board, session.engine.clock.monotonic()
    cards = unread(sorted(board.items(Card), key=card_key), looks)
    return Beginning(
        walk=walk,
        jottings=jottings,
        handed=max((one for one in (posted, kept) if one is not None), key=lambda one: one.at, default=None),
        unread=tuple(cards),
        looks=looks,
        passed=passed,
        doubts=tuple(doubts),
        missed=tuple(not_all(board, monotonic, BOARD)),
    )


async def _posted(ledger: Ledger | None, since: datetime, doubts: list[str]) -> Handed | None:
    if ledger is not None and ledger.is_open:
        with contextlib.suppress(OSError, sqlite3.Error):
            return last_posted(await ledger.past(since))
    why = "the record of actions cannot be read" if ledger is not None else "this run is read-only"
    doubts.append(f"whether a handover was posted is not known: {why}")
    return None


async def _kept(handed: HandedOver, doubts: list[str]) -> Handed | None:
    try:
        return await asyncio.to_thread(handed.last)
    except OSError as error:
        log.warning("the last handover cannot be read: %s", error.strerror)
        doubts.append("the handover that was saved or copied here last cannot be read")
        return None


def last_posted(actions: Iterable[Action]) -> Handed | None:
    """The last handover that was sent, or is to be, as a comment or as a card of its own, from here."""
    found = [Handed(one.intent.at, how(one), text) for one in actions if (text := posted_text(one))]
    return max(found, key=lambda handed: handed.at, default=None)
