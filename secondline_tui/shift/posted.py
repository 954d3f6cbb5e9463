"""A handover that is posted from here: as a comment on a card, or as a card of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from secondline_tui.domain.actions import UNDER_WAY, Action, Intent, State, Verb
from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.items import Card
from secondline_tui.domain.new_card import split
from secondline_tui.domain.text import SafeText
from secondline_tui.shift.pairing import Pairing

HEAD = "# Handover, "
"""What the text of a handover begins with."""
NAME = SafeText("the handover")
"""What a card of its own is a card of."""
_DONE = frozenset({State.ACCEPTED, State.CONFIRMED})
_MAYBE = UNDER_WAY | _DONE | {State.UNKNOWN}


def card_text(text: str, pairing: Pairing, now: datetime, zone: tzinfo, author: str = "") -> str:
    """The proposed title, of the pair that is on, else of who writes; below it the handover."""
    today = in_zone(now, zone)
    pair = [role.person for role in pairing.roles if not role.out_of_hours][:2]
    on = " + ".join(filter(None, pair)) if pairing.on_shift else ""  # those of the next shift hand nothing over
    who = on or author
    return f"Handover {today.day} {today:%b %Y}{f', {who}' if who else ''}\n\n{text.strip()}"


def is_card(intent: Intent) -> bool:
    """Whether it makes a card of a handover: every other card is made of an item."""
    return intent.verb is Verb.CARD and intent.about is None


def is_handover(card: Card) -> bool:
    """Whether a card is a handover: it names everything that was open then, and is about none of it."""
    return card.description.startswith(HEAD)


def cards_since(actions: Iterable[Action], begin: datetime) -> list[Action]:
    """Those that made, make, or may have made a card of a handover since then, the last one last."""
    found = [
        action for action in actions if is_card(action.intent) and action.state in _MAYBE and action.intent.at >= begin
    ]
    return sorted(found, key=lambda action: action.intent.at)


def posted_text(action: Action) -> str:
    """The handover that is posted; "" where the action posts none, or did not and was given up."""
    intent = action.intent
    if action.given_up:
        return ""
    if is_card(intent):
        return split(intent.text)[1]
    return intent.text if intent.verb is Verb.COMMENT and intent.text.startswith(HEAD) else ""


def how(action: Action) -> str:
    """Where it was posted, or what became of it."""
    intent = action.intent
    where = f"as a card in {intent.to_name}" if is_card(intent) else f"on {intent.item}"
    return f"posted {where}" if action.state in _DONE else f"{action.state}, {where}"
