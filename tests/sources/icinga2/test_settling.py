"""Reading back: what is taken for ours, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from secondline_tui.domain.actions import Verb
from tests.sources.icinga2.acting import ME, Desk
from tests.sources.icinga2.conftest import DISK, LOAD

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME])
async def test_it_is_there_once_icinga_shows_it(desk: Desk, verb: Verb) -> None:
    meant = desk.intent(verb, LOAD, "why", until=desk.now() + HOUR)
    assert (await desk.settle(meant)).there is False
    desk.icinga.lag = 5
    await desk.send(meant)
    desk.clock.time += 4
    assert (await desk.settle(meant)).there is False
    desk.clock.time += 2
    assert (await desk.settle(meant)).there is True


async def test_a_recheck_is_there_once_a_check_was_made_after_it(desk: Desk) -> None:
    desk.icinga.checker = False
    desk.clock.time += 30
    meant = desk.intent(Verb.RECHECK, LOAD)
    assert (await desk.settle(meant)).there is False
    desk.icinga.lag = 5
    await desk.send(meant)
    desk.clock.time += 4
    assert (await desk.settle(meant)).there is False
    desk.clock.time += 2
    assert (await desk.settle(meant)).there is True


async def test_an_acknowledgement_is_given_up_once_icinga_shows_it(desk: Desk) -> None:
    desk.icinga.lag = 5
    meant = desk.intent(Verb.UNACKNOWLEDGE, DISK)
    await desk.send(meant)
    assert (await desk.settle(meant)).there is False
    desk.clock.time += 6
    assert (await desk.settle(meant)).there is True
    desk.icinga.lag = 0
    desk.act("acknowledge-problem", DISK, author="Bo", comment="mine")
    found = await desk.settle(meant)
    assert (found.there, found.told) == (None, "acknowledged by Bo: mine")


async def test_a_colleagues_same_words_are_not_ours(desk: Desk) -> None:
    until = desk.now() + HOUR
    desk.act("add-comment", LOAD, author="Bo", comment="why")
    desk.act("acknowledge-problem", LOAD, author="Bo", comment="why")
    downtime = {"start_time": desk.clock(), "end_time": until.timestamp(), "fixed": True}
    desk.act("schedule-downtime", LOAD, author="Bo", comment="why", **downtime)
    for verb in (Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME):
        found = await desk.settle(desk.intent(verb, LOAD, "why", until=until))
        assert found.there is False
        assert found.told == ("acknowledged by Bo: why" if verb is Verb.ACKNOWLEDGE else "")


async def test_our_own_older_words_are_not_this_ones(desk: Desk) -> None:
    desk.act("add-comment", LOAD, author=ME, comment="again")
    desk.clock.time += 2
    meant = desk.intent(Verb.COMMENT, LOAD, "again")
    assert (await desk.settle(meant)).there is False
    receipt = await desk.send(meant)
    assert (await desk.settle(meant)).remote == receipt.remote


async def test_what_is_claimed_is_somebody_elses(desk: Desk) -> None:
    first, second = (desk.intent(Verb.COMMENT, LOAD, "twice") for _ in range(2))
    made = (await desk.send(first)).remote
    assert (await desk.settle(first)).remote == made
    assert (await desk.settle(second, made)).there is False
    other = (await desk.send(second)).remote
    assert (await desk.settle(second, made)).remote == other != made


async def test_of_several_that_may_be_ours_the_one_of_that_time_is(desk: Desk) -> None:
    """Whoever is settled first."""
    made = []
    for _ in range(3):
        desk.clock.time += 60
        meant = desk.intent(Verb.COMMENT, "db1!lag", "again")
        made.append((meant, (await desk.send(meant)).remote))
    for user in ("dash", "team"):
        for meant, remote in made:
            assert (await desk.settle(meant, user=user)).remote == remote


async def test_what_was_typed_otherwise_is_another_comment(desk: Desk) -> None:
    await desk.send(desk.intent(Verb.COMMENT, LOAD, "restart it"))
    for text in ("restart it ", "restart  it", "Restart it", "restart it\n"):
        assert (await desk.settle(desk.intent(Verb.COMMENT, LOAD, text))).there is False


async def test_a_comment_is_no_acknowledgement_nor_the_other_way_round(desk: Desk) -> None:
    comment, held = desk.intent(Verb.COMMENT, LOAD, "x"), desk.intent(Verb.ACKNOWLEDGE, LOAD, "x")
    await desk.send(held)
    assert (await desk.settle(comment)).there is False
    other = desk.intent(Verb.ACKNOWLEDGE, "db1!lag", "x")
    await desk.send(desk.intent(Verb.COMMENT, "db1!lag", "x"))
    desk.act("acknowledge-problem", "db1!lag", author="Bo", comment="mine")
    assert (await desk.settle(other)).there is False


async def test_what_is_no_problem_any_more_is_read_back_too(desk: Desk) -> None:
    for verb in (Verb.COMMENT, Verb.DOWNTIME):
        meant = desk.intent(verb, "web1!fine", "x", until=desk.now() + HOUR)
        await desk.send(meant)
        assert (await desk.settle(meant)).there is True


async def test_a_downtime_that_ends_at_another_time_is_another(desk: Desk) -> None:
    await desk.send(desk.intent(Verb.DOWNTIME, LOAD, "reboot", until=desk.now() + HOUR))
    other = desk.intent(Verb.DOWNTIME, LOAD, "reboot", until=desk.now() + 2 * HOUR)
    assert (await desk.settle(other)).there is False


@pytest.mark.parametrize("minutes", [-90, -4, 4, 90])
async def test_clocks_that_differ(desk: Desk, minutes: int) -> None:
    """Icinga tells its own time, so that even clocks an hour apart make no difference."""
    desk.ahead = timedelta(minutes=minutes)
    desk.icinga.checker = False
    desk.clock.time += 30
    meant, check = desk.intent(Verb.COMMENT, LOAD, "x"), desk.intent(Verb.RECHECK, LOAD)
    assert (await desk.settle(meant)).there is False
    assert (await desk.settle(check)).there is False
    await desk.send(meant)
    await desk.send(check)
    assert (await desk.settle(meant)).there is True
    assert (await desk.settle(check)).there is True
    later = desk.now() + MINUTE
    desk.clock.time += 60
    assert (await desk.settle(meant, sent_at=later)).there is False


async def test_without_the_right_to_ask_for_the_time_some_minutes_are_allowed(desk: Desk) -> None:
    desk.clock.time += 3_600
    desk.icinga.checker = False
    for minutes in (-4, 4):
        desk.ahead = timedelta(minutes=minutes)
        meant = desk.intent(Verb.COMMENT, "db1!lag", f"{minutes}")
        desk.act("add-comment", "db1!lag", author=ME, comment=f"{minutes}")
        assert (await desk.settle(meant, user="team")).there is True
    assert (await desk.settle(desk.intent(Verb.RECHECK, "db1!lag"), user="team")).there is False
    desk.act("reschedule-check", "db1!lag", force=True)
    assert (await desk.settle(desk.intent(Verb.RECHECK, "db1!lag"), user="team")).there is None


async def test_an_acknowledgement_needs_more_than_its_comment(desk: Desk) -> None:
    """After a crash, Icinga may have the comment and not the acknowledgement."""
    meant = desk.intent(Verb.ACKNOWLEDGE, LOAD, "x")
    await desk.send(meant)
    thing = desk.icinga.services[LOAD]
    thing.acknowledgement, thing.acknowledgement_change = 0, 0.0
    found = await desk.settle(meant)
    assert (found.there, found.told) == (False, "its comment is there, the acknowledgement is not")


async def test_an_acknowledgement_that_has_ended_since(desk: Desk) -> None:
    stays, goes = desk.intent(Verb.ACKNOWLEDGE, LOAD, "x"), desk.intent(Verb.ACKNOWLEDGE, "web2!ping", "x")
    await desk.send(stays, acknowledge={"persistent": True})
    await desk.send(goes)
    desk.clock.time += 10
    for name in (LOAD, "web2!ping"):
        desk.icinga.change(name, 1, "WARNING")
    found = await desk.settle(stays)
    assert (found.there, found.told) == (True, "the acknowledgement has ended since")
    assert (await desk.settle(goes)).there is None, "nothing is left that would tell"


async def test_what_would_have_ended_by_now_cannot_be_told(desk: Desk) -> None:
    short = desk.intent(Verb.DOWNTIME, LOAD, "x", until=desk.now() + MINUTE)
    held = desk.intent(Verb.ACKNOWLEDGE, LOAD, "x")
    assert (await desk.settle(short)).there is False
    desk.clock.time += 120
    assert (await desk.settle(short)).there is None
    assert (await desk.settle(held, acknowledge={"expiry": "1m"})).there is None
    assert (await desk.settle(held)).there is False


async def test_without_the_right_to_read_comments(desk: Desk) -> None:
    """It may write them all the same."""
    comment, held = desk.intent(Verb.COMMENT, LOAD, "x"), desk.intent(Verb.ACKNOWLEDGE, LOAD, "x")
    assert (await desk.settle(held, user="ro")).there is False
    await desk.send(held)
    for meant in (comment, held):
        found = await desk.settle(meant, user="ro")
        assert (found.there, "may not read" in found.told) == (None, True)
