from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from secondline_tui.domain.actions import HeldBack, Intent, NotSent, Refused, State, Unanswered, Verb
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.patience import Patience
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.records import Draft
from tests.fakes.actor import FakeActor, Inline
from tests.fakes.clock import BEGIN, FakeClock
from tests.fakes.reader import FakeReader

PATIENCE = Patience(first=0.5, most=1.0, slow=10.0, window=5.0, held=60.0, stale=60.0)
REF = ItemRef("desk", Kind.TICKET, "7")
AWAY = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=SafeText("away")))


def intent(key: str, text: str = "", ref: ItemRef = REF) -> Intent:
    return Intent(
        id=key, ref=ref, verb=Verb.COMMENT, item=SafeText("#7 help"), author="Ana", at=BEGIN, text=text or f"text {key}"
    )


class Desk:
    """One outbox over one actor, and the sources it asked to be polled."""

    def __init__(
        self, folder: Path, clock: FakeClock, actor: FakeActor | None = None, home: str = "here", name: str = "desk"
    ) -> None:
        self.actor = actor or FakeActor()
        self.clock = clock
        self.refreshed: list[str] = []
        self.folder = folder
        plan = SourcePlan(
            name=name,
            type="zendesk",
            environment=SafeText(""),
            interval=30.0,
            deadline=10.0,
            open=FakeReader(AWAY).open,
            act=self.actor.open,
            home=home,
        )
        readonly = replace(plan, name="wall", act=None)
        self.journal = Journal(folder)
        self.outbox = Outbox(self.journal, [plan, readonly], clock, self.refreshed.append, PATIENCE, Inline())

    async def begin(self, *, adopt: bool = True) -> Desk:
        await self.outbox.start(since=self.clock.now() - timedelta(hours=1), adopt=adopt)
        return self

    def state(self, key: str = "1") -> State:
        return self.outbox.ledger.get(key).state

    def reason(self, key: str = "1") -> str:
        return self.outbox.ledger.get(key).reason

    async def killed(self) -> None:
        """End as `kill -9` ends: nothing is said to anybody, and the system takes the lock away."""
        for task in self.outbox._tasks:
            task.cancel()
        await asyncio.sleep(0)
        self.journal.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    made = await Desk(tmp_path / "state", clock).begin()
    yield made
    await asyncio.wait({asyncio.ensure_future(made.outbox.stop()), asyncio.ensure_future(clock.advance(1.0))})


def reread(folder: Path) -> dict[str, tuple[str, str]]:
    """What is on disk: state and text by id."""
    with closing(sqlite3.connect(folder / "outbox.db")) as db:
        return {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, state, intent FROM actions")}


async def test_an_action_is_accepted_then_confirmed_when_the_service_shows_it(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = False
    await desk.outbox.submit([intent("1")])
    await clock.advance(0.1)
    assert desk.state() is State.ACCEPTED
    assert desk.actor.applied == ["text 1"]
    assert not desk.refreshed, "nothing new can be seen yet"
    desk.actor.shows = True
    await clock.advance(1.0)
    assert desk.state() is State.CONFIRMED
    assert desk.refreshed == ["desk"], "the row is to change because the source says so"


async def test_it_is_on_disk_before_anything_is_sent(desk: Desk, clock: FakeClock, tmp_path: Path) -> None:
    desk.actor.hang()
    await desk.outbox.submit([intent("1", "line one\r\n\tline two \U0001f525 ")])
    state, text = reread(tmp_path / "state")["1"]
    assert not desk.actor.sends
    assert state == "queued"
    assert r"line one\r\n\tline two \ud83d\udd25 " in text
    await clock.advance(0.1)
    assert desk.actor.sends[0].text == "line one\r\n\tline two \U0001f525 "
    assert reread(tmp_path / "state")["1"][0] == "sending"


async def test_actions_of_a_source_go_out_one_after_the_other_in_order(desk: Desk, clock: FakeClock) -> None:
    desk.actor.hang()
    await desk.outbox.submit([intent("1"), intent("2"), intent("3")])
    await clock.advance(0.1)
    assert [sent.id for sent in desk.actor.sends] == ["1"]
    desk.actor.let_go()
    await clock.advance(0.1)
    assert desk.actor.applied == ["text 1", "text 2", "text 3"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Refused(SafeText("already acknowledged by Bo")), State.REFUSED),
        (NotSent(SafeText("cannot be reached")), State.FAILED),
    ],
)
async def test_a_no_is_told_in_the_services_words_and_nothing_is_sent_again(
    desk: Desk, clock: FakeClock, answer: Exception, state: State
) -> None:
    desk.actor.answers(answer)
    await desk.outbox.submit([intent("1")])
    await clock.advance(600.0)
    assert desk.state() is state
    assert desk.reason() == str(answer)
    assert len(desk.actor.sends) == 1
    assert desk.outbox.ledger.get("1").wants_a_person


async def test_without_an_answer_it_is_unknown_until_the_service_shows_it(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = False
    desk.actor.answers("lost", Unanswered(SafeText("cut off")))
    await desk.outbox.submit([intent("1")])
    await clock.advance(0.1)
    assert desk.state() is State.UNKNOWN
    desk.actor.shows = True
    await clock.advance(2.0)
    assert desk.state() is State.CONFIRMED
    assert len(desk.actor.sends) == 1


async def test_what_never_arrived_is_called_failed_after_a_while_and_sent_again_on_request(
    desk: Desk, clock: FakeClock
) -> None:
    desk.actor.answers(Unanswered(SafeText("cut off")))
    await desk.outbox.submit([intent("1")])
    await clock.advance(4.0)
    assert desk.state() is State.UNKNOWN
    await clock.advance(4.0)
    assert desk.state() is State.FAILED
    assert "does not have it" in desk.reason()
    await desk.outbox.retry("1")
    await clock.advance(2.0)
    assert desk.state() is State.CONFIRMED
    assert desk.actor.applied == ["text 1"]


async def test_what_may_have_been_done_is_looked_for_before_it_is_sent_again(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = False
    desk.actor.answers("lost", Unanswered(SafeText("cut off")))
    await desk.outbox.submit([intent("1")])
    await clock.advance(8.0)
    assert desk.state() is State.FAILED, "the service was slower than our patience"
    desk.actor.shows = True
    await desk.outbox.retry("1")
    await clock.advance(2.0)
    assert desk.state() is State.CONFIRMED
    assert desk.actor.applied == ["text 1"], "once"


async def test_while_the_service_cannot_be_asked_it_stays_unknown_and_is_not_sent_again(
    desk: Desk, clock: FakeClock
) -> None:
    desk.actor.answers("lost", Unanswered(SafeText("cut off")))
    desk.actor.reading = AWAY
    await desk.outbox.submit([intent("1")])
    await clock.advance(300.0)
    assert desk.state() is State.UNKNOWN
    await desk.outbox.retry("1")
    await clock.advance(1.0)
    assert desk.state() is State.UNKNOWN
    desk.actor.reading = None
    await clock.advance(30.0)
    assert desk.state() is State.CONFIRMED
    assert desk.actor.applied == ["text 1"]


async def test_where_no_reading_can_tell_the_person_is_asked(desk: Desk, clock: FakeClock) -> None:
    desk.actor.shows = None
    desk.actor.answers(Unanswered(SafeText("cut off")))
    await desk.outbox.submit([intent("1")])
    await clock.advance(300.0)
    assert desk.state() is State.UNKNOWN
    assert "cannot tell" in desk.reason()
    assert desk.actor.asked == 1


async def test_a_service_that_hangs_makes_it_unknown_after_the_deadline(desk: Desk, clock: FakeClock) -> None:
    desk.actor.hang()
    desk.actor.shows = False
    await desk.outbox.submit([intent("1")])
    await clock.advance(13.0)
    assert desk.state() is State.UNKNOWN
    assert "within 10 s" in desk.reason()


async def test_too_many_requests_only_wait(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(HeldBack(SafeText("wait 20 s"), 20.0))
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(19.0)
    assert desk.state() is State.QUEUED
    assert desk.reason() == "wait 20 s"
    assert len(desk.actor.sends) == 1, "the whole source is left alone"
    assert desk.outbox.ledger.get("1").attempts == 0, "nothing was done, so nothing was sent"
    assert desk.outbox.ledger.get("1").sent_at is None
    await clock.advance(3.0)
    assert desk.outbox.ledger.get("1").attempts == 1
    assert desk.actor.applied == ["text 1", "text 2"]


async def test_waiting_ends_after_the_patience_for_it(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(*[HeldBack(SafeText("wait 40 s"), 40.0)] * 5)
    await desk.outbox.submit([intent("1")])
    await clock.advance(200.0)
    assert desk.state() is State.FAILED
    assert len(desk.actor.sends) == 2


async def test_the_same_text_twice_is_two_comments(desk: Desk, clock: FakeClock) -> None:
    await desk.outbox.submit([intent("1", "same"), intent("2", "same")])
    await clock.advance(3.0)
    assert desk.actor.applied == ["same", "same"]
    assert {desk.outbox.ledger.get(key).remote for key in "12"} == {"made-1", "made-2"}


async def test_the_first_comment_is_not_taken_for_the_second_of_the_same_text(desk: Desk, clock: FakeClock) -> None:
    await desk.outbox.submit([intent("1", "same")])
    await clock.advance(2.0)
    desk.actor.answers(Unanswered(SafeText("cut off")))
    await desk.outbox.submit([intent("2", "same")])
    await clock.advance(10.0)
    assert desk.state("2") is State.FAILED


async def test_a_crash_of_an_actor_is_unknown_and_the_queue_goes_on(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(RuntimeError("a secret"))
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.2)
    assert desk.state("1") is State.UNKNOWN
    assert "a secret" not in desk.reason("1")
    await clock.advance(2.0)
    assert desk.state("2") is State.CONFIRMED


async def test_an_actor_that_cannot_be_made_fails_the_action_and_is_made_again(desk: Desk, clock: FakeClock) -> None:
    desk.actor.opening = AWAY
    await desk.outbox.submit([intent("1")])
    await clock.advance(0.1)
    assert desk.state() is State.FAILED
    desk.actor.opening = None
    await desk.outbox.retry("1")
    await clock.advance(2.0)
    assert desk.state() is State.CONFIRMED


async def test_nothing_is_sent_for_a_source_that_is_read_only(desk: Desk) -> None:
    with pytest.raises(Refused, match="read-only"):
        await desk.outbox.prepare(ItemRef("wall", Kind.TICKET, "1"), Verb.COMMENT)


async def test_dropping_ends_what_waits_and_what_went_wrong(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(HeldBack(SafeText("wait"), 20.0), Refused(SafeText("no")))
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(1.0)
    await desk.outbox.drop("1")
    await clock.advance(30.0)
    assert desk.state("1") is State.FAILED
    assert desk.state("2") is State.REFUSED
    await desk.outbox.drop("2")
    assert not any(action.wants_a_person for action in desk.outbox.ledger.actions)
    assert desk.actor.applied == []


async def test_what_the_account_may_not_do_is_learned(desk: Desk, clock: FakeClock) -> None:
    desk.actor.answers(Refused(SafeText("read-only key"), forbidden=True))
    await desk.outbox.submit([intent("1")])
    await clock.advance(0.1)
    assert desk.outbox.ledger.forbidden == {("desk", Verb.COMMENT)}


async def test_what_the_account_may_do_by_now_is_learned_as_well(desk: Desk, clock: FakeClock) -> None:
    no = Refused(SafeText("read-only key"), forbidden=True)
    desk.actor.answers(no, no)
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.1)
    await desk.outbox.retry("1")
    await clock.advance(0.1)
    assert desk.outbox.ledger.forbidden == frozenset(), "the other one's no is older"


# -- ends of the program ---------------------------------------------------------------------------------------------


async def test_after_a_kill_while_sending_it_is_unknown_and_looked_for(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.hang()
    await first.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.1)
    await first.killed()
    first.actor.applied.append("text 1")  # it arrived, though nobody heard the answer
    first.actor.let_go()
    second = await Desk(tmp_path, clock, first.actor).begin()
    assert second.state("1") is State.UNKNOWN
    await clock.advance(3.0)
    assert second.state("1") is State.CONFIRMED
    assert second.state("2") is State.CONFIRMED
    assert sorted(first.actor.applied) == ["text 1", "text 2"]
    await second.killed()


async def test_what_waited_for_long_is_not_sent_when_the_program_comes_back(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(HeldBack(SafeText("wait"), 50.0))
    await first.outbox.submit([intent("1")])
    await clock.advance(0.1)
    await first.killed()
    await clock.advance(120.0)
    second = await Desk(tmp_path, clock).begin()
    await clock.advance(5.0)
    assert second.state() is State.FAILED
    assert second.outbox.ledger.get("1").wants_a_person
    assert not second.actor.sends
    await second.killed()


async def test_what_another_running_process_does_is_seen_and_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    second = await Desk(tmp_path, clock).begin()
    first.actor.answers(HeldBack(SafeText("wait"), 50.0))
    await first.outbox.submit([intent("1")])
    await clock.advance(5.0)
    assert second.state() is State.QUEUED
    await second.outbox.retry("1")
    await second.outbox.drop("1")
    await clock.advance(35.0)
    assert not second.actor.sends
    await first.killed()
    await clock.advance(35.0)
    assert second.actor.applied == ["text 1"], "taken up from the process that ended"
    await second.killed()


async def test_an_action_never_goes_to_another_address_than_it_was_confirmed_for(
    tmp_path: Path, clock: FakeClock
) -> None:
    first = await Desk(tmp_path, clock, home="https://production").begin()
    first.actor.hang()
    await first.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.1)
    await first.killed()
    second = await Desk(tmp_path, clock, home="https://staging").begin()
    await clock.advance(30.0)
    assert not second.actor.sends
    assert second.actor.asked == 0
    assert second.state("1") is State.UNKNOWN
    assert second.state("2") is State.FAILED
    for key in "12":
        await second.outbox.retry(key)
    await clock.advance(30.0)
    assert not second.actor.sends
    await second.killed()


async def test_drafts_survive_a_kill_and_end_with_the_submission(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    await first.outbox.ledger.drafts.keep("desk:ticket:7|comment", "half a sent\u200dence \udc80")
    await first.killed()
    second = await Desk(tmp_path, clock).begin()
    assert second.outbox.ledger.drafts.take_up("desk:ticket:7|comment") == Draft("half a sent\u200dence \udc80", BEGIN)
    await second.outbox.submit([intent("1")], draft="desk:ticket:7|comment")
    await second.killed()
    third = await Desk(tmp_path, clock).begin()
    assert third.outbox.ledger.drafts.texts == {}
    await third.killed()


async def test_quitting_while_a_service_hangs_is_quick_and_says_what_is_left(tmp_path: Path, clock: FakeClock) -> None:
    desk = await Desk(tmp_path, clock).begin()
    desk.actor.hang()
    await desk.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.1)
    stopping = asyncio.ensure_future(desk.outbox.stop())
    await clock.advance(0.4)
    left = await asyncio.wait_for(stopping, 2.0)
    assert [action.intent.id for action in left] == ["1", "2"]
    assert desk.actor.closed


async def test_quitting_begins_nothing_new(tmp_path: Path, clock: FakeClock) -> None:
    """What is being sent may end; what waited behind it is known not to have been sent, and goes out the next time."""
    first = await Desk(tmp_path, clock).begin()
    first.actor.hang()
    await first.outbox.submit([intent("1"), intent("2")])
    await clock.advance(0.1)
    stopping = asyncio.ensure_future(first.outbox.stop())
    await clock.advance(0.1)
    first.actor.let_go()
    await asyncio.wait_for(stopping, 2.0)
    assert first.actor.applied == ["text 1"]
    assert {key: state for key, (state, _) in reread(tmp_path).items()} == {"1": "accepted", "2": "queued"}
    second = await Desk(tmp_path, clock, first.actor).begin()
    await clock.advance(2.0)
    assert first.actor.applied == ["text 1", "text 2"]
    await second.killed()


# -- the disk -------------------------------------------------------------------------------------------------------


async def test_only_its_owner_can_read_the_journal(desk: Desk, tmp_path: Path) -> None:
    await desk.outbox.submit([intent("1")])
    for path in (tmp_path / "state").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


async def test_a_damaged_journal_is_put_aside_and_said(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "outbox.db").write_bytes(b"this is no database" * 100)
    desk = await Desk(tmp_path, clock).begin()
    assert "outbox.damaged-1.db" in desk.outbox.ledger.note
    assert (tmp_path / "outbox.damaged-1.db").read_bytes().startswith(b"this is no database")
    await desk.outbox.submit([intent("1")])
    await clock.advance(2.0)
    assert desk.state() is State.CONFIRMED
    await desk.killed()


async def test_without_a_disk_no_action_is_taken_on(tmp_path: Path, clock: FakeClock) -> None:
    (tmp_path / "file").write_text("")
    desk = await Desk(tmp_path / "file" / "state", clock).begin()
    assert not desk.outbox.ledger.is_open
    assert desk.outbox.ledger.note


async def test_a_disk_that_is_full_stops_sending_and_loses_nothing(
    desk: Desk, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: Callable[..., None] = desk.journal.put
    full = True

    def keep(action: object) -> None:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        put(action)

    monkeypatch.setattr(desk.journal, "put", keep)
    await desk.outbox.submit([intent("1")])
    await clock.advance(20.0)
    assert not desk.actor.sends
    full = False
    await clock.advance(20.0)
    assert desk.state() is State.CONFIRMED
    assert desk.actor.applied == ["text 1"]


# -- what went wrong in an earlier run --------------------------------------------------------------------------------


@pytest.mark.parametrize("no", [Refused(SafeText("no such author"), forbidden=True), NotSent(SafeText("away"))])
async def test_what_went_wrong_in_an_earlier_run_is_retried_or_dropped_in_the_next(
    tmp_path: Path, clock: FakeClock, no: Exception
) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(no, no)
    await first.outbox.submit([intent("1"), intent("2")])
    await clock.advance(1.0)
    state, reason = first.state(), first.reason()
    await first.killed()
    second = await Desk(tmp_path, clock).begin()
    for key in "12":
        assert (second.state(key), second.reason(key)) == (state, reason), "it stays as it was"
        assert second.outbox.ledger.is_mine(key)
    assert not second.outbox.ledger.forbidden, "it may be allowed by now"
    await second.outbox.retry("1")
    await second.outbox.drop("2")
    await clock.advance(3.0)
    assert second.state("1") is State.CONFIRMED
    assert second.actor.applied == ["text 1"]
    await second.killed()
    third = await Desk(tmp_path, clock).begin()
    assert not any(action.wants_a_person for action in third.outbox.ledger.actions)
    assert not third.outbox.ledger.is_mine("2"), "it is over"
    await third.killed()


async def test_what_belongs_to_another_configuration_is_left_to_it(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(HeldBack(SafeText("wait"), 5.0))
    await first.outbox.submit([intent("1")])
    await clock.advance(0.1)
    await first.killed()
    other = await Desk(tmp_path, clock, name="elsewhere").begin()
    await clock.advance(35.0)
    assert (other.state(), other.outbox.ledger.is_mine("1")) == (State.QUEUED, False)
    await other.killed()
    again = await Desk(tmp_path, clock).begin()
    await clock.advance(10.0)
    assert again.state() is State.CONFIRMED
    assert again.actor.applied == ["text 1"]
    await again.killed()


async def test_what_no_configuration_has_come_for_is_not_there_for_ever(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(HeldBack(SafeText("wait"), 5.0), NotSent(SafeText("away")))
    await first.outbox.submit([intent("1")])
    await clock.advance(0.1)
    await first.killed()
    clock.set(25 * 3_600.0)
    other = await Desk(tmp_path, clock, name="elsewhere").begin()
    assert other.state() is State.FAILED
    await other.outbox.retry("1")
    assert "desk takes nothing here" in other.reason()
    await other.outbox.drop("1")
    assert not other.outbox.ledger.get("1").wants_a_person
    assert not other.actor.sends
    await other.killed()


async def test_the_last_action_is_the_one_that_was_confirmed_last(tmp_path: Path, clock: FakeClock) -> None:
    first = await Desk(tmp_path, clock).begin()
    first.actor.answers(NotSent(SafeText("away")))
    await first.outbox.submit([intent("1")])
    second = await Desk(tmp_path, clock).begin()
    await second.outbox.submit([intent("2")])
    await clock.advance(3.0)
    await first.killed()
    await clock.advance(30.0)
    assert [action.intent.id for action in second.outbox.ledger.mine] == ["1", "2"]
    await second.killed()
