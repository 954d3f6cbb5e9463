from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.filters import FIELDS, Filter, _fits, fields_of
from secondline_tui.domain.items import Alert, Card, Handling, Item, Severity, Ticket
from secondline_tui.domain.text import clean, clean_block
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


@pytest.mark.parametrize("item", [alert("a"), incident("i"), ticket("1"), card("c")])
def test_the_fields_that_are_known_are_those_that_items_have(item: Item) -> None:
    assert set(FIELDS[type(item)]) == {name for name, _ in item.words() if name}


def test_labels_are_fields_of_the_items_that_bear_them() -> None:
    assert fields_of(Alert, [alert("a"), DISK]) == (*FIELDS[Alert], "team")
    assert fields_of(Card) == FIELDS[Card]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", ()),
        ("disk -cache host:web e:prod Severity:critical -by:ana", ()),
        ("10:30 https://x.example.org", ()),
        ('"error: x" "a:b"', ()),
        ("hosst:x", ("no field 'hosst'; did you mean host?",)),
        ("-hots:x", ("no field 'hots'; did you mean host?",)),
        ("sevrity:x Enviroment:y", ("no field 'sevrity'; did you mean severity?",
                                   "no field 'enviroment'; did you mean environment?")),
        ("hosst:x hosst:y", ("no field 'hosst'; did you mean host?",)),
        ('name:"web', ("a quote is not closed",)),
        ('-"', ("a quote is not closed",)),
        ("host: web", ("nothing follows host:",)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("labels", [True, False])
def test_what_is_odd(typed: str, told: tuple[str, ...], labels: bool) -> None:
    assert Filter.parse(typed).oddities(FIELDS[Alert], labels=labels) == told


@pytest.mark.parametrize("typed", ["foo:bar", "-foo:bar", "stage:prod", "cost:x", "status:x"])
def test_an_unknown_field_may_be_a_label_where_there_are_any(typed: str) -> None:
    assert Filter.parse(typed).oddities(FIELDS[Alert], labels=True) == ()
    (told,) = Filter.parse(typed).oddities(FIELDS[Alert])
    assert "; fields are source, environment, severity" in told
    assert Filter.parse(typed).oddities((*FIELDS[Alert], "foo", "stage", "cost", "status")) == ()


@given(st.text(alphabet='ab:"-* /', max_size=20))
def test_oddities_are_told_of_any_text(typed: str) -> None:
    Filter.parse(typed).oddities(FIELDS[Ticket])


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=4), st.text("ab", max_size=8))
def test_stars_stand_for_anything(parts: list[str], text: str) -> None:
    pattern = re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
    assert _fits(parts, text) is bool(pattern.fullmatch(text))


def test_stars_on_a_long_text_take_no_time() -> None:
    rule, text = Filter.parse("*a*b*a*b*a*c*"), "ab" * 30_000
    began = time.process_time()
    assert not rule.matches(alert("x", output=clean_block(text)))
    assert time.process_time() - began < 1, "one search a star: it would take for ever otherwise"
