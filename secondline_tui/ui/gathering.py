"""What a handover is made of, from where each part is kept. Knows nothing of any screen."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from secondline_tui.domain.actions import Action
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import Kind
from secondline_tui.engine import recall
from secondline_tui.engine.chronicle import Chronicle
from secondline_tui.engine.incidents import IncidentBook
from secondline_tui.engine.ledger import Ledger
from secondline_tui.engine.notes import NoteBook
from secondline_tui.engine.supervisor import Engine
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.handover import Material
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.period import begun
from secondline_tui.shift.stale import NEVER
from secondline_tui.shift.takeover import taking_over

NOT_RECORDED = "what came and went is not recorded: of alerts and incidents, only those of now are counted"


async def gathered(
    engine: Engine,
    calendar: Calendar,
    agenda: tuple[Recurring, ...],
    folder: Path,
    ledger: Ledger | None,
    begin: datetime | None = None,
    stale: timedelta = NEVER,
) -> Material:
    """Everything since `begin`, else since the pair that is on took over. What cannot be known is said so."""
    now = engine.clock.now()
    since = begin or begun(calendar, agenda, now)
    unread: list[str] = []
    actions: tuple[Action, ...] = ()
    jottings: tuple[Jotting, ...] = ()
    try:
        if ledger is None:
            unread.append("what was done is not known: this dashboard only reads")
        elif ledger.is_open:
            actions = await ledger.past(since)
        else:
            unread.append(ledger.note or "the record of actions is still being opened")
    except (OSError, sqlite3.Error):
        unread.append("the record of actions could not be read")
    try:
        jottings = await asyncio.to_thread(NoteBook(folder).since, since)
    except OSError:
        unread.append("the notes could not be read")
    try:
        seen = await asyncio.to_thread(_seen, Chronicle(folder).path, since, now)
    except (OSError, sqlite3.Error):
        seen = None
    if seen is None:
        unread.append(NOT_RECORDED)
    declared: tuple[Declared, ...] = ()
    try:
        declared = await asyncio.to_thread(IncidentBook(folder).all)
    except OSError:
        unread.append("the declared incidents could not be read")
    board = engine.board
    return Material(
        board=board,
        pairing=pairing(board, calendar, now),
        begin=since,
        now=now,
        monotonic=engine.clock.monotonic(),
        zone=calendar.zone,
        taking_over=taking_over(board, calendar, agenda, now),
        stale=stale,
        actions=actions,
        jottings=jottings,
        declared=declared,
        unread=tuple(unread),
        seen=seen or (),
    )


def _seen(path: Path, begin: datetime, now: datetime) -> list[Occurrence] | None:
    """What the record of what was seen tells of alerts and pages; None where there is no record yet."""
    if not path.exists():
        return None
    return [*recall.seen_between(path, Kind.ALERT, begin, now), *recall.seen_between(path, Kind.INCIDENT, begin, now)]
