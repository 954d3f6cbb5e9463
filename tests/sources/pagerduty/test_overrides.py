from __future__ import annotations

import pytest

from secondline_tui.demo.wire import Answer
from secondline_tui.domain.board import Board, Reading, SourceState
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.shift.pairing import RolePair, pairing
from secondline_tui.sources.pagerduty.overrides import QUIET
from secondline_tui.sources.pagerduty.reader import PagerDutyReader
from tests.demo.pager import HOUR
from tests.shift.test_pairing import CALENDAR, WEDNESDAY
from tests.sources.pagerduty.conftest import Served

ROLE = "inhours_primary"


def by_hand(reading: Reading) -> set[tuple[str, str]]:
    """Role and person of every override."""
    return {(item.role, item.person) for item in reading.items if isinstance(item, OnCall) and item.override}


async def primary(served: Served, reader: PagerDutyReader) -> RolePair:
    """The primary's role, beside a rota that names Ana."""
    plan = Planned(
        ref=ItemRef("rota", Kind.PLANNED, "1"), role=SafeText(ROLE), person=SafeText("Ana Sowande"),
        first=WEDNESDAY, last=WEDNESDAY,
    )  # fmt: skip
    board = Board()
    answers: dict[str, tuple[Item, ...]] = {"rota": (plan,), "pd": tuple((await reader.fetch()).items)}
    for name, items in answers.items():
        state = SourceState(name=name, type="rota", environment=EMPTY, interval=30, deadline=10, items=items)
        board = board.with_source(state)
    return next(pair for pair in pairing(board, CALENDAR, served.now()).roles if pair.role == ROLE)


async def test_an_override_made_in_pagerduty_shows_as_a_difference_within_one_poll(served: Served) -> None:
    async with served.reader() as reader:
        before = await primary(served, reader)
        assert (before.person, before.mismatch, before.override, before.difference) == ("Ana Sowande", False, False, "")
        served.sim.override(served.primary, served.bo, served.time - 60, served.time + 2 * HOUR)
        pair = await primary(served, reader)
        assert (pair.planned, pair.actual, pair.mismatch, pair.override) == ("Ana Sowande", "Bo Łukasik", True, True)
        assert pair.difference == "the rota says Ana Sowande; PagerDuty has an override"
        assert pair.until is not None
        assert pair.until.timestamp() == served.time + 2 * HOUR
        served.later(2 * HOUR)
        after = await primary(served, reader)
        assert (after.person, after.mismatch, after.override) == ("Ana Sowande", False, False)


async def test_a_difference_that_is_no_override_is_not_called_one(served: Served) -> None:
    async with served.reader() as reader:
        served.sim.add_layer(served.primary, [served.dee], hours=served.day, days=served.week)
        pair = await primary(served, reader)
        assert (pair.actual, pair.mismatch, pair.override) == ("Dee Novák", True, False)
        assert pair.difference == "the rota says Ana Sowande"


async def test_overrides_are_asked_for_when_a_schedule_has_changed(served: Served) -> None:
    both = (served.primary.id, served.secondary.id)
    async with served.reader() as reader:
        for _ in range(3):
            await reader.fetch()
        assert served.asked_overrides() == dict.fromkeys(both, 1)
        served.sim.override(served.secondary, served.dee, served.time - 60, served.time + HOUR)
        for _ in range(3):
            assert by_hand(await reader.fetch()) == {("inhours_secondary", "Dee Novák")}
        assert served.asked_overrides() == {served.primary.id: 1, served.secondary.id: 2}


@pytest.mark.parametrize("answer", [Answer(500, b"oops"), Answer(200, {"schedules": []}), Answer(403, {})])
async def test_overrides_that_cannot_be_had_do_not_cost_the_poll(
    served: Served, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.sim.override(served.primary, served.bo, served.time - 60, served.time + 9 * HOUR)
    answers = served.sim.handle
    monkeypatch.setattr(served.sim, "handle", lambda asked: answer if "/overrides" in asked.path else answers(asked))
    async with served.reader() as reader:
        reading = await reader.fetch()
        assert [item.person for item in reading.items if isinstance(item, OnCall) and item.role == ROLE]
        assert by_hand(reading) == set()
        served.later(60)
        await reader.fetch()
        assert sum(served.asked_overrides().values()) == 1  # once is enough for a while
        monkeypatch.undo()
        served.later(QUIET)
        assert (ROLE, "Bo Łukasik") in by_hand(await reader.fetch())
