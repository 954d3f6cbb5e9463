"""A declared incident changes hands, or priority: its report, its reminders, and, after being shown, its page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from secondline_tui.config.incident import Incident as Table
from secondline_tui.config.incident import Priority
from secondline_tui.domain.actions import State, Verb
from secondline_tui.domain.declared import Declared, Pace
from secondline_tui.domain.text import clean
from secondline_tui.engine.incidents import IncidentBook
from secondline_tui.ui.dashboard.features.changing import of_priority
from secondline_tui.ui.prompts.chooser import ChooserScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.line import LineScreen
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, incident
from tests.ui.acting.test_declare import agreed, chosen, config, kept, looked, opened
from tests.ui.acting.test_declared import command, shown
from tests.ui.desk import Desk, Typed, acting, desk

WORDS = "who leads it, or who speaks"


async def changes(found: Desk, *keys: str) -> None:
    """Choose what of the only incident changes."""
    await command(found, WORDS)
    await found.until(lambda: isinstance(found.app.screen, ChooserScreen))
    await found.press(*keys, "enter")


async def test_another_priority_is_kept_at_once_and_the_page_gets_it_only_after_being_shown(tmp_path: Path) -> None:
    async with acting("icinga", "pagerduty", config=config(tmp_path), folder=tmp_path) as found:
        page = incident("p", number=77, title=clean("uploads fail"), priority="P3")
        await opened(found, "pagerduty", page)
        await chosen(found, "raise", "P2")
        await looked(found)
        one = await agreed(found)
        await found.until(lambda: bool(found.sent))
        await shown(found, "update due in 2h")
        await changes(found)
        assert "the priority, now P2" in found.text
        await found.press("home", "enter")
        await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.to().key))
        (now,) = kept(found)
        assert (now.priority, now.meaning, now.pace) == ("P1", "complete outage", Pace(timedelta(hours=1)))
        assert "set the priority of" in found.text
        assert "#77" in found.text
        assert found.prompt.to().name == "P1"
        assert len(found.sent) == 1
        await found.press("ctrl+s")
        await found.until(lambda: len(found.sent) == 2)
        last = found.sent[-1]
        assert (last.verb, last.ref, last.to, last.to_name) == (Verb.PRIORITY, page.ref, "PR1", "P1")
        await found.until(lambda: found.outbox.ledger.get(last.id).state is not State.QUEUED)
        await shown(found, "INCIDENT P1")
        text = (tmp_path / "incidents" / one.report).read_text
        await found.until(lambda: "- Priority: P1, complete outage" in text())
        assert "- 09:31 Ana: priority P2 → P1\n" in text()
        await changes(found)
        await found.press("end", "enter")
        await shown(found, "no priority there is called P4: choose one")
        await found.press("escape")
        assert len(found.sent) == 2, "what is not confirmed is not sent"
        assert kept(found)[0].priority == "P4"


async def test_leads_change_with_what_is_typed_also_where_nothing_may_be_written(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    one = Declared(id="1", at=ago(minutes=9), by="Bo", title="site [b]down", priority="P1", lead="Ana")
    async with desk("icinga", config=config(tmp_path), folder=tmp_path, read_only=True) as found:
        await command(found, WORDS)
        assert len(found.app.screen_stack) == 3, "nothing is running: the command is not offered"
        await found.press("escape", "escape")
        book.declare(one)
        found.screen.declaring.look()
        await shown(found, "lead Ana")
        await changes(found, "down")
        await found.until(lambda: isinstance(found.app.screen, LineScreen))
        assert "incident lead" in found.text
        await found.press("ctrl+u", Typed("Cy [b]"), "enter")
        await shown(found, "lead Cy [b]")
        await changes(found, "down", "down")
        await found.press(Typed("Bo"), "enter")
        await found.until(lambda: book.all()[0].comms == "Bo")
        (now,) = book.all()
        assert (now.lead, now.changes[0].by, now.changes[0].at) == ("Cy [b]", "Ana", BEGIN)
        await changes(found, "down")
        await found.press("enter")
        await shown(found, "the incident lead is Cy [b] already")
        await changes(found)
        await found.press("down", "enter")
        await shown(found, "INCIDENT P2")
        assert len(found.app.screen_stack) == 2, "it only reads: no page is asked about"


async def test_what_cannot_be_kept_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    IncidentBook(tmp_path).declare(Declared(id="1", at=BEGIN, by="Bo", title="down", priority="P1"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with desk("icinga", config=config(tmp_path), folder=tmp_path) as found:
        await shown(found, "INCIDENT P1")
        monkeypatch.setattr(IncidentBook, "change", full)
        await changes(found)
        await found.press("end", "enter")
        await shown(found, "it cannot be kept, so nothing was changed: No space left on device")
        assert "INCIDENT P1" in found.text


def test_who_wanted_no_reminders_gets_none_with_another_priority() -> None:
    known = (*Table().priorities, Priority(name="P5"))
    one, hour = Declared(id="1", at=BEGIN, by="", title="x", priority="P2"), Pace(timedelta(hours=1))
    assert of_priority(one, known[0], known) == Pace()
    quiet = Declared(id="1", at=BEGIN, by="", title="x", priority="P5")
    assert of_priority(quiet, known[0], known) == hour
    reminded = Declared(id="1", at=BEGIN, by="", title="x", priority="P2", pace=Pace(timedelta(hours=2)))
    assert of_priority(reminded, known[0], known) == hour
    assert of_priority(reminded, known[-1], known) == Pace()
