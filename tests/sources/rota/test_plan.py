from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.rota.coverage import told_coverage
from secondline_tui.sources.rota.dates import Shape
from secondline_tui.sources.rota.plan import Plan, plan_of
from secondline_tui.sources.rota.sheet import read_sheet

MONDAY = date(2024, 4, 1)


def plan(text: str, *, week_one: date | None = None, roles: Mapping[str, str] | None = None) -> Plan:
    return plan_of(read_sheet(text.encode()), "rota", week_one=week_one, roles=roles or {})


def told(made: Plan) -> list[tuple[str, str, str, str]]:
    return [
        (e.planned.role, e.planned.person, e.planned.first.isoformat(), e.planned.last.isoformat())
        for e in made.entries
    ]


def refused(text: str, roles: Mapping[str, str] | None = None) -> str:
    with pytest.raises(PollFailed) as caught:
        plan(text, roles=roles)
    assert caught.value.fault.kind is FaultKind.BAD_REPLY
    return str(caught.value.fault.message)


# -- the shapes ----------------------------------------------------------------


def test_weeks_that_are_counted() -> None:
    made = plan(
        "week,inhours_primary,inhours_secondary,inhours_shadow,oncall_primary\n"
        "1,Ana Sowande,Bo Adéyẹmí,,Łukasz Øster\n"
        "2,Bo Adéyẹmí,Ana Sowande,Di,Łukasz Øster\n",
        week_one=MONDAY,
    )
    assert made.shape is Shape.ORDINAL
    assert told(made) == [
        ("inhours_primary", "Ana Sowande", "2024-04-01", "2024-04-07"),
        ("inhours_secondary", "Bo Adéyẹmí", "2024-04-01", "2024-04-07"),
        ("oncall_primary", "Łukasz Øster", "2024-04-01", "2024-04-14"),
        ("inhours_primary", "Bo Adéyẹmí", "2024-04-08", "2024-04-14"),
        ("inhours_secondary", "Ana Sowande", "2024-04-08", "2024-04-14"),
        ("inhours_shadow", "Di", "2024-04-08", "2024-04-14"),
    ]
    assert str(made.entries[0].planned.ref) == "rota:planned:inhours_primary@2024-04-01/Ana%20Sowande"


def test_counted_weeks_need_to_know_where_they_begin() -> None:
    assert "set week_one" in refused("week,primary\n1,Ana\n")


def test_weeks_as_a_range_with_others_on_single_days() -> None:
    made = plan(
        "week,inhours_primary,oncall_primary\n"
        '08/04/2024-14/04/2024,"Ana Sowande (Bo on 09/04/2024, Cy Ng on 10/04/2024)",Di\n'
        "15/04/2024 - 21/04/2024,Ana Sowande,(Bo on 21/04/2024)\n"
    )
    assert made.shape is Shape.RANGE
    assert told(made) == [
        ("inhours_primary", "Ana Sowande", "2024-04-08", "2024-04-08"),
        ("oncall_primary", "Di", "2024-04-08", "2024-04-14"),
        ("inhours_primary", "Bo", "2024-04-09", "2024-04-09"),
        ("inhours_primary", "Cy Ng", "2024-04-10", "2024-04-10"),
        ("inhours_primary", "Ana Sowande", "2024-04-11", "2024-04-21"),
        ("oncall_primary", "Bo", "2024-04-21", "2024-04-21"),
    ]
    assert made.entries[4].rows == (2, 3)


def test_days() -> None:
    made = plan("Date;primary;secondary\n2026-11-18;Ana;Bo\n2026-11-19;Ana;\n2026-11-21;Ana;Bo\n")
    assert made.shape is Shape.DAILY
    assert told(made) == [
        ("primary", "Ana", "2026-11-18", "2026-11-19"),
        ("secondary", "Bo", "2026-11-18", "2026-11-18"),
        ("primary", "Ana", "2026-11-21", "2026-11-21"),
        ("secondary", "Bo", "2026-11-21", "2026-11-21"),
    ]


def test_weeks_from_wednesday() -> None:
    made = plan("Week Commencing,Primary - in hours,Secondary - in hours\n2026-11-18,Ana,Bo\n2026-11-25,Bo,Ana\n")
    assert made.shape is Shape.COMMENCING
    assert told(made)[0] == ("Primary - in hours", "Ana", "2026-11-18", "2026-11-24")
    assert made.roles == ("Primary - in hours", "Secondary - in hours")


@pytest.mark.parametrize(
    ("header", "key", "shape"),
    [
        ("WEEK", "week 1", Shape.ORDINAL),
        ("Week_Commencing", "18/11/2026", Shape.COMMENCING),
        ("w/c", "18.11.2026", Shape.COMMENCING),
        ("week beginning", "2026-11-16", Shape.COMMENCING),
        ("Week start date", "2026-11-16", Shape.COMMENCING),
        ("week", "2026-11-16", Shape.COMMENCING),
        ("week", "2026-11-16 to 2026-11-22", Shape.RANGE),
        ("dates", "16/11/2026–22/11/2026", Shape.RANGE),
        ("Day", "18/11/2026", Shape.DAILY),
    ],
)
def test_a_shape_is_known_by_header_and_first_row(header: str, key: str, shape: Shape) -> None:
    made = plan(f"{header},primary\n{key},Ana\n", week_one=date(2026, 11, 16))
    assert made.shape is shape
    assert date(2026, 11, 18) in made.days


def test_the_column_of_days_may_stand_anywhere() -> None:
    assert told(plan("primary,date\nAna,2026-11-18\n")) == [("primary", "Ana", "2026-11-18", "2026-11-18")]


# -- roles ----------------------------------------------------------------------


def test_every_other_column_is_a_role_unless_it_has_another_name() -> None:
    text = "week,Primary - in hours,Band leader,\n1,Ana,Bo,not a role\n"
    assert plan(text, week_one=MONDAY).roles == ("Primary - in hours", "Band leader")
    made = plan(text, week_one=MONDAY, roles={"Primary": "primary_in_HOURS"})
    assert made.roles == ("Primary", "Band leader")
    assert "there are" in refused(text, roles={"Primary": "nonsense"})


def test_a_rota_without_roles_is_none() -> None:
    assert "no column of people" in refused("week,\n1,Ana\n")


@pytest.mark.parametrize("header", ["name,telephone", "x,y,z", "Mon,Tue,Wed", "weekly plan,primary"])
def test_a_header_that_is_not_understood(header: str) -> None:
    message = refused(f"{header}\n1,2\n")
    assert 'no column is called "week"' in message
    assert header.split(",", maxsplit=1)[0] in message


def test_no_row_with_a_day() -> None:
    assert 'the first says "soon"' in refused("week,primary\nsoon,Ana\nlater,Bo\n")


# -- odd rows -------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "next week,Ana,Bo",
        "31/02/2024-06/03/2024,Ana,Bo",
        "14/04/2024-08/04/2024,Ana,Bo",
        "01/01/2024-31/12/2024,Ana,Bo",
        "2,Ana,Bo",
        "15/04/2024,Ana,Bo",
        ",Ana,Bo",
    ],
)
def test_a_row_that_is_not_understood_is_set_aside(row: str) -> None:
    made = plan(f"week,a,b\n01/04/2024-07/04/2024,Ana,Bo\n{row}\n22/04/2024-28/04/2024,Ana,Bo\n")
    (reason,) = made.rejected
    assert reason.startswith("row 3: week: ")
    assert len(made.entries) == 4


@pytest.mark.parametrize(
    "cell",
    [
        "Ana (Bo on 31/02/2024)",
        "Ana (Bo on 09/05/2024)",
        "Ana (Bo on 01/04/2024; Cy on 2)",
        "Ana (on 01/04/2024)",
        "Ana (Bo on 0/4/2024)",
    ],
)
def test_a_cell_that_is_not_understood_costs_only_itself(cell: str) -> None:
    made = plan(f'week,a,b\n01/04/2024-07/04/2024,"{cell}",Bo\n08/04/2024-14/04/2024,Di,Ek\n')
    (reason,) = made.rejected
    assert reason == f'row 2: a: "{cell}" is not understood'
    assert [who for _, who, *_ in told(made)] == ["Bo", "Di", "Ek"]


def test_one_row_has_one_reason() -> None:
    made = plan("week,a,b\n1,x (y on 1),z (y on 1)\n2,Ana,Bo\n", week_one=MONDAY)
    assert len(made.rejected) == 1


def test_more_odd_rows_than_good_ones_are_no_rota() -> None:
    assert "2 of 3 rows not understood" in refused("date,a\n2026-11-18,Ana\ntomorrow,Bo\nlater,Cy\n")


def test_american_dates_are_refused_as_a_whole() -> None:
    """01/11 to 12/11 would be read as other days without a word."""
    message = refused("date,a\n11/11/2026,Ana\n11/12/2026,Bo\n11/13/2026,Cy\n")
    assert "month first, like 11/13/2026" in message
    assert "month first" in refused('week,a\n01/04/2024-07/04/2024,"Ana (Bo on 04/13/2024)"\n')


def test_weeks_beyond_all_calendars() -> None:
    made = plan("week,a\n1,Ana\n999,Bo\n2,Cy\n0,Di\n3,Ek\n", week_one=MONDAY)
    assert len(made.rejected) == 2
    made = plan("week,a\n1,Ana\n2,Bo\n3,Cy\n4,Di\n", week_one=date.max - timedelta(days=15))
    assert len(made.rejected) == 2


# -- people ---------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["", "-", "–", '" "', "\u00a0"])
def test_nobody(cell: str) -> None:
    assert told(plan(f"week,a,b\n1,{cell},Bo\n", week_one=MONDAY)) == [("b", "Bo", "2024-04-01", "2024-04-07")]


@pytest.mark.parametrize(
    "name", ["Ana (she/her)", "Ron on Call", "Bo (frontend) Ek", "O'Neil-Ng", "Ana (based in Leeds)"]
)
def test_brackets_without_a_day_belong_to_the_name(name: str) -> None:
    assert [who for _, who, *_ in told(plan(f"week,a\n1,{name}\n", week_one=MONDAY))] == [name]


def test_a_week_that_stands_there_twice() -> None:
    made = plan("week,a\n1,Ana\n1,Ana\n2,Bo\n2,Cy\n", week_one=MONDAY)
    assert told(made) == [
        ("a", "Ana", "2024-04-01", "2024-04-07"),
        ("a", "Bo", "2024-04-08", "2024-04-14"),
        ("a", "Cy", "2024-04-08", "2024-04-14"),
    ]


def test_two_columns_of_one_name_are_one_role() -> None:
    made = plan("week,shadow,shadow\n1,Ana,Bo\n", week_one=MONDAY)
    assert [(role, who) for role, who, *_ in told(made)] == [("shadow", "Ana"), ("shadow", "Bo")]
    assert made.roles == ("shadow",)


def test_hostile_names_are_harmless() -> None:
    name = "\x1b]0;owned\x07[/red]\u202e Ana" + "x" * 50_000
    made = plan(f"week,\x1b[31mrole\n1,{name}\n", week_one=MONDAY)
    (entry,) = made.entries
    assert entry.planned.person.startswith("[/red] Anaxxx")
    assert entry.planned.role == "role"
    assert len(entry.planned.person) < 1_100
    assert not set(str(entry.planned.ref)) & {"\x1b", "\x07", "\u202e", " "}


def test_missing_weeks_leave_a_gap() -> None:
    made = plan("week,a\n1,Ana\n3,Ana\n", week_one=MONDAY)
    assert told(made) == [("a", "Ana", "2024-04-01", "2024-04-07"), ("a", "Ana", "2024-04-15", "2024-04-21")]
    assert [*told_coverage(made.days, date(2024, 4, 3))] == [
        "from Mon 1 Apr 2024 to Sun 21 Apr 2024",
        "no row for Mon 8 Apr 2024 to Sun 14 Apr 2024",
        "covers today, Wed 3 Apr 2024",
    ]
    assert [*told_coverage(made.days, date(2024, 4, 16))][1:] == ["covers today, Tue 16 Apr 2024"]
    assert [*told_coverage(made.days, date(2024, 5, 1))][-1] == "does not cover today: it ended 10 days ago"
    assert [*told_coverage(made.days, date(2024, 4, 9))][-1] == "does not cover today"
    assert [*told_coverage(frozenset(), date(2024, 4, 9))] == ["covers no day"]


# -- against the obvious ----------------------------------------------------------

PEOPLE = ("", "Ana", "Bo", "Zoë, of Ås", "Cy (they)")
ROLES = ("a", "b")
Week = dict[str, tuple[str, dict[int, str]]]
weeks = st.lists(
    st.fixed_dictionaries(
        {
            role: st.tuples(
                st.sampled_from(PEOPLE), st.dictionaries(st.integers(0, 6), st.sampled_from(("Di", "Ek")), max_size=3)
            )
            for role in ROLES
        }
    ),
    min_size=1,
    max_size=5,
)


def cell(main: str, instead: dict[int, str], first: date) -> str:
    others = ", ".join(f"{who} on {first + timedelta(days=n):%d/%m/%Y}" for n, who in instead.items())
    return f"{main} ({others})" if others and "(" not in main else main


@given(weeks)
def test_every_day_is_whose_the_rota_says(drawn: list[Week]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["week", *ROLES])
    expected: dict[tuple[str, date], str] = {}
    for number, week in enumerate(drawn):
        first = MONDAY + timedelta(weeks=number)
        last = first + timedelta(days=6)
        writer.writerow([f"{first:%d/%m/%Y}-{last:%d/%m/%Y}", *(cell(*week[role], first) for role in ROLES)])
        for role in ROLES:
            main, instead = week[role]
            for n in range(7):
                who = main if "(" in main else instead.get(n, main)
                if who:
                    expected[role, first + timedelta(days=n)] = who
    made = plan(text.getvalue())
    found: dict[tuple[str, date], str] = {}
    for entry in made.entries:
        item = entry.planned
        assert item.first <= item.last
        for n in range((item.last - item.first).days + 1):
            day = (str(item.role), item.first + timedelta(days=n))
            assert day not in found
            found[day] = item.person
    assert found == expected
    assert len({entry.planned.ref for entry in made.entries}) == len(made.entries)
    for one in made.entries:  # as few entries as there can be
        for other in made.entries:
            same = (one.planned.role, one.planned.person) == (other.planned.role, other.planned.person)
            assert not (same and other.planned.first == one.planned.last + timedelta(days=1))
