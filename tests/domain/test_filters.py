from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.filters import Filter
from secondline_tui.domain.items import Handling, Severity
from secondline_tui.domain.text import clean
from tests.fakes.items import alert, card, incident, ticket

DISK = alert(
    "web1!disk",
    name=clean("low available disk space on /mnt"),
    host=clean("cache (10.2.5.9)"),
    output=clean("CRITICAL: 3% free at 10:30, see https://x.example.org"),
    severity=Severity.CRITICAL,
    acknowledged=Handling(by=clean("Ana")),
    labels=((clean("team"), clean("web")),),
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("   ", True),
        ("disk", True),
        ("DISK cache", True),
        ("disk nothere", False),
        ("-disk", False),
        ("-nothere", True),
        ("host:cache", True),
        ("host:disk", False),
        ("-host:cache", False),
        ("env:production", True),
        ("e:production", True),
        ("severity:critical", True),
        ("team:web", True),
        ("team:db", False),
        ("by:ana", True),
        ('"disk space"', True),
        ('"space disk"', False),
        ('-"disk space"', False),
        ("name:low*disk*", True),
        ("name:disk*", False),
        ("*10.2.5.*", True),
        ("10:30", True),
        ("https://x.example.org", True),
        ("-https://x.example.org", False),
        ('"unfinished', False),
        ("-", True),
    ],
)
def test_filter(typed: str, found: bool) -> None:
    assert Filter.parse(typed).matches(DISK) is found


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        (incident("x", drill=True), "drill"),
        (incident("x", assigned=(clean("Bo"),)), "assigned:bo"),
        (ticket("4711", priority=None), "priority:untriaged"),
        (ticket("4711", tags=(clean("technical_fault"),)), "tag:technical_fault"),
        (card("c", labels=(clean("urgent"),)), "label:urgent"),
        (card("c", description=clean("Whitehall spikes")), "whitehall"),
    ],
)
def test_every_sort_of_item_can_be_filtered(item: object, typed: str) -> None:
    assert Filter.parse(typed).matches(item)  # type: ignore[arg-type]
    assert not Filter.parse(f"-{typed}").matches(item)  # type: ignore[arg-type]


@given(st.text(max_size=60))
def test_no_text_is_an_error(typed: str) -> None:
    Filter.parse(typed).matches(DISK)
