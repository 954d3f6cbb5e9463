"""`handover`: one poll of everything, then what the next pair should know, as Markdown; posted if wished."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime, timedelta

from secondline_tui.cli.act import ImpossibleError, Wish, as_text, exit_of
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.handover_card import HandoverCard, board_of
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
from secondline_tui.shift.handover import Material, handover
from secondline_tui.ui.gathering import gathered

LONGEST = timedelta(days=366)


def run(options: argparse.Namespace) -> int:
    """Print it; with --post or --post-card, send it, and end as `act` does."""
    to_file()
    config = required_config(options.config)
    complain("".join(f"{line}\n" for line in warnings(config)))
    try:
        if options.post_card is None and (options.on is not None or options.again):
            raise ValueError("--on and --again go with --post-card only")
        card = _card(options.post, config) if options.post_card is None else board_of(config, options.on)
        begin = _begin(options.since)
    except ValueError as error:
        return _usage(str(error))
    material = asyncio.run(_material(config, begin))
    text = withheld(handover(material))
    tell(text)
    if card is None:
        return Exit.OK
    words = argparse.Namespace(comment=text, until=None, to=options.post_card or None, read_only=options.read_only)
    words.again = options.again
    if options.post_card is None:
        wish = Wish(config, Verb.COMMENT, [card], words)
    else:
        wish = HandoverCard(config, card, words, material)
    try:
        outcomes = asyncio.run(wish.carry_out())
    except ImpossibleError as error:
        return _usage(str(error))
    complain(as_text(outcomes))
    return exit_of(outcomes)


def _usage(text: str) -> int:
    complain(f"secondline-tui handover: {clean(text, 2_000)}\n")
    return Exit.USAGE


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


async def _material(config: Config, begin: datetime | None) -> Material:
    shift, work = shiftwork(config.shift, patient=True), engine(config)
    ledger = Ledger(Journal(config.state_folder), work.clock)
    try:
        await asyncio.gather(work.poll_once(), ledger.open(work.clock.now()))
        folder, stale = config.state_folder, timedelta(seconds=config.shift.stale)
        return await gathered(work, shift.calendar, shift.agenda, folder, ledger, begin, stale)
    finally:
        ledger.close()
        await work.stop()
