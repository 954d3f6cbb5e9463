"""What Icinga 2 is told to do: one action on one object, by its exact name and never by a filter. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from secondline_tui.config.sources import Acknowledgement
from secondline_tui.domain.actions import Intent, Verb
from secondline_tui.sources.writing import refused

ACTIONS = {
    Verb.ACKNOWLEDGE: "acknowledge-problem",
    Verb.UNACKNOWLEDGE: "remove-acknowledgement",
    Verb.COMMENT: "add-comment",
    Verb.DOWNTIME: "schedule-downtime",
    Verb.END_DOWNTIME: "remove-downtime",
    Verb.RECHECK: "reschedule-check",
}
SPOKEN = frozenset({Verb.ACKNOWLEDGE, Verb.COMMENT, Verb.DOWNTIME})
"""What needs an author and a comment. Of the others, Icinga keeps no text at all."""

Order = dict[str, object]


def kept(text: str) -> str:
    """A text as Icinga keeps it: all of it, up to the first NUL. What is no character (half of one) becomes "?"."""
    return text.partition("\0")[0].encode("utf-8", "replace").decode()


def order_for(intent: Intent, how: Acknowledgement, now: datetime) -> Order:
    """The body of the request; Refused where Icinga would not have it."""
    words: Order = {"author": kept(intent.author)}
    if intent.verb in SPOKEN:
        if not kept(intent.author).strip():
            raise refused("Icinga wants to know who says it: set name under [me] in the configuration")
        if not kept(intent.text).strip():
            raise refused("Icinga wants a comment with it")
        words["comment"] = kept(intent.text)
    return {**_whom(intent), **words, **_how(intent, how, now), "verbose": True}


def end_of(intent: Intent, how: Acknowledgement, sent_at: datetime) -> datetime | None:
    """When what was sent then ends by itself; None for never."""
    if intent.until is None and intent.verb is Verb.ACKNOWLEDGE and how.expiry is not None:
        return sent_at + timedelta(seconds=how.expiry)
    return intent.until


def _whom(intent: Intent) -> Order:
    name = intent.ref.key
    if intent.verb is Verb.END_DOWNTIME:
        return {"type": "Downtime", "downtime": intent.to}
    return {"type": "Service", "service": name} if "!" in name else {"type": "Host", "host": name}


def _how(intent: Intent, how: Acknowledgement, now: datetime) -> Order:
    match intent.verb:
        case Verb.ACKNOWLEDGE:
            end = end_of(intent, how, now)
            told: Order = {"sticky": how.sticky, "persistent": how.persistent, "notify": how.notify}
            return {**told, "expiry": end.timestamp()} if end else told
        case Verb.DOWNTIME:
            if intent.until is None:
                raise refused("a downtime needs an end")
            if intent.until <= now:
                raise refused("the downtime would have been over before it began")
            return {"fixed": True, "start_time": intent.at.timestamp(), "end_time": intent.until.timestamp()}
        case Verb.RECHECK:
            return {"force": True}
        case _:
            return {}
