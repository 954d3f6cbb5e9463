"""`handover`: one poll of everything, then what the next pair should know, as Markdown; posted on a card if wished."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime, timedelta

from secondline_tui.cli.act import Wish, as_text, exit_of
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.log import to_file
from secondline_tui.cli.say import complain, tell
from secondline_tui.cli.wiring import engine, required_config, shiftwork
from secondline_tui.config.durations import seconds
from secondline_tui.config.load import warnings
from secondline_tui.config.models import Config
from secondline_tui.config.withheld import withheld
from secondline_tui.domain.actions import Verb
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.journal import Journal
from secondline_tui.engine.ledger import Ledger
from secondline_tui.shift.handover import handover
from secondline_tui.ui.gathering import gathered

LONGEST = timedelta(days=366)


def run(options: argparse.Namespace) -> int:
    """Print it; with --post, send it, and end as `act` does."""
    to_file()
    config = required_config(options.config)
    complain("".join(f"{line}\n" for line in warnings(config)))
    try:
        card = _card(options.post, config)
        begin = _begin(options.since)
    except ValueError as error:
        complain(f"secondline-tui handover: {clean(error, 2_000)}\n")
        return Exit.USAGE
    text = asyncio.run(_text(config, begin))
    tell(text)
    if card is None:
        return Exit.OK
    words = argparse.Namespace(comment=text, until=None, to=None, read_only=options.read_only)
    outcomes = asyncio.run(Wish(config, Verb.COMMENT, [card], words).carry_out())
    complain(as_text(outcomes))
    return exit_of(outcomes)


def _card(words: str | None, config: Config) -> ItemRef | None:
    """The card to post it on; ValueError for what is none."""
    if words is None:
        return None
    ref = ItemRef.parse(words)
    if ref.kind is not Kind.CARD or ref.source not in config.sources:
        raise ValueError(f"--post: {words!r} is no card; `status --format json` prints the REF of each")
    return ref


def _begin(words: str | None) -> datetime | None:
    """How far back it looks; ValueError for what is no duration."""
    if words is None:
        return None
    try:
        length = timedelta(seconds=min(seconds(words), LONGEST.total_seconds()))
    except ValueError as error:
        raise ValueError(f"--since: {words!r} is {error}") from None
    return SystemClock().now() - length


async def _text(config: Config, begin: datetime | None) -> str:
    shift, work = shiftwork(config.shift, patient=True), engine(config)
    ledger = Ledger(Journal(config.state_folder), work.clock)
    try:
        await asyncio.gather(work.poll_once(), ledger.open(work.clock.now()))
        folder, stale = config.state_folder, timedelta(seconds=config.shift.stale)
        return withheld(handover(await gathered(work, shift.calendar, shift.agenda, folder, ledger, begin, stale)))
    finally:
        ledger.close()
        await work.stop()
