"""What is related on whole boards: from both sides, kept in step with the board, and cheap."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import pytest

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.items import Item, Links
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.shift.links import bond
from secondline_tui.shift.related import SLICE, Related
from tests.fakes.items import alert, card, incident, ticket
from tests.shift.pairs import pairs


def board(*items: Item) -> Board:
    made = Board()
    for name in dict.fromkeys(item.ref.source for item in items):
        state = SourceState(name=name, type="x", environment=clean("production"), interval=30, deadline=10)
        made = made.with_source(replace(state, items=tuple(item for item in items if item.ref.source == name)))
    return made


def related(*items: Item) -> Related:
    made = Related()
    assert not made.update(board(*items))
    return made


def told(links: Related, item: Item) -> list[tuple[str, bool]]:
    return [(link.item.ref.key, link.sure) for link in links.of(item)]


FULL = alert("web1!disk full", name=clean("disk full"))
PAGE = incident("P", title=clean("disk full on web1"))
KNOWN = card("c", description=clean_block("alert: disk full\n\nTicket 4711"))
ASKED = ticket("4711")


def test_each_of_two_knows_the_other() -> None:
    links = related(FULL, PAGE, KNOWN, ASKED)
    assert told(links, FULL) == [("P", True), ("c", True)]
    assert told(links, PAGE) == [("web1!disk full", True)]
    assert told(links, KNOWN) == [("web1!disk full", True), ("4711", True)]
    assert told(links, ASKED) == [("c", True)]


def test_the_index_finds_what_the_pairs_by_themselves_give() -> None:
    for pair in pairs():
        found = bond(pair.one, pair.other)
        links = related(pair.one, pair.other)
        for item, other in ((pair.one, pair.other), (pair.other, pair.one)):
            expected = [] if found is None else [(other.ref.key, found.sure)]
            assert told(links, item) == expected, pair.what


def test_a_page_that_fits_alerts_of_two_environments_is_surely_of_neither() -> None:
    here = alert("1", source="alertmanager", name=clean("RouterErrorRatioTooHigh"), host=clean(""))
    there = replace(here, ref=replace(here.ref, key="2"), environment=clean("staging"))
    page = incident("P", title=clean("RouterErrorRatioTooHigh"))
    links = related(here, there, page)
    assert told(links, page) == [("1", False), ("2", False)]
    assert told(links, here) == [("P", False)]
    assert told(related(here, page), here) == [("P", True)]


def test_other_checks_of_the_machine_are_left_out_once_the_page_is_explained() -> None:
    other = alert("web1!load", name=clean("load"))
    assert told(related(other, PAGE), PAGE) == [("web1!load", False)]
    assert told(related(other, FULL, PAGE), PAGE) == [("web1!disk full", True)]
    elsewhere = alert("web2!disk full", name=clean("disk full"), host=clean("web2"))
    assert told(related(elsewhere, PAGE), PAGE) == [("web2!disk full", False)]
    assert told(related(elsewhere, FULL, PAGE), PAGE) == [("web1!disk full", True)]


def test_links_follow_the_board() -> None:
    links = related(FULL, PAGE)
    assert told(links, FULL) == [("P", True)]
    links.update(board(FULL))
    assert told(links, FULL) == []
    links.update(board(FULL, KNOWN))
    assert told(links, FULL) == [("c", True)]
    links.update(board(alert("web1!other"), KNOWN))
    assert told(links, KNOWN) == []


def test_a_person_decides_about_what_may_be() -> None:
    said: dict[tuple[str, str], bool] = {}

    def verdict(one: ItemRef, other: ItemRef) -> bool | None:
        first, second = sorted((one.key, other.key))
        return said.get((first, second))

    maybe = alert("a", name=clean("AmazonMQ: messages unprocessed"))
    looks = card("q", title=clean("AmazonMQ unprocessed messages every Tuesday"))
    links = Related(verdict)
    links.update(board(maybe, looks, FULL, PAGE))
    assert told(links, maybe) == [("q", False)]
    said["a", "q"] = True
    links.forget()
    assert told(links, looks) == [("a", True)]
    said["a", "q"] = False
    links.forget()
    assert [(link.sure, link.denied) for link in links.of(looks)] == [(False, True)]
    said["P", "web1!disk full"] = False
    links.forget()
    assert told(links, FULL) == [("P", True)]


def test_an_item_is_not_linked_to_its_own_kind_or_source() -> None:
    web = Links(web="https://trello.com/c/Hk3PqR7s")
    one = card("1", links=web)
    links = related(one, card("2", description=clean_block("see https://trello.com/c/Hk3PqR7s")))
    assert told(links, one) == []


def test_ten_thousand_alerts_and_ten_cards_cost_little_with_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    alerts = [
        alert(f"h{n}!c", name=clean(f"low disk space on /mnt/d{n} of part{n % 7}x"), host=clean(f"host{n // 5}"))
        for n in range(10_000)
    ]
    cards = [card(f"c{n}", title=clean(f"Disk space of part{n}x"), description=clean_block(TEXT)) for n in range(10)]
    links = Related()
    slices = 1
    while links.update(board(*alerts, *cards, PAGE)):
        slices += 1
    assert slices >= len(alerts) // SLICE
    took = []
    for turn in range(5):
        alerts[turn] = alert(f"n{turn}", name=clean(f"another check {turn}"))
        new = board(*alerts, *cards, PAGE)
        began = process_time()
        links.update(new)
        updated = process_time()
        for item in (*alerts[:40], *cards):
            links.of(item)
        took.append((updated - began, process_time() - updated))
    following, asking = (min(each) * 1000 for each in zip(*took, strict=True))
    with capsys.disabled():
        print(
            f"\nrelated: 10,000 alerts, 10 cards: {following:.1f} ms a change (CPU), {asking:.1f} ms a screen of rows"
        )
    assert len(told(links, alerts[9])) == len(cards)
    assert told(links, alerts[11]) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 30_000,
        "*" * 30_000,
        "ticket " * 4_000,
        "#4711 " * 5_000,
        "alert: a, " * 3_000,
        "http://" * 4_000,
        "1, " * 9_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_long_text_of_one_sort_is_read_in_time_that_grows_with_its_length(text: str) -> None:
    def took(size: int) -> float:
        cards = [card(f"c{n}", description=clean_block(f"{n}{text[: size - n]}")) for n in range(3)]
        began = process_time()
        links = related(FULL, PAGE, ASKED, *cards)
        for item in (FULL, PAGE, ASKED, *cards):
            links.of(item)
        return process_time() - began

    took(100)
    assert took(len(text)) < 30 * took(len(text) // 8) + 2


TEXT = "Seen since October.\n\nalert: low disk space on /mnt/d9 of part2x\n\nSee the manual. " + "More words. " * 200
