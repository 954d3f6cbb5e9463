from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from secondline_tui.domain.actions import Choice, Preview, Verb
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from tests.fakes.actor import Through
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago
from tests.sources.pagerduty.conftest import Served
from tests.ui.desk import TYPES, Desk, Typed, acting, desk


def planned(role: str, person: str) -> Planned:
    ref = ItemRef("rota", Kind.PLANNED, f"{role}/{person}")
    return Planned(ref=ref, role=clean(role), person=clean(person), first=BEGIN.date(), last=BEGIN.date())


def turn(role: str, person: str) -> OnCall:
    ref = ItemRef("pagerduty", Kind.ON_CALL, f"S-{role}/x")
    return OnCall(ref=ref, role=clean(role), person=clean(person), start=ago(hours=1), end=ago(hours=-7))


PEOPLE = (
    Choice(key="me", name=clean("Ana")),
    Choice(key="bo", name=clean("Bo")),
    Choice(key="cy", name=clean("CY ")),
)
ROTA = (planned("inhours_primary", "Bo"), planned("inhours_primary_standby", "Cy"))


async def on_shift(found: Desk, *rota: Item) -> None:
    found.actors["pagerduty"].previews[Verb.OVERRIDE] = Preview(choices=PEOPLE, chosen="me")
    await found.answer("rota", *rota)
    await found.answer("pagerduty", turn("inhours_primary", "Bo"), turn("inhours_secondary", "Di"))


async def ask_for_cover(found: Desk) -> None:
    """As a person does who does not know the command."""
    await found.press("?", Typed("away"), "enter")
    await found.until(lambda: "who is away?" in found.text)


async def test_the_standby_is_proposed_until_the_end_of_the_turn() -> None:
    async with acting() as found:
        await on_shift(found, *ROTA)
        await ask_for_cover(found)
        assert "primary: Bo  Cy covers (primary standby), until 16:31" in found.text
        assert "secondary: Di  no standby is planned" in found.text
        await found.press("enter")
        await found.until(lambda: bool(found.prompt.to().key))
        assert "2026-11-18 16:31" in found.text
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.sent))
        (intent,) = found.sent
        assert intent.item == "primary: Bo"
        assert (intent.verb, intent.ref, intent.to) == (Verb.OVERRIDE, turn("inhours_primary", "Bo").ref, "cy")
        assert intent.until == BEGIN + timedelta(hours=7)


async def test_a_standby_unknown_to_pagerduty_is_told_and_nobody_is_chosen_for_them() -> None:
    async with acting() as found:
        await on_shift(found, planned("inhours_primary_standby", "Zoë"))
        await ask_for_cover(found)
        await found.press("enter")
        await found.until(lambda: "nobody there is called Zoë: choose who covers" in found.text)
        await found.press("ctrl+s")
        assert "choose a person first" in found.text
        assert found.sent == []


async def test_who_is_away_is_not_chosen_to_cover_for_themselves() -> None:
    async with acting() as found:
        found.actors["pagerduty"].previews[Verb.OVERRIDE] = Preview(choices=PEOPLE, chosen="me")
        await found.answer("rota", planned("inhours_primary", "Ana"))
        await found.answer("pagerduty", turn("inhours_primary", "Ana"))
        await ask_for_cover(found)
        await found.press("enter")
        await found.until(lambda: "choose who covers" in found.text)
        await found.press("ctrl+s")
        assert "choose a person first" in found.text
        assert found.sent == []


async def test_it_is_not_offered_where_nothing_can_be_written_or_nobody_is_on_call() -> None:
    async with desk() as found:
        await found.answer("rota", *ROTA)
        await found.press("?", Typed("away"), "enter")
        assert "who is away?" not in found.text
    async with acting() as found:
        await found.answer("rota", *ROTA)
        await found.press("?", Typed("away"), "enter")
        assert "who is away?" not in found.text


async def test_taking_a_cover_back_names_who_was_put_in_and_the_role_by_its_own_word() -> None:
    async with acting() as found:
        await on_shift(found, *ROTA)
        await ask_for_cover(found)
        await found.press("enter")
        await found.until(lambda: bool(found.prompt.to().key))
        await found.press("ctrl+s")
        await found.until(lambda: bool(found.outbox.ledger.mine) and len(found.app.screen_stack) == 2)
        await found.clock.advance(3)
        await found.press("z")
        await found.until(lambda: "take back: end the override of" in found.text)
        assert " primary: CY" in found.text
        await found.press("enter")
        await found.until(lambda: len(found.sent) == 2)
        assert (found.sent[1].verb, found.sent[1].item) == (Verb.END_OVERRIDE, "primary: CY")
        await found.clock.advance(3)
        await found.until(lambda: "ended the override of primary: CY" in found.text)


# -- against the simulator -------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.world.close()


@asynccontextmanager
async def real_desk(served: Served, **more: Any) -> AsyncIterator[Desk]:
    async with served.actor() as actor, desk("pd", "rota", actors={"pd": Through(actor)}, **more) as found:
        yield found


async def test_covering_creates_exactly_one_override_and_shows_as_a_difference(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TYPES, "pd", "pagerduty")
    plan = (planned("inhours_primary", "Ana Sowande"), planned("inhours_primary_standby", "Cy Ó Dálaigh"))
    async with served.reader() as reader, real_desk(served) as found:
        await found.answer("rota", *plan)
        await found.answer("pd", *(await reader.fetch()).items)
        await ask_for_cover(found)
        await found.press("enter")
        await found.until(lambda: found.prompt.to().key == served.cy.id)
        await found.press("ctrl+s")
        await found.until(lambda: bool(served.primary.overrides))
        await found.until(lambda: "who is away?" not in found.text and len(found.app.screen_stack) == 2)
        (override,) = served.primary.overrides
        assert override.entry.user == served.cy
        assert override.entry.end == BEGIN.timestamp() + (7 * 60 + 59) * 60
        assert [entry for entry in served.written() if "/overrides" in entry] == [
            f"POST /schedules/{served.primary.id}/overrides"
        ]
        assert served.secondary.overrides == []
        served.later(30)
        await found.clock.advance(30)
        await found.answer("pd", *(await reader.fetch()).items)
        assert "Cy Ó Dálaigh" in found.text
        assert "the rota says Ana Sowande; Pag" in found.text
