"""An incident is declared: from what was selected, all of it shown first, each part of it optional, and once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from secondline_tui.config.models import Config
from secondline_tui.domain.actions import Choice, Preview, State, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Item
from secondline_tui.domain.opening import Opening, unborn
from secondline_tui.domain.text import clean
from secondline_tui.engine.incidents import IncidentBook
from secondline_tui.engine.journal import Journal
from secondline_tui.ui.dashboard.features.incident_reports import Reports
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.declaration import Filled
from secondline_tui.ui.prompts.declare import DeclareScreen
from tests.fakes.items import alert, incident
from tests.sources.pagerduty.conftest import Served
from tests.ui.acting.test_cover import real_desk, turn
from tests.ui.desk import TYPES, Desk, Typed, acting, desk

SERVICES = Preview(
    account=clean("Ana <ana@x.example>"), audience=clean("everybody who can see it"),
    choices=(Choice(key="PSVC", name=clean("GOV.UK Icinga"), hint=clean("2nd line")),), chosen="PSVC",
)  # fmt: skip
EFFECT = Preview(account=SERVICES.account, audience=SERVICES.audience, changes=(clean("calls Bo (2nd line)"),))
RANKS = Preview(
    account=SERVICES.account, choices=tuple(Choice(key=f"PR{n}", name=clean(f"P{n}")) for n in (1, 2, 3)), chosen="PR3",
    before="PR3", stamp="priority PR3",
)  # fmt: skip
CONFIG = Config.model_validate({"me": {"name": "Ana"}})


def form(found: Desk) -> DeclareScreen:
    screen = next(screen for screen in found.app.screen_stack if isinstance(screen, DeclareScreen))
    assert isinstance(screen, DeclareScreen)
    return screen


async def opened(found: Desk, source: str, item: Item) -> None:
    """The form, from this item, when everything that is asked was answered."""
    actor = found.actors.get("pagerduty")
    if actor is not None:
        actor.previews |= {Verb.DECLARE: SERVICES, Verb.PRIORITY: RANKS}
        actor.effects[(Verb.DECLARE, str(Opening("PSVC")))] = EFFECT
        await found.answer("pagerduty", turn("inhours_primary", "Ana"), turn("inhours_secondary", "Bo"))
    await found.answer(source, item)
    await found.press("1" if source == "pagerduty" else "2", "I")
    await found.until(lambda: form(found).paging is None or not form(found).paging.pending)  # type: ignore[union-attr]


async def chosen(found: Desk, page: str, priority: str = "P1") -> None:
    screen = form(found)
    await found.until(lambda: page in [choice.key for choice in screen.page.choices])
    screen.page.highlighted = [choice.key for choice in screen.page.choices].index(page)
    ranks = screen.query_one("#priority")
    ranks.highlighted = ["P1", "P2", "P3", "P4"].index(priority)  # type: ignore[attr-defined]
    await found.pilot.pause()


async def looked(found: Desk) -> None:
    await found.press("ctrl+s")
    await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))


async def agreed(found: Desk) -> Declared:
    """Yes; and what is kept of it then."""
    await found.press("y")
    await found.until(lambda: len(found.app.screen_stack) == 2)
    return kept(found)[-1]


def kept(found: Desk) -> tuple[Declared, ...]:
    return IncidentBook(found.screen.session.config.state_folder).all()


def reports(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("incidents/*.md")]


def config(folder: Path) -> Config:
    return CONFIG.model_copy(update={"state": folder})


async def test_a_new_page_a_report_and_reminders_are_shown_first_and_then_done_once(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a", name=clean("5xx [b]rate")))
        assert "from 5xx [b]rate on web1 (icinga)" in found.text
        assert form(found).filled == Filled(title="5xx [b]rate on web1", priority="P1", lead="Ana", comms="Bo")
        await chosen(found, "pagerduty/PSVC", "P2")
        await looked(found)
        for told in (
            "declare an incident: P2 5xx [b]rate on web1 (substantial degradation)",
            "lead: Ana; communications: Bo",
            "at pagerduty: opens an incident on GOV.UK Icinga, priority P2, high",
            "as Ana <ana@x.example>", "· calls Bo (2nd line)", "read by: everybody who can see it",
            "│ From: 5xx [b]rate on web1", "an update every 2h, first at 11:31",
        ):  # fmt: skip
            assert told in found.text
        assert (found.sent, kept(found), reports(tmp_path)) == ([], (), [])
        one = await agreed(found)
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert (intent.id, intent.verb, intent.ref) == (one.id, Verb.DECLARE, unborn("pagerduty"))
        assert intent.to == str(Opening("PSVC", "PR2", "high"))
        assert intent.text.splitlines()[:3] == ["5xx [b]rate on web1", "", "Declared by Ana as P2."]
        assert (one.title, one.priority, one.lead, one.comms) == ("5xx [b]rate on web1", "P2", "Ana", "Bo")
        assert found.outbox.ledger.drafts.texts == {}
        await found.until(lambda: "INCIDENT P2 update in 2h" in found.text)
        assert "✖ INCIDENT P2 5xx [b]rate on web1" in found.text
        assert "lead Ana, update due in 2h" in found.text
        report = tmp_path / "incidents" / "2026-11-18-0931-5xx-b-rate-on-web1.md"
        await found.until(lambda: "declare → GOV.UK Icinga “5xx \\[b\\]rate on web1”" in report.read_text())
        assert "- Page: opened in pagerduty\n" in report.read_text()


async def test_the_page_that_was_selected_is_raised_whatever_moves_meanwhile(tmp_path: Path) -> None:
    page = incident("P", title=clean("site down"), priority=clean("P3"))
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "pagerduty", page)
        await found.until(lambda: form(found).filled.page == "raise")
        assert form(found).filled.priority == "P3"
        await found.press("ctrl+s")
        await found.until(lambda: "#4127 site down has the priority P3 already: it stays so" in found.text)
        await found.press("escape")
        await chosen(found, "raise")
        await found.answer("pagerduty", incident("Q", title=clean("another")), page)
        await looked(found)
        assert "at pagerduty: sets the priority of #4127 site down from P3 to P1" in found.text
        one = await agreed(found)
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert (intent.verb, intent.ref, intent.to) == (Verb.PRIORITY, page.ref, "PR1")
        assert (intent.stamp, intent.before) == (RANKS.stamp, RANKS.before)
        assert one.about == page.ref
        text = (tmp_path / "incidents" / one.report).read_text
        await found.until(lambda: "priority → P1" in text() and "[#4127 site down]: triggered, P3" in text())


async def test_the_page_that_belongs_to_the_alert_is_raised_rather_than_a_second_one_opened(tmp_path: Path) -> None:
    page = incident("P", title=clean("disk full on web1 is CRITICAL"), priority=clean("P3"))
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await found.answer("pagerduty", page)
        actor = found.actors["pagerduty"]
        actor.previews |= {Verb.DECLARE: SERVICES, Verb.PRIORITY: RANKS}
        await found.answer("icinga", alert("a", name=clean("disk full")))
        await found.press("2", "I")
        await found.until(lambda: form(found).filled.page == "raise")
        await found.answer("pagerduty", replace(page, status=clean("acknowledged")))
        await found.press("ctrl+s")
        assert "meanwhile: #4127 disk full on web1 is CRITICAL: it is acknowledged now" in found.text
        await chosen(found, "raise")
        await looked(found)
        assert "sets the priority of #4127 disk full on web1 is CRITICAL from" in found.text
        one = await agreed(found)
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert (intent.verb, intent.ref, intent.to) == (Verb.PRIORITY, page.ref, "PR1")
        assert one.about == alert("a").ref
        text = (tmp_path / "incidents" / one.report).read_text
        await found.until(lambda: "- Page: [#4127 disk full on web1 is CRITICAL]" in text())
        assert "priority → P1" in text()
        assert "on #4127 disk full" in text()


async def test_what_happens_to_the_item_meanwhile_is_told_and_nothing_is_done_unseen(tmp_path: Path) -> None:
    page = incident("P", title=clean("site down"))
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "pagerduty", page)
        await chosen(found, "")
        await found.answer("pagerduty", incident("P", title=clean("site down"), status=clean("acknowledged")))
        await found.press("ctrl+s")
        assert "meanwhile: it is acknowledged now" in found.text
        assert "something has changed meanwhile, see above: ^S again" in found.text
        await looked(found)
        await found.answer("pagerduty")
        await found.press("y")
        await found.until(lambda: "nothing was done: something has changed meanwhile" in found.text)
        assert (found.sent, kept(found)) == ([], ())
        await looked(found)
        form(found).query_one("#title", Input).value += "!"  # a key that was still on its way
        await found.press("y")
        await found.until(lambda: "nothing was done: it was filled in on meanwhile" in found.text)
        assert kept(found) == ()
        await looked(found)
        assert "nobody is paged, and no page is changed" in found.text
        assert (await agreed(found)).title == "site down!"
        assert found.sent == []


@pytest.mark.parametrize("asked", [False, True])
async def test_what_another_window_has_declared_is_declared_once_more_only_by_who_knows(
    tmp_path: Path, asked: bool
) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as there:
        await opened(there, "icinga", alert("web1!disk", name=clean("disk full")))
        form(there).query_one("#title", Input).value += "!"
        await there.press("escape")
        async with acting(config=config(tmp_path), folder=tmp_path) as here:
            await opened(here, "icinga", alert("web1!disk", name=clean("disk full")))
            await chosen(here, "")
            if asked:
                await looked(here)
            await there.press("I")
            await chosen(there, "")
            await looked(there)
            await agreed(there)
            await here.press("y" if asked else "ctrl+s")
            await here.until(lambda: "another window has declared this meanwhile" in here.text)
            assert not isinstance(here.app.screen, ConfirmScreen)
            assert len(kept(here)) == 1
            await looked(here)
            await agreed(here)
            assert len(kept(here)) == 2


async def test_a_page_that_comes_for_the_alert_meanwhile_is_told_before_a_second_one_calls_people(
    tmp_path: Path,
) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("web1!disk", name=clean("disk full")))
        await chosen(found, "pagerduty/PSVC")
        await looked(found)
        await found.answer("pagerduty", incident("PX", title=clean("disk full on web1")))
        await found.press("y")
        await found.until(lambda: "nothing was done: something has changed meanwhile" in found.text)
        assert "a page of it is open: #4127 disk full on web1" in found.text
        assert (found.sent, kept(found)) == ([], ())
        await looked(found)
        await agreed(found)
        await found.until(lambda: len(found.sent) == 1)


async def test_what_was_filled_in_is_kept_on_escape_and_in_a_crash(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await found.press("escape")
        assert found.outbox.ledger.drafts.texts == {}, "nothing was filled in"
        await found.press("I", Typed(" and [b]more"))
        await chosen(found, "pagerduty/PSVC", "P3")
        await found.press("escape", "I")
        await found.until(lambda: form(found).filled.page == "pagerduty/PSVC")
        assert "your draft of 09:31" in found.text
        assert (form(found).filled.title, form(found).filled.priority) == ("check a on web1 and [b]more", "P3")
        await found.press(Typed("!"))
        disk = Journal(tmp_path)

        def on_disk() -> str:
            disk.open()
            texts = [draft.text for draft in disk.drafts().values()]
            disk.close()
            return "".join(texts)

        for _ in range(60):  # nothing but time goes by: a crash would come now
            if "more!" in on_disk():
                break
            await found.pilot.pause(0.05)
        assert "more!" in on_disk(), (on_disk(), form(found).filled)
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await found.until(lambda: form(found).filled.title.endswith("more!"))
        assert form(found).filled.priority == "P3"
        await found.press("escape")
        await found.answer("icinga", alert("a"), alert("b"))
        await found.press("j", "I")
        assert form(found).filled.title == "check b on web1", "another item's draft is not this one's"


async def test_what_the_page_waits_for_is_said_until_it_is_there(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        await found.press("escape")
        actor = found.actors["pagerduty"]
        actor.previewing.clear()
        await found.press("I", "ctrl+s")
        await found.until(lambda: "wait a moment: what can become of the page is being asked" in found.text)
        actor.previewing.set()
        await found.until(lambda: form(found).filled.page == "pagerduty/PSVC")
        await found.until(lambda: "wait a moment" not in found.text)
        await looked(found)


async def test_each_part_may_be_left_out_and_without_a_title_nothing_goes_on(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await found.press("I")
        for key in ("tab", "tab", "X", "tab", "Y", "shift+tab", "Z"):  # as fast as a paste
            found.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await found.until(lambda: form(found).filled.lead.endswith("XZ"))
        assert (form(found).filled.title, form(found).filled.comms) == ("", "Y")
        form(found).set_focus(form(found).query_one("#title"))
        await found.press("ctrl+s")
        assert "it needs a title" in found.text.casefold()
        await found.press(Typed("odd"))
        parts = form(found).query_one("#parts")
        parts.deselect_all()  # type: ignore[attr-defined]
        await looked(found)
        for told in (
            "nobody is paged",
            "no report is kept",
            "no updates are reminded of",
            "lead: XZ; communications: Y",
        ):
            assert told in found.text
        one = await agreed(found)
        assert (one.report, bool(one.pace), one.about) == ("", False, None)
        await found.until(lambda: "✖ INCIDENT P1 odd" in found.text)
        assert reports(tmp_path) == []
        assert "update in" not in found.text
        assert found.sent == []


@pytest.mark.parametrize("read_only", [True, False])
async def test_where_nobody_can_be_paged_there_are_a_report_and_reminders(tmp_path: Path, read_only: bool) -> None:
    sources = ("icinga", "pagerduty") if read_only else ("icinga",)
    async with desk(*sources, config=config(tmp_path), folder=tmp_path, read_only=read_only) as found:
        await opened(found, "icinga", alert("a"))
        assert "page nobody" not in found.text
        assert "high urgency" not in found.text
        await looked(found)
        one = await agreed(found)
        assert "- Declared from: check a on web1" in (tmp_path / "incidents" / one.report).read_text()
        await found.until(lambda: "INCIDENT P1 update in 1h" in found.text)


async def test_a_service_that_does_not_answer_or_says_no_costs_nothing_else(tmp_path: Path) -> None:
    silent = PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer in 10 s")))
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        actor = found.actors["pagerduty"]
        actor.effects.clear()
        actor.previews[Verb.DECLARE] = silent
        await found.press("ctrl+s")
        await found.until(lambda: "did not answer: no answer in 10 s" in found.text)
        await found.press("escape", "I")
        await found.until(lambda: "pagerduty did not answer: no answer in 10 s" in found.text or "draft" in found.text)
        await found.press("ctrl+s")
        await found.until(lambda: "cannot be done now: choose again" in found.text)
        actor.previews[Verb.DECLARE] = SERVICES
        await found.press("escape", "I")
        await chosen(found, "pagerduty/PSVC")
        actor.previewing.clear()
        await found.press("ctrl+s", "escape")
        actor.previewing.set()
        await found.pilot.pause(0.05)
        assert len(found.app.screen_stack) == 2, "who has gone back is not asked"
        await found.press("I")
        await chosen(found, "")
        await looked(found)
        assert "nobody is paged" in found.text
        await agreed(found)
        assert found.sent == []


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.world.close()


async def test_an_answer_that_is_lost_makes_no_second_page_and_the_report_finds_the_first(
    served: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(TYPES, "pd", "pagerduty")
    async with served.reader() as reader, real_desk(served, config=config(tmp_path), folder=tmp_path) as found:
        await found.answer("pd", *(await reader.fetch()).items)
        await found.press("I", Typed("uploads fail"))
        await chosen(found, f"pd/{served.icinga.id}", "P2")
        await looked(found)
        assert "calls Ana Sowande (GOV.UK)" in found.text
        served.break_with("drop_after_apply", 1)
        one = await agreed(found)
        await found.until(lambda: bool(served.acts()))
        for _ in range(100):
            if found.outbox.ledger.mine[0].state is State.CONFIRMED:
                break
            await found.clock.advance(1)
            await found.pilot.pause(0.01)
        assert found.outbox.ledger.mine[0].state is State.CONFIRMED
        (made,) = served.sim.account.book.all_current()
        assert (made.title, made.service.name, made.key) == ("uploads fail", "GOV.UK Icinga", one.id)
        assert made.priority is not None
        assert made.priority.name == "P2"
        report = tmp_path / "incidents" / one.report
        named = f"- Page: [#{made.number} uploads fail]("
        sources = found.screen.session.engine.board.sources
        seen = replace(sources["pd"], items=(await reader.fetch()).items, as_of=found.clock.now())
        await Reports(found.screen.session).keep_up(one, Board({**sources, "pd": seen}))
        assert named in report.read_text()
        earlier = replace(sources["pd"], as_of=one.at)
        await Reports(found.screen.session).keep_up(one, Board({**sources, "pd": earlier}))
        assert "no longer open" not in report.read_text(), "this window's answer is older than the page"
        await found.answer("pd", *(await reader.fetch()).items)
        found.screen.declaring.look()
        await found.until(lambda: named in report.read_text())
        await found.answer("pd")
        found.screen.declaring.look()
        await found.until(lambda: ": no longer open" in report.read_text())
        assert served.written() == ["POST /incidents"]


async def test_a_disk_that_takes_nothing_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    (tmp_path / "incidents").write_text("in the way")
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        await chosen(found, "pagerduty/PSVC")
        await looked(found)
        await found.press("y")
        await found.until(lambda: "it cannot be kept on disk, so nothing was done" in found.text)
        await asyncio.sleep(0.05)
        assert found.sent == []
        await found.press("escape")
        assert found.outbox.ledger.drafts.texts != {}


async def test_what_is_chosen_right_before_it_is_looked_at_is_what_is_shown(tmp_path: Path) -> None:
    async with acting(config=config(tmp_path), folder=tmp_path) as found:
        await opened(found, "icinga", alert("a"))
        for key in (*["tab"] * 5, "down", "ctrl+s"):  # as fast as a terminal sends them
            found.app.post_message(events.Key(key, None))
        await found.until(lambda: isinstance(found.app.screen, ConfirmScreen))
        assert "yes, declare it and page" in found.text
