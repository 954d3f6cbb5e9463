"""The terminal's own ways of telling, and that a key ends them."""

from __future__ import annotations

from datetime import time

import pytest

from secondline_tui.domain.telling import Habits, News, Notice, Now, Rule, Teller, Why
from secondline_tui.domain.text import clean
from secondline_tui.engine.telling import Telling
from secondline_tui.report import item_json
from secondline_tui.ui.told import sequence
from tests.fakes.items import alert, incident
from tests.ui.wall import build, wall


def notice(*names: str) -> Notice:
    items = [alert(str(n), name=clean(name)) for n, name in enumerate(names)]
    news = tuple(News(ref=i.ref, why=Why.NEW, title=i.name_line, severity="critical", item=i) for i in items)
    return Notice(news, frozenset({"desktop"}))


def test_sequences() -> None:
    assert sequence("osc9", notice("disk")) == "\x1b]9;new critical: disk on web1\x07"
    assert sequence("osc777", notice("a;b")) == "\x1b]777;notify;secondline;new critical: a,b on web1\x07"
    assert "\n" not in sequence("osc9", notice("a", "b"))


@pytest.mark.parametrize("kind", ["osc9", "osc777"])
def test_nothing_that_a_service_sends_ends_a_sequence(kind: str) -> None:
    told = sequence(kind, notice("a\x07b\x1b\\c\x9cd\ne"))
    assert sum(told.count(end) for end in "\x07\x1b\x9c\n") == 2, "its own beginning and end"


async def test_a_key_lets_a_page_ring_no_more_and_trouble_is_shown() -> None:
    app, _, _ = build()
    rules = (Rule(ways=frozenset({"bell"})),)
    teller = Teller(Habits(rules=rules, burst=0, again=60))
    telling = Telling(teller, {}, lambda _: Now(time(12), on_shift=True), item_json)
    rung: list[Notice] = []
    async with wall() as found:
        found.app.tell_with(telling, "off")
        telling.terminal["bell"] = rung.append
        engine = found.screen.session.engine

        def look(seconds: float) -> int:
            told = teller.update(engine.board, engine.clock.monotonic() + seconds, Now(time(12), on_shift=True))
            if told is not None:
                rung.append(told)
            return len(rung)

        look(0)
        await found.answer("pagerduty", incident("9", number=9))
        assert look(0) == 1
        assert look(61) == 2, "again"
        await found.press("x")
        assert look(200) == 2, "somebody is there"
    assert app is not None
