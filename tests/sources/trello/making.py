"""A board, a picture, and what makes cards of it: an actor alone, or an outbox over one."""

from __future__ import annotations

import asyncio
import base64
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
from secondline_tui.demo.trello.service import ONGOING
from secondline_tui.domain.actions import (
    Action,
    Finding,
    Intent,
    NotSent,
    State,
    Verb,
)
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.patience import Patience
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.sources.trello.actor import TrelloActor, actor
from tests.fakes.reader import FakeReader
from tests.sources.trello.desk import Desk

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
    told = {**desk.trello.settings(), "url": desk.world.urls["trello"], "deadline": 2, **changes}
    return actor("trello", Settings.model_validate(told), Config(state=folder))


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Making]:
    desk = Desk()
    made = Making(desk, tmp_path, actor_for(desk, tmp_path), Pictures(tmp_path).keep(PNG))
    yield made
    await made.actor.close()
    desk.close()


class Posting:
    """One process's outbox over the board."""

    def __init__(self, at: Making) -> None:
        self.at = at
        self.actor = actor_for(at.desk, at.folder)
        self.journal = Journal(at.folder)
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
