"""New cards: the card with one request, its picture with another, and each of them once whatever happens."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.pictures import Pictures
from secondline_tui.config.sources import Trello as Settings
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.trello import writes
from secondline_tui.demo.trello.service import ONGOING, READ_ONLY
from secondline_tui.demo.trello.shapes import told_attachment, told_card
from secondline_tui.domain.actions import (
    Action,
    Finding,
    Intent,
    NotDone,
    NotSent,
    Receipt,
    Refused,
    State,
    Unanswered,
    Verb,
)
from secondline_tui.domain.new_card import THERE, new_card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.owners import Turn
from secondline_tui.engine.patience import Patience
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.sources.trello.actor import TrelloActor, actor
from tests.fakes.reader import FakeReader
from tests.sources.trello.desk import Desk
from tests.sources.trello.test_actor import FAULTS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
ALERT = ItemRef("icinga", Kind.ALERT, "web1!http")
TEXT = "http on web1: connection refused\n\nalert: http on web1\n\n## Summary\n\nIt is down – since 09:31.\n\n- one\n"
PATIENCE = Patience(first=0.02, most=0.05, slow=0.2, window=0.5, held=20.0, stale=60.0)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Making:
    """A board, a picture, and an actor."""

    desk: Desk
    folder: Path
    actor: TrelloActor
    picture: str

    def list_id(self, name: str = ONGOING) -> str:
        return self.desk.trello.board.list_named(name).id

    def intent(self, key: str = "1", **changes: Any) -> Intent:
        return replace(
            Intent(
                id=key, ref=new_card("trello"), verb=Verb.CARD, item=SafeText("http on web1"), author="Ana", at=now(),
                text=TEXT, to=self.list_id(), to_name=SafeText(ONGOING), about=ALERT, picture=self.picture,
            ),
            **changes,
        )  # fmt: skip

    async def settle(self, intent: Intent, sent_at: datetime | None = None, claimed: set[str] | None = None) -> Finding:
        return await self.actor.settle(intent, sent_at or now(), claimed or set())

    def break_with(self, kind: str, times: int | None = None) -> None:
        self.desk.world.break_service("trello", Fault.parse(kind, times))

    def made(self) -> list[dict[str, Any]]:
        """The cards that were made, with what hangs on them."""
        cards = self.desk.trello.state()["cards"]
        assert isinstance(cards, list)
        return [one for one in cards if one["title"] not in ("README", "Leaver (tech role)")]

    def attached(self) -> list[bytes]:
        return [base64.b64decode(one["content"]) for card in self.made() for one in card["attachments"]]


def actor_for(desk: Desk, folder: Path, **changes: object) -> TrelloActor:
    told = {**desk.trello.settings(), "url": desk.world.urls["trello"], "deadline": 0.5, **changes}
    return actor("trello", Settings.model_validate(told), Config(state=folder))


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Making]:
    desk = Desk()
    made = Making(desk, tmp_path, actor_for(desk, tmp_path), Pictures(tmp_path).keep(PNG))
    yield made
    await made.actor.close()
    desk.close()


# -- the two parts ----------------------------------------------------------------------------------------------------


async def test_a_card_is_made_and_its_picture_attached_with_one_request_each(at: Making) -> None:
    preview = await at.actor.prepare(new_card("trello"), Verb.CARD)
    assert (preview.account, preview.chosen) == ("Ana Sowande", at.list_id())
    assert preview.choices[0].name == ONGOING
    assert preview.audience == "everybody in the workspace of the board GOV.UK Technical 2nd Line"
    intent, sent_at = at.intent(), now()
    assert await at.settle(intent, sent_at) == Finding(there=False)
    at.desk.world.forget_requests()
    receipt = await at.actor.send(intent)
    assert at.desk.asked() == ["POST /1/cards"]
    card = ItemRef("trello", Kind.CARD, receipt.remote)
    assert receipt == Receipt(remote=card.key, ref=card, rest=True)
    assert await at.settle(intent, sent_at) == Finding(there=True, remote=card.key, ref=card, rest=True)
    (made,) = at.made()
    assert (made["title"], made["list"]) == ("http on web1: connection refused", ONGOING)
    assert made["desc"] == TEXT.partition("\n")[2].strip()
    assert made["attachments"] == []

    rest = replace(intent, ref=card)
    assert await at.settle(rest, sent_at) == Finding(there=False)
    at.desk.world.forget_requests()
    assert await at.actor.send(rest) == Receipt(remote=card.key)
    assert at.desk.asked() == [f"POST /1/cards/{card.key}/attachments"]
    assert await at.settle(rest, sent_at) == Finding(there=True, remote=card.key)
    assert at.attached() == [PNG]
    (one,) = at.desk.trello.board.cards[card.key].attachments
    assert (one.name, one.mime_type, one.size) == (at.picture, "image/png", len(PNG))


async def test_a_card_without_a_picture_is_over_with_one_request(at: Making) -> None:
    intent = at.intent(picture="")
    receipt = await at.actor.send(intent)
    assert not receipt.rest
    assert receipt.ref is not None
    assert (await at.settle(intent)).rest is False


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": " \n "}, "needs a title"),
        ({"to": ""}, "no list was chosen"),
        ({"text": "x" * 16_385}, "16385 characters of title"),
        ({"text": "x\n\n" + "\U0001f525" * 8_193}, "16386 characters of text"),
        ({"to": "5f0000000000000000000001"}, "invalid value for idList"),
    ],
)
async def test_what_trello_would_never_take_is_refused(at: Making, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        await at.actor.send(at.intent(**changes))
    assert at.made() == []


async def test_a_picture_that_is_gone_or_damaged_is_not_sent(at: Making) -> None:
    card = (await at.actor.send(at.intent())).ref
    assert card is not None
    at.desk.world.forget_requests()
    (at.folder / "pictures" / at.picture).write_bytes(PNG[:-1])
    for picture in (at.picture, "item-0123456789abcdef.png", "../outbox.db"):
        with pytest.raises(NotSent, match="not kept"):
            await at.actor.send(at.intent(ref=card, picture=picture))
    assert at.desk.asked() == []


# -- reading back -----------------------------------------------------------------------------------------------------


async def test_only_a_card_of_ours_of_then_with_that_title_and_text_is_taken_for_it(at: Making) -> None:
    board = at.desk.trello.board
    title, _, desc = TEXT.partition("\n")
    others = board.make_card(board.list_named(ONGOING), board.member("bo_adeyemi"), title)
    others.desc = desc
    earlier = at.desk.trello.add_card(ONGOING, title, desc, ago=300)
    intent, sent_at = at.intent(), now()
    assert await at.settle(intent, sent_at) == Finding(there=False)
    await at.actor.send(replace(intent, text="http on web2\n\nanother"))
    assert await at.settle(intent, sent_at) == Finding(there=False)
    mine = (await at.actor.send(intent)).remote
    assert mine not in (others.id, earlier.id)
    assert (await at.settle(intent, sent_at)).remote == mine
    assert await at.settle(intent, sent_at - timedelta(minutes=10)) == Finding(there=False)
    assert await at.settle(intent, sent_at, {mine}) == Finding(there=False), "it is another action's"


async def test_what_colleagues_do_to_it_at_once_does_not_hide_it(at: Making) -> None:
    intent, sent_at = at.intent(), now()
    card = at.desk.trello.board.cards[(await at.actor.send(intent)).remote]
    at.desk.trello.archive(card, "bo_adeyemi")
    card.name = "Renamed"
    assert (await at.settle(intent, sent_at)).remote == card.id
    card.desc = "rewritten"
    found = await at.settle(intent, sent_at)
    assert not found.there, "renamed and rewritten: nobody could know it again"
    card.name = TEXT.partition("\n")[0]
    assert (await at.settle(intent, sent_at)).there is None, "it is for the person to say"
    card.gone_at = at.desk.trello.now()
    found = await at.settle(intent, sent_at)
    assert (found.there, found.told, found.rest) == (True, "somebody has deleted it since", False)


async def test_another_picture_of_the_card_is_not_taken_for_ours(at: Making) -> None:
    intent = at.intent()
    card = (await at.actor.send(intent)).ref
    assert card is not None
    rest = replace(intent, ref=card)
    held = at.desk.trello.board.cards[card.key]
    at.desk.trello.attach(held, "graph.png", "https://graphs.example.org/1")
    at.desk.trello.attach(held, at.picture, "https://elsewhere.example.org/cut-off")
    held.attachments[-1].size = 7
    assert await at.settle(rest) == Finding(there=False)
    held.gone_at = at.desk.trello.now()
    assert await at.settle(rest) == Finding(there=False, told=SafeText("the card is gone"))


# -- faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.matrix
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("part", ["card", "picture"])
async def test_each_fault_costs_one_request_and_is_told_as_what_it_is(at: Making, part: str, fault: str) -> None:
    intent = at.intent()
    if part == "picture":
        intent = replace(intent, ref=(await at.actor.send(intent)).ref or intent.ref)
    at.desk.world.forget_requests()
    at.break_with(fault)
    with pytest.raises(NotDone) as caught:
        await at.actor.send(intent)
    assert type(caught.value) is FAULTS[fault]
    assert len(at.desk.asked()) == (0 if fault == "refuse" else 1)


async def test_a_yes_that_is_of_something_else_is_none(at: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    for odd in ({"idList": at.list_id("Done")}, {"name": "another"}, {"id": "x"}):
        monkeypatch.setattr(writes, "told_card", lambda card, board, odd=odd: {**told_card(card, board), **odd})
        with pytest.raises(Unanswered):
            await at.actor.send(at.intent())
    card = at.desk.trello.add_card(ONGOING, "x")
    monkeypatch.setattr(writes, "told_attachment", lambda one: {**told_attachment(one), "name": "another"})
    with pytest.raises(Unanswered):
        await at.actor.send(at.intent(ref=ItemRef("trello", Kind.CARD, card.id)))


async def test_a_token_that_may_only_read_is_told_so(at: Making) -> None:
    reader = actor_for(at.desk, at.folder, token=READ_ONLY)
    with pytest.raises(Refused, match="the scope read,write") as caught:
        await reader.send(at.intent())
    assert caught.value.forbidden
    await reader.close()
    assert at.made() == []


# -- through the outbox -----------------------------------------------------------------------------------------------


class Posting:
    """One process's outbox over the board."""

    def __init__(self, at: Making) -> None:
        self.at = at
        self.actor = actor_for(at.desk, at.folder)
        self.journal = Journal(at.folder)
        self.turns: list[Turn] = []
        plan = SourcePlan(
            name="trello", type="trello", environment=SafeText(""), interval=30.0, deadline=1.0,
            open=FakeReader(NotSent(SafeText("nobody polls"))).open, act=self._open,
        )  # fmt: skip
        self.outbox = Outbox(self.journal, [plan], SystemClock(), lambda _: None, PATIENCE)

    async def _open(self) -> TrelloActor:
        return self.actor

    async def begin(self) -> Posting:
        await self.outbox.start(since=now() - timedelta(hours=1))
        return self

    def remember_turns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        turn = self.journal.owner.turn

        def taken(source: str) -> Turn:
            self.turns.append(turn(source))
            return self.turns[-1]

        monkeypatch.setattr(self.journal.owner, "turn", taken)

    def on(self, met: Callable[[Action], bool], do: Callable[[], None]) -> None:
        """Do something as soon as the action is such, once."""

        def look(_: object) -> None:
            action = self.outbox.ledger.get("1")
            if met(action):
                forget()
                do()

        forget = self.outbox.ledger.subscribe(look)

    async def until(self, *states: State) -> Action:
        async with asyncio.timeout(10):
            await self.outbox.ledger.until(lambda: self.outbox.ledger.get("1").state in states)
        return self.outbox.ledger.get("1")

    def kill(self) -> None:
        for task in self.outbox._tasks:
            task.cancel()

    async def buried(self) -> None:
        """As the system does for a process that has ended: every lock is taken away."""
        await self.actor.close()
        self.outbox.ledger.close()
        self.outbox.ledger._disk.shutdown(wait=True)
        for turn in self.turns:
            turn.give_back()


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


async def killed_and_gone_on(post: Posting, at: Making) -> Posting:
    """The first process has ended; the next one takes up what it left."""
    await post.outbox.submit([at.intent()])
    async with asyncio.timeout(5):
        await asyncio.wait(post.outbox._tasks)
    await post.buried()
    return await Posting(at).begin()


@pytest.mark.parametrize(
    "met",
    [
        lambda action: action.state is State.QUEUED and action.intent.ref.key == "new",
        picture_next,
        lambda action: action.state is State.ACCEPTED,
    ],
    ids=["before the card", "before the picture", "before it is shown"],
)
async def test_whoever_is_killed_between_the_steps_the_next_one_goes_on(
    at: Making, monkeypatch: pytest.MonkeyPatch, met: Callable[[Action], bool]
) -> None:
    post = await Posting(at).begin()
    post.remember_turns(monkeypatch)
    post.on(met, post.kill)
    heir = await killed_and_gone_on(post, at)
    assert (await heir.until(*OVER)).state is State.CONFIRMED
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    assert len(at.desk.writes()) == 2
    await heir.outbox.stop()


@pytest.mark.parametrize("part", [1, 2], ids=["card", "picture"])
@pytest.mark.parametrize("left", [False, True], ids=["before it left", "after it came"])
async def test_whoever_is_killed_in_the_middle_of_a_step_the_next_one_finds_out(
    at: Making, monkeypatch: pytest.MonkeyPatch, part: int, left: bool
) -> None:
    post = await Posting(at).begin()
    post.remember_turns(monkeypatch)
    send, sends = post.actor.send, itertools.count(1)

    async def sent(intent: Intent) -> Receipt:
        mine = next(sends) == part
        if left or not mine:
            receipt = await send(intent)
        if mine:
            post.kill()
            await asyncio.sleep(0)
        return receipt

    monkeypatch.setattr(post.actor, "send", sent)
    heir = await killed_and_gone_on(post, at)
    action = await heir.until(*OVER)
    assert action.state is (State.CONFIRMED if left else State.FAILED)
    if not left:
        assert len(at.desk.writes()) == part - 1, "what may have been done is not sent again by itself"
        await heir.outbox.retry("1")
        await heir.until(State.CONFIRMED)
    assert len(at.made()) == 1
    assert at.attached() == [PNG]
    assert len(at.desk.writes()) == 2
    await heir.outbox.stop()
