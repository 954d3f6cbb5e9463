"""What takes an action back. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from secondline_tui.domain.actions import Action, Intent, State, Verb
from secondline_tui.domain.text import EMPTY

_BY_REMOTE = {
    Verb.SILENCE: Verb.EXPIRE,
    Verb.DOWNTIME: Verb.END_DOWNTIME,
    Verb.OVERRIDE: Verb.END_OVERRIDE,
}
"""Taken back by ending what was made."""
_BY_BEFORE = {
    Verb.MOVE: Verb.MOVE,
    Verb.STATUS: Verb.STATUS,
    Verb.PRIORITY: Verb.PRIORITY,
    Verb.REASSIGN: Verb.REASSIGN,
}
"""Taken back by going where it was before."""
_PLAIN = {
    Verb.CARD: Verb.ARCHIVE,
    Verb.ARCHIVE: Verb.UNARCHIVE,
    Verb.UNARCHIVE: Verb.ARCHIVE,
    Verb.DONE: Verb.UNDONE,
    Verb.UNDONE: Verb.DONE,
}
WHY_NOT = {
    Verb.COMMENT: "a comment stays; write another one",
    Verb.REPLY: "a public reply has gone out; write another one",
    Verb.RESOLVE: "a resolved incident stays resolved",
    Verb.ESCALATE: "whoever was called has been called",
    Verb.DECLARE: "whoever was called has been called; resolve the incident",
    Verb.SNOOZE: "a snooze ends by itself",
    Verb.RECHECK: "there is nothing to take back",
    Verb.UNACKNOWLEDGE: "acknowledge it again, with a comment",
    Verb.EXPIRE: "silence it again, with a comment",
    Verb.END_DOWNTIME: "schedule a downtime again, with a comment",
    Verb.MACRO: "a macro may have done many things",
}
"""What to say where there is no way back."""


def way_back(action: Action, source_type: str, *, key: str, at: datetime) -> Intent | str:
    """The intent that takes an action back, with the id `key`; else why there is none.

    Where it goes back to what was before, its `before` is what the action had set: if the service says otherwise by
    now, somebody else has set that.
    """
    intent = action.intent
    if action.state not in (State.ACCEPTED, State.CONFIRMED):
        return f"it is {action.state}, not done"
    back = replace(
        intent, id=key, at=at, text="", until=None, to="", to_name=EMPTY, matchers=(), stamp="", before="", batch="",
        about=None, picture="",
    )  # fmt: skip
    verb = intent.verb
    if verb is Verb.ACKNOWLEDGE:
        if source_type == "icinga2":
            return replace(back, verb=Verb.UNACKNOWLEDGE)
        return "it stays acknowledged; escalate it"
    if verb is Verb.TAKE:
        return replace(back, verb=Verb.RELEASE, to=intent.before)
    if verb in _PLAIN:
        return replace(back, verb=_PLAIN[verb])
    if verb in _BY_REMOTE and action.remote:
        return replace(back, verb=_BY_REMOTE[verb], to=action.remote)
    if verb in _BY_BEFORE and intent.before:
        return replace(back, verb=_BY_BEFORE[verb], to=intent.before, before=intent.to)
    return WHY_NOT.get(verb, "what it was before is not known")
