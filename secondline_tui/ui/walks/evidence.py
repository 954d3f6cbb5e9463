"""What the card walk is made of, from where each part is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from secondline_tui.domain.actions import Action
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card
from secondline_tui.domain.ordering import card_key
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.trust import judge
from secondline_tui.engine import recall
from secondline_tui.engine.chronicle import Chronicle
from secondline_tui.engine.footprints import Footprints
from secondline_tui.engine.ledger import Ledger
from secondline_tui.shift.card_walk import said_in, topic
from secondline_tui.shift.period import turn_began
from secondline_tui.shift.posted import is_handover
from secondline_tui.shift.sightings import Seen, Sightings
from secondline_tui.ui.dashboard.session import Session

NOT_RECORDED = "what came and went is not recorded: only what is there now is counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known as the walk begins."""

    at: datetime
    topic: str
    """What its comments are marked with."""
    cards: tuple[Card, ...]
    sightings: Sightings
    seen: Mapping[ItemRef, Seen]
    """What was seen of what each card is about."""
    said: Mapping[ItemRef, Action]
    """What was said of cards on this walk, before it was broken off."""
    passed: frozenset[str]
    """The cards that were passed by."""
    doubts: tuple[str, ...]
    """Why the record may not tell all."""


def _undecided(_one: ItemRef, _other: ItemRef) -> bool | None:
    return None


def unsure(board: Board, monotonic: float) -> list[str]:
    """Why not all of what is there now is seen."""
    trust = judge(board, monotonic)
    return [*(f"{doubt.source}: {doubt.reason}" for doubt in trust.doubts), *(one.told for one in trust.partial)]


async def evidence(session: Session, ledger: Ledger) -> Evidence:
    """Everything since the pair that is on took over. OSError or sqlite3.Error where what was said cannot be known."""
    engine, folder = session.engine, session.config.state_folder
    now = engine.clock.now()
    begin = turn_began(session.calendar, session.agenda, now)
    word = topic(begin)
    said = said_in(await ledger.past(begin), word)
    passed = await asyncio.to_thread(Footprints(folder).passed, word)
    board = engine.board
    cards = tuple(sorted((card for card in board.items(Card) if not is_handover(card)), key=card_key))
    alerts = tuple(board.items(Alert))
    doubts = unsure(board, engine.clock.monotonic())
    try:
        recorded = await asyncio.to_thread(_recorded, Chronicle(folder).path, begin, now)
    except (OSError, sqlite3.Error):
        recorded = None
    if recorded is None:
        doubts.append(NOT_RECORDED)

    def looked_up() -> tuple[Sightings, dict[ItemRef, Seen]]:
        sightings = Sightings(recorded or (), alerts, begin, now, session.verdicts or _undecided)
        return sightings, {card.ref: sightings.of(card) for card in cards}

    sightings, seen = await asyncio.to_thread(looked_up)
    return Evidence(
        at=now,
        topic=word,
        cards=cards,
        sightings=sightings,
        seen=seen,
        said=said,
        passed=passed,
        doubts=tuple(doubts),
    )


def _recorded(path: Path, begin: datetime, now: datetime) -> list[Occurrence] | None:
    return recall.seen_between(path, Kind.ALERT, begin, now) if path.exists() else None
