"""What a verb does to a Trello card, and whether the card's history shows that we did it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from secondline_tui.domain.actions import Finding, Intent, Refused, Verb
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.clocks import UNTIMELY, Sent
from secondline_tui.sources.trello.mapping import person_name
from secondline_tui.sources.trello.wire import CardState, Deed
from secondline_tui.sources.writing import refused

TEXT_LIMIT = 16_384
"""The longest comment that Trello takes, in the units that JavaScript counts."""
SKEW = timedelta(minutes=3)
"""How wrong the time may be at which something was sent, by Trello's clock."""
PATIENCE = timedelta(seconds=20)
"""How long a change that Trello made may be missing in what it tells."""

CHANGES: Mapping[Verb, tuple[str, bool | None]] = {
    Verb.MOVE: ("idList", None),
    Verb.DONE: ("dueComplete", True),
    Verb.UNDONE: ("dueComplete", False),
    Verb.ARCHIVE: ("closed", True),
    Verb.UNARCHIVE: ("closed", False),
}
"""The attribute that each verb changes, by Trello's name, and to what; None: to what the intent says."""
ALREADY: Mapping[Verb, str] = {
    Verb.DONE: "is marked as done already",
    Verb.UNDONE: "is not marked as done",
    Verb.ARCHIVE: "is archived already",
    Verb.UNARCHIVE: "is not archived",
}
VERBS = frozenset({Verb.COMMENT, *CHANGES})


def change(verb: Verb, to: str) -> tuple[str, str | bool]:
    """The attribute that a verb changes, and what to."""
    attribute, value = CHANGES[verb]
    return attribute, to if value is None else value


def history(verb: Verb) -> str:
    """The sort of actions that a verb leaves behind, as Trello's filter calls it."""
    return "commentCard" if verb is Verb.COMMENT else f"updateCard:{CHANGES[verb][0]}"


def as_kept(verb: Verb, text: str) -> str:
    """Trello cuts the white space around a comment or a card's text, and keeps the rest as it is."""
    return text.strip() if verb in (Verb.COMMENT, Verb.CARD) else text


def faults(intent: Intent) -> Refused | None:
    """What makes an action one that Trello would never take."""
    if intent.verb not in VERBS:
        return refused(f"Trello has no such thing as {intent.verb}")
    if intent.verb is not Verb.COMMENT:
        if intent.text.strip():
            return refused("a comment is an action of its own in Trello")
        return refused("no list was chosen") if intent.verb is Verb.MOVE and not intent.to else None
    if not intent.text.strip():
        return refused("a comment needs a text")
    size = len(intent.text.encode("utf-16-le", "surrogatepass")) // 2
    if size > TEXT_LIMIT:
        return refused(f"{size} characters: Trello takes comments of at most {TEXT_LIMIT}")
    return None


def finding(
    intent: Intent,
    card: CardState,
    deeds: Sequence[Deed],
    me: str,
    *,
    as_me: bool,
    sent: Sent,
    waited: timedelta,
    claimed: AbstractSet[str],
) -> Finding:
    """What a card and its history say about an action of ours, `waited` after it was sent.

    `as_me`: it was certainly sent as this account. Else what another one has done may be it.
    """
    seen = _seen(intent)
    same = [deed for deed in deeds if deed.id not in claimed and _is(intent, deed) and (not seen or deed.date > seen)]
    ours = [deed for deed in same if deed.id_member_creator == me]
    timely = [deed for deed in ours if sent.about(deed.date, SKEW)]
    if timely:
        return Finding(there=True, remote=min(timely, key=lambda deed: (deed.date, deed.id)).id)
    if ours:
        return Finding(there=None, told=UNTIMELY)
    so_now = intent.verb is not Verb.COMMENT and _is_so(intent, card)
    others = [deed for deed in same if deed.id_member_creator != me and (seen or deed.date >= sent.at - SKEW)]
    if others and (so_now or not as_me):
        told = SafeText(f"{person_name(others[0].member_creator)} has done the same")
        return Finding(there=False if as_me else None, told=told)
    if not so_now:
        return Finding(there=False)
    # It was so before: Trello says yes to such a change and keeps no record of it. Unless a record is still to come.
    return Finding(there=waited >= PATIENCE, told=SafeText("it was so already"))


def after_seen(intent: Intent) -> dict[str, str]:
    """What narrows a history down to what was done after the prompt was drawn, where that is known."""
    seen = _seen(intent)
    return {"since": since(seen)} if seen else {}


def since(moment: datetime) -> str:
    """The id of an action that would be older than any of then: ids begin with the time in seconds."""
    return f"{int((moment - SKEW).timestamp()):08x}".ljust(24, "0")


def done_by(deeds: Sequence[Deed], attribute: str, value: object) -> SafeText:
    """Who made a card what it is, "" when its history does not say."""
    made = next((deed for deed in deeds if deed.made(attribute) == value), None)
    return person_name(made.member_creator) if made else SafeText("")


def _seen(intent: Intent) -> datetime | None:
    """When the card that the prompt showed had last been changed, by Trello's own clock."""
    try:
        return datetime.fromisoformat(intent.stamp)
    except ValueError:
        return None


def _is(intent: Intent, deed: Deed) -> bool:
    """Whether it is what was to be done, whoever did it."""
    if intent.verb is Verb.COMMENT:
        return _says(deed, intent.text)
    attribute, value = change(intent.verb, intent.to)
    return deed.made(attribute) == value


def _is_so(intent: Intent, card: CardState) -> bool:
    attribute, value = change(intent.verb, intent.to)
    return card.told(attribute) == value


def _says(deed: Deed, text: str) -> bool:
    """Whether a comment says what was typed, whatever Trello makes of line ends and of the white space around it."""
    told = deed.data.text
    return told is not None and plain(told) == plain(text)


def plain(text: str) -> str:
    """A text without regard to line ends and the white space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
