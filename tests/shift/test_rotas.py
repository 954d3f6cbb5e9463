"""From the text of a rota to who is on, at every boundary of two weeks around both changes of clocks and Christmas."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.items import Planned
from secondline_tui.shift.calendar import Span
from secondline_tui.shift.pairing import Pairing, next_pairing, pairing
from secondline_tui.sources.rota.plan import plan_of
from secondline_tui.sources.rota.sheet import read_sheet
from tests.shift import rotas
from tests.shift.oracle import DAY, MINUTE, Obvious, current_or_next, wall
from tests.shift.rotas import ROLES, SHAPES, Row, people
from tests.shift.test_calendar import CHRISTMAS, HALF_PAST_FIVE, NINE_THIRTY, WALLS, WEEKDAYS
from tests.shift.test_pairing import board

OUT_OF_HOURS = "oncall_primary"


def planned(shape: str, rows: list[Row]) -> list[Planned]:
    week_one = rows[0].first if shape == "ordinal" else None
    sheet = read_sheet(rotas.text(shape, rows).encode())
    plan = plan_of(sheet, "rota", week_one=week_one, roles={})
    assert plan.rejected == ()
    return [entry.planned for entry in plan.entries]


def expected(rows: list[Row], shift: Span, on_call: Span) -> dict[str, tuple[set[str], Span]]:
    """Every role that has somebody, with the span that they are on."""
    spans = {role: on_call if role == OUT_OF_HOURS else shift for role in ROLES}
    return {role: (found, span) for role, span in spans.items() if (found := people(rows, role, span.day))}


def told(made: Pairing) -> dict[str, tuple[set[str], datetime | None, datetime | None]]:
    return {pair.role: (set((pair.planned or "").split(" + ")), pair.start, pair.until) for pair in made.roles}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("zone", "first"), WALLS)
def test_who_is_on_at_every_boundary(zone: str, first: date, shape: str) -> None:
    clocks = wall(zone, first, 14)
    obvious = Obvious(clocks, WEEKDAYS, NINE_THIRTY, HALF_PAST_FIVE, CHRISTMAS)
    calendar, shifts, on_calls = obvious.calendar(), obvious.shifts(), obvious.on_calls()
    rows = rotas.table(shape, first)
    items = board(*planned(shape, rows))
    midnights = {clocks.at(first + n * DAY, time()) for n in range(14)}
    edges = midnights | {edge for span in (*shifts, *on_calls) for edge in (span.start, span.end)} | {*clocks.changes}
    begin, end = clocks.at(first, time()), clocks.at(first + 14 * DAY, time())
    moments = sorted({edge + n * MINUTE for edge in edges for n in (-1, 0, 1) if begin <= edge < end})
    assert len(moments) > 14 * 3 * 2
    gaps = 0
    for now in moments:
        shift, on_call = current_or_next(shifts, now), current_or_next(on_calls, now)
        assert shift is not None
        assert on_call is not None
        for made, this, that in (
            (pairing(items, calendar, now), shift, on_call),
            (
                next_pairing(items, calendar, now),
                current_or_next(shifts, shift.end),
                current_or_next(on_calls, on_call.end),
            ),
        ):
            assert made is not None
            assert this is not None
            assert that is not None
            right = expected(rows, this, that)
            assert told(made) == {role: (who, span.start, span.end) for role, (who, span) in right.items()}, now
            assert (made.day, made.on_shift) == (this.day, this.start <= now < this.end)
            covered = any(people(rows, role, this.day) for role in ROLES)
            assert bool(made.remark) is not covered
            gaps += not covered
    assert bool(gaps) is (shape != "ordinal")


def test_the_fixtures_hold_what_they_should() -> None:
    rows = rotas.table("range", date(2026, 3, 23))
    text = rotas.text("range", rows)
    assert '"Zoë Łukasik' not in text  # week 0 has no exception
    assert "(Wěi 伟 on " in text
    assert ",," in text
    assert len(people(rows, "inhours_primary", rows[1].first + 3 * DAY)) == 2
    assert ZoneInfo("Australia/Lord_Howe").key in {zone for zone, _ in WALLS}
