"""`check`: the configuration, then each source: does it answer, as whom, what is missing, what would it show."""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator

from secondline_tui.cli.exits import Exit
from secondline_tui.cli.log import to_file
from secondline_tui.cli.say import tell
from secondline_tui.cli.wiring import engine, required_config
from secondline_tui.config.load import warnings
from secondline_tui.config.models import Config
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.health import Health, PollFailed
from secondline_tui.domain.refs import Kind
from secondline_tui.domain.trust import does_not_see
from secondline_tui.engine.supervisor import Engine
from secondline_tui.ui.commands import keymap

INDENT = " " * 4
_WORDS = {
    Kind.INCIDENT: ("open page", "open pages"),
    Kind.PLANNED: ("turn of the rota", "turns of the rota"),
    Kind.ON_CALL: ("turn on call", "turns on call"),
}


def run(options: argparse.Namespace) -> int:
    """Probe every source; 0 when all is well, 69 when some source does not answer as it should."""
    to_file()
    config = required_config(options.config)
    keymap(config.keys, config.path)
    tell(f"✔ {config.path}: {len(config.sources)} sources\n")
    tell("".join(f"! {line}\n" for line in warnings(config)))
    return asyncio.run(_probe_all(config, engine(config)))


async def _probe_all(config: Config, work: Engine) -> int:
    try:
        board = await work.poll_once()
        told = await asyncio.gather(*(_told(work, state) for state in board.sources.values()))
    finally:
        await work.stop()
    tell("".join(f"{line}\n" for lines in told for line in lines))
    if not config.sources:
        tell("! no source is configured: there is nothing to watch\n")
    fresh = all(state.health(work.clock.monotonic()) is Health.FRESH for state in board.sources.values())
    return Exit.OK if fresh and board.sources else Exit.UNAVAILABLE


async def _told(work: Engine, state: SourceState) -> list[str]:
    lines = list(_polled(state, work.clock.monotonic()))
    if state.health(work.clock.monotonic()) is Health.REFUSED:
        return lines  # asking again with the same credentials could lock the account
    try:
        lines += [f"{INDENT}{line}" for line in await work.probe(state.name)]
    except PollFailed as failed:
        if state.fault is None:
            lines.append(f"{INDENT}! {failed.fault.kind}: {failed.fault.message}")
    return lines


def _polled(state: SourceState, monotonic: float) -> Iterator[str]:
    if state.fault is not None:
        yield f"✖ {state.name} ({state.type}): {state.fault.kind}: {state.fault.message}"
        return
    kinds = Counter(item.ref.kind for item in state.items)
    shown = ", ".join(f"{count} {_word(kind, count)}" for kind, count in kinds.items())
    hidden = f", {state.hidden} left out by ignore rules" if state.hidden else ""
    took = f" in {state.took:.2f} s" if state.took is not None else ""
    yield f"✔ {state.name} ({state.type}): {state.health(monotonic)}{took}; would show {shown or 'nothing'}{hidden}"
    if state.unseen:
        yield f"{INDENT}! {does_not_see(state.unseen)}"
    for reason in state.rejected[:5]:
        yield f"{INDENT}! not understood: {reason}"


def _word(kind: Kind, count: int) -> str:
    one, many = _WORDS.get(kind, (kind.value, f"{kind.value}s"))
    return one if count == 1 else many
