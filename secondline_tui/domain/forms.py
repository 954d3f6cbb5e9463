"""What has to be said to do something: a text, an end, a destination; for screen and shell alike. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from secondline_tui.domain.actions import Verb


class Wanted(StrEnum):
    """Whether something has to be said."""

    NO = "no"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one verb wants to know."""

    word: str
    """What is done, as in "acknowledge cache-3"."""
    done: str
    """What was done, as in "acknowledged cache-3"."""
    text: Wanted = Wanted.NO
    until: Wanted = Wanted.NO
    lasts: timedelta = timedelta(hours=2)
    """How long it lasts when nothing else is said."""
    to: Wanted = Wanted.NO
    """A destination, of those that the service names: `Preview.choices`."""
    to_word: str = ""
    """What the destination is."""
    matchers: bool = False
    """Whether its matchers may be changed."""


_M, _MAY = Wanted.MUST, Wanted.MAY

FORMS: Mapping[Verb, Form] = {
    Verb.ACKNOWLEDGE: Form(word="acknowledge", done="acknowledged", text=_M, until=_MAY),
    Verb.UNACKNOWLEDGE: Form(word="remove the acknowledgement of", done="removed the acknowledgement of"),
    Verb.COMMENT: Form(word="comment on", done="commented on", text=_M, to=_MAY, to_word="status"),
    Verb.REPLY: Form(word="reply publicly to", done="replied publicly to", text=_M, to=_MAY, to_word="status"),
    Verb.DOWNTIME: Form(word="schedule a downtime for", done="scheduled a downtime for", text=_M, until=_M),
    Verb.END_DOWNTIME: Form(word="end a downtime of", done="ended a downtime of", to=_M, to_word="downtime"),
    Verb.RECHECK: Form(word="check again", done="had checked again"),
    Verb.SILENCE: Form(word="silence", done="silenced", text=_M, until=_M, matchers=True),
    Verb.EXTEND: Form(word="extend a silence of", done="extended a silence of", until=_M, to=_M, to_word="silence"),
    Verb.EXPIRE: Form(word="end a silence of", done="ended a silence of", to=_M, to_word="silence"),
    Verb.SNOOZE: Form(word="snooze", done="snoozed", until=_M),
    Verb.ESCALATE: Form(word="escalate", done="escalated", to=_M, to_word="level"),
    Verb.REASSIGN: Form(word="reassign", done="reassigned", to=_M, to_word="person or group"),
    Verb.RESOLVE: Form(word="resolve", done="resolved"),
    Verb.OVERRIDE: Form(word="hand over", done="handed over", until=_M, to=_M, to_word="person"),
    Verb.END_OVERRIDE: Form(word="end the override of", done="ended the override of", to=_M, to_word="override"),
    Verb.TAKE: Form(word="take", done="took"),
    Verb.RELEASE: Form(word="give back", done="gave back", to=_MAY, to_word="person"),
    Verb.STATUS: Form(word="set the status of", done="set the status of", to=_M, to_word="status"),
    Verb.PRIORITY: Form(word="set the priority of", done="set the priority of", to=_M, to_word="priority"),
    Verb.MACRO: Form(word="apply a macro to", done="applied a macro to", to=_M, to_word="macro"),
    Verb.CARD: Form(word="make a card of", done="made a card of", text=_M, to=_M, to_word="list"),
    Verb.MOVE: Form(word="move", done="moved", to=_M, to_word="list"),
    Verb.DONE: Form(word="mark done", done="marked done"),
    Verb.UNDONE: Form(word="mark not done", done="marked not done"),
    Verb.DECLARE: Form(word="declare", done="declared", text=_M, to=_M, to_word="service"),
    Verb.ARCHIVE: Form(word="archive the card", done="archived the card"),
    Verb.UNARCHIVE: Form(word="take out of the archive", done="took out of the archive"),
}
_CALLED: Mapping[Verb, str] = {Verb.EXPIRE: "end silence"}
_OWN: Mapping[tuple[str, Verb], Form] = {
    ("pagerduty", Verb.ACKNOWLEDGE): Form(word="acknowledge", done="acknowledged"),
    ("pagerduty", Verb.COMMENT): Form(word="add a note to", done="added a note to", text=_M),
    ("icinga2", Verb.COMMENT): Form(word="comment on", done="commented on", text=_M),
    ("trello", Verb.COMMENT): Form(word="comment on", done="commented on", text=_M),
    ("zendesk", Verb.COMMENT): Form(
        word="write an internal note on", done="wrote an internal note on", text=_M, to=_MAY, to_word="status"
    ),
}
"""Where a service wants something else under the same name."""


def called(verb: Verb) -> str:
    """A verb in a word or two, as people know it."""
    return _CALLED.get(verb, verb.value)


def form_of(source_type: str, verb: Verb) -> Form:
    """What a verb wants to know at this type of source."""
    return _OWN.get((source_type, verb), FORMS[verb])
