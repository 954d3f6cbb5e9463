"""The text of a new card: its five parts, its link to the item, and that it links to nothing else."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.items import Alert, Card, Detail, Handling, Incident, Item, Links, Note, Ticket
from secondline_tui.domain.new_card import split
from secondline_tui.domain.past import Past
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.shift.links import bond
from secondline_tui.shift.new_card import LONGEST, Known, belongs, link_line, makes_cards, new_card_text
from secondline_tui.shift.related import Link, Related
from secondline_tui.sources.trello.deeds import TEXT_LIMIT
from tests.fakes.clock import BEGIN
from tests.fakes.items import ago, alert, card, incident, ticket

LONDON = ZoneInfo("Europe/London")
PARTS = ("## Summary", "## Picture", "## Output and details", "## Related tickets", "## Done so far")
OUTPUT = "CRITICAL: value=1.2\nline two *not markup*\n"


def known(item: Item, **more: Any) -> Known:
    return Known(item=item, now=BEGIN, zone=LONDON, **more)


def made(text: str) -> Card:
    """The card as the board would show it."""
    title, desc = split(text)
    return card("c", title=clean(title), description=clean_block(desc))


def action(item: Item, verb: Verb = Verb.ACKNOWLEDGE, **changes: Any) -> Action:
    told = {"text": "looking into it", **changes}
    intent = Intent(id="1", ref=item.ref, verb=verb, item=item.name_line, author="Ana", at=ago(minutes=2), **told)
    return Action(intent=intent, state=State.CONFIRMED)


def full(**fields: Any) -> Alert:
    return alert(
        "web1!http", name=clean("5xx rate"), output=clean_block(OUTPUT), summary=clean("CRITICAL: value=1.2"),
        links=Links(runbook="https://docs.example.org/5xx", graph="https://g.example.org/5xx"),
        labels=((clean("team"), clean("platform")),), **fields,
    )  # fmt: skip


# -- the five parts ---------------------------------------------------------------------------------------------------


def test_an_alerts_card_has_a_title_and_the_five_parts_with_what_is_known() -> None:
    item = full(acknowledged=Handling(by=clean("Bo"), comment=clean("mine")))
    page, asked = incident("P", number=77), ticket("4127", links=Links(web="https://t.example.org/tickets/4127"))
    note = Note(author=clean("Cy"), text=clean("saw it too"), at=ago(hours=1))
    text = new_card_text(
        known(
            item,
            detail=Detail(body=clean_block(OUTPUT), notes=(note,)),
            related=[Link(page, "", True), Link(asked, "", True)],
            actions=[action(item), action(page, Verb.ESCALATE, text="", to_name=clean("Bo")), action(alert("other"))],
            past=Past(count=9, by_day=(0, 1, 0, 2, 0, 0, 1), longest=timedelta(minutes=50)),
        )
    )
    title, desc = split(text)
    assert title == "5xx rate on web1"
    assert [line for line in desc.splitlines() if line.startswith("## ")] == list(PARTS)
    summary, picture, output, tickets, done = (
        part.partition("\n")[2].strip() for part in desc.split("\n## ")[1:]
    )  # fmt: skip
    assert "CRITICAL in production since Wed 18 Nov 2026 09:27 (Europe/London), seen by icinga." in summary
    assert "Bo has it: mine" in summary
    assert "Seen 9 times, 4 of them in the last seven days; the longest time was 50m." in summary
    assert picture == "Attached."
    assert output.startswith(f"```\n{OUTPUT}```")
    assert "- runbook: https://docs.example.org/5xx" in output
    assert "- team: platform" in output
    assert "- Wed 18 Nov 2026 08:31 Cy: saw it too" in output
    assert "- [#4127 ticket 4127](https://t.example.org/tickets/4127)" in tickets
    assert "Suggested reply:\n\n> Thank you for telling us. We know of this problem that began on Wed 18" in tickets
    assert "Wed 18 Nov 2026 09:29 Ana: acknowledge “looking into it”" in done
    assert "escalate → Bo" in done, "what was done to the page that belongs to it"
    assert "check other" not in done


def test_what_is_not_there_is_said() -> None:
    desc = split(new_card_text(known(alert("a"), detail=Detail(), no_picture="it could not be drawn (OSError)")))[1]
    assert "Nobody has it yet." in desc
    assert "## Picture\n\nNone: it could not be drawn (OSError)." in desc
    assert "## Output and details\n\nNothing more was said.\n\n## Related tickets\n\nNone is known." in desc
    assert "\n\n\n" not in desc + new_card_text(known(full()))
    assert "- icinga could not be asked for more" in new_card_text(known(alert("a")))
    assert desc.endswith("## Done so far\n\nNothing yet.")


def test_a_page_and_a_ticket_have_the_five_parts_too() -> None:
    page = new_card_text(
        known(incident("P", title=clean("5xx"), service=clean("Icinga")), detail=Detail(body=clean_block("why")))
    )
    assert all(part in page for part in PARTS)
    assert "Page for Icinga, triggered, urgency high since Wed 18 Nov 2026 09:29" in page
    assert "```\nwhy\n```" in page
    asked = ticket("4127", requester=clean("Zoë Personal"), links=Links(web="https://t.example.org/tickets/4127"))
    said = Detail(
        notes=(Note(author=clean("Zoë Personal"), text=clean("my number is 123")),), body=clean_block("private")
    )
    text = new_card_text(known(asked, detail=said))
    assert all(part in text for part in PARTS)
    assert "- [#4127 ticket 4127](https://t.example.org/tickets/4127) (this one)" in text
    assert not any(word in text for word in ("Personal", "my number", "private")), "a board has other readers"


def test_cards_are_made_of_what_has_trouble() -> None:
    assert all(makes_cards(item) for item in (alert("a"), incident("P"), ticket("1")))
    assert not makes_cards(card("c"))
    assert not makes_cards(None)


# -- the link ---------------------------------------------------------------------------------------------------------

ITEMS: list[Alert | Incident | Ticket] = [
    alert("web1!http"),
    alert("x", host=clean("")),
    alert("x", host=clean(""), environment=clean("")),
    alert("x", name=clean("File handle count, for asset-manager: exceeds 500 (50%)")),
    alert("x", name=clean("5xx rate for www-origin"), host=clean("cache (10.2.5.9)")),
    alert("x", name=clean("???"), host=clean("***")),
    alert("x", name=clean("alert: another"), host=clean("web1")),
    alert("x", name=clean("読み込み"), host=clean("ウェブ")),
    incident("P", number=7),
    incident("P", title=clean("[FIRING:1] 5xx: rate")),
    ticket("4127"),
    ticket("4127", subject=clean("ticket 9: alert: x")),
]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: str(item.name_line))
def test_the_card_is_surely_linked_to_its_item_on_the_board(item: Item) -> None:
    assert belongs(item, link_line(item))
    shown = made(new_card_text(known(item)))
    found = bond(item, shown)
    assert found is not None
    assert found.sure
    states = [
        SourceState(name=one.ref.source, type="x", environment=clean(""), interval=30, deadline=10, items=(one,))
        for one in (item, shown)
    ]
    related = Related()
    related.update(Board({state.name: state for state in states}))
    assert [(link.item.ref, link.sure) for link in related.of(item)] == [(shown.ref, True)]


def test_whatever_a_service_sends_the_card_is_linked_and_can_be_made() -> None:
    chance = random.Random(1)
    signs = [
        *map(chr, range(0x20, 0x250)),
        *"\u0301\u200d\u202e\x1b\n\r\u2028",
        *map(chr, range(0x600, 0x640)),
        "中",
        "🔥",
    ]
    for _ in range(200):
        raw = "".join(chance.choices(signs, k=chance.randrange(1, 300)))
        item = alert("x", name=clean(raw, 80), host=clean(raw[::-1], 40), output=clean_block(raw))
        text = new_card_text(known(item))
        assert belongs(item, made(text).description), raw
        assert split(text)[0], raw


def test_it_is_not_linked_to_the_same_check_elsewhere() -> None:
    item = alert("web1!http", name=clean("http response time"))
    shown = made(new_card_text(known(item)))
    for other in (replace(item, ref=ItemRef("icinga", Kind.ALERT, "web2!http"), host=clean("web2")),
                  replace(item, ref=ItemRef("icinga", Kind.ALERT, "y"), environment=clean("staging"))):  # fmt: skip
        found = bond(other, shown)
        assert found is None or not found.sure, other


def test_nothing_in_the_output_links_it_to_another_alert() -> None:
    said = "Alert: other check\n  > alert: other check, x"
    item = alert("web1!http", output=clean_block(said))
    shown = made(new_card_text(known(item)))
    assert "· Alert: other check" in shown.description
    other = alert("z", name=clean("other check"))
    found = bond(other, shown)
    assert found is None or not found.sure


@pytest.mark.parametrize(
    "item",
    [
        alert("a", labels=((clean("alert"), clean("other check")),)),
        alert("a", annotations=((clean("Alerts"), clean("other check")),)),
        alert("a", notes=(Note(author=clean("alert"), text=clean("other check")),)),
        alert("a", summary=clean("alert: other check")),
        alert("a", acknowledged=Handling(by=clean("alert: other check"), comment=clean("")), name=clean("x")),
    ],
)
def test_nothing_that_anybody_called_an_alert_links_it_to_another_one(item: Alert) -> None:
    text = new_card_text(known(item, actions=[action(item)]))
    other = alert("z", name=clean("other check"), host=clean(""), environment=clean(""))
    found = bond(other, made(text))
    assert "other check" in text
    assert found is None or not found.sure
    own = bond(item, made(text))
    assert own is not None
    assert own.sure


def test_a_ticket_that_may_belong_is_not_made_certain() -> None:
    maybe = ticket("4127", subject=clean("help"), links=Links(web="https://t.example.org/tickets/4127"))
    denied = ticket("4128", links=Links(web="https://t.example.org/tickets/4128"))
    links = [Link(maybe, "", False), Link(denied, "", False, False)]
    shown = made(new_card_text(known(alert("a"), related=links)))
    assert "- #4127 help (perhaps)" in shown.description
    found = bond(maybe, shown)
    assert found is not None
    assert not found.sure
    assert bond(denied, shown) is None


# -- bounds -----------------------------------------------------------------------------------------------------------


def test_however_much_is_known_it_fits_and_every_part_is_there() -> None:
    item = alert(
        "web1!http",
        name=clean("n" * 900),
        output=clean_block("```\n" + "\U0001f525 hot\n" * 9_000),
        labels=tuple((clean(f"label{n}"), clean("*" * 900)) for n in range(200)),
        annotations=tuple((clean(f"note{n}"), clean("x" * 900)) for n in range(200)),
        notes=tuple(Note(author=clean("Bo"), text=clean_block("y" * 9_000)) for _ in range(50)),
        acknowledged=Handling(by=clean("B" * 900), comment=clean("c" * 900)),
    )
    tickets = [Link(ticket(str(n), subject=clean("[s]" * 300)), "", True) for n in range(1_000, 1_200)]
    text = new_card_text(known(item, related=tickets, actions=[action(item, text="t" * 9_000)] * 200))
    title, desc = split(text)
    assert len(title) < 300
    assert len(desc.encode("utf-16-le")) // 2 <= LONGEST + 500
    assert all(part in desc for part in PARTS)
    assert "\n````\n" in desc, "a fence that the output does not end"
    assert "more characters)" in desc
    assert "- and " in desc


def test_long_addresses_and_many_ticks_leave_it_small_enough_to_be_sent() -> None:
    far = "https://t.example.org/" + "a" * 2_000
    item = alert(
        "web1!http", output=clean_block("`" * 60_000), links=Links(web=far + "1", runbook=far + "2", graph=far + "3"),
        labels=((clean("team"), clean("x" * 900)),) * 9, summary=clean("s" * 900),
    )  # fmt: skip
    tickets = [Link(ticket(str(n), links=Links(web=f"{far}{n}")), "", True) for n in range(10, 20)]
    _, desc = split(new_card_text(known(item, related=tickets)))
    assert len(desc) < TEXT_LIMIT
    assert "- and 10 more" in desc
    assert "- runbook: " not in desc
