"""A declared incident runs: people are reminded of updates until it is over, and its report is read and written in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from secondline_tui.config.withheld import MARK, remember
from secondline_tui.domain.actions import Verb
from secondline_tui.domain.declared import Declared, Event, Noted, Pace
from secondline_tui.engine.incidents import IncidentBook
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert
from tests.ui.acting.test_declare import RANKS, SERVICES, agreed, chosen, config, kept, looked, opened
from tests.ui.acting.test_prompt import script
from tests.ui.desk import Desk, Typed, acting, desk


async def shown(found: Desk, told: str) -> None:
    await found.until(lambda: told in found.text)


async def command(found: Desk, words: str) -> None:
    await found.press("?", Typed(words), "enter")


async def past(found: Desk, minutes: float, told: Callable[[], bool]) -> None:
    found.clock.elapsed += 60 * minutes  # nobody is woken: only what looks at the time sees it
    found.screen.tick()
    await found.until(told)


async def test_updates_are_reminded_of_until_one_is_noted_also_after_a_restart_and_not_after_its_end(
    tmp_path: Path,
) -> None:
    async with acting("icinga", config=config(tmp_path), folder=tmp_path) as found:
        await command(found, "declare the running")
        assert len(found.app.screen_stack) == 3, "nothing is running: the command is not offered"
        await found.press("escape", "escape")
        await found.answer("icinga", alert("a"))
        await found.press("2", "I")
        await looked(found)
        await agreed(found)
        await past(found, 59, lambda: "update in 60s" in found.text or "update in 1m" in found.text)
        await past(found, 2, lambda: "UPDATE DUE" in found.text)
        (news,) = found.screen.declaring.waited_for()
        assert news.title == "INCIDENT P1 check a on web1: people wait for an update"
    async with acting("icinga", config=config(tmp_path), folder=tmp_path) as found:
        found.clock.elapsed = 61 * 60.0
        found.screen.declaring.look()
        await shown(found, "UPDATE DUE for 1m")
        await command(found, "people were told")
        await found.press(Typed("uploads work again"), "ctrl+s")
        await shown(found, "update due in 1h")
        assert found.screen.declaring.waited_for() == ()
        (one,) = kept(found)
        text = (tmp_path / "incidents" / one.report).read_text
        await found.until(lambda: "- 10:32 Ana: update given: uploads work again\n" in text())
        remember("c0ffee*not<for>anybody")
        await found.press("w", Typed("it was the disk c0ffee*not<for>anybody"), "ctrl+s")
        await past(found, 1, lambda: "it was the disk" in text())
        assert f"it was the disk {MARK}" in text()
        await found.press("W")
        await shown(found, f"it was the disk {MARK}")
        await found.press("escape")
        await command(found, "declare the running")
        await shown(found, "The incident is over: P1 check a on web1")
        await found.press("ctrl+s")
        await found.until(lambda: "✖ INCIDENT" not in found.text)
        await found.until(lambda: "- End: Wed 18 Nov 2026, 10:33; it lasted 1h 2m\n" in text())
        found.clock.elapsed += 7_200
        found.screen.tick()
        assert found.screen.declaring.waited_for() == ()
        assert "UPDATE" not in found.text


async def test_a_report_is_read_written_in_and_told_when_it_is_kept_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with acting("icinga", config=config(tmp_path), folder=tmp_path) as found:
        await found.answer("icinga", alert("a"))
        await found.press("2", "I")
        await looked(found)
        one = await agreed(found)
        path = tmp_path / "incidents" / one.report
        path.write_text(path.read_text().replace("(what happened, in words for everybody)", "It was the disk."))
        await found.press("c", Typed("looking"), "ctrl+s")
        await found.until(lambda: "comment “looking”" in path.read_text())
        assert "It was the disk." in path.read_text()
        await command(found, "report of")
        await shown(found, "It was the disk.")
        assert "e $EDITOR" in found.text
        assert str(path)[:40] in found.text
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.delenv("EDITOR", raising=False)
        await found.press("e")
        await shown(found, "neither $VISUAL nor $EDITOR")
        monkeypatch.setenv("VISUAL", script(tmp_path, 'printf "\\nIt was the fan." >> "$1"')[0])
        monkeypatch.setattr(found.app, "suspend", nullcontext)
        await found.press("e")
        await found.until(lambda: "It was the fan." in path.read_text())
        await found.press("G")
        await shown(found, "It was the fan.")
        await found.press("s")
        await shown(found, "save a copy of the report as")
        await found.press("escape", "y", "escape")
        assert "It was the disk." in found.app.clipboard
        assert "It was the fan." in found.app.clipboard
        path.write_text("all mine")
        await found.press("w", Typed("x"), "ctrl+s")
        await past(found, 1, lambda: "report not kept up: its marks are gone" in found.text)
        assert path.read_text() == "all mine"


async def test_what_to_write_is_said_however_long_the_incidents_title_is(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    title = "5xx rate for www-origin on every cache machine of the region"
    book.declare(Declared(id="1", at=ago(minutes=20), by="Bo", title=title, priority="P1"))
    async with desk("icinga", config=config(tmp_path), folder=tmp_path, read_only=True) as found:
        await command(found, "people were told")
        await shown(found, "An update was given: P1 5xx rate")
        await shown(found, "what people were told, if you like; the next reminder counts from now")


async def test_that_it_is_over_is_said_however_long_the_incidents_title_is(tmp_path: Path) -> None:
    book = IncidentBook(tmp_path)
    title = "5xx rate for www-origin on every cache machine of the region and then some"
    book.declare(Declared(id="1", at=ago(minutes=20), by="Bo", title=title, priority="P1"))
    async with desk("icinga", config=config(tmp_path), folder=tmp_path, read_only=True, size=(80, 24)) as found:
        await command(found, "declare the running")
        await shown(found, "The incident is over: P1 5xx rate")
        await found.press("ctrl+s")
        await shown(found, " over: P1 5xx rate")


async def test_of_several_the_one_that_waits_longest_is_told_and_what_is_noted_is_of_the_chosen_one(
    tmp_path: Path,
) -> None:
    book = IncidentBook(tmp_path)
    hourly, slow = Pace(timedelta(hours=1)), Pace(timedelta(hours=2))
    one = Declared(
        id="1", at=ago(minutes=90), by="Bo", title="uploads fail", priority="P2", pace=slow, report="gone.md"
    )
    one = replace(one, report="gone.md")
    two = Declared(id="2", at=ago(minutes=20), by="Bo", title="site down", priority="P1", pace=hourly)
    quiet = Declared(id="3", at=ago(minutes=10), by="Bo", title="odd", priority="P4")
    for incident in (quiet, two, one):
        book.declare(incident)
    async with desk("icinga", config=config(tmp_path), folder=tmp_path, read_only=True) as found:
        await shown(found, "3 INCIDENTS update in 30m")
        lines = [line for line in found.text.splitlines() if "✖ INCIDENT" in line]
        assert [line.split("✖ INCIDENT ")[1] for line in lines] == ["P2 uploads fail", "P1 site down", "P4 odd"]
        await shown(found, "report not kept up: No such file")
        await command(found, "people were told")
        await shown(found, "an update on which incident?")
        await found.press("down", "enter")
        await shown(found, "An update was given: P1 site down")
        book.note(Event(id="1", noted=Noted(at=BEGIN, by="Bo"), over=True))  # by another instance meanwhile
        await found.press("ctrl+s")
        await shown(found, "2 INCIDENTS update in 1h")
        assert [(len(kept.updates), kept.running) for kept in book.all()] == [(0, True), (1, True), (0, False)]
        await command(found, "the report of")
        await shown(found, "the report cannot be read: No such file or directory")


async def test_a_record_that_cannot_be_read_is_said_once_and_stands_in_today_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with acting("icinga", config=config(tmp_path), folder=tmp_path) as found:
        said: list[str] = []
        monkeypatch.setattr(found.screen, "say", said.append)

        async def looks(error: str) -> None:
            def unreadable(_: IncidentBook) -> tuple[Declared, ...]:
                raise PermissionError(13, error)

            with monkeypatch.context() as meanwhile:
                if error:
                    meanwhile.setattr(IncidentBook, "all", unreadable)
                for _ in range(3):
                    found.screen.declaring.look()
                    await found.app.workers.wait_for_complete()
            found.screen.tick()
            await found.pilot.pause()

        await looks("Permission denied")
        assert said == ["the record of incidents cannot be read: Permission denied"]
        assert "whether an incident runs cannot be read" in found.text
        await looks("Input/output error")
        assert said[1:] == ["the record of incidents cannot be read: Input/output error"]
        await looks("")
        assert "whether an incident runs cannot be read" not in found.text
        await looks("Input/output error")
        assert len(said) == 3


async def test_a_page_that_was_confirmed_and_never_came_into_the_outbox_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is killed between the two files."""

    async def killed(*_: object, **__: object) -> None:
        raise OSError(5, "gone")

    told = "nobody was paged: never sent"
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        await looked(found)
        monkeypatch.setattr(found.outbox, "submit", killed)
        await agreed(found)
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await found.until(lambda: found.outbox.ledger.is_open)
        found.clock.elapsed = 5.0
        found.screen.declaring.look()
        await shown(found, "INCIDENT")
        assert told not in found.text, "another program may be about to send it"
        found.clock.elapsed = 60.0
        found.screen.declaring.look()
        await shown(found, told)
        await found.answer("icinga", alert("a"))
        found.actors["pagerduty"].previews |= {Verb.DECLARE: SERVICES, Verb.PRIORITY: RANKS}
        await found.press("2", "I")
        await chosen(found, "pagerduty/PSVC")
        await looked(found)
        one = await agreed(found)
        found.clock.elapsed = 120.0
        await found.app.workers.wait_for_complete()
        assert not await found.screen.declaring.reports.unpaged(one)
