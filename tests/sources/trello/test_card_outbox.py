"""A card and its picture through the outbox: one of each, under every fault, and whenever a process is killed."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import pytest

from secondline_tui.domain.actions import (
    Action,
    State,
)
from secondline_tui.domain.new_card import THERE
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.engine.records import written
from tests.sources.trello.dying import ANSWERED, STAGES, UNSENT
from tests.sources.trello.making import PNG, Making, Posting, at

__all__ = ["at"]

OVER = (State.CONFIRMED, State.REFUSED, State.FAILED)


def picture_next(action: Action) -> bool:
    return action.state is State.QUEUED and action.intent.ref.key != "new"


async def test_one_action_makes_the_card_then_the_picture(at: Making) -> None:
    post = await Posting(at).begin()
    await post.outbox.submit([at.intent()], draft="")
    action = await post.until(*OVER)
    assert action.state is State.CONFIRMED
    assert action.intent.ref == ItemRef("trello", Kind.CARD, at.made()[0]["id"])
    assert at.desk.writes() == ["POST /1/cards", f"POST /1/cards/{action.remote}/attachments"]
    assert at.attached() == [PNG]
    await post.outbox.stop()


@pytest.mark.parametrize("fault", ["drop_after_apply", "html", "empty", "truncated", "wrong_shape", "slow:0.8"])
@pytest.mark.parametrize("part", ["card", "picture"])
async def test_a_part_that_was_done_without_an_answer_is_found_and_not_done_again(
    at: Making, part: str, fault: str
) -> None:
    post = await Posting(at).begin()
    if part == "card":
        at.break_with(fault, 1)
    else:
        post.on(picture_next, lambda: at.break_with(fault, 1))
    await post.outbox.submit([at.intent()])
    assert (await post.until(*OVER)).state is State.CONFIRMED
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    assert len(at.desk.writes()) == 2
    await post.outbox.stop()


@pytest.mark.parametrize("fault", ["refuse", "reset", "status:400", "status:500", "hang", "redirect_login"])
async def test_a_picture_that_failed_is_told_so_and_a_retry_sends_it_alone(at: Making, fault: str) -> None:
    post = await Posting(at).begin()
    post.on(picture_next, lambda: at.break_with(fault))
    await post.outbox.submit([at.intent()])
    action = await post.until(State.REFUSED, State.FAILED, State.UNKNOWN)
    at.break_with("lag:0")
    action = await post.until(State.REFUSED, State.FAILED)
    assert action.reason.startswith(THERE)
    assert len(at.made()) == 1
    assert at.attached() == []
    at.desk.world.forget_requests()
    await post.outbox.retry("1")
    assert (await post.until(State.CONFIRMED)).reason == ""
    assert at.desk.writes() == [f"POST /1/cards/{action.remote}/attachments"]
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    await post.outbox.stop()


@pytest.mark.parametrize("fault", ["refuse", "status:404", "reset"])
async def test_a_card_that_was_not_made_gets_no_picture(at: Making, fault: str) -> None:
    post = await Posting(at).begin()
    at.break_with(fault)
    await post.outbox.submit([at.intent()])
    await post.until(State.REFUSED, State.FAILED, State.UNKNOWN)
    at.break_with("lag:0")
    action = await post.until(State.REFUSED, State.FAILED)
    assert not action.reason.startswith(THERE)
    assert at.made() == []
    await post.outbox.retry("1")
    await post.until(State.CONFIRMED)
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    await post.outbox.stop()


async def test_what_shows_late_is_waited_for(at: Making) -> None:
    post = await Posting(at).begin()
    at.break_with("lag:0.3")
    await post.outbox.submit([at.intent()])
    assert (await post.until(*OVER)).state is State.CONFIRMED
    assert len(at.desk.writes()) == 2
    await post.outbox.stop()


@pytest.mark.parametrize("stage", [*STAGES, *ANSWERED])
async def test_kill_9_between_any_two_steps_leaves_one_card_with_one_picture(at: Making, stage: str) -> None:
    table = {**at.desk.trello.settings(), "url": at.desk.world.urls["trello"], "deadline": 5}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.sources.trello.dying", json.dumps(table), str(at.folder), stage,
        stdin=asyncio.subprocess.PIPE,
    )  # fmt: skip
    await child.communicate(written(at.intent()).encode())
    assert child.returncode == -signal.SIGKILL
    before = len(at.desk.writes())
    heir = await Posting(at).begin()
    action = await heir.until(*OVER)
    if stage in UNSENT:  # it may have been sent for all that anybody knows: only a person has it sent again
        assert (action.state, len(at.desk.writes())) == (State.FAILED, before)
        await heir.outbox.retry("1")
        action = await heir.until(State.CONFIRMED)
    assert action.state is State.CONFIRMED
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    assert before < 2 or len(at.desk.writes()) == before, "what was done is not done again"
    assert len(at.desk.writes()) == 2
    await heir.outbox.stop()
