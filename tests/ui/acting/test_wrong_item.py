"""The item acted on is the item that the prompt named, whatever the services say between any two keys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from textual import events

from secondline_tui.domain.actions import Choice, Intent, Preview, Verb
from secondline_tui.domain.items import Alert, Card, Handling, Incident, Item, Ticket
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean
from secondline_tui.ui.prompts.compose import ComposeScreen
from tests.fakes.clock import settle
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.thorough import THOROUGH
from tests.ui.desk import Desk, acting

SOURCES = ("icinga", "alertmanager", "pagerduty", "zendesk", "trello")
PANES = {"icinga": "2", "alertmanager": "2", "pagerduty": "1", "zendesk": "3", "trello": "4"}
SEQUENCES = (
    ("a", "x", "ctrl+s", "ctrl+g"),
    ("c", "x", "ctrl+s", "ctrl+g"),
    ("d", "x", "ctrl+s", "ctrl+g"),
    ("t", "enter", "ctrl+g"),
    ("a", "enter", "enter"),
    ("s", "down", "enter", "enter", "y", "y"),
    ("m", "down", "enter", "ctrl+g"),
    ("R", "x", "ctrl+o", "ctrl+g", "y", "ctrl+o", "y"),
    ("space", "space", "a", "x", "ctrl+s", "ctrl+g", "y", "ctrl+s", "y"),
    ("space", "j", "space", "t", "y", "ctrl+g"),
    ("u", "enter", "ctrl+g"),
    ("enter", "c", "x", "ctrl+s", "ctrl+g", "escape"),
    ("z", "enter", "ctrl+g"),
)


@dataclass
class World:
    """What the services hold. Names are never used twice, so that the screen tells which item is meant."""

    items: dict[str, list[Item]]
    serial: int = 0

    def name(self) -> str:
        self.serial += 1
        return f"item{self.serial:05d}x"

    def made(self, source: str, key: str) -> Item:
        name = clean(self.name())
        held = Handling(by=clean("Bo")) if self.serial % 3 == 0 else None
        match source:
            case "icinga" | "alertmanager":
                return alert(key, source=source, name=name, acknowledged=held, since=ago(seconds=self.serial))
            case "pagerduty":
                return incident(key, title=name, number=self.serial)
            case "zendesk":
                return ticket(key, subject=name, number=self.serial, created=ago(seconds=self.serial))
            case _:
                return card(key, title=name, due=ago(hours=1), position=float(-self.serial))

    def change(self, source: str, how: str, place: int) -> None:
        here = self.items[source]
        if how == "add" or not here:
            here.append(self.made(source, f"k{self.serial}"))
            return
        place %= len(here)
        item = here[place]
        if how == "remove":
            del here[place]
        elif how == "replace":  # the same place on the screen, another item
            here[place] = moved(self.made(source, f"k{self.serial}"), item)
        elif how == "swap":  # two items change places
            other = here[place - 1]
            here[place], here[place - 1] = moved(item, other), moved(other, item)
        else:
            here.reverse()


def moved(item: Item, to: Item) -> Item:
    """An item where another one stood in the order."""
    match item, to:
        case Alert(), Alert():
            return replace(item, since=to.since, acknowledged=to.acknowledged)
        case Incident(), Incident():
            return replace(item, created=to.created, escalates_at=to.escalates_at)
        case Ticket(), Ticket():
            return replace(item, created=to.created)
        case Card(), Card():
            return replace(item, position=to.position)
        case _:
            return item


Change = tuple[str, str, int]
Turn = tuple[str, int, tuple[str, ...], list[list[Change]]]
"""Where, how far down, which keys, and what changes before each of them."""
changes: st.SearchStrategy[Change] = st.tuples(
    st.sampled_from(SOURCES), st.sampled_from(("add", "remove", "replace", "swap", "reverse")), st.integers(0, 5)
)
plays = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.integers(0, 3),
        st.sampled_from(SEQUENCES),
        st.lists(st.lists(changes, max_size=2), min_size=9, max_size=9),
    ),
    min_size=6,
    max_size=6,
)


async def refresh(found: Desk, world: World, some: list[Change]) -> None:
    for source, how, place in some:
        world.change(source, how, place)
    for source in {source for source, _, _ in some}:
        await found.answer(source, *world.items[source])


async def hit(found: Desk, key: str) -> None:
    found.app.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
    await found.pilot.pause()
    await settle()
    await found.pilot.pause()


class Witness:
    """Looks at the screen before each key, and remembers what a prompt has named."""

    def __init__(self, found: Desk) -> None:
        self._found = found
        self._prompt: ComposeScreen | None = None
        self.named: set[ItemRef] = set()
        self.prompts = 0

    def look(self, before: set[ItemRef], names: dict[str, ItemRef]) -> None:
        """`before`: what could be meant by the key that was just pressed."""
        screen = next((s for s in self._found.app.screen_stack if isinstance(s, ComposeScreen)), None)
        if screen is None or screen is self._prompt:
            return
        self._prompt = screen
        self.prompts += 1
        told = self._found.text
        shown = {ref for name, ref in names.items() if name in told and ref in {t.ref for t in screen.errand.targets}}
        self.named = shown
        if screen.errand.first.back is None:
            assert {t.ref for t in screen.errand.targets} <= before, "the prompt is about what was chosen"

    def meant(self) -> set[ItemRef]:
        screen = self._found.screen
        item = screen.item
        return {one.ref for one in screen.offers.marked} or ({item.ref} if item is not None else set())


async def play(script: list[Turn]) -> tuple[int, int]:
    """How many prompts were opened, and how many intents sent."""
    choices = tuple(Choice(key=key, name=clean(f"the {key}")) for key in ("one", "two"))
    preview = Preview(choices=choices, chosen="one", matchers=(Matcher("a", "b"),))
    async with acting(*SOURCES, size=(120, 40)) as found:
        world = World({source: [] for source in SOURCES})
        for source, actor in found.actors.items():
            actor.previews = dict.fromkeys(Verb, preview)
            for _ in range(3):
                world.change(source, "add", 0)
            await found.answer(source, *world.items[source])
        witness = Witness(found)
        names: dict[str, ItemRef] = {}
        for source, steps, keys, between in script:
            sent: list[Intent] = found.sent
            for key in (PANES[source], *(["j"] * steps)):
                await hit(found, key)
            for key, some in zip(keys, between, strict=False):
                await refresh(found, world, some)
                names |= {word: item.ref for items in world.items.values() for item in items
                          for word in item.name_line.split() if word.startswith("item")}  # fmt: skip
                before = witness.meant()
                await hit(found, key)
                witness.look(before, names)
            fresh = [intent for intent in found.sent if intent not in sent]
            for intent in fresh:
                assert intent.ref in witness.named, (intent, witness.named)
                assert names[next(w for w in intent.item.split() if w.startswith("item"))] == intent.ref
            await found.clock.advance(1)
            while len(found.app.screen_stack) > 2:
                await hit(found, "escape")
            await hit(found, "escape")
            await hit(found, "escape")
        return witness.prompts, len(found.sent)


@pytest.mark.timeout(900)
@settings(
    phases=[Phase.generate],
    max_examples=20 if THOROUGH else 2,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(plays)
def test_the_item_acted_on_is_the_item_that_the_prompt_named(
    script: list[Turn],
) -> None:
    asyncio.run(play(script))


async def test_such_plays_do_act() -> None:
    quiet: list[list[Change]] = [[]] * 9
    turns = [
        ("icinga", 0, SEQUENCES[0], quiet),
        ("pagerduty", 1, SEQUENCES[4], quiet),
        ("zendesk", 0, SEQUENCES[7], quiet),
        ("trello", 2, SEQUENCES[6], quiet),
    ]
    assert await play(turns) == (4, 4)
