"""A process that makes a card and kills itself on the way: `python -m tests.sources.trello.dying TABLE FOLDER STAGE`.

The intent comes on standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Trello
from secondline_tui.domain.actions import Action, Intent, NotSent, Receipt, State
from secondline_tui.domain.new_card import NEW
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.records import read
from secondline_tui.sources.trello.actor import TrelloActor, actor
from tests.fakes.reader import FakeReader


class Dying(TrelloActor):
    """Dies when the service has answered, before anybody hears of it."""

    part = 0
    """The request after which it dies, 0 for none."""

    async def send(self, intent: Intent) -> Receipt:
        receipt = await super().send(intent)
        self.part -= 1
        if self.part == 0:
            die()
        return receipt


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _is_new(action: Action) -> bool:
    return action.intent.ref.key == NEW


STAGES: Mapping[str, Callable[[Action], bool]] = {
    "card waits": lambda action: action.state is State.QUEUED and _is_new(action),
    "card leaves": lambda action: action.state is State.SENDING and _is_new(action),
    "picture waits": lambda action: action.state is State.QUEUED and not _is_new(action),
    "picture leaves": lambda action: action.state is State.SENDING and not _is_new(action),
    "accepted": lambda action: action.state is State.ACCEPTED,
}
UNSENT = ("card leaves", "picture leaves")
ANSWERED = {"card answered": 1, "picture answered": 2}


async def main(table: str, folder: str, stage: str) -> None:
    made = actor("trello", Trello.model_validate(json.loads(table)), Config(state=Path(folder)))
    made.__class__ = Dying
    assert isinstance(made, Dying)
    made.part = ANSWERED.get(stage, 0)

    async def opened() -> TrelloActor:
        return made

    plan = SourcePlan(
        name="trello", type="trello", environment=SafeText(""), interval=30.0, deadline=5.0,
        open=FakeReader(NotSent(SafeText("nobody polls"))).open, act=opened,
    )  # fmt: skip
    outbox = Outbox(Journal(Path(folder)), [plan], SystemClock(), lambda _: None)
    await outbox.start(since=datetime.now(UTC) - timedelta(hours=1))
    if stage in STAGES:
        outbox.ledger.subscribe(lambda actions: die() if any(map(STAGES[stage], actions)) else None)
    await outbox.submit([read(sys.stdin.read())])
    await asyncio.sleep(20)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
