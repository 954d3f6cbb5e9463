"""The record of what was seen: what began, ended, came back, and what no answer told."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.board import Board, Reading, SourceState
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, Item
from secondline_tui.domain.past import NOTHING
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.engine import store
from secondline_tui.engine.history import History
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from tests.fakes.actor import Inline
from tests.fakes.clock import BEGIN, FakeClock
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.fakes.reader import FakeReader

LONDON = ZoneInfo("Europe/London")
DISK = ItemRef("icinga", Kind.ALERT, "disk")
DOWN = Fault(kind=FaultKind.UNREACHABLE, message=SafeText("cannot be reached"))


RECORDS: list[Record] = []
"""Those of the test that runs."""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No file stays open after a test."""
    yield
    while RECORDS:
        RECORDS.pop().history.close()


class Record:
    """A history on a held clock, told of one source's answers."""

    def __init__(self, folder: Path, clock: FakeClock | None = None, keep: timedelta = timedelta(days=90)) -> None:
        self.clock = clock or FakeClock()
        self.folder = folder
        self.history = History(folder, self.clock, LONDON, keep, lambda _: ago(minutes=1), disk=Inline())
        self.board = Board()
        RECORDS.append(self)

    async def sees(self, *items: Item, source: str = "icinga", rejected: int = 0, unseen: int = 0) -> None:
        """The source gives a good answer now."""
        state = SourceState(
            name=source,
            type="icinga2",
            environment=clean("production"),
            interval=30,
            deadline=10,
            items=items,
            as_of=self.clock.now(),
            good_at=self.clock.monotonic(),
            rejected=(SafeText("odd"),) * rejected,
            unseen=(SafeText("a zone"),) * unseen,
        )
        self.board = self.board.with_source(state)
        await self.history.record(self.board)

    async def fails(self, source: str = "icinga") -> None:
        self.board = self.board.with_source(replace(self.board.sources[source], fault=DOWN))
        await self.history.record(self.board)

    async def after(self, **parts: float) -> None:
        await self.clock.advance(timedelta(**parts).total_seconds())

    async def again(self) -> Record:
        """The program ends, and is started again."""
        self.history.close()
        return Record(self.folder, self.clock)


async def test_an_alert_that_comes_and_goes_is_one_occurrence_from_its_beginning_to_when_it_was_last_seen(
    tmp_path: Path,
) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk", since=ago(minutes=4)))
    await record.after(minutes=1)
    await record.sees(alert("disk", since=ago(minutes=4)))
    await record.after(minutes=1)
    await record.sees()
    past = await record.history.past(DISK)
    assert (past.count, past.count_today, past.by_day) == (1, 1, (0, 0, 0, 0, 0, 0, 1))
    assert (past.first, past.last) == (ago(minutes=4), BEGIN + timedelta(minutes=1))
    assert past.longest == timedelta(minutes=5)


async def test_an_alert_that_flaps_is_counted_each_time(tmp_path: Path) -> None:
    record = Record(tmp_path)
    for _ in range(3):
        await record.sees(alert("disk", since=record.clock.now()))
        await record.after(minutes=1)
        await record.sees()
        await record.after(minutes=1)
    assert (await record.history.past(DISK)).count == 3


async def test_an_alert_that_went_and_came_back_between_two_answers_is_counted_twice(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk", since=ago(minutes=4)))
    await record.after(minutes=1)
    await record.sees(alert("disk", since=BEGIN + timedelta(seconds=40)))
    assert (await record.history.past(DISK)).count == 2


async def test_a_change_of_severity_is_no_second_occurrence(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk", state=clean("WARNING"), since=ago(minutes=4)))
    await record.after(minutes=1)
    await record.sees(alert("disk", since=BEGIN + timedelta(seconds=40)))
    assert (await record.history.past(DISK)).count == 1


async def test_an_alert_whose_source_says_it_was_never_away_goes_on(tmp_path: Path) -> None:
    record = Record(tmp_path)
    for items in ((alert("disk"),), (), (alert("disk"),)):
        await record.sees(*items)
        await record.after(minutes=1)
    assert (await record.history.past(DISK)).count == 1


async def test_a_source_that_does_not_answer_ends_nothing(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    await record.after(minutes=1)
    await record.fails()
    await record.after(hours=1)
    await record.sees(alert("disk"))
    [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert not seen.over
    assert seen.last == record.clock.now()


async def test_what_ended_while_the_source_did_not_answer_lasted_until_it_was_last_seen(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    await record.fails()
    await record.after(hours=1)
    await record.sees()
    [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert seen.over
    assert seen.last == BEGIN


async def test_an_empty_answer_that_turned_old_ends_nothing(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    record.board = record.board.with_source(replace(record.board.sources["icinga"], items=(), as_of=ago(minutes=-1)))
    await record.after(hours=1)
    await record.history.record(record.board)
    [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert not seen.over


@pytest.mark.parametrize(("rejected", "unseen"), [(1, 0), (0, 1)])
async def test_what_may_be_among_the_rows_not_understood_or_not_seen_has_not_ended(
    tmp_path: Path, rejected: int, unseen: int
) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    for _ in range(2):
        await record.after(minutes=1)
        await record.sees(rejected=rejected, unseen=unseen)
        [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
        assert not seen.over
    await record.after(minutes=1)
    await record.sees()
    [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert seen.over


async def test_a_row_that_was_odd_all_along_keeps_nothing_else_from_ending(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"), rejected=1)
    await record.after(minutes=1)
    await record.sees(rejected=1)
    [seen] = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert seen.over


async def test_after_a_restart_what_goes_on_is_the_same_occurrence_and_what_went_meanwhile_has_ended(
    tmp_path: Path,
) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"), alert("load"))
    record = await record.again()
    await record.after(hours=8)
    await record.sees(alert("disk"))
    seen = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now() + timedelta(seconds=1))
    assert [(one.ref.key, one.over) for one in seen] == [("disk", False), ("load", True)]


async def test_an_alert_that_began_again_while_the_program_was_off_is_another_occurrence(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    record = await record.again()
    await record.after(hours=8)
    await record.sees(alert("disk", since=BEGIN + timedelta(hours=3)))
    assert (await record.history.past(DISK)).count == 2


async def test_a_name_is_counted_over_all_its_machines_and_an_item_alone(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(*(alert(key, name=clean("low disk")) for key in ("disk", "web2", "web3")))
    by_name, alone = await record.history.past("low disk"), await record.history.past(DISK)
    assert (by_name.count, by_name.items) == (3, 3)
    assert (alone.count, alone.items) == (1, 1)
    assert await record.history.past("never heard of") == NOTHING


async def test_it_is_told_who_acknowledged_the_latest_first(tmp_path: Path) -> None:
    record = Record(tmp_path)
    for minute, who in enumerate(("Ana", "Bo", "Ana", "Chidi")):
        at = record.clock.now()
        held = Handling(by=clean(who), at=at)
        await record.sees(alert("disk", since=at))
        await record.sees(alert("disk", since=at, acknowledged=held))
        await record.after(minutes=1 + minute)
        await record.sees(alert("disk", since=at, acknowledged=held))
        await record.after(minutes=1)
        await record.sees()
    past = await record.history.past(DISK)
    assert past.count == 4
    assert past.acknowledged_by == ("Chidi", "Ana", "Bo")


async def test_days_are_those_of_the_calendar_also_when_clocks_change(tmp_path: Path) -> None:
    # Clocks in London go back on Sunday 25 October 2026 at 01:00 UTC.
    record = Record(tmp_path, FakeClock(datetime(2026, 10, 20, 22, 59, tzinfo=UTC)))
    for moment in (
        datetime(2026, 10, 20, 22, 59, tzinfo=UTC),  # Tue 23:59
        datetime(2026, 10, 20, 23, 1, tzinfo=UTC),  # Wed 00:01
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),  # Sun 00:30
        datetime(2026, 10, 25, 23, 59, tzinfo=UTC),  # Sun 23:59, in winter time
        datetime(2026, 10, 26, 0, 1, tzinfo=UTC),  # Mon 00:01
    ):
        await record.after(seconds=(moment - record.clock.now()).total_seconds())
        await record.sees(alert("disk", since=moment))
        await record.after(seconds=10)
        await record.sees()
    past = await record.history.past(DISK)
    assert past.by_day == (1, 1, 0, 0, 0, 2, 1)
    assert past.count_today == 1


async def test_the_noisiest_come_first_with_how_long_and_how_often_acknowledged(tmp_path: Path) -> None:
    record = Record(tmp_path)
    for turn in range(3):
        at = record.clock.now()
        load = alert("load", name=clean("load"), since=at, acknowledged=Handling(by=clean("Ana")) if turn else None)
        await record.sees(load, *([alert("disk", name=clean("disk"), since=at)] if not turn else []))
        await record.after(minutes=2)
        await record.sees(load)
        await record.after(minutes=1)
        await record.sees()
    noisy = await record.history.noisiest(ago(days=1), record.clock.now())
    assert [(one.name, one.count, one.total, one.acknowledged) for one in noisy] == [
        ("load", 3, timedelta(minutes=6), 2),
        ("disk", 1, timedelta(0), 0),
    ]
    assert noisy[0].latest == ItemRef("icinga", Kind.ALERT, "load")
    assert all(one.is_over for one in noisy)
    await record.after(minutes=1)
    await record.sees(alert("load", name=clean("load"), since=record.clock.now()))
    await record.after(minutes=1)
    noisy = await record.history.noisiest(ago(days=1), record.clock.now() + timedelta(seconds=1))
    assert [one.is_over for one in noisy] == [False, True]
    assert not await record.history.noisiest(ago(days=2), ago(days=1))


async def test_moves_of_pages_tickets_and_cards_are_kept(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(incident("P1"), source="pagerduty")
    await record.sees(ticket("1"), source="zendesk")
    await record.sees(card("c"), source="trello")
    await record.after(minutes=1)
    answered = incident("P1", status=clean("acknowledged"), acknowledged_by=(clean("Bo"),))
    await record.sees(answered, source="pagerduty")
    await record.sees(ticket("1", status=clean("pending")), source="zendesk")
    await record.sees(card("c", list_name=clean("Done")), source="trello")
    moves = {}
    for kind in (Kind.INCIDENT, Kind.TICKET, Kind.CARD):
        [seen] = await record.history.seen_between(kind, ago(days=1), record.clock.now())
        moves[kind] = [(move.was, move.became, move.at) for move in seen.moves]
    later = BEGIN + timedelta(minutes=1)
    assert moves == {
        Kind.INCIDENT: [("triggered", "acknowledged", later)],
        Kind.TICKET: [("open", "pending", later)],
        Kind.CARD: [("Ongoing issues", "Done", later)],
    }
    [page] = await record.history.seen_between(Kind.INCIDENT, ago(days=1), record.clock.now())
    assert [(held.by, held.at) for held in page.held] == [("Bo", later)]


async def test_what_ended_before_or_began_after_is_not_between(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("early"))
    await record.after(minutes=1)
    await record.sees()
    await record.after(minutes=10)
    await record.sees(alert("late", since=record.clock.now()))
    between = await record.history.seen_between(Kind.ALERT, BEGIN + timedelta(minutes=2), BEGIN + timedelta(minutes=11))
    assert not between


async def test_what_is_older_than_is_kept_is_forgotten_and_what_goes_on_is_not(tmp_path: Path) -> None:
    record = Record(tmp_path, keep=timedelta(days=2))
    old = alert("disk", acknowledged=Handling(by=clean("Ana")))
    await record.sees(alert("load"), old)
    await record.sees(ticket("1"), source="zendesk")
    await record.after(minutes=1)
    await record.sees(alert("load"))
    await record.after(days=3)
    await record.sees(alert("load"))
    await record.after(days=1.1)
    await record.sees(alert("load"))
    assert await record.history.past(DISK) == NOTHING
    assert (await record.history.past(ItemRef("icinga", Kind.ALERT, "load"))).count == 1
    db = sqlite3.connect(tmp_path / "history.db")
    left = db.execute("SELECT (SELECT count(*) FROM things), (SELECT count(*) FROM held)").fetchone()
    db.close()
    assert left == (1, 0), "also of what sources had that are asked no longer"


async def test_a_damaged_file_is_put_aside_and_said_and_nothing_else_is_touched(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"this is no database" * 100)
    (tmp_path / "outbox.db").write_bytes(b"another's")
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    assert record.history.note == "the record of what was seen was damaged, and is kept as history.damaged-1.db"
    assert (tmp_path / "history.damaged-1.db").read_bytes().startswith(b"this is no database")
    assert (tmp_path / "outbox.db").read_bytes() == b"another's"
    assert (await record.history.past(DISK)).count == 1


async def test_damage_that_shows_only_later_costs_the_record_and_no_more(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(*(alert(f"a{n}") for n in range(400)))
    record.history.close()
    file = tmp_path / "history.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    record = Record(tmp_path, record.clock)
    await record.after(minutes=1)
    await record.sees(alert("disk"))
    assert "is kept as history.damaged-1.db" in record.history.note
    assert (await record.history.past(DISK)).count == 1


async def test_a_folder_that_cannot_be_written_is_said_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    record = Record(tmp_path / "file")
    await record.sees(alert("disk"))
    assert record.history.note == "what is seen cannot be kept on disk; the log says why"
    assert await record.history.past(DISK) == NOTHING


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_the_file_is_the_persons_own(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    modes = modes_in(tmp_path)
    assert modes
    assert set(modes.values()) == {0o600}


async def test_of_two_instances_one_records_and_both_know_and_the_other_takes_over(tmp_path: Path) -> None:
    one = Record(tmp_path)
    two = Record(tmp_path, one.clock)
    for record in (one, two):
        await record.sees(alert("disk"))
    await one.after(minutes=1)
    for record in (one, two):
        await record.sees()
    assert (await two.history.past(DISK)).count == 1
    one.history.close()
    await one.after(minutes=1)
    await two.sees(alert("disk", since=one.clock.now()))
    assert (await two.history.past(DISK)).count == 2


async def test_an_item_that_no_file_can_name_costs_nothing_else(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("\ud800"), alert(""), alert("disk"))
    assert (await record.history.past(DISK)).count == 1
    assert not record.history.note


# -- what is new -------------------------------------------------------------------------------------------------


def new(record: Record) -> list[str]:
    return sorted(ref.key for ref in record.history.new)


async def test_without_a_record_what_began_with_the_shift_is_new(tmp_path: Path) -> None:
    record = Record(tmp_path)  # whose shift began a minute ago
    await record.sees(alert("old", since=ago(hours=2)), alert("young", since=ago(seconds=10)), alert("x", since=None))
    assert new(record) == ["young"]


async def test_what_was_under_way_when_all_was_said_to_be_seen_is_new(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees()
    asked_at = record.clock.now()
    await record.after(seconds=2)
    await record.history.see()
    await record.after(seconds=2)
    state = replace(record.board.sources["icinga"], items=(alert("disk"),), as_of=asked_at, took=4.0)
    record.board = record.board.with_source(state)
    await record.history.record(record.board)
    assert new(record) == ["disk"]


async def test_what_comes_later_is_new_until_it_is_opened_or_all_is_seen(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees()
    await record.after(minutes=1)
    both = (alert("disk", since=ago(hours=2)), alert("load"))
    await record.sees(*both)
    assert new(record) == ["disk", "load"], "also when it says that it began long ago: nobody saw it then"
    await record.history.see(DISK)
    assert new(record) == ["load"]
    await record.after(minutes=1)
    await record.sees(*both)
    assert new(record) == ["load"]
    await record.history.see()
    assert new(record) == []
    await record.after(minutes=1)
    await record.sees(*both, alert("third"))
    assert new(record) == ["third"]


async def test_what_was_seen_is_remembered_and_what_came_while_nobody_looked_is_new(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("young", since=ago(seconds=10)))
    await record.history.see()
    record = await record.again()
    await record.after(hours=10)
    await record.sees(alert("young", since=ago(seconds=10)), alert("night"))
    assert new(record) == ["night"]


async def test_what_comes_back_is_new_again(tmp_path: Path) -> None:
    record = Record(tmp_path)
    await record.sees(alert("disk"))
    await record.history.see()
    await record.after(minutes=1)
    await record.sees()
    await record.after(minutes=1)
    await record.sees(alert("disk", since=record.clock.now()))
    assert new(record) == ["disk"]


# -- beside the polling ------------------------------------------------------------------------------------------


@asynccontextmanager
async def engine_with(history: History, reader: FakeReader, clock: FakeClock) -> AsyncIterator[Engine]:
    plan = SourcePlan(name="icinga", type="icinga2", environment=clean(""), interval=30, deadline=10, open=reader.open)
    engine = Engine([plan], clock, [history])
    engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


async def test_it_follows_the_polling_through_an_outage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "QUIET", 0.0)
    record = Record(tmp_path)
    reader = FakeReader(Reading(items=(alert("disk"),)))
    async with engine_with(record.history, reader, record.clock) as engine:
        await record.after(seconds=40)
        reader.fail(PollFailed(DOWN))
        await record.after(minutes=10)
        reader.answer(Reading(items=(alert("disk"), alert("load"))))
        engine.refresh()
        await record.after(seconds=10)
        seen = await record.history.seen_between(Kind.ALERT, ago(days=1), record.clock.now())
    assert [(one.ref.key, one.over) for one in seen] == [("disk", False), ("load", False)]
