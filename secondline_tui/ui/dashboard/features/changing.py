"""Another lead, or another priority, of an incident that runs; of its page too, if the person wants that."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial

from secondline_tui.config.incident import Priority
from secondline_tui.domain.actions import Choice, Verb
from secondline_tui.domain.declared import WORDS, Change, Declared, Pace, Part, value
from secondline_tui.domain.text import clean
from secondline_tui.ui.aside import aside
from secondline_tui.ui.commands import Command
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.declaring import Declaring
from secondline_tui.ui.dashboard.features.feature import Feature, unless_none
from secondline_tui.ui.dashboard.features.incident_reports import reason
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.errand import Errand, target_of
from secondline_tui.ui.prompts.line import LineScreen


def of_priority(incident: Declared, priority: Priority, known: Sequence[Priority]) -> Pace:
    """How often people want to hear of it then: never, where they wanted no reminders of it before."""
    before = next((one.update for one in known if one.name == incident.priority), Pace())
    return Pace() if before and not incident.pace else priority.update


class Changing(Feature):
    """The command that changes what was declared."""

    def __init__(self, desk: Desk, acting: Acting, declaring: Declaring) -> None:
        super().__init__(desk)
        self.acting = acting
        self.declaring = declaring
        self.commands = {"incident_change": self.change}

    def can(self, command: Command) -> bool:  # noqa: ARG002  (there is one)
        """What is running can be changed."""
        return bool(self.declaring.running)

    def change(self) -> None:
        """Choose what of it is another now."""
        self.declaring.choose(self.declaring.running, "which incident changes?", self._which_part)

    def _which_part(self, incident: Declared) -> None:
        choices = [
            Choice(key=part, name=clean(WORDS[part]), hint=clean(f"now {value(incident, part) or 'nobody'}"))
            for part in (Part.PRIORITY, Part.LEAD, Part.COMMS)
        ]
        chosen = unless_none(lambda key: self._change(incident, Part(key)))
        self.app.push_screen(ChooserScreen(f"what changes of {clean(incident.name, 50)}?", choices), chosen)

    def _change(self, incident: Declared, part: Part) -> None:
        if part is not Part.PRIORITY:
            screen = LineScreen(WORDS[part], value(incident, part), "change it")
            self.app.push_screen(screen, unless_none(lambda name: self._keep(incident, part, name)))
            return
        known = self.session.config.incident.priorities
        choices = [Choice(key=one.name, name=clean(one.name), hint=clean(one.word)) for one in known]
        chosen = unless_none(lambda key: self._keep(incident, part, key))
        self.app.push_screen(ChooserScreen(f"the priority, now {clean(incident.priority) or 'none'}", choices), chosen)

    def _keep(self, incident: Declared, part: Part, to: str) -> None:
        if to == value(incident, part):
            self.desk.say(f"the {WORDS[part]} is {clean(to)} already")
            return
        known = self.session.config.incident.priorities
        priority = next((one for one in known if part is Part.PRIORITY and one.name == to), None)
        change = Change(
            id=incident.id,
            at=self.session.engine.clock.now(),
            by=self.session.config.me.name,
            part=part,
            to=to,
            meaning=priority.word if priority is not None else "",
            pace=of_priority(incident, priority, known) if priority is not None else Pace(),
        )
        aside(self.desk, partial(self._kept, incident, change), "change")

    async def _kept(self, incident: Declared, change: Change) -> None:
        try:
            await asyncio.to_thread(self.declaring.reports.book.change, change)
        except OSError as error:
            self.desk.say(f"it cannot be kept, so nothing was changed: {reason(error)}")
            return
        self.desk.say(f"{WORDS[change.part]} of {clean(incident.title, 40)}: {clean(change.to)}")
        self.declaring.look()
        if change.part is Part.PRIORITY:
            await self._of_its_page(incident, change.to)

    async def _of_its_page(self, incident: Declared, priority: str) -> None:
        """Show what would set the priority of the page too."""
        outbox = self.session.outbox
        try:
            page = await self.declaring.reports.page(incident, self.desk.board)
        except (OSError, sqlite3.Error) as error:
            self.desk.say(f"whether a page belongs to it cannot be read: {reason(error)}")
            return
        if outbox is None or page is None or page.priority == priority:
            return
        if self.app.screen is not self.desk:  # a prompt that comes above another one would take its keys
            self.app.notify(f"{page.name_line} has the priority {page.priority or 'none'} still", markup=False)
        elif Verb.PRIORITY in self.acting.offers.of(page):
            target = target_of(page, Verb.PRIORITY, self.desk.board)
            key = self.desk.key("incident_change")
            self.acting.ask(Errand(targets=(target,), key=key, proposed=clean(priority)), outbox)
