"""Whether a ticket's history shows an update of ours. Pure.

Every update carries its action's id as custom metadata, which the history keeps: that settles it. Where it is missing,
who, what and when must agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from secondline_tui.domain.actions import Finding, Intent, Verb
from secondline_tui.domain.text import SafeText
from secondline_tui.sources.zendesk.agent_wire import Audit, Event, Present

BEFORE = timedelta(minutes=5)
"""How much too late the time may be at which something was sent, by Zendesk's clock."""
AFTER = timedelta(minutes=15)
"""How much too early it may be, with the time that a request may be under way."""
SAME_SECOND = timedelta(seconds=5)
"""Versions are told to the second: how late an update of that very second may seem to have been sent."""
ALREADY = SafeText("it was so already")
OTHERS = SafeText("somebody else has done the same meanwhile")
UNCLEAR = SafeText("this account has changed the ticket since, and what changed does not tell whether it was this")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an update of ours can have been made, by Zendesk's clock."""

    sent_at: datetime
    stamp: datetime | None
    """The version that it was made to: nothing older can be it."""

    def holds(self, moment: datetime | None) -> bool:
        """Whether an update of this moment may be ours."""
        if moment is None or not self.sent_at - BEFORE <= moment <= self.sent_at + AFTER:
            return False
        if self.stamp is None or moment > self.stamp:
            return True
        return moment == self.stamp and self.sent_at - moment <= SAME_SECOND

    def unseen(self, moment: datetime | None) -> bool:
        """Whether it is an update that the person cannot have seen, whatever the clocks say."""
        return moment is not None and (self.stamp is None or moment > self.stamp)

    def later(self, moment: datetime | None) -> bool:
        """Whether an update of this moment came after the version that was seen, as far as that is known."""
        return self.holds(moment) and (self.stamp is None or moment != self.stamp)


def moment_of(stamp: str) -> datetime | None:
    """The time in a version, None where there is none."""
    try:
        moment = datetime.fromisoformat(stamp.partition(" ")[0])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def ours(
    intent: Intent, me: int | None, window: Window, audits: Sequence[Audit], claimed: AbstractSet[str]
) -> Audit | None:
    """The update that this intent made, None where the history shows none."""
    marked = next((audit for audit in audits if audit.mark == intent.id), None)
    if marked is not None:
        return marked
    unmarked = (audit for audit in audits if _unmarked(audit, me))
    fitting = (audit for audit in unmarked if window.holds(audit.created_at) and str(audit.id) not in claimed)
    return next((audit for audit in fitting if _shows(intent, me, audit.events)), None)


def untimely(
    intent: Intent, me: int | None, window: Window, audits: Sequence[Audit], claimed: AbstractSet[str]
) -> bool:
    """Whether this account has done just that since the person saw the ticket, at whatever time."""
    return any(
        window.unseen(audit.created_at) and str(audit.id) not in claimed and _shows(intent, me, audit.events)
        for audit in audits
        if _unmarked(audit, me)
    )


def standing(intent: Intent, me: int | None, window: Window, audits: Sequence[Audit], ticket: Present) -> Finding:
    """What the ticket itself says of an update that its history does not show. One that changes nothing leaves no
    trace there, and need not: the ticket is as it was wished.
    """
    wanted = _wanted(intent, me)
    now = ticket.model_dump()
    if intent.verb is Verb.MACRO and any(_unmarked(audit, me) and window.holds(audit.created_at) for audit in audits):
        return Finding(there=None, told=UNCLEAR)
    if not wanted or any(_word(now.get(name)) != value for name, value in wanted.items()):
        return Finding(there=False)
    since = [audit for audit in audits if window.later(audit.created_at) and audit.author_id != me]
    if any(_changes(audit.events) & wanted.keys() for audit in since):
        return Finding(there=False, told=OTHERS)
    return Finding(there=True, told=ALREADY)


def same_text(typed: str, kept: object) -> bool:
    """Whether a kept text is what was typed; white space may have been changed on the way."""
    return isinstance(kept, str) and _SPACES.sub(" ", kept).strip() == _SPACES.sub(" ", typed).strip()


def _shows(intent: Intent, me: int | None, events: Iterable[Event]) -> bool:
    if intent.text.strip():
        comments = [event for event in events if event.type == "Comment" and event.public is intent.public]
        return any(same_text(intent.text, text) for event in comments for text in (event.body, event.plain_body))
    changed = {str(event.field_name): _word(event.value) for event in events if event.type == "Change"}
    wanted = _wanted(intent, me)
    # What was so already is no change: one of them is enough.
    return any(name in changed and changed[name] == value for name, value in wanted.items()) and all(
        changed.get(name, value) == value for name, value in wanted.items()
    )


def _wanted(intent: Intent, me: int | None) -> Mapping[str, str]:
    """The fields that a verb without a text sets, and to what, in words; "" is nobody."""
    match intent.verb:
        case Verb.TAKE:
            return {"assignee_id": _word(me)}
        case Verb.RELEASE:
            return {"assignee_id": intent.to}
        case Verb.STATUS:
            return {"custom_status_id" if intent.to.isdecimal() else "status": intent.to}
        case Verb.PRIORITY:
            return {"priority": intent.to}
        case Verb.REASSIGN:
            return {"group_id": intent.to, "assignee_id": ""}
        case _:
            return {}


def _unmarked(audit: Audit, me: int | None) -> bool:
    """Whether we may have made it, although it does not say for which action."""
    return audit.mark is None and audit.author_id == me


def _changes(events: Iterable[Event]) -> set[str]:
    return {str(event.field_name) for event in events if event.type == "Change"}


def _word(value: object) -> str:
    return "" if value is None else str(value)
