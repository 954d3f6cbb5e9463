"""How news are carried: what a command is given, and that none of them can hold anything up."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.telling import Habits, News, Notice, Now, Rule, Teller, Why
from secondline_tui.domain.text import clean
from secondline_tui.engine import telling as module
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.telling import Telling, spelled
from secondline_tui.report import item_json
from tests.fakes.clock import FakeClock
from tests.fakes.items import alert
from tests.fakes.reader import FakeReader

WRITES = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '|'.join(sys.argv[2:]) + '\\n')"


class World:
    """An engine on one source, and what tells of it."""

    def __init__(self, **commands: Sequence[str]) -> None:
        self.clock, self.reader = FakeClock(), FakeReader(Reading(items=()))
        rules = (Rule(ways=frozenset(commands or {"bell"})),)
        teller = Teller(Habits(rules=rules, burst=0))
        self.telling = Telling(teller, commands, lambda _: Now(time(12), on_shift=True), item_json)
        plan = SourcePlan(
            name="icinga", type="icinga2", environment=clean(""), interval=30, deadline=10, open=self.reader.open
        )
        self.engine = Engine([plan], self.clock, [self.telling])

    async def begin(self) -> None:
        self.engine.start()
        await self.clock.advance(2)

    async def happens(self, *items: Item) -> None:
        self.reader.answer(Reading(items=items))
        self.engine.refresh()
        await self.clock.advance(2)

    async def until(self, reached: Callable[[], bool]) -> None:
        for _ in range(1_000):
            if reached():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"not within 20 s; trouble: {self.telling.trouble!r}")


async def test_a_hook_is_given_the_item_as_json(tmp_path: Path) -> None:
    path = tmp_path / "told"
    world = World(hook=[sys.executable, "-c", WRITES, str(path)])
    await world.begin()
    await world.happens(alert("1", name=clean("disk; rm -rf / $(x) 'q'")))
    await world.until(lambda: path.exists() and path.read_text().endswith("\n"))
    await world.engine.stop()
    told: dict[str, Any] = json.loads(path.read_text())
    assert told["version"] == 1
    assert told["news"][0]["why"] == "new"
    assert told["news"][0]["item"]["name"] == "disk; rm -rf / $(x) 'q'"
    assert told["news"][0]["item"]["severity"] == "critical"


async def test_a_command_is_given_arguments_and_no_shell_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "told"
    world = World(notify=[sys.executable, "-c", WRITES, str(path), "{title}", "<{text}>"])
    await world.begin()
    await world.happens(alert("1", name=clean("$(touch x); `y` {title}")))
    await world.until(lambda: path.exists() and path.read_text().endswith("\n"))
    await world.engine.stop()
    assert path.read_text() == "secondline|<new critical: $(touch x); `y` {title} on web1>\n"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["/nowhere/at/all"], "hook failed: No such file or directory"),
        ([sys.executable, "-c", "raise SystemExit(7)"], "hook failed: ended with 7"),
    ],
)
async def test_a_failing_hook_is_shown_and_stops_nothing(command: Sequence[str], why: str) -> None:
    world = World(hook=command)
    await world.begin()
    await world.happens(alert("1"))
    await world.until(lambda: world.telling.trouble == why)
    polls = world.reader.polls
    await world.happens(alert("1"), alert("2"))
    assert world.reader.polls > polls
    await world.engine.stop()


async def test_a_hook_that_works_again_is_no_trouble(tmp_path: Path) -> None:
    script = tmp_path / "hook.py"
    script.write_text("raise SystemExit(1)")
    world = World(hook=[sys.executable, str(script)])
    await world.begin()
    await world.happens(alert("1"))
    await world.until(lambda: bool(world.telling.trouble))
    script.write_text("")
    await world.happens(alert("1"), alert("2"))
    await world.until(lambda: not world.telling.trouble)
    await world.engine.stop()


async def test_a_hook_that_hangs_is_ended_and_hangs_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEADLINE", 0.3)
    monkeypatch.setattr(module, "AT_ONCE", 1)
    begun: list[asyncio.subprocess.Process] = []
    begin = asyncio.create_subprocess_exec

    async def noted(*command: str, **more: Any) -> asyncio.subprocess.Process:
        begun.append(await begin(*command, **more))
        return begun[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    world = World(hook=[sys.executable, "-c", "import time; time.sleep(60)"])
    await world.begin()
    await world.happens(alert("1"))
    await world.happens(alert("1"), alert("2"))
    assert world.telling.trouble == "hook failed: the ones before it still run"
    world.telling.trouble = ""
    outcomes: list[int | None] = []
    monkeypatch.setattr(module.log, "warning", lambda *_: outcomes.append(begun[0].returncode))
    await world.until(lambda: world.telling.trouble.startswith("hook failed: still ran after"))
    assert outcomes == [-9], "told when it is over, so that nothing of it is left when the program ends"
    await world.engine.stop()


async def test_the_terminal_s_own_ways_are_lent_by_the_screen() -> None:
    world = World()
    notices: list[Notice] = []
    world.telling.terminal["bell"] = notices.append
    await world.begin()
    await world.happens(alert("1"))
    await world.engine.stop()
    assert [spelled(notice) for notice in notices] == ["new critical: check 1 on web1"]


async def test_many_are_listed_and_the_rest_counted() -> None:
    world = World()
    notices: list[Notice] = []
    world.telling.terminal["bell"] = notices.append
    await world.begin()
    await world.happens(*(alert(str(n)) for n in range(14)))
    await world.engine.stop()
    assert spelled(notices[0]).splitlines()[-1] == "and 4 more"
    assert len(spelled(notices[0]).splitlines()) == 11


async def test_an_update_that_is_due_is_given_to_the_hook(tmp_path: Path) -> None:
    out = tmp_path / "out"
    world = World(hook=[sys.executable, "-c", WRITES, str(out)])
    ref = ItemRef("declared", Kind.DECLARED, "1")
    world.telling.due = lambda: [News(ref=ref, why=Why.DUE, title=clean("INCIDENT P1"))]
    await world.begin()
    await world.until(lambda: out.exists() and out.read_text().endswith("\n"))
    (told,) = json.loads(out.read_text())["news"]
    assert (told["why"], told["kind"], told["title"], told["item"]) == ("due", "declared", "INCIDENT P1", None)
    await world.engine.stop()
