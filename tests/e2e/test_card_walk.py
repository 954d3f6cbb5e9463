"""The card walk at the demo's end of shift: one comment on each card, with counts equal to the world's own record."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from secondline_tui.cli.dashboard import session
from secondline_tui.cli.demo_past import remember
from secondline_tui.config.load import load
from secondline_tui.demo.serve import Demo
from secondline_tui.demo.settings import turn_begin
from secondline_tui.domain.actions import State
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Card
from secondline_tui.ui.dashboard.app import Dashboard
from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.walks.card_walk import CardWalkScreen
from tests.e2e.served import Served
from tests.e2e.terminal import Terminal, terminal
from tests.ui.desk import dump

PATIENCE = 60.0
LINE = re.compile(r"^alert: (.+)$", re.MULTILINE)


def comments(demo: Demo) -> dict[str, list[str]]:
    """What stands on each card, by the service itself."""
    state: Any = demo.world.state()["trello"]
    return {card["id"]: [comment["text"] for comment in card["comments"]] for card in state["cards"]}


def came(demo: Demo, description: str) -> int:
    """How often the alerts that a card names came this turn, by the world's own record."""
    names, begin = LINE.findall(description), turn_begin(demo.world).timestamp()
    return sum(
        firing.name in names and (firing.ended is None or firing.ended >= begin)
        for simulator in demo.world.simulators.values()
        for firing in simulator.firings
        if firing.kind == "alert"
    )


class Walker:
    """Who goes through the cards, with keys, in one run of the program."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.app = Dashboard(lambda: session(demo.config, read_only=False))
        self.answered: list[str] = []
        """Cards that were answered for in this run."""
        self.came: dict[str, set[int]] = {}
        """How often the alerts of each had come right before it was answered for, and right after: the world moves."""

    async def go(self, most: int, sent: Callable[[], bool] = lambda: True) -> None:
        """Answer for so many cards at the most, and end the program there, be it that not everything is sent yet."""
        async with self.app.run_test(size=(120, 40)) as pilot:

            async def until(met: Callable[[], bool], seconds: float = PATIENCE) -> None:
                end = time.monotonic() + seconds
                while time.monotonic() < end:
                    if met():
                        return
                    await pilot.pause(0.02)
                    await self._retry()
                raise AssertionError(dump(self.app))

            await until(lambda: isinstance(self.app.screen, DashboardScreen) and self._ready())
            screen = self.app.screen
            assert isinstance(screen, DashboardScreen)
            screen.run_command("card_walk")
            await until(lambda: isinstance(self.app.screen, CardWalkScreen))
            walk = self.app.screen
            assert isinstance(walk, CardWalkScreen)
            while walk.card is not None and len(self.answered) < most:
                card = walk.card
                times = came(self.demo, card.description)
                await pilot.press("y" if times else "n")
                await until(lambda: isinstance(self.app.screen, ComposeScreen))
                await pilot.press("ctrl+s")
                await until(lambda: self.app.screen is walk)
                self.came[card.ref.key] = {times, came(self.demo, card.description)}
                self.answered.append(card.ref.key)
            await until(sent, 2 * PATIENCE)

    async def _retry(self) -> None:
        """Send again what the card's history shows not to have come: a program may have ended as it was sending."""
        current = self.app.session
        if current is not None and current.outbox is not None:
            for action in current.outbox.ledger.mine:
                if action.state is State.FAILED and action.wants_a_person:
                    await current.outbox.retry(action.intent.id)

    def _ready(self) -> bool:
        current = self.app.session
        if current is None or current.outbox is None or not current.outbox.ledger.is_open:
            return False
        monotonic = current.engine.clock.monotonic()
        return all(state.health(monotonic) is Health.FRESH for state in current.engine.board.sources.values())


@pytest.mark.timeout(300)
async def test_each_card_gets_exactly_one_comment_also_when_the_walk_is_broken_off_and_gone_on_with() -> None:
    with Demo(at_end=True) as demo:
        remember(demo.past, load(demo.config).state_folder)
        before = comments(demo)
        first, second, third = Walker(demo), Walker(demo), Walker(demo)
        await first.go(2)
        cards = known(first)
        await second.go(100)
        await third.go(100, lambda: number(comments(demo)) - number(before) >= len(cards))
    after = comments(demo)
    assert len(first.answered) == 2
    assert sorted(first.answered + second.answered) == sorted(card.ref.key for card in cards)
    assert third.answered == []
    told = {}
    for card in cards:
        (said,) = after[card.ref.key][len(before[card.ref.key]) :]
        told[card.title] = said
        possible = (first.came | second.came)[card.ref.key]
        if said == "Did not see it this shift.":
            assert 0 in possible
        else:
            counts = {f"Seen {'once' if times == 1 else f'{times} times'} this shift" for times in possible - {0}}
            assert said.partition(", ")[0] in counts, (card.title, said, possible)
            assert said.endswith(", production")
    others = before.keys() - {card.ref.key for card in cards}
    assert all(after[key] == before[key] for key in others)
    assert sum(said.startswith("Seen ") for said in told.values()) >= 3, told


def known(walker: Walker) -> list[Card]:
    current = walker.app.session
    assert current is not None
    return list(current.engine.board.items(Card))


def number(found: dict[str, list[str]]) -> int:
    return sum(len(on_card) for on_card in found.values())


SEND = "\x13"


def begin_walk(screen: Terminal) -> None:
    screen.wait_for("✔ believe this screen")
    screen.press(":")
    screen.settle()
    screen.press(*"card walk")
    screen.settle()
    screen.press("\r")
    screen.wait_for("Card walk")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", [None, "slow", "drop_after_apply"])
def test_a_program_that_is_killed_as_it_sends_comments_once(fault: str | None) -> None:
    """While the service answers, takes its time, or does not tell: the next run sees what became of it."""
    with Served("secondline_tui", "demo", "--serve", "--at", "end") as demo:
        before = comments_told(demo)
        with terminal(config=demo.config) as screen:
            begin_walk(screen)
            screen.wait_for("1 of 6")
            screen.press("y")
            screen.wait_for("keep the draft")
            screen.settle()
            if fault is not None:
                demo.break_service("trello", fault)
            screen.press(SEND)
            screen.wait_for(lambda words: "2 of 6" in words)
            screen.wait_for(lambda _: comment_arrived(demo))
            screen.process.kill()
            screen.process.wait()
        demo.mend()
        with terminal(config=demo.config) as screen:
            begin_walk(screen)
            screen.wait_for("1 commented")
            screen.wait_for("2 of 6")
            screen.press("\x1b[D")
            screen.wait_for("(confirmed", seconds=90)
            screen.press("y")
            screen.wait_for("has its comment")
        after = comments_told(demo)
        added = {key: len(after[key]) - len(before[key]) for key in after}
        assert sorted(added.values()) == [0] * (len(added) - 1) + [1]


def comment_arrived(demo: Served) -> bool:
    """Whether the request that makes a comment is on its way to an answer."""
    return any(r["service"] == "trello" and r["method"] == "POST" for r in demo.call("GET", "/requests"))


def comments_told(demo: Served) -> dict[str, list[str]]:
    state: Any = demo.call("GET", "/state")
    return {card["id"]: [comment["text"] for comment in card["comments"]] for card in state["trello"]["cards"]}
