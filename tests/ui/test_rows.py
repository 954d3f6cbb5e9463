"""Rows keep to their width and tell what counts, whatever text comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from secondline_tui.domain.items import Handling, Item, Severity
from secondline_tui.domain.text import clean
from secondline_tui.ui.rows import View, gone, row, short_word
from secondline_tui.ui.spans import Line, Role, cut, fit, spread, width_of, wrap
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["\x1b[31mred", "[@click=app.quit]x", "日本語のアラート" * 5, "👩‍💻🇬🇧❤️" * 4, "مرحبا", "x" * 500, ""]
    ),
)


def text(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(part for part, _ in line) for line in lines)


def view(width: int = 100, *, tall: bool = False, dated: Mapping[str, str] | None = None) -> View:
    return View(BEGIN, UTC, width, tall, dated or {})


def items(words: str) -> list[Item]:
    w = clean(words)
    held = Handling(by=w, comment=w)
    return [
        alert("a", name=w, host=w, output=w, summary=w, environment=w),
        alert("b", name=w, host=w, acknowledged=held, flapping=True, soft=True, severity=Severity.UNKNOWN, since=None),
        incident("c", title=w, service=w, assigned=(w, w), priority=w, escalates_at=ago(minutes=-3), drill=True),
        incident("d", title=w, status=clean("acknowledged"), acknowledged_by=(w,)),
        ticket("1", subject=w, requester=w, assignee=w, priority=None, due=ago(hours=1)),
        ticket("2", subject=w, status=clean("pending"), priority=w),
        card("e", title=w, labels=(w, w), due=ago(days=-3), comments=12),
    ]


@settings(max_examples=60)
@given(HOSTILE, st.integers(20, 250), st.booleans())
def test_no_row_is_wider_than_its_list(words: str, width: int, tall: bool) -> None:
    for item in items(words):
        for line in row(item, view(width, tall=tall)):
            assert width_of(line) <= width, text((line,))
        for line in gone(item, view(width, tall=tall), BEGIN, "gone since"):
            assert width_of(line) <= width


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_severity_is_a_word_and_a_symbol(width: int) -> None:
    for severity, symbol, word in (
        (Severity.CRITICAL, "✖", "CRIT"), (Severity.WARNING, "!", "WARN"), (Severity.UNKNOWN, "?", "UNKN"),
    ):  # fmt: skip
        told = text(row(alert("a", severity=severity), view(width)))
        assert symbol in told
        assert word in told


@pytest.mark.parametrize("tall", [False, True])
def test_ages_line_up(tall: bool) -> None:
    lines = [
        row(alert(f"k{n}", name=clean("x" * n), since=ago(minutes=n * 7)), view(100, tall=tall))[0]
        for n in range(1, 40)
    ]
    ends = {cell_len("".join(part for part, _ in line).rstrip()) for line in lines}
    assert len(ends) == 1


def test_who_has_it_is_on_the_row() -> None:
    held = Handling(by=clean("Bo"), comment=clean("looking\nsecond line"))
    for tall in (False, True):
        assert "Bo: looking" in text(row(alert("a", acknowledged=held), view(110, tall=tall)))
    assert "downtime" in text(row(alert("a", downtime=True), view(110)))


def test_a_page_counts_down_and_a_drill_is_called_one() -> None:
    told = text(row(incident("a", escalates_at=ago(seconds=-221), drill=True, assigned=(clean("Ana"),)), view(110)))
    assert "escalates in 3:41" in told
    assert "DRILL" in told
    assert "Ana" in told
    assert "TRIGGERED" in told


def test_tickets_tell_priority_and_deadline() -> None:
    assert "triage" in text(row(ticket("1", priority=None), view()))
    assert "HIGH" in text(row(ticket("1"), view()))
    assert "late 1h" in text(row(ticket("1", due=ago(hours=1)), view()))
    assert "in 3h" in text(row(ticket("1", due=ago(hours=-3)), view()))
    assert "late" not in text(row(ticket("1", due=ago(hours=1), status=clean("pending")), view()))


@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("width", [39, 79, 119])
def test_rows_of_a_source_that_does_not_answer_keep_their_words_and_are_marked(width: int, tall: bool) -> None:
    for item in (
        alert("a", name=clean("disk full")),
        ticket("1", subject=clean("disk full")),
        ticket("2", subject=clean("disk full"), due=ago(hours=-30)),
        card("c", title=clean("disk full"), comments=12, due=ago(hours=1)),
        *([incident("p", title=clean("disk full"), status=clean("acknowledged"))] if width >= 60 else []),
    ):
        fresh = row(item, view(width, tall=tall))
        dated = row(item, view(width, tall=tall, dated={item.ref.source: "09:55"}))
        assert text(dated).replace("?", " ").rstrip() == text(fresh).rstrip(), "nothing moves, nothing is lost"
        marked = [part for line in dated for part, role in line if role is Role.DATED]
        assert len(marked) == 1
        assert marked[0].endswith("?")
        assert {role for line in dated for _, role in line} == {Role.DATED, Role.MUTED}, "the rest is dim"
        assert "?" not in text(fresh)


@pytest.mark.parametrize(("minutes", "word"), [(-3, "escalates 09:34?"), (3, "escalated by 09:28?")])
def test_a_page_of_a_source_that_does_not_answer_shows_the_time_instead_of_counting_down(
    minutes: int, word: str
) -> None:
    page = incident("p", escalates_at=ago(minutes=minutes), assigned=(clean("Ana"),))
    dated = {"pagerduty": "09:20"}
    assert word in text(row(page, view(100, dated=dated)))
    assert f"↑ {word.rsplit(maxsplit=1)[-1]}" in text(row(page, view(60, dated=dated)))


def test_a_page_that_is_due_to_escalate_says_so() -> None:
    page = incident("p", escalates_at=ago(seconds=3), assigned=(clean("Ana"),))
    assert "Ana escalates now" in text(row(page, view(100)))
    assert "escalates in 0:01" in text(row(incident("p", escalates_at=ago(seconds=-1)), view(100)))


NAME = clean("scheduled publications in Whitehall not queued")


@pytest.mark.parametrize("width", [100, 110, 118, 150, 178, 220, 298])
def test_a_long_name_is_whole_on_a_broad_screen(width: int) -> None:
    said = clean("CRITICAL: 4 editions are scheduled and not queued, the oldest since 09:00 this morning")
    held = Handling(by=clean("Bo"), comment=clean("looking"))
    for item in (alert("a", name=NAME, summary=said), alert("a", name=NAME, summary=said, acknowledged=held)):
        told = text(row(item, view(width)))
        assert NAME in told or item.handled
        assert NAME[:34] in told
        if width >= 118:
            assert "CRITICAL: 4" in told or "Bo: looking" in told
        if width >= 220:
            assert said[:40] in told


@pytest.mark.parametrize("width", [39, 79, 98, 118, 178])
def test_columns_stand_still_from_row_to_row(width: int) -> None:
    told = [
        text(row(item, view(width)))
        for item in (
            alert("a", host=clean("HOST")),
            alert("b", host=clean("HOST"), acknowledged=Handling(by=clean("Bo"))),
            alert("c", host=clean("HOST"), flapping=True, name=NAME, summary=NAME),
        )
    ]
    assert len({line.find("HOST") for line in told}) == 1
    assert len({cell_len(line) for line in told}) == 1


def test_environments_are_never_cut_without_a_sign() -> None:
    for name, told in (
        ("production", " prod "), ("Staging", " stag "), ("integration", " int "), ("test", " test "),
        ("preview", " prev… "),
    ):  # fmt: skip
        assert told in text(row(alert("a", environment=clean(name)), view(79)))
    assert short_word("pending", 7) == "pending"


def test_a_ticket_keeps_half_of_a_narrow_row_for_its_subject() -> None:
    subject = clean("Attachment uploads fail")
    for due, told in ((ago(hours=-30), "in 30h"), (ago(hours=-5, minutes=-7), "in 5h"), (ago(days=-12), "in 12d")):
        line = text(row(ticket("4711", subject=subject, due=due), view(39)))
        assert subject[:16] in line
        assert told in line


@pytest.mark.parametrize(("width", "told"), [(47, "Mehmet"), (79, "Mehmet Ç"), (119, "Mehmet Çelik")])
def test_whose_ticket_it_is(width: int, told: str) -> None:
    line = text(row(ticket("4711", subject=NAME, assignee=clean("Mehmet Çelik"), due=ago(hours=-3)), view(width)))
    assert told[:6] in line
    assert "Mehmet" in text(row(ticket("4711", subject=clean("short"), assignee=clean("Mehmet")), view(39)))


@given(HOSTILE.map(clean), st.integers(0, 80))
def test_cutting_and_padding_by_cells(words: str, width: int) -> None:
    assert cell_len(fit(words, width)) == width
    assert cell_len(cut(words, width)) <= width


@given(HOSTILE.map(clean), st.integers(2, 40))
def test_wrapped_text_loses_nothing_but_spaces(words: str, width: int) -> None:
    lines = wrap(words, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_spread_cuts_the_beginning_and_keeps_the_end() -> None:
    line = spread((("x" * 50, Role.PLAIN),), (("END", Role.PLAIN),), 20)
    assert width_of(line) == 20
    assert "".join(part for part, _ in line).endswith("END")


@pytest.mark.parametrize("tall", [False, True])
def test_what_belongs_to_a_new_row_is_shown_whole_or_left_out(tall: bool) -> None:
    node = alert("a", name="NodeNotReady", host="node-3", environment=clean("production"))
    for width in range(60, 120):
        seen = View(BEGIN, UTC, width, tall, related=lambda _: "↔ #4136 · card", new={node.ref})
        line = text(row(node, seen)[:1])
        assert cell_len(line) == width
        assert "…" not in line, line
        assert " new " in line


@pytest.mark.parametrize("width", range(64, 160, 7))
@pytest.mark.parametrize(("hours", "due"), [(39.5, "in 1d 15h"), (5.99, "in 5h 59m"), (-72, "late 72h")])
def test_the_time_left_and_the_age_of_a_ticket_stand_apart(width: int, hours: float, due: str) -> None:
    item = ticket("4711", due=ago(hours=-hours), created=ago(hours=3, minutes=16))
    assert text(row(item, view(width))).endswith(f"{due} 3h 16m ")
    assert f" {due} " in text(row(item, view(width)))


@pytest.mark.parametrize("width", [95, 140, 199])
def test_what_is_under_way_takes_the_place_of_blanks_and_not_of_words(width: int) -> None:
    item = ticket("4711", subject=clean("Document is not live"), assignee=clean("Ana"), due=ago(hours=-39.5))
    plain = text(row(item, view(width)))
    told = text(row(item, replace(view(width), receipts={item.ref: ("sending note…", Role.ACCENT)})))
    assert [word for word in told.split() if word not in ("sending", "note…")] == plain.split()
    assert "sending note…" in told
    assert cell_len(told) == width
