"""A storm: many writes to every service, every tenth request met by a fault, the program killed again and again."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.server import SimulatedServer
from secondline_tui.demo.wire import Request
from secondline_tui.domain.actions import Intent, State, Verb
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.records import written
from tests.thorough import THOROUGH

KILLS = 20 if THOROUGH else 2
WRITES = {"icinga": 370, "alertmanager": 250, "pagerduty": 250, "trello": 60, "zendesk": 70}
EVERY = 10
FAULTS = ("drop_after_apply", "reset", "hang", "status:500", "rate_limit:1")
DEADLINE = 2.0


def intents(chance: random.Random, refs: Mapping[str, list[ItemRef]]) -> list[Intent]:
    """Comments, notes, replies and silences on everything there is, each with a text of its own."""
    now = datetime.now(UTC)
    made = []
    for source, count in WRITES.items():
        for number in range(count if THOROUGH else count // (2 * EVERY)):
            ref = chance.choice(refs[source])
            text = f"storm {source} {number:04}: on it\n\tsecond line, “quoted” 🔥"
            verb = Verb.SILENCE if ref.kind is Kind.ALERT and source == "alertmanager" else Verb.COMMENT
            if source == "zendesk" and number % 3 == 0:
                verb = Verb.REPLY
            silence = verb is Verb.SILENCE
            made.append(
                Intent(
                    id=f"{source}-{number:04}",
                    ref=ref,
                    verb=verb,
                    item=SafeText(str(ref)),
                    author="Ana Sowande",
                    at=now,
                    text=text,
                    until=now + timedelta(hours=2, seconds=number) if silence else None,
                    matchers=(Matcher("alertname", f"Storm{number}"),) if silence else (),
                )
            )
    chance.shuffle(made)
    return made


class Trouble:
    """One of every ten requests meets the next fault, once: any of them, lest an action that is tried again in ten
    requests meet one every time.
    """

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self.on = True
        self._requests = 0
        self._unlucky = 0
        self._kinds = cycle(FAULTS)
        self._chance = random.Random(11)

    def fault_for(self, request: Request) -> Fault | None:
        del request
        turn = self._requests % EVERY
        self._requests += 1
        if turn == 0:
            self._unlucky = self._chance.randrange(EVERY)
        if not self.on or turn != self._unlucky:
            return None
        kind = next(self._kinds)
        self.met[kind] += 1
        return Fault.parse(kind, 1)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Demo, Trouble]]:
    trouble = Trouble()
    monkeypatch.setattr(SimulatedServer, "fault_for", trouble.fault_for)
    # A hanging request ends when its client gives up, not after an hour.
    monkeypatch.setattr(SimulatedServer, "wait", lambda _self, _seconds: time.sleep(2 * DEADLINE))
    with Demo() as served:
        yield served, trouble


def hurry(config: Path) -> None:
    """Let a service that hangs cost two seconds."""
    text = config.read_text()
    config.write_text(text.replace('\ntype = "', f'\ndeadline = {DEADLINE}\ntype = "'))


def refs_of(config: Path) -> dict[str, list[ItemRef]]:
    command = [sys.executable, "-m", "secondline_tui", "status", "--config", str(config), "--format", "json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout)
    found: dict[str, list[ItemRef]] = {name: [] for name in told["sources"]}
    for sort in ("alerts", "incidents", "tickets", "cards"):
        for item in told[sort]:
            ref = ItemRef.parse(item["ref"])
            found[ref.source].append(ref)
    return found


def applied(state: Any) -> Counter[str]:
    """How often each text of the storm was applied: how often it stands under one of the names of what a service
    holds. Some keep a record of what was written beside what it was written to."""
    counts: Counter[str] = Counter()
    for held in state.values():
        for part in held.values():
            counts |= found(part)
    return counts


def found(state: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    if isinstance(state, dict):
        for value in state.values():
            counts += found(value)
    elif isinstance(state, list):
        for value in state:
            counts += found(value)
    elif isinstance(state, str) and state.startswith("storm "):
        counts[state] += 1
    return counts


def outcomes(journal: Path) -> dict[str, str]:
    with closing(sqlite3.connect(journal)) as db:
        return {row[0]: row[1] for row in db.execute("SELECT id, state FROM actions")}


@pytest.mark.timeout(900)
def test_no_write_is_applied_twice_none_is_lost_and_every_outcome_is_true(
    demo: tuple[Demo, Trouble], tmp_path: Path
) -> None:
    served, trouble = demo
    chance = random.Random(7)
    trouble.on = False
    wanted = intents(chance, refs_of(served.config))
    hurry(served.config)
    trouble.on = True
    file = tmp_path / "intents"
    file.write_text("".join(f"{written(intent)}\n" for intent in wanted))
    command = [sys.executable, "-m", "tests.e2e.storm", str(served.config), str(file)]
    for _ in range(KILLS):
        life = subprocess.Popen(command)
        try:
            life.wait(1.0 + chance.random() * 2.0)
        except subprocess.TimeoutExpired:
            life.kill()
        life.wait()
    assert subprocess.run(command, timeout=800, check=False).returncode == 0

    counts = applied({name: simulator.state() for name, simulator in served.world.simulators.items()})
    told = outcomes(served.config.parent / "state" / "outbox.db")
    twice = [text for text, count in counts.items() if count > 1]
    lost = [intent.id for intent in wanted if counts[intent.text] == 0]
    untrue = [i.id for i in wanted if (told[i.id] == State.CONFIRMED) != (counts[i.text] == 1)]
    print(
        f"{len(wanted)} writes, {KILLS} kills, {sum(trouble.met.values())} faults: "
        f"{len(twice)} applied twice, {len(lost)} lost, {len(untrue)} told wrongly"
    )
    assert min(trouble.met[kind] for kind in FAULTS) > 0
    assert not twice, twice
    assert not lost, lost
    assert not untrue, untrue
