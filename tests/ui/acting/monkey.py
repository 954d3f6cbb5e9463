"""Random keys, as fast as the program takes them."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

from textual import events

from secondline_tui.domain.actions import Choice, Preview, Verb
from secondline_tui.domain.items import Handling, OnCall
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.ui.desk import Desk

CHARACTERS = {"space": " ", "slash": "/", "question_mark": "?", "colon": ":"}
VERBS = tuple("acRudXtxeAsPMmCOzL")
LETTERS = tuple(sign for sign in string.ascii_letters + string.digits if sign not in "qQpT")
CONTROLS = (
    "enter", "escape", "tab", "shift+tab", "up", "down", "space", "backspace", "delete", "ctrl+s", "ctrl+e", "ctrl+a",
    "ctrl+g", "ctrl+k", "ctrl+z", "pageup", "pagedown", "slash", "question_mark", "ctrl+p", "y", "Y",
)  # fmt: skip
"""Not among them: what ends the program, what pauses a source or changes the colours, and the public-send key."""
AT_ONCE = 40


async def furnished(found: Desk) -> None:
    """Something of everything, with previews that let every prompt be sent."""
    choices = tuple(Choice(key=key, name=clean(f"the {key}")) for key in ("one", "two"))
    matchers = (Matcher("alertname", "x"),)
    for actor in found.actors.values():
        actor.previews = {verb: Preview(choices=choices, chosen="one", matchers=matchers) for verb in Verb}
    held = Handling(by=clean("Bo"), comment=clean("mine"))
    await found.answer("icinga", alert("a"), alert("b", acknowledged=held), alert("c", downtime=True))
    await found.answer("pagerduty", incident("P"), incident("Q", status=clean("acknowledged")), OnCall(
        ref=ItemRef("pagerduty", Kind.ON_CALL, "S"), role=clean("inhours_primary"), person=clean("Bo"),
        start=ago(hours=1), end=ago(hours=-8),
    ))  # fmt: skip
    await found.answer("zendesk", ticket("1"), ticket("2"), ticket("3"))
    await found.answer("trello", card("c"), card("d", due=ago(hours=1)))
    await found.press("3")


async def hit(found: Desk, keys: Sequence[str]) -> None:
    """Press them all, a few at a time."""
    for start in range(0, len(keys), AT_ONCE):
        with found.app.batch_update():  # nobody looks, and painting would take most of the time
            for key in keys[start : start + AT_ONCE]:
                found.app.post_message(events.Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))
            await found.pilot.pause()
        await found.clock.advance(0.2)
        assert found.app.is_running, keys[: start + AT_ONCE][-60:]


def random_keys(seed: int, count: int) -> list[str]:
    """Keys with a mind to act: verbs, words, and what sends."""
    chance = random.Random(seed)
    keys: list[str] = []
    while len(keys) < count:
        keys += chance.choices(("escape", "1", "2", "3", "3", "4", "j", "k"), k=chance.randint(0, 4))
        keys.append(chance.choice(VERBS))
        keys += chance.choices(LETTERS, k=chance.randint(0, 3))
        keys += chance.choices(CONTROLS, k=chance.randint(0, 3))
        keys += chance.choices(("ctrl+s", "enter", "y"), k=chance.randint(0, 3))
    return keys[:count]
