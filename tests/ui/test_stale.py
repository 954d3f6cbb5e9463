"""An ongoing issue that nobody has touched for long is marked where it is seen."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from secondline_tui.config.models import Config
from secondline_tui.config.shift import Shift
from secondline_tui.domain.items import Card, Detail
from secondline_tui.domain.text import clean
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.rows import View, row
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, card
from tests.ui.desk import desk

OLD = card("old", title=clean("AmazonMQ unprocessed messages"), updated=ago(days=34), comments=2)


def told(item: Card, limit: timedelta, width: int = 60) -> tuple[str, str]:
    view = View(BEGIN, UTC, width, stale=limit)
    lines = [*row(item, view), *detail_lines(item, Detail(), view)]
    first, *whole = ("".join(text for text, _ in line) for line in lines)
    return first, "\n".join(whole)


@pytest.mark.parametrize("width", [39, 60, 120])
def test_its_row_says_so_beside_its_age(width: int) -> None:
    line, _ = told(OLD, timedelta(days=30), width)
    assert "stale" in line
    assert line.rstrip().endswith("34d")
    assert len(line) == width


def test_the_opened_card_says_for_how_long() -> None:
    assert "stale: nobody has touched it for 34d" in told(OLD, timedelta(days=30))[1]


@pytest.mark.parametrize("limit", [timedelta(0), timedelta(days=35)])
def test_a_card_below_the_limit_is_not_marked(limit: timedelta) -> None:
    assert "stale" not in "".join(told(OLD, limit))


async def test_the_limit_comes_from_the_configuration() -> None:
    assert Shift().stale == timedelta(days=30).total_seconds()
    config = Config.model_validate({"shift": {"stale": "40d"}})
    async with desk("trello", config=config, read_only=True) as found:
        await found.answer("trello", OLD, card("older", updated=ago(days=41)))
        assert found.text.count("stale") == 1
