"""A title is never surer than its sources: what is not known is no number, and what is old says so."""

from __future__ import annotations

import pytest

from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, OnCall, Planned, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.arrange import Known, Part, count_told, fitted
from secondline_tui.ui.spans import Role, width_of
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, incident
from tests.ui.desk import Desk, desk

UNREACHABLE = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached")))


def title(found: Desk, pane: str) -> str:
    word = f" {pane} "
    line = next(line for line in found.text.splitlines() if word in line and "──" in line)
    return word + line.partition(word)[2]


async def test_no_answer_at_all_is_no_number() -> None:
    async with desk(hang=True) as found:
        assert title(found, "Pages").startswith(" Pages … ─")
        for name, reader in found.readers.items():
            reader.let_go()
            await found.fail(name, UNREACHABLE)
        for pane in ("Pages", "Alerts", "Tickets", "Ongoing issues"):
            assert title(found, pane).startswith(f" {pane} ? ─"), found.text


async def test_nothing_is_not_said_to_be_well_where_a_source_does_not_see_everything() -> None:
    async with desk("icinga", "zendesk") as found:
        await found.answer("icinga", unseen=(clean("satellite-2"),))
        assert " no alerts, but icinga does not see: satellite-2" in found.text
        assert "✔ no alerts" not in found.text
        assert "✔ no tickets" in found.text
        await found.answer("icinga")
        assert "✔ no alerts" in found.text


async def test_none_is_a_number_where_it_is_known() -> None:
    async with desk() as found:
        assert title(found, "Pages").startswith(" Pages 0 ─")


async def test_a_pane_with_rows_names_who_is_missing() -> None:
    async with desk("icinga", "ci", hang=True) as found:
        for reader in found.readers.values():
            reader.let_go()
        await found.fail("ci", UNREACHABLE)
        await found.answer("icinga", alert("a"), alert("b", severity=Severity.WARNING), hidden=3)
        assert title(found, "Alerts").startswith(" Alerts  1 critical  1 warning  + ? (ci)  3 ignored ─")


async def test_old_items_are_dated_in_the_title() -> None:
    async with desk() as found:
        await found.answer("pagerduty", incident("P"))
        await found.fail("pagerduty", UNREACHABLE)
        assert title(found, "Pages").startswith(" Pages  1 triggered  pagerduty's from 09:31 ─")
        assert "Alerts 0" in title(found, "Alerts")


async def test_an_old_answer_of_nothing_is_not_nothing() -> None:
    async with desk() as found:
        await found.fail("pagerduty", UNREACHABLE)
        assert title(found, "Pages").startswith(" Pages ?  pagerduty's from 09:31 ─")


@pytest.mark.parametrize("width", range(20, 80))
def test_doubt_outlasts_numbers_and_no_word_is_cut(width: int) -> None:
    parts = [
        Part(9, ((" Alerts ", Role.STRONG),)),
        Part(6, ((" 12 critical ", Role.CRITICAL),)),
        Part(3, ((" 4 handled ", Role.MUTED),)),
        Part(8, ((" + ? ", Role.DOUBT),)),
        Part(5, (("(icinga, alertmanager) ", Role.DOUBT), ("(2 of 3) ", Role.DOUBT))),
    ]
    line = fitted(parts, width)
    told = "".join(text for text, _ in line)
    assert width_of(line) <= width
    assert told.startswith(" Alerts ")
    assert "+ ?" in told
    assert "…" not in told
    assert ("12 critical" in told) is (width >= 26)


def test_counts_in_words() -> None:
    assert count_told(3, Known()) == "3"
    assert count_told(0, Known(silent=("icinga",))) == "?"
    assert count_told(2, Known(silent=("icinga", "ci"))) == "2 + ? (icinga, ci)"


async def test_today_marks_what_is_old() -> None:
    planned = Planned(
        ref=ItemRef("rota", Kind.PLANNED, "1"), role=clean("inhours_secondary"), person=clean("Cy"),
        first=BEGIN.date(), last=BEGIN.date(),
    )  # fmt: skip
    on = OnCall(
        ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("inhours_primary"), person=clean("Ana"),
        start=ago(hours=1), end=ago(hours=-9),
    )  # fmt: skip
    async with desk() as found:
        await found.answer("rota", planned)
        await found.answer("pagerduty", on)
        assert "from 09:31" not in found.text
        await found.fail("pagerduty", UNREACHABLE)
        assert "pagerduty's from 09:31" in title(found, "Today")
        assert "Ana?" in found.text.partition(" Today ")[2]
        assert "Cy?" not in found.text
        await found.fail("rota", UNREACHABLE)
        assert "Cy?" in found.text


async def test_pages_that_call_are_in_sight_while_another_pane_has_the_keys() -> None:
    mine = incident("1", status=clean("acknowledged"))
    drill = incident("2", drill=True)
    async with desk(size=(80, 24)) as found:
        await found.answer("icinga", alert("a"))
        await found.answer("pagerduty", mine)
        await found.press("1", "2")
        await found.answer("pagerduty", mine, drill)
        await found.answer("pagerduty", mine, drill, incident("3", title=clean("uploads fail")))
        assert "uploads fail" in found.text
        assert "page calls" not in found.text
        await found.press("1")
        await found.until(lambda: any("ACKED" in line and line.startswith("▌") for line in found.text.splitlines()))
        await found.until(lambda: " 1 page calls  1\n" in found.text)
        await found.press("home")
        await found.until(lambda: "uploads fail" in found.text)
        await found.until(lambda: "page calls" not in found.text)


async def test_a_page_that_calls_and_is_filtered_out_is_told() -> None:
    async with desk() as found:
        await found.answer("pagerduty", incident("1", title=clean("uploads fail")))
        await found.press("1", "slash", *"-uploads", "enter")
        await found.until(lambda: " 1 page calls  1\n" in found.text)


async def test_the_selected_row_is_in_sight_when_the_filter_is_cleared() -> None:
    async with desk(size=(80, 24)) as found:
        await found.answer("icinga", *(alert(f"a{n:02}", since=ago(minutes=n)) for n in range(40)))
        await found.press("2", "slash", *"a30", "enter")
        assert found.screen.item is not None
        assert found.screen.item.ref.key == "a30"
        await found.press("escape")
        await found.until(lambda: any(line.startswith("▌") and "a30" in line for line in found.text.splitlines()))


async def test_what_is_hidden_is_counted_also_where_there_is_little_room() -> None:
    async with desk("icinga", "ci", size=(80, 24)) as found:
        mine = [alert(f"m{n}", acknowledged=Handling(by=clean("Bo"))) for n in range(7)]
        kinds = [alert(f"{level}", severity=level) for level in Severity]
        paused = alert("p", source="ci", paused=True)
        await found.answer("icinga", *mine, *kinds)
        await found.answer("ci", paused, *(alert(f"c{n}", source="ci", severity=Severity.WARNING) for n in range(10)))
        await found.fail("ci", UNREACHABLE)
        await found.press("2", "h", "slash", *"-uploads", "enter")
        line = next(line for line in found.text.splitlines() if line.startswith(" Alerts "))
        assert " 7 hidden" in line, line
