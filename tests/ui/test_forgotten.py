"""Forgotten work on the dashboard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from secondline_tui.config.forgotten import Forgotten
from secondline_tui.config.models import Config
from secondline_tui.domain.items import Handling
from secondline_tui.domain.text import clean
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, incident, ticket
from tests.ui.desk import Desk, acting, desk


def trust_line(found: Desk) -> str:
    return found.text.splitlines()[1]


async def test_the_list_opens_what_is_chosen_and_the_trust_line_counts_only_what_presses() -> None:
    async with acting() as found:
        await found.answer("zendesk", ticket("7", updated=ago(days=3)))
        assert "soon too late" not in trust_line(found)
        await found.answer("pagerduty", incident("p", escalates_at=BEGIN + timedelta(seconds=100)))
        assert "1 soon too late" in trust_line(found)
        await found.press("f8")
        assert "2 things that may be forgotten" in found.text
        assert "nobody has answered; the next one is called in 1m" in found.text
        assert "nothing happened for 3d" in found.text
        await found.press("down", "enter")
        assert found.screen.showing == "detail"
        item = found.screen.item
        assert item is not None
        assert item.ref.key == "7"
        await found.press("escape")
        assert found.screen.showing == "panes"


async def test_a_long_list_leaves_its_title_and_its_keys_on_a_small_screen() -> None:
    async with desk(size=(80, 24)) as found:
        tickets = (ticket(str(n), subject=f"a subject so long that it needs two lines {n}") for n in range(20))
        await found.answer("zendesk", *(replace(one, updated=ago(days=3)) for one in tickets))
        await found.press("f8")
        assert "20 things that may be forgotten, the most pressing first" in found.text
        assert "Enter choose" in found.text


async def test_time_alone_makes_it_press() -> None:
    async with desk(read_only=True) as found:
        until = BEGIN + timedelta(hours=1, seconds=10)
        await found.answer("icinga", alert("a", acknowledged=Handling(by=clean("Bo"), until=until)))
        assert "soon too late" not in trust_line(found)
        await found.clock.advance(20)
        found.screen.tick()
        await found.pilot.pause()
        assert "1 soon too late" in trust_line(found)


async def test_nothing_forgotten_is_said() -> None:
    async with acting(config=Config(forgotten=Forgotten(waiting=0))) as found:
        await found.answer("zendesk", ticket("7", updated=ago(days=3)))
        await found.press("f8")
        assert "nothing is forgotten" in found.text


async def test_what_went_away_meanwhile_is_not_opened() -> None:
    async with acting() as found:
        await found.answer("zendesk", ticket("7", updated=ago(days=3)))
        await found.press("f8")
        await found.answer("zendesk")
        await found.press("enter")
        assert "that is gone meanwhile" in found.text
        assert found.screen.showing == "panes"
