"""An opened item tells first what counts, and never more than is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Detail, Handling, Item, Links
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.detail_text import FIRST_LINES, More, as_text, detail_lines
from secondline_tui.ui.rows import View
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, incident, ticket
from tests.ui.desk import desk

LONG = "https://alertmanager.example.org/#/alerts?filter=" + "%7Balertname%3D%22x%22%2C" * 20


def told(item: Item, more: More = None, *, dated: bool = False, **how: Any) -> list[str]:
    view = View(BEGIN, UTC, 79, dated={item.ref.source: "09:20"} if dated else {})
    return ["".join(text for text, _ in line) for line in detail_lines(item, more or Detail(), view, **how)]


def fact(lines: list[str], name: str) -> str:
    found = [line[15:].strip() for line in lines if line.startswith(f" {name} ")]
    assert len(found) == 1, lines
    return found[0]


def test_what_an_alert_says_stands_first_and_once() -> None:
    output = clean("DISK CRITICAL: / 3% free")
    lines = told(alert("a", output=output, links=Links(web=LONG)))
    assert lines[1].strip() == output
    assert sum(output in line for line in lines) == 1


def test_a_long_output_leaves_the_facts_in_sight_and_is_whole_below() -> None:
    output = SafeText("\n".join(f"line {n}" for n in range(40)))
    lines = told(alert("a", output=output))
    assert lines[FIRST_LINES].strip() == f"line {FIRST_LINES - 1}"
    assert any(line.startswith(" state ") for line in lines[: FIRST_LINES + 3])
    assert [line.strip() for line in lines if line.startswith("  line")] == [f"line {n}" for n in range(40)]


def test_links_come_after_what_is_said_each_in_one_line_and_are_copied_whole() -> None:
    item = alert("a", output=clean("value=1"), links=Links(web=LONG, runbook="https://docs.example.org/a"))
    lines = told(item, Detail(attributes=((clean("state"), clean("2")),)))
    page = next(place for place, line in enumerate(lines) if line.startswith(" page "))
    assert lines[page].endswith("…")
    assert lines[page + 1].startswith(" runbook ")
    assert page > next(place for place, line in enumerate(lines) if line.startswith(" source "))
    assert LONG in as_text(item, View(BEGIN, UTC, 79))


def test_nobody_has_it() -> None:
    assert fact(told(alert("a")), "who") == "nobody has it"
    assert fact(told(alert("a"), dated=True), "who") == "nobody had it"
    for item in (alert("a", acknowledged=Handling(by=clean("Bo"))), alert("a", downtime=True), alert("a", paused=True)):
        assert not any("nobody" in line for line in told(item))


def test_what_is_gone_was() -> None:
    lines = told(alert("a", state=clean("active")), is_gone=True)
    assert fact(lines, "state") == "was CRITICAL"
    assert not any("nobody has it" in line or "active" in line for line in lines)
    assert fact(told(ticket("1"), is_gone=True), "status") == "was open"
    lines = told(incident("a", escalates_at=ago(minutes=-4)), is_gone=True)
    assert fact(lines, "status") == "was triggered"
    assert not any(line.startswith(" escalates") for line in lines)


def test_an_escalation_that_is_due_or_of_an_old_answer() -> None:
    assert fact(told(incident("a", escalates_at=ago(minutes=-4))), "escalates") == "09:35, in 4:00"
    assert fact(told(incident("a", escalates_at=ago(seconds=2))), "escalates") == "09:30, now"
    old = told(incident("a", escalates_at=ago(minutes=-4)), dated=True)
    assert fact(old, "escalates") == "09:35, if nobody has answered it since"


def test_a_source_that_a_person_paused_is_not_blamed() -> None:
    lines = told(alert("a"), dated=True, paused_since=datetime(2026, 11, 18, 9, 25, tzinfo=UTC))
    assert " from 09:20: icinga paused since 09:25" in lines
    assert " from 09:20: icinga has not answered since" in told(alert("a"), dated=True)


async def test_pausing_while_an_item_is_open_says_so() -> None:
    async with desk() as found:
        await found.answer("icinga", alert("a"))
        await found.press("enter", "p")
        await found.shown()
        assert "from 09:31: icinga paused since 09:31" in found.text
        await found.press("p")
        await found.fail("icinga", PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer"))))
        assert "icinga has not answered since" in found.text


MOMENT = int(BEGIN.timestamp())


@pytest.mark.parametrize(
    ("name", "value", "beside"),
    [
        ("last_check", f"{MOMENT - 301}.4639673", "(09:25, 5m ago)"),
        ("last_check_result.execution_end", f"{MOMENT - 1_800}", "(09:01, 30m ago)"),
        ("next_check", f"{MOMENT + 1_200}", "(09:51, in 20m)"),
        ("last_check", "0", ""),
        ("check_attempt", "4", ""),
        ("size", f"{MOMENT}", ""),
    ],
)
def test_seconds_since_1970_have_a_time_beside_them(name: str, value: str, beside: str) -> None:
    lines = told(alert("a"), Detail(attributes=((clean(name), clean(value)),)))
    line = next(line for line in lines if line.startswith(f" {name} "))
    assert line.partition(value)[2].strip() == beside
