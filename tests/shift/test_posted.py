"""What is said of a handover that is posted as a card, and how it is known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.shift.links import bond
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.posted import NAME, card_text, cards_since, how, posted_text
from tests.fakes.items import alert, card, incident, ticket

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
LONDON, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("Asia/Tokyo")
TEXT = "# Handover, Sun 22 Nov 2026, 23:30\n\nAll is well."
CARD = Intent(
    id="1", ref=new_card("trello"), verb=Verb.CARD, item=NAME, author="Ana", at=NOW,
    text=f"Handover 22 Nov 2026\n\n{TEXT}", to="l1", to_name=clean("To do"),
)  # fmt: skip


def role(name: str, person: str, *, out_of_hours: bool = False) -> RolePair:
    return RolePair(name, person, None, None, None, out_of_hours)


def on(*roles: RolePair, shift: bool = True) -> Pairing:
    return Pairing(day=date(2026, 11, 22), on_shift=shift, roles=roles)


PAIR = (role("primary", "Ana"), role("secondary", "Bo"), role("shadow", "Di"), role("on call", "Cy", out_of_hours=True))


@pytest.mark.parametrize(
    ("pairing", "zone", "author", "title"),
    [
        (on(*PAIR), LONDON, "Zoë", "Handover 22 Nov 2026, Ana + Bo"),
        (on(*PAIR), TOKYO, "", "Handover 23 Nov 2026, Ana + Bo"),
        (on(*PAIR, shift=False), LONDON, "Zoë", "Handover 22 Nov 2026, Zoë"),
        (on(PAIR[3]), LONDON, "Zoë", "Handover 22 Nov 2026, Zoë"),
        (on(), LONDON, "", "Handover 22 Nov 2026"),
    ],
)
def test_the_title_names_the_day_and_the_pair_that_is_on_else_who_writes(
    pairing: Pairing, zone: ZoneInfo, author: str, title: str
) -> None:
    assert card_text(f"{TEXT}\n", pairing, NOW, zone, author) == f"{title}\n\n{TEXT}"


def test_a_card_of_it_is_told_from_the_card_of_an_item_and_from_what_was_not_made() -> None:
    begin = NOW - timedelta(hours=1)
    made = [Action(intent=CARD, state=state) for state in State]
    known = cards_since(made, begin)
    assert {action.state for action in made} - {action.state for action in known} == {State.REFUSED, State.FAILED}
    of_item = Action(intent=replace(CARD, about=ItemRef("icinga", Kind.ALERT, "a")), state=State.CONFIRMED)
    early = Action(intent=replace(CARD, at=begin - timedelta(seconds=1)), state=State.CONFIRMED)
    late = Action(intent=replace(CARD, at=NOW + timedelta(seconds=1)), state=State.QUEUED)
    assert cards_since([late, of_item, early, made[0]], begin) == [made[0], late]
    assert posted_text(of_item) == ""


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
def test_what_was_refused_or_not_sent_is_no_handover_once_it_is_given_up(state: State) -> None:
    for intent in (CARD, replace(CARD, verb=Verb.COMMENT, text=TEXT)):
        action = Action(intent=intent, state=state)
        assert posted_text(action) == TEXT
        assert not how(action).startswith("posted")
        assert posted_text(replace(action, dealt_with=True)) == ""


def test_the_text_of_a_card_is_known_without_its_title_and_so_is_its_list() -> None:
    assert posted_text(Action(intent=CARD, state=State.CONFIRMED)) == TEXT
    assert how(Action(intent=CARD, state=State.CONFIRMED)) == "posted as a card in To do"


def test_a_card_of_it_names_everything_and_is_related_to_nothing() -> None:
    page = incident("P", number=77, title=clean("uploads fail"))
    known = card("c", title=clean("uploads fail"), description=clean_block("Incident #77, ticket #4127\nalert: cpu"))
    posted = replace(known, description=clean_block(f"{TEXT}\n{known.description}"))
    for other in (page, ticket("4127"), alert("cpu", name=clean("cpu"))):
        assert bond(known, other) is not None
        assert bond(posted, other) is None
        assert bond(other, posted) is None
