"""The demo's past is what its world says, recorded as if the program had been watching."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from secondline_tui.cli.demo_past import Trouble, readings, remember
from secondline_tui.cli.wiring import engine, shiftwork
from secondline_tui.config.load import load
from secondline_tui.demo.firings import Firing
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.settings import shift_begin, turn_begin
from secondline_tui.demo.story import cast, furnish
from secondline_tui.demo.world import World
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card
from secondline_tui.domain.past import ordinal
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.engine import recall
from secondline_tui.engine.handed import HandedOver
from secondline_tui.engine.notes import NoteBook
from secondline_tui.shift.cover import covers
from secondline_tui.shift.news import unread
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.period import turn_began
from secondline_tui.shift.takeover import taking_over

MONITORS = ("icinga", "ci", "alertmanager")
NOW = datetime(2026, 11, 22, 4, 42, tzinfo=UTC)


@pytest.fixture(scope="module", params=[False, True], ids=["start", "end"])
def demo(request: pytest.FixtureRequest) -> Iterator[Demo]:
    with Demo(at_end=request.param) as served:
        remember(served.past, load(served.config).state_folder)
        yield served


def state(demo: Demo) -> Path:
    return load(demo.config).state_folder


def told(demo: Demo, source: str) -> list[Firing]:
    return list(demo.world.simulators[source].firings)


async def board_of(demo: Demo) -> Board:
    work = engine(load(demo.config))
    board = await work.poll_once()
    await work.stop()
    return board


async def test_what_is_wrong_now_looks_in_the_record_as_its_service_tells_it(demo: Demo) -> None:
    board = await board_of(demo)
    for source in MONITORS:
        there = {a.ref.key: a for a in board.items(Alert) if a.ref.source == source}
        open_ = {firing.key: firing for firing in told(demo, source) if firing.ended is None}
        assert there.keys() == open_.keys()
        for key, alert in there.items():
            trouble = open_[key]
            assert alert.since is not None
            assert abs(alert.since.timestamp() - trouble.began) < 2
            assert (alert.name, alert.host, alert.environment) == (trouble.name, trouble.host, trouble.environment)
            assert alert.handled or (alert.severity, alert.state) == (trouble.severity, trouble.state)


def test_every_time_that_something_was_wrong_is_recorded_once_with_its_times(demo: Demo) -> None:
    until = json.loads(demo.past.read_text())["until"]
    path = state(demo) / "history.db"
    long_ago, end = datetime(2000, 1, 1, tzinfo=UTC), datetime.fromtimestamp(until, UTC)
    for source in (*MONITORS, "pagerduty"):
        firings = [firing for firing in told(demo, source) if firing.began <= until]
        assert firings
        kind = Kind.INCIDENT if source == "pagerduty" else Kind.ALERT
        seen = [one for one in recall.seen_between(path, kind, long_ago, end) if one.ref.source == source]
        assert Counter(one.ref.key for one in seen) == Counter(firing.key for firing in firings)
        lasted = {(one.ref.key, round(one.first.timestamp(), 3)): one for one in seen}
        for firing in firings:
            one = lasted[firing.key, round(firing.began, 3)]
            if firing.ended is not None and firing.ended < until:
                assert one.over
                assert abs(one.last.timestamp() - firing.ended) < 2
            assert [had.by for had in one.held] == list(dict.fromkeys(who for who, at in firing.held if at < until))


async def test_there_is_something_to_show_in_every_part_of_a_shift(demo: Demo) -> None:
    config, board = load(demo.config), await board_of(demo)
    shift, now = shiftwork(config.shift), datetime.now(UTC)
    folder, path = config.state_folder, config.state_folder / "history.db"
    begin = turn_began(shift.calendar, shift.agenda, now)
    assert begin == turn_begin(demo.world)
    noisy = recall.past(path, "overdue publications in Whitehall", now, shift.calendar.zone)
    assert noisy.count_week >= 3, ordinal(noisy.count_week)
    assert noisy.acknowledged_by
    assert NoteBook(folder).since(begin - timedelta(days=7))
    handed = HandedOver(folder).last()
    assert handed is not None
    assert "## Notes" in handed.text
    assert "## Alerts, the most frequent first" in handed.text
    assert "answered by" in handed.text
    cards = list(board.items(Card))
    if not demo.world.at_end:
        assert 0 < len(unread(cards, recall.looks(path))) < len(cards)
    over = taking_over(board, shift.calendar, shift.agenda, now)
    assert over is not None
    assert [name for _, name in over.people] == ["Zoë Brânză", "Imogen Thackeray"], "no standbys"
    assert over.at == (turn_begin(demo.world) + timedelta(days=7)).astimezone(UTC)
    last = shift.calendar.current_or_next(shift_begin(demo.world) + timedelta(hours=1))
    assert last is not None
    following = shift.calendar.current_or_next(last.end)
    assert following is not None
    assert (following.start == over.at) is demo.world.at_end, "nobody works between its last shift and the handover"


async def test_whoever_is_away_in_hours_has_a_standby_who_can_be_put_in(demo: Demo) -> None:
    board, now = await board_of(demo), datetime.now(UTC)
    shift = shiftwork(load(demo.config).shift)
    standbys = {cover.pair.role: cover.standby for cover in covers(pairing(board, shift.calendar, now), now)}
    assert standbys["inhours_primary"] == "Imogen Thackeray"
    assert standbys["inhours_secondary"] == "Zoë Brânză"
    assert set(filter(None, standbys.values())) <= set(cast.TEAM), "PagerDuty knows them"


def test_the_past_is_the_same_in_every_run() -> None:
    worlds = [World(NOW.timestamp, at_end=at_end) for at_end in (False, False, True)]
    for world in worlds:
        furnish(world)
    one, same, end = (world.past()["firings"] for world in worlds)
    assert one == same
    assert one != end


def test_the_shift_begins_now_or_seven_hours_ago_and_its_turn_days_before_its_end() -> None:
    start, end = World(NOW.timestamp), World(NOW.timestamp, at_end=True)
    assert shift_begin(start) == turn_begin(start) == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    assert shift_begin(end) == datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
    assert turn_begin(end) == datetime(2026, 11, 17, 21, 30, tzinfo=UTC)


def test_a_poll_is_recorded_whenever_something_was_new_and_at_the_end() -> None:
    trouble = Trouble(
        kind="alert", key="k", name="disk", began=100.0, ended=200.0, environment="", host="db", severity="critical",
        state="CRITICAL", number=0, held=[("ops", 150.0)],
    )  # fmt: skip
    seen = list(readings("icinga", [trouble], 300.0))
    assert [(one.at, len(one.items)) for one in seen] == [(100, 1), (150, 1), (199, 1), (200, 0), (300, 0)]
    items = [item for one in seen for item in one.items]
    assert {item.ref for item in items} == {ItemRef("icinga", Kind.ALERT, "k")}
    assert [isinstance(item, Alert) and item.acknowledged is not None for item in items] == [False, True, True]
