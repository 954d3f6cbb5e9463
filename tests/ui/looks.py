"""What the dashboard looks like in a dozen situations, cell by cell. `python -m tests.ui.looks` writes it down anew.

Each file holds the screen as text, the same screen with a letter for the style of each cell, and what the letters are.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import string
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.cells import cell_len
from textual.app import App
from textual.widgets import TextArea

from secondline_tui.config.models import Config
from secondline_tui.domain.actions import Choice, Preview, Refused, Unanswered, Verb
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.items import Handling, OnCall, Planned, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.ui.prompts.compose import ComposeScreen
from tests.fakes.actor import FakeActor
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket
from tests.ui.desk import USUAL, Desk, Typed, desk

FILES = Path(__file__).parent / "looks"
LETTERS = string.ascii_lowercase + string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Look:
    """One situation."""

    size: tuple[int, int] = (120, 40)
    theme: str = "dark"
    hang: bool = False
    acting: bool = False
    """Whether the services can be written to."""
    then: Callable[[Desk], Awaitable[None]] | None = None
    env: dict[str, str] = field(default_factory=dict)


async def morning(found: Desk) -> None:
    """Something of everything."""
    known = Handling(by=clean("Bo"), comment=clean("known, see the card"), at=ago(hours=1))
    await found.answer(
        "icinga",
        alert("1", name=clean("low available disk space on root"), output=clean("DISK CRITICAL: / 3% free")),
        alert("2", name=clean("search latency"), severity=Severity.WARNING, state=clean("WARNING"), since=ago(hours=2)),
        alert(
            "3", name=clean("mapit"), severity=Severity.UNKNOWN, state=clean("UNKNOWN"), environment=clean("staging")
        ),
        alert("4", name=clean("overdue publications"), acknowledged=known, since=ago(hours=3)),
        alert("5", name=clean("replication lag"), downtime=True, downtime_until=ago(hours=-2), since=ago(days=1)),
        hidden=3,
    )
    await found.answer(
        "pagerduty",
        incident("1", title=clean("5xx rate for www-origin"), assigned=(clean("Ana"),), escalates_at=ago(minutes=-4)),
        incident("2", title=clean("Drill, please escalate"), drill=True, status=clean("acknowledged")),
        OnCall(ref=ItemRef("pagerduty", Kind.ON_CALL, "1"), role=clean("inhours_primary"), person=clean("Ana"),
               start=ago(hours=10), end=ago(hours=-10)),
    )  # fmt: skip
    await found.answer(
        "zendesk",
        ticket(
            "4711", subject=clean("Attachment uploads failing"), requester=clean("Grace Adeyemi"), due=ago(hours=-1)
        ),
        ticket(
            "4712", subject=clean("日本語の件名"), priority=None, status=clean("new"), requester=clean("Émile Zühlke")
        ),
        ticket("4713", subject=clean("Access for a starter"), priority=clean("low"), status=clean("pending")),
    )
    await found.answer("trello", card("1", title=clean("Whitehall spikes"), labels=(clean("whitehall"),), comments=3))
    await found.answer(
        "rota",
        Planned(ref=ItemRef("rota", Kind.PLANNED, "1"), role=clean("inhours_primary"), person=clean("Cy"),
                first=BEGIN.date(), last=BEGIN.date()),
    )  # fmt: skip


async def doubt(found: Desk) -> None:
    """One source stops answering."""
    await morning(found)
    await found.clock.advance(65)
    gone = PollFailed(Fault(kind=FaultKind.UNREACHABLE, message=clean("cannot be reached: connection refused")))
    await found.fail("icinga", gone)
    await found.fail("zendesk", PollFailed(Fault(kind=FaultKind.UNAUTHORISED, message=clean("wrong token"), stop=True)))


async def blind(found: Desk) -> None:
    """Every source stops answering before it ever did."""
    for name in found.readers:
        await found.fail(name, PollFailed(Fault(kind=FaultKind.TIMED_OUT, message=clean("no answer in 10 s"))))


def after(*keys: str) -> Callable[[Desk], Awaitable[None]]:
    """The morning, and then some keys."""

    async def then(found: Desk) -> None:
        await morning(found)
        for key in keys:
            await found.press(key)
        await found.shown()

    return then


async def promptly(found: Desk) -> None:
    """The morning, and what the services say before something is done."""
    audience = clean("the requester, Grace Adeyemi, and everybody in CC")
    lists = tuple(Choice(key=key, name=clean(key)) for key in ("Ongoing issues", "Waiting", "Done"))
    statuses = (Choice(key="open", name=clean("Open")), Choice(key="pending", name=clean("Pending"),
                hint=clean("waits for the requester")), Choice(key="solved", name=clean("Solved")))  # fmt: skip
    told: dict[tuple[str, Verb], Preview] = {
        ("icinga", Verb.ACKNOWLEDGE): Preview(
            account=clean("Ana, through Icinga's user dash"),
            audience=clean("everybody who looks at this Icinga"),
            changes=(clean("holds until the state changes"),),
        ),
        ("zendesk", Verb.REPLY): Preview(account=clean("Ana"), audience=audience, choices=statuses),
        ("trello", Verb.MOVE): Preview(account=clean("Ana"), choices=lists, chosen="Waiting"),
        ("trello", Verb.CARD): Preview(
            account=clean("Ana"), audience=clean("members of the board 2nd line"), choices=lists, chosen=lists[0].key
        ),
    }
    for (source, verb), preview in told.items():
        found.actors[source].previews[verb] = preview
    await morning(found)


def asked(*keys: str) -> Callable[[Desk], Awaitable[None]]:
    """The same, and then some keys."""

    async def then(found: Desk) -> None:
        await promptly(found)
        await found.press(*keys)
        await steadied(found)

    return then


async def steadied(found: Desk) -> None:
    """The cursor is there."""
    editors = list(found.app.screen.query(TextArea))
    await found.until(lambda: not editors or (found.app.focused is not None and found.app.focused.has_focus))
    await found.shown()


async def carded(found: Desk) -> None:
    """A card is about to be made of an alert."""
    await promptly(found)
    await found.press("2", "C")
    await found.until(lambda: isinstance(found.app.screen, ComposeScreen) and bool(found.prompt.to().key))
    await steadied(found)


async def dealt_with(found: Desk) -> None:
    """Something was refused, something is unknown, and the view of actions is open."""
    await promptly(found)
    found.actors["icinga"].answers(Refused(clean("already acknowledged by Bo: mine")), Unanswered(clean("no answer")))
    found.actors["icinga"].shows = None
    for key in ("a", "c"):
        await found.press(key, Typed("on it"), "ctrl+s")
        await found.until(lambda: not isinstance(found.app.screen, ComposeScreen))
        await found.clock.advance(1)
    await found.clock.advance(4)
    found.screen.tick()  # ages are told once a second, and that second is another clock's
    await found.press("L")
    await found.shown()


LOOKS = {
    "fresh-80x24": Look((80, 24), then=morning),
    "fresh-120x40": Look(then=morning),
    "fresh-200x60": Look((200, 60), then=morning),
    "waiting": Look(hang=True),
    "empty": Look(),
    "doubt": Look(then=doubt),
    "no-answer-80x24": Look((80, 24), then=blind),
    "light": Look(theme="light", then=morning),
    "no-colour": Look(then=doubt, env={"NO_COLOR": "1"}),
    "item": Look(then=after("enter")),
    "zoomed": Look(then=after("3", "f")),
    "sources": Look(then=after("H")),
    "filter": Look(then=after("slash", "d", "i", "s", "k")),
    "tiny": Look((40, 12), then=morning),
    "acknowledge-80x24": Look((80, 24), then=asked("a", Typed("looking")), acting=True),
    "acknowledge-120x40": Look(then=asked("a", Typed("looking")), acting=True),
    "public-80x24": Look((80, 24), then=asked("3", "R", Typed("We are on it.")), acting=True),
    "public-light": Look(theme="light", then=asked("3", "R", Typed("We are on it.")), acting=True),
    "public-no-colour": Look(then=asked("3", "R", Typed("On it.")), env={"NO_COLOR": "1"}, acting=True),
    "public-asked": Look(then=asked("3", "R", Typed("On it."), "ctrl+o"), acting=True),
    "move": Look(then=asked("4", "m"), acting=True),
    "card-80x24": Look((80, 24), then=carded, acting=True),
    "card-120x40": Look(then=carded, acting=True),
    "marked": Look(then=asked("space", "space"), acting=True),
    "actions": Look(then=dealt_with, acting=True),
    "actions-80x24": Look((80, 24), then=dealt_with, acting=True),
}


async def look(name: str) -> str:
    """One situation, written down."""
    wanted = LOOKS[name]
    before = {key: os.environ.get(key) for key in wanted.env}
    os.environ.update(wanted.env)
    actors = {name: FakeActor() for name in USUAL} if wanted.acting else None
    folder = Path(tempfile.mkdtemp(prefix="secondline-test-"))
    try:
        config = Config.model_validate({"ui": {"theme": wanted.theme}, "state": folder})
        async with desk(size=wanted.size, config=config, hang=wanted.hang, actors=actors) as found:
            if wanted.then is not None:
                await wanted.then(found)
            await found.shown()
            return written(found.app)
    finally:
        shutil.rmtree(folder)
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value


def written(app: App[Any]) -> str:
    """The screen in text and letters."""
    names: dict[str, str] = {}
    texts, styles = [], []
    for strip in app.screen._compositor.render_strips():
        texts.append(strip.text.rstrip())
        letters = ""
        for segment in strip:
            style = str(segment.style) if segment.style else "none"
            letters += names.setdefault(style, LETTERS[len(names)]) * cell_len(segment.text)
        styles.append(letters)
    legend = [f"{letter} {style}" for style, letter in names.items()]
    return "\n".join([*texts, "", *styles, "", *legend, ""])


def main() -> None:
    """Write every look down."""
    FILES.mkdir(exist_ok=True)
    for name in LOOKS:
        (FILES / f"{name}.txt").write_text(asyncio.run(look(name)), "utf-8")


if __name__ == "__main__":
    main()
