"""Declared incidents on the dashboard: the form, what is running, its report kept up to date, updates reminded of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from secondline_tui.domain.actions import Action, Choice, Verb
from secondline_tui.domain.ages import clock
from secondline_tui.domain.declared import Declared, Event, Noted
from secondline_tui.domain.items import Incident, Item
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.offers import opens
from secondline_tui.domain.refs import Kind
from secondline_tui.domain.telling import News
from secondline_tui.domain.text import clean
from secondline_tui.engine.incidents import UnkeptError
from secondline_tui.shift.updates import due, due_briefly, due_in_words, proposed, waited_for
from secondline_tui.ui.aside import aside
from secondline_tui.ui.commands import Command
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.dashboard.features.incident_reports import Reports, reason
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.declaration import NO_PAGE, RAISE, Filled, title_of
from secondline_tui.ui.prompts.declare import DeclareScreen
from secondline_tui.ui.prompts.errand import led_to
from secondline_tui.ui.prompts.incident_form import Occasion
from secondline_tui.ui.prompts.jot import JotScreen
from secondline_tui.ui.prompts.report import ReportScreen
from secondline_tui.ui.prompts.waiting import WaitingScreen
from secondline_tui.ui.spans import Line, Role

LOOK_EVERY = 5.0
"""Seconds between two looks at what other instances have noted."""
NO_TROUBLE = (Kind.SOURCE, Kind.ON_CALL, Kind.PLANNED)
"""Kinds of items that no incident is about."""
OFFERED = 20
"""Reports that are offered, the newest first."""


class Declaring(Feature):
    """Incidents that were declared here."""

    def __init__(self, desk: Desk, acting: Acting) -> None:
        super().__init__(desk)
        self.acting = acting
        self.reports = Reports(self.session)
        self.commands = {
            "declare": self.declare,
            "incident_update": self.note_update,
            "incident_over": self.declare_over,
            "incident_report": self.show_report,
        }
        self._forget: Callable[[], None] = lambda: None
        self._declared: tuple[Declared, ...] = ()
        self._unpaged: frozenset[str] = frozenset()
        self._looked_at = float("-inf")
        self._unread = ""
        """Why the record could not be read the last time."""

    def begin(self) -> None:
        """Take up what is running."""
        if self.session.outbox is not None:
            self._forget = self.session.outbox.ledger.subscribe(self._actions_told)
        if self.session.telling is not None:
            self.session.telling.due = self.waited_for

    def end(self) -> None:
        """Follow actions no more."""
        self._forget()

    def tick(self) -> None:
        """Look for what was noted elsewhere, and say how long people have waited."""
        now = self.session.engine.clock.monotonic()
        if now >= self._looked_at + LOOK_EVERY:
            self.look()
        self._tell_running()

    def _tell_running(self) -> None:
        unread: list[Line] = [((" ✖ whether an incident runs cannot be read", Role.DOUBT),)] if self._unread else []
        self.desk.today.running = [*unread, *(line for incident in self.running for line in self._lines(incident))]

    @property
    def running(self) -> tuple[Declared, ...]:
        """The incidents that are not over, the one that waits longest for an update first."""
        now = [incident for incident in self._declared if incident.running]
        return tuple(sorted(now, key=lambda one: (self._due(one) is None, self._due(one) or one.at)))

    def _due(self, incident: Declared) -> datetime | None:
        return due(incident, self.session.calendar)

    def waited_for(self) -> Sequence[News]:
        """Updates that people wait for, to be told to whoever does not look."""
        return waited_for(self.running, self.session.calendar, self.session.engine.clock.now())

    # -- what is said ------------------------------------------------------------------------------------------

    def _lines(self, incident: Declared) -> Iterator[Line]:
        """One running incident in today's pane."""
        yield ((" ✖ INCIDENT ", Role.CRITICAL), (clean(incident.name), Role.STRONG))
        waiting, late = self._waiting(incident)
        lead = clean(incident.lead) or "nobody"
        yield (
            (f"   lead {lead}", Role.PLAIN),
            (f", {waiting}" if waiting else "", Role.WARNING if late else Role.MUTED),
        )
        if incident.id in self._unpaged:
            yield (("   nobody was paged: never sent", Role.DOUBT),)
        trouble = self.reports.troubles.get(incident.id)
        if trouble:
            yield ((f"   {trouble}", Role.DOUBT),)

    def _waiting(self, incident: Declared) -> tuple[str, bool]:
        """When its next update is due, in words, and whether it is late."""
        moment, now = self._due(incident), self.session.engine.clock.now()
        return (due_in_words(moment, now), moment <= now) if moment is not None else ("", False)

    def wanting(self) -> Line:
        """Before everything else: that an incident is running."""
        running = self.running
        if not running:
            return ()
        moment, now = self._due(running[0]), self.session.engine.clock.now()
        what = f"INCIDENT {clean(running[0].priority)}" if len(running) == 1 else f"{len(running)} INCIDENTS"
        role = Role.DOUBT if moment is not None and moment <= now else Role.WARNING
        told = ((f"{due_briefly(moment, now)} ", role),) if moment is not None else ()
        return ((f" {what} ", Role.CRITICAL), *told)

    def can(self, command: Command) -> bool:
        """What is running can be noted of, and what has a report read."""
        if command.id == "declare":
            return True
        return bool(self._reported() if command.id == "incident_report" else self.running)

    # -- declaring ---------------------------------------------------------------------------------------------

    def declare(self) -> None:
        """Fill in the form, from the selected item if there is one."""
        item = self.desk.item if self.desk.item is not None and self.desk.item.ref.kind not in NO_TROUBLE else None
        screen = DeclareScreen(self.session, self.reports.book, self._occasion(item))
        for other in self.running[:1]:
            screen.say(f"one is running already: {clean(other.name)}")
        self.app.push_screen(screen, self._was_declared)

    def _occasion(self, item: Item | None) -> Occasion:
        table = self.session.config.incident
        page = self._page_of(item)
        outbox = self.session.outbox
        states = self.desk.board.sources.values() if outbox is not None else ()
        known = {one.name for one in table.priorities}
        rank = page.priority if page is not None and page.priority in known else table.priorities[0].name
        pageable = tuple(state.name for state in states if opens(state, self.acting.offers.forbidden))
        return Occasion(
            proposed=Filled(
                title=title_of(item) if item is not None else "",
                priority=rank,
                lead=proposed(self.desk.pairing, table.lead),
                comms=proposed(self.desk.pairing, table.comms),
                service=item.service if isinstance(item, Incident) else "",
                page=RAISE if page is not None else NO_PAGE,
            ),
            item=item,
            pageable=pageable,
            page=page,
            key=self.desk.key("declare"),
            home=led_to(self.desk.board, *([item.ref.source] if item is not None else []), *pageable),
        )

    def _page_of(self, item: Item | None) -> Incident | None:
        """The item, or the page that certainly belongs to it: a second one would call people twice for one trouble."""
        sure = [link.item for link in self.desk.related.of(item) if link.sure and not link.denied] if item else []
        pages = [one for one in (item, *sure) if isinstance(one, Incident)]
        return next((page for page in pages if Verb.PRIORITY in self.acting.offers.of(page)), None)

    def _was_declared(self, done: bool | None) -> None:
        if done:
            self.desk.say("declared: today's pane shows it; its report and updates are in the palette and in help")
            self.look()

    # -- what is noted of it -----------------------------------------------------------------------------------

    def note_update(self) -> None:
        """Note what people were told."""
        self.choose(self.running, "an update on which incident?", self._update)

    def _update(self, incident: Declared) -> None:
        self._jot(
            incident, "An update was given", "what people were told, if you like; the next reminder counts from now"
        )

    def declare_over(self) -> None:
        """Say that it is over."""
        self.choose(self.running, "which incident is over?", self._end)

    def _end(self, incident: Declared) -> None:
        self._jot(incident, "The incident is over", "how it ended, if you like; pages stay as they are", over=True)

    def _jot(self, incident: Declared, title: str, hint: str, *, over: bool = False) -> None:
        def keep(jotting: Jotting) -> None:
            noted = Noted(at=jotting.at, by=jotting.by, text=jotting.text)
            self.reports.book.note(Event(id=incident.id, noted=noted, over=over))

        topic = f"{'end' if over else 'update'} of incident {incident.id}"
        screen = JotScreen(
            self.session, keep, title=f"{title}: {clean(incident.name)}", hint=hint, topic=topic, may_be_empty=True
        )
        said = f"over: {clean(incident.name)}" if over else "noted: the next reminder counts from now"
        self.app.push_screen(screen, partial(self._jotted, said))

    def _jotted(self, said: str, kept: bool | None) -> None:
        if kept:
            self.desk.say(said)
            self.look()

    def choose(self, offered: Sequence[Declared], question: str, chosen: Callable[[Declared], None]) -> None:
        """Which one, where there are several."""
        by_id = {incident.id: incident for incident in offered}
        if len(by_id) == 1:
            chosen(offered[0])
        elif by_id:
            zone, now = self.session.calendar.zone, self.session.engine.clock.now()
            choices = [
                Choice(key=key, name=clean(one.name), hint=clean(f"since {clock(one.at, zone, now)}"))
                for key, one in by_id.items()
            ]
            self.app.push_screen(ChooserScreen(question, choices), unless_none(lambda key: chosen(by_id[key])))

    # -- reports -----------------------------------------------------------------------------------------------

    def _reported(self) -> list[Declared]:
        """Incidents that have a report: those that run, then the newest."""
        reported = [incident for incident in self._declared if incident.report]
        return sorted(reported, key=lambda one: (not one.running, -one.at.timestamp()))[:OFFERED]

    def show_report(self) -> None:
        """Show a report."""
        running = [incident for incident in self.running if incident.report]
        offered = running if len(running) == 1 else self._reported()
        self.choose(offered, "which incident's report?", self._read)

    def _read(self, incident: Declared) -> None:
        waiting = WaitingScreen("reading the report …", partial(self._report, incident))
        self.app.push_screen(waiting, partial(self._show, incident))

    async def _report(self, incident: Declared) -> str | None:
        try:
            return await asyncio.to_thread(self.reports.book.report, incident.report)
        except (OSError, UnkeptError) as error:
            self.desk.say(f"the report cannot be read: {reason(error)}")
            return None

    def _show(self, incident: Declared, text: str | None) -> None:
        if text is not None:
            self.app.push_screen(ReportScreen(self.reports.book.folder / incident.report, text, self._held))

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Nobody writes into reports meanwhile."""
        self.reports.held = True
        try:
            yield
        finally:
            self.reports.held = False
            self.look()

    # -- keeping up --------------------------------------------------------------------------------------------

    def _actions_told(self, _: Sequence[Action]) -> None:
        """A report tells them. Not in the outbox's own time."""
        self.desk.call_later(self._look_again)

    def _look_again(self) -> None:
        if self.running:
            self.look()

    def look(self) -> None:
        """See what was noted, and keep the reports up to date."""
        self._looked_at = self.session.engine.clock.monotonic()
        aside(self.desk, self._looking, "incidents", only=True)

    async def _looking(self) -> None:
        try:
            self._declared = await asyncio.to_thread(self.reports.book.all)
        except OSError as error:
            self._tell_unread(reason(error))
            return
        self._tell_unread("")
        self._unpaged = frozenset([one.id for one in self.running if await self.reports.unpaged(one)])
        for incident in self._declared:
            await self.reports.keep_up(incident, self.desk.board)
        if self._declared:
            self.desk.tick()

    def _tell_unread(self, why: str) -> None:
        """Said once, and again when it is for another reason: the record is looked at every few seconds."""
        if why and why != self._unread:
            self.desk.say(f"the record of incidents cannot be read: {why}")
        self._unread = why
