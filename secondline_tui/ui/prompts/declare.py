"""Declaring an incident: nothing of it happens before all of it was shown and confirmed."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType

from secondline_tui.domain.actions import Intent, NotDone, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.opening import unborn
from secondline_tui.domain.text import EMPTY
from secondline_tui.engine.incidents import IncidentBook
from secondline_tui.shift.incident_report import Account, begun
from secondline_tui.shift.updates import due
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.prompts.confirm import ConfirmScreen, yes_key
from secondline_tui.ui.prompts.declaration import (
    NO_PAGE,
    Filled,
    Page,
    declared,
    file_name,
    foretold,
    priority_of,
)
from secondline_tui.ui.prompts.incident_form import IncidentForm, Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The form as it was when the person asked to see what would happen."""

    filled: Filled
    blank: Intent
    """What every action of it has in common."""
    file: str
    """The report's name, "" for none."""
    page: Page | None = None


class DeclareScreen(IncidentForm):
    """The form with what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "look", "look", priority=True),
        Binding("escape", "leave", "close", priority=True),
    ]

    def __init__(self, session: Session, book: IncidentBook, occasion: Occasion) -> None:
        super().__init__(session, occasion)
        self._book = book
        self._busy = self._declaring = False
        self._repeats = False
        """Whether the person knows that another window has declared this."""

    async def action_leave(self) -> None:
        """Close, and keep the draft; what has begun comes to its end first."""
        if not self._declaring and (self.keeper is None or await self.keeper.may_close()):
            self.dismiss(False)

    def action_look(self) -> None:
        """Show everything that would happen, and ask."""
        if not self._busy and not self._declaring:
            self._busy = True
            aside(self, self._look, "look")

    async def _look(self) -> None:
        try:
            why_not = self.unsaid() or self.unseen() or await self._elsewhere()
            if why_not:
                self.say(why_not)
                return
            wish = self._wish()
            page = await self._asked(wish)
            if isinstance(page, str):
                self.say(page)
                return
            wish = replace(wish, page=page)
            if await self._confirmed(wish):
                await self._declare(wish)
        finally:
            self._busy = False

    def _wish(self) -> Wish:
        item, now = self.occasion.item, self.session.engine.clock.now()
        blank = Intent(
            id=uuid.uuid4().hex, ref=unborn("nowhere"), verb=Verb.DECLARE, at=now,
            item=item.name_line if item is not None else EMPTY, author=self.session.config.me.name,
        )  # fmt: skip
        filled = self.filled
        file = file_name(filled, now, self.session.calendar.zone) if filled.report else ""
        return Wish(filled=filled, blank=blank, file=file)

    async def _asked(self, wish: Wish) -> Page | str | None:
        """What would become of the page, None for nothing; else why it cannot be."""
        if self.paging is None or wish.filled.page == NO_PAGE:
            return None
        self.say("asking what would happen …")
        try:
            page = await self.paging.page(wish.filled, wish.blank)
        except NotDone as no:
            return f"it says no: {no.reason}"
        except PollFailed as failed:
            return f"it did not answer: {failed.fault.message}"
        self.say("")
        return page

    def _made(self, wish: Wish) -> Declared:
        priority = priority_of(self.session.config.incident.priorities, wish.filled)
        blank = wish.blank
        return declared(wish.filled, priority, self.occasion.item, key=blank.id, at=blank.at, by=blank.author)

    async def _confirmed(self, wish: Wish) -> bool:
        """Whether the person says yes to all of it, and nothing has happened meanwhile."""
        incident, zone = self._made(wish), self.session.calendar.zone
        first = due(incident, self.session.calendar)
        report = f"incidents/{wish.file}.md in the state folder" if wish.file else ""
        size = self.app.size
        width, height = min(76, size.width - 6), size.height * 9 // 10 - 4  # as large as the question may be
        lines = foretold(incident, wish.page, report, clock(first, zone, incident.at) if first else "", width, height)
        intent = wish.page.intent if wish.page is not None else None
        pages = intent is not None and intent.verb is Verb.DECLARE
        word = "yes, declare it and page" if pages else "yes, declare it"
        if not await self.agreed(ConfirmScreen(lines, word, yes_key(self.occasion.key))):
            return False
        why_not = self.unseen() or await self._elsewhere()
        if self.filled != wish.filled:
            why_not = "it was filled in on meanwhile: ^S shows it as it is now"
        if why_not:
            self.say(f"nothing was done: {why_not}")
        return not why_not

    async def _elsewhere(self) -> str:
        """That another window has declared what was filled in here; said once."""
        if self._repeats or self.keeper is None or not await self.keeper.gone():
            return ""
        self._repeats = True
        return "another window has declared this meanwhile, or dropped it: ^S again declares one more"

    async def _declare(self, wish: Wish) -> None:
        """Keep it here first: what is sent then has a report that tells of it."""
        now = self.session.engine.clock.now()
        intent = wish.page.intent if wish.page is not None else None
        incident = replace(self._made(wish), at=now, paged=intent is not None)
        self._declaring = True
        if self.keeper is not None:
            self.keeper.over()
        try:
            await asyncio.shield(asyncio.to_thread(self._kept, incident, wish.file))
        except OSError as error:
            self.say(f"it cannot be kept on disk, so nothing was done: {error.strerror or type(error).__name__}")
            self._declaring = False
            if self.keeper is not None:
                self.keeper.resume()
            return
        if intent is not None:
            await self._send(replace(intent, at=now))
        elif self.keeper is not None:
            await self.keeper.forget()
        self.dismiss(True)

    async def _send(self, intent: Intent) -> None:
        """Put it on disk; from there it goes out. The draft goes with it."""
        if self.outbox is None:
            return
        try:
            await asyncio.shield(self.outbox.submit([intent], draft=self.occasion.draft))
        except (OSError, sqlite3.Error) as error:
            told = f"the incident is declared here, but nothing was sent: {type(error).__name__}"
            self.notify(told, severity="error", markup=False, timeout=15)

    def _kept(self, incident: Declared, file: str) -> None:
        """Its report and its record, on disk."""
        if file:
            text = begun(Account(incident=incident, zone=self.session.calendar.zone))
            incident = replace(incident, report=self._book.begin(file, text))
        self._book.declare(incident)
