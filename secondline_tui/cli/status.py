"""`status`: one poll of everything, then print it."""

from __future__ import annotations

import argparse
import asyncio
import json

from secondline_tui.cli.log import to_file
from secondline_tui.cli.say import complain, tell
from secondline_tui.cli.wiring import engine, required_config, shiftwork
from secondline_tui.config.load import warnings
from secondline_tui.config.models import Config
from secondline_tui.domain.board import Board
from secondline_tui.engine.supervisor import Engine
from secondline_tui.report import exit_code, report
from secondline_tui.shift.pairing import pairing


def run(options: argparse.Namespace) -> int:
    """Poll, print, and end as the monitoring plugins do."""
    to_file()
    config = required_config(options.config)
    complain("".join(f"{line}\n" for line in warnings(config)))
    work = engine(config)
    board = asyncio.run(_poll(work))
    tell(_printed(board, config, work, options.format))
    return exit_code(board, work.clock.monotonic())


async def _poll(work: Engine) -> Board:
    try:
        return await work.poll_once()
    finally:
        await work.stop()


def _printed(board: Board, config: Config, work: Engine, form: str) -> str:
    now, monotonic = work.clock.now(), work.clock.monotonic()
    shift = shiftwork(config.shift)
    today = pairing(board, shift.calendar, now)
    if form == "json":
        told = report(board, today, now=now, monotonic=monotonic, environments=config.ui.environments)
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    from secondline_tui.cli import plain  # noqa: PLC0415  (not needed for JSON)

    if form == "line":
        return plain.line(board, monotonic) + "\n"
    return plain.text(board, today, config, now, monotonic) + "\n"
