"""One life of a program that writes a lot: takes up what the last one left, submits what is missing, ends when all is
over. Run as `python -m tests.e2e.storm CONFIG INTENTS`; it is killed on the way, again and again."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from secondline_tui.cli.acting import plans_for_acting
from secondline_tui.config.load import load
from secondline_tui.domain.actions import TROUBLE, UNDER_WAY, Intent, State
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.patience import Patience
from secondline_tui.engine.records import read

PATIENCE = Patience(first=0.05, most=0.4, slow=0.5, window=2.0, held=600.0, stale=600.0)
AT_ONCE = 10
"""Intents that are submitted together, as marked rows are."""


async def live(config_file: Path, intents: list[Intent]) -> None:
    config, clock = load(config_file), SystemClock()
    outbox = Outbox(Journal(config.state_folder), plans_for_acting(config), clock, lambda _: None, PATIENCE)
    ledger = outbox.ledger
    await outbox.start(since=clock.now() - timedelta(days=1))
    assert ledger.is_open, ledger.note
    known = {action.intent.id for action in ledger.actions}
    missing = [intent for intent in intents if intent.id not in known]
    for start in range(0, len(missing), AT_ONCE):
        await outbox.submit(missing[start : start + AT_ONCE])
        await asyncio.sleep(0.01)
    while True:
        await asyncio.sleep(0.1)
        for action in ledger.mine:
            if action.state is State.FAILED:  # as a person would who reads that it was not done
                await outbox.retry(action.intent.id)
        if not any(action.state in UNDER_WAY | TROUBLE - {State.REFUSED} for action in ledger.actions):
            break
    await outbox.stop()


def main() -> None:
    intents = [read(line) for line in Path(sys.argv[2]).read_text().splitlines()]
    asyncio.run(live(Path(sys.argv[1]), intents))


if __name__ == "__main__":
    main()
