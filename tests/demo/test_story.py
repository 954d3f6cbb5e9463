"""The story goes on for as long as somebody lets it, and the services stay such as a shift would find them."""

from __future__ import annotations

from secondline_tui.demo.story import cast, furnish
from secondline_tui.demo.world import World
from secondline_tui.demo.zendesk.service import Zendesk

HOUR = 3_600.0


def open_tickets(world: World) -> list[int]:
    zendesk = world.simulators["zendesk"]
    assert isinstance(zendesk, Zendesk)
    return [number for number, ticket in zendesk.tickets.items() if ticket.facts.status not in ("solved", "closed")]


def test_what_comes_in_does_not_pile_up_for_days_but_what_is_taken_stays() -> None:
    now = [1_800_000_000.0]
    world = World(lambda: now[0])
    furnish(world)
    zendesk = world.simulators["zendesk"]
    assert isinstance(zendesk, Zendesk)
    before = open_tickets(world)
    now[0] += 120
    world.advance()
    (new,) = set(open_tickets(world)) - set(before)
    zendesk.change(new, by=cast.ME, assignee=cast.ME, status="open")
    now[0] += 72 * HOUR
    world.advance()
    after = open_tickets(world)
    assert new in after
    assert 0 < len(after) <= len(before) + 2
