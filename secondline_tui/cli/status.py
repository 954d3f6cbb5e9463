"""`status`: one poll of everything, then print it."""

from __future__ import annotations

import argparse
import asyncio
import json

from secondline_tui.cli.log import to_file
from secondline_tui.cli.quick import answer
from secondline_tui.cli.say import complain, tell
from secondline_tui.cli.wiring import engine, required_config, shiftwork
from secondline_tui.config.load import warnings
from secondline_tui.config.models import Config
from secondline_tui.domain.board import Board
from secondline_tui.domain.summary import exit_code, summary
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.verdicts import Verdicts
from secondline_tui.glance.wording import BLOCKS, FORMATS, block, line
from secondline_tui.report import report
from secondline_tui.shift.pairing import next_pairing, pairing
from secondline_tui.shift.related import Related


def run(options: argparse.Namespace) -> int:
    """Poll, print, and end as the monitoring plugins do; a status bar's line is first sought in a running instance."""
    if options.format in FORMATS or options.cached:
        told = _kept(options)
        if told is not None:
            tell(told[0] + "\n")
            return told[1]
    to_file()
    config = required_config(options.config)
    complain("".join(f"{line}\n" for line in warnings(config)))
    work = engine(config)
    board = asyncio.run(_poll(work))
    tell(_printed(board, config, work, options))
    return 0 if options.format in BLOCKS else exit_code(board, work.clock.monotonic())


async def _poll(work: Engine) -> Board:
    try:
        return await work.poll_once()
    finally:
        await work.stop()


def _kept(options: argparse.Namespace) -> tuple[str, int] | None:
    config = str(options.config) if options.config else ""
    form = "line" if options.format == "text" else options.format
    return answer(config, form=form, colour=options.colour, symbols=options.symbols, cached=options.cached)


def _printed(board: Board, config: Config, work: Engine, options: argparse.Namespace) -> str:
    now, monotonic = work.clock.now(), work.clock.monotonic()
    shift = shiftwork(config.shift, patient=True)
    today = pairing(board, shift.calendar, now)
    form = options.format
    if form == "json":
        related = Related(Verdicts(config.state_folder))
        while related.update(board):
            pass
        told = report(
            board,
            today,
            now=now,
            monotonic=monotonic,
            environments=config.ui.environments,
            related=related,
            following=next_pairing(board, shift.calendar, now),
        )
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if form in FORMATS:
        figures = summary(board, now, monotonic, config.ui.environments)
        text = line(figures, colour=options.colour, symbols=options.symbols)
        return (text if form == "line" else block(form, text, figures)) + "\n"
    from secondline_tui.cli import plain  # noqa: PLC0415  (not needed for JSON)

    return plain.text(board, today, config, now, monotonic) + "\n"
