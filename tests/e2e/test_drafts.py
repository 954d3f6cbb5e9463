"""`kill -9` while somebody types: what was typed is on disk, but for the last two seconds at most."""

from __future__ import annotations

import random
import re
import sqlite3
import string
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from json import loads
from pathlib import Path

import pytest

from tests.e2e.served import Served
from tests.e2e.terminal import terminal
from tests.thorough import THOROUGH

INSTANTS = 50 if THOROUGH else 2
AT_ONCE = 3
LOST = 2.0
CHECK, SILENCED = "2/scheduled\r", "2/NodeNotReady\r"
EDITORS = (f"{CHECK}c", f"{CHECK}a", f"{SILENCED}a", "1c", "3c", "3R", "4c")
"""The keys that open each editor: comment, acknowledgement, silence, note, internal note, public reply, comment."""


def typed_until_killed(config: Path, editor: str, chance: random.Random) -> list[tuple[float, str]]:
    """What stood in the editor at which time, until a kill after some seconds; the last entry is the kill's time."""
    history: list[tuple[float, str]] = []
    with terminal(config=config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.read(0.3)
        for key in editor:
            screen.press(key)
        screen.wait_for("keep the draft")
        end = time.monotonic() + chance.uniform(0.2, 4.0)
        text = ""
        while time.monotonic() < end:
            key = chance.choice(string.ascii_letters + string.digits + " .,")
            text += key
            screen.press(key)
            history.append((time.monotonic(), text))
            screen.read(chance.uniform(0.01, 0.12))
        screen.process.kill()
        history.append((time.monotonic(), text))
        screen.process.wait()
    return history


def draft_in(state: Path) -> str:
    with closing(sqlite3.connect(state / "outbox.db")) as db:
        rows = db.execute("SELECT text FROM drafts").fetchall()
    assert len(rows) <= 1
    return str(loads(rows[0][0])) if rows else ""


@pytest.mark.timeout(300)
def test_at_most_two_seconds_of_typing_are_lost(tmp_path: Path) -> None:
    def attempt(number: int, editor: str) -> None:
        chance = random.Random(number)
        state, config = tmp_path / f"state-{number}", tmp_path / f"config-{number}.toml"
        config.touch(mode=0o600)
        config.write_text(re.sub(r"^state = .*", f'state = "{state}"', plain, count=1))
        history = typed_until_killed(config, editor, chance)
        killed = history[-1][0]
        kept = draft_in(state)
        assert kept in {"", *(text for _, text in history)}, editor
        certain = [text for at, text in history if at < killed - LOST]
        assert len(kept) >= len(certain[-1] if certain else ""), (editor, kept, history[-1][1])

    with Served() as demo:
        plain = demo.config.read_text()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(attempt, range(INSTANTS), islice(cycle(EDITORS), INSTANTS)))
