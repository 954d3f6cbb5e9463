"""The reports of declared incidents, kept up to date from what is done, noted and seen."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from secondline_tui.config.withheld import all_withheld
from secondline_tui.domain.actions import Action, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.items import Incident
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.engine.incidents import IncidentBook, UnkeptError
from secondline_tui.engine.journal import KEPT
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.incident_report import Account, kept_up
from secondline_tui.ui.dashboard.session import Session

BEFORE = timedelta(hours=12)
"""How long before it was declared something may have been done to its item that belongs to its story."""
ON_DISK = timedelta(seconds=10)
"""How long after it was declared its page is in the outbox for certain."""
AFTER = timedelta(minutes=10)
"""How long after its end outcomes still come."""


class Reports:
    """What every report was made of last, and why one cannot be kept up to date."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.book = IncidentBook(session.config.state_folder)
        self._notes = NoteBook(session.config.state_folder)
        self._made_of: dict[str, Account] = {}
        self.troubles: dict[str, str] = {}
        """By incident: why its report is not kept up to date."""
        self.held = False
        """Whether reports are in another program's hands."""
        self._sent: set[str] = set()
        """Incidents whose page is known to be in the outbox."""

    async def keep_up(self, incident: Declared, board: Board) -> None:
        """Bring one's report up to date, where it has one and anything is new."""
        now = self._session.engine.clock.now()
        if not incident.report or self.held or (incident.over is not None and now - incident.over.at > AFTER):
            return
        account = await self._account(incident, board)
        if account == self._made_of.get(incident.id):
            return
        try:
            marked = await asyncio.to_thread(self._write, account)
        except (OSError, UnkeptError) as error:
            self.troubles[incident.id] = f"report not kept up: {reason(error)}"
            return
        self._made_of[incident.id] = account
        self.troubles[incident.id] = "" if marked else "report not kept up: its marks are gone"

    def _write(self, account: Account) -> bool:
        """Whether the report has its marks still: without them it is left alone."""
        marked = [True]

        def change(text: str) -> str | None:
            after = kept_up(text, all_withheld(account))
            marked[0] = after is not None
            return after

        self.book.keep_up(account.incident.report, change)
        return marked[0]

    async def unpaged(self, incident: Declared) -> bool:
        """Whether its page never came into the outbox: the program ended right after the incident was kept."""
        session = self._session
        ledger = session.outbox.ledger if session.outbox is not None else None
        age = session.engine.clock.now() - incident.at
        if not incident.paged or incident.id in self._sent or not ON_DISK < age < KEPT:
            return False
        if ledger is None or not ledger.is_open:
            return False
        try:
            actions = await ledger.past(incident.at - BEFORE)
        except (OSError, sqlite3.Error):
            return False
        self._sent |= {action.intent.id for action in actions} & {incident.id}
        return incident.id not in self._sent

    async def page(self, incident: Declared, board: Board) -> Incident | None:
        """The page that belongs to it, where it is open; OSError or sqlite3.Error."""
        outbox = self._session.outbox
        ledger = outbox.ledger if outbox is not None else None
        actions = await ledger.past(incident.at - BEFORE) if ledger is not None and ledger.is_open else ()
        ref = _page_of(incident, actions)
        page = board.find(ref) if ref is not None else None
        return page if isinstance(page, Incident) else None

    async def _account(self, incident: Declared, board: Board) -> Account:
        """What is known of it. Where not all of that can be read, nothing that was told goes away."""
        session = self._session
        ledger = session.outbox.ledger if session.outbox is not None else None
        young = session.engine.clock.now() - incident.at + BEFORE < KEPT
        whole = young and ledger is not None and ledger.is_open
        actions: tuple[Action, ...] = ()
        jottings: tuple[Jotting, ...] = ()
        try:
            if ledger is not None and ledger.is_open:
                actions = await ledger.past(incident.at - BEFORE)
            jottings = await asyncio.to_thread(self._notes.since, incident.at)
        except (OSError, sqlite3.Error):
            whole = False
        ref = _page_of(incident, actions)
        page = board.find(ref) if ref is not None else None
        return Account(
            incident=incident,
            zone=session.calendar.zone,
            actions=actions,
            jottings=jottings,
            page=replace(page, escalates_at=None) if isinstance(page, Incident) else None,
            sure=ref is not None and _would_show(board, ref, incident, actions),
            whole=whole,
        )


def _page_of(incident: Declared, actions: Sequence[Action]) -> ItemRef | None:
    """The page that was opened for it or raised, else the one that it was declared from."""
    action = next((a for a in actions if a.intent.id == incident.id), None)
    if action is not None:
        ref = action.intent.ref
        if action.intent.verb is not Verb.DECLARE:
            return ref
        return replace(ref, key=action.remote) if action.remote else None
    about = incident.about
    return about if about is not None and about.kind is Kind.INCIDENT else None


def _would_show(board: Board, ref: ItemRef, incident: Declared, actions: Sequence[Action]) -> bool:
    """Whether a page that is open would be on the board: another window may have opened it since the last answer."""
    paged = [a.changed_at for a in actions if a.intent.id == incident.id and a.changed_at is not None]
    return board.answered_since(ref, max(incident.at, *paged)) and board.sources[ref.source].fault is None


def reason(error: Exception) -> str:
    """Why a file cannot be had, in a few words."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
