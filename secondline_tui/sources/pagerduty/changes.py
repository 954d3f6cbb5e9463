"""From an intent to the one request that carries it out, and from its answer to a receipt. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import quote

from secondline_tui.domain.actions import Intent, Receipt, Verb
from secondline_tui.domain.health import PollFailed
from secondline_tui.domain.opening import Opening
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.sources.pagerduty.mapping import schedule_of
from secondline_tui.sources.pagerduty.probe import stamp
from secondline_tui.sources.pagerduty.traces import incident_path, overrides_path
from secondline_tui.sources.pagerduty.wire import IncidentAnswer
from secondline_tui.sources.pagerduty.wire_acts import (
    IncidentNow,
    NoteAnswer,
    OverrideAnswer,
    OverrideResult,
    OverrideRow,
)
from secondline_tui.sources.wire import Wire, envelope
from secondline_tui.sources.writing import refused, unanswered

LONGEST_SNOOZE = 604_800
"""Seconds, PagerDuty's own limit."""
WORDLESS = frozenset({
    Verb.ACKNOWLEDGE, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.PRIORITY, Verb.OVERRIDE, Verb.END_OVERRIDE,
})  # fmt: skip
"""What PagerDuty keeps no text with."""
OTHERWISE_KEPT = SafeText("PagerDuty kept the text with other white space")

ModelT = TypeVar("ModelT", bound=Wire)
Told = Callable[[Intent, object], Receipt]


@dataclass(frozen=True, slots=True)
class Change:
    """One request that writes."""

    method: str
    path: str
    body: object
    told: Told
    """What its answer means; Refused or Unanswered."""


def planned(intent: Intent, now: datetime) -> Change:
    """The request for an intent; Refused where PagerDuty would not take it."""
    plan = _PLANS.get(intent.verb)
    if plan is None:
        raise refused(f"PagerDuty knows no way to {intent.verb} this")
    if intent.text and intent.verb in WORDLESS:
        raise refused(f"PagerDuty keeps no text with this ({intent.verb}): write it as a note")
    return plan(intent, now)


def end_of(intent: Intent) -> datetime:
    """When it is to end by itself, as PagerDuty keeps it: whole seconds."""
    if intent.until is None:
        raise refused("until when?")
    return intent.until.replace(microsecond=0)


# -- incidents -------------------------------------------------------------------------------------------------------


def _update(intent: Intent, **wish: object) -> Change:
    body = {"incident": {"type": "incident_reference", **wish}}
    return Change("PUT", incident_path(intent.ref), body, _updated)


def _acknowledge(intent: Intent, _: datetime) -> Change:
    return _update(intent, status="acknowledged")


def _resolve(intent: Intent, _: datetime) -> Change:
    return _update(intent, status="resolved", **({"resolution": intent.text} if intent.text else {}))


def _escalate(intent: Intent, _: datetime) -> Change:
    if not (intent.to.isascii() and intent.to.isdecimal() and int(intent.to) > 0):
        raise refused("to which level? A number from 1")
    return _update(intent, escalation_level=int(intent.to))


def _reassign(intent: Intent, _: datetime) -> Change:
    if not intent.to:
        raise refused("to whom?")
    return _update(intent, assignments=[{"assignee": {"id": intent.to, "type": "user_reference"}}])


def _prioritise(intent: Intent, _: datetime) -> Change:
    if not intent.to:
        raise refused("which priority?")
    return _update(intent, priority={"id": intent.to, "type": "priority_reference"})


def _snooze(intent: Intent, now: datetime) -> Change:
    seconds = math.ceil((end_of(intent) - now).total_seconds())
    if seconds < 1:
        raise refused("the time until which to snooze is over")
    if seconds > LONGEST_SNOOZE:
        raise refused("PagerDuty snoozes for 7 days at most")
    return Change("POST", f"{incident_path(intent.ref)}/snooze", {"duration": seconds}, _updated)


def _note(intent: Intent, _: datetime) -> Change:
    if not intent.text.strip():
        raise refused("PagerDuty takes no empty note")
    return Change("POST", f"{incident_path(intent.ref)}/notes", {"note": {"content": intent.text}}, _noted)


def _declare(intent: Intent, _now: datetime) -> Change:
    """The key is the action's own: however often it were sent, PagerDuty would open no second one."""
    opening = Opening.parse(intent.to)
    if opening is None:
        raise refused("on which service?")
    title, _, details = intent.text.partition("\n")
    if not title.strip():
        raise refused("PagerDuty takes no incident without a title")
    wish: dict[str, object] = {
        "type": "incident",
        "title": title,
        "service": {"id": opening.service, "type": "service_reference"},
        "urgency": opening.urgency,
        "incident_key": intent.id,
    }
    if opening.priority:
        wish["priority"] = {"id": opening.priority, "type": "priority_reference"}
    if details.strip():
        wish["body"] = {"type": "incident_body", "details": details.strip()}
    return Change("POST", "/incidents", {"incident": wish}, _declared)


def _declared(intent: Intent, data: object) -> Receipt:
    row = _answer(IncidentNow, _answer(IncidentAnswer, data, "the incident").incident, "the incident")
    if row.incident_key not in (None, intent.id):
        raise unanswered("answered about another incident")
    return Receipt(remote=row.id)


def _updated(intent: Intent, data: object) -> Receipt:
    incident = _answer(IncidentAnswer, data, "the incident").incident
    if incident.get("id") != intent.ref.key:
        raise unanswered("answered about another incident")
    return Receipt()


def _noted(intent: Intent, data: object) -> Receipt:
    note = _answer(NoteAnswer, data, "the note").note
    return Receipt(remote=note.id, told=EMPTY if note.content == intent.text else OTHERWISE_KEPT)


# -- schedules -------------------------------------------------------------------------------------------------------


def _override(intent: Intent, now: datetime) -> Change:
    start, end = now.replace(microsecond=0) + timedelta(seconds=1), end_of(intent)  # never in the past
    if end <= start:
        raise refused("the time until which to take over is over")
    if not intent.to:
        raise refused("who takes over?")
    turn = {"start": stamp(start), "end": stamp(end), "user": {"id": intent.to, "type": "user_reference"}}
    return Change("POST", overrides_path(schedule_of(intent.ref)), {"overrides": [turn]}, _overridden)


def _overridden(_: Intent, data: object) -> Receipt:
    if not isinstance(data, list) or len(data) != 1:
        raise unanswered("unknown shape instead of one override")
    result = _answer(OverrideResult, data[0], "the override")
    if result.status is not None and result.status >= 400:
        raise refused(f"it does not accept this: {'; '.join(result.errors) or result.status}")
    return Receipt(remote=_answer(OverrideRow, result.override, "the override").id)


def _end_override(intent: Intent, _: datetime) -> Change:
    if not intent.to:
        raise refused("which override?")
    path = f"{overrides_path(schedule_of(intent.ref))}/{quote(intent.to, safe='')}"
    return Change("DELETE", path, None, _ended)


def _ended(intent: Intent, data: object) -> Receipt:
    """Nothing where it went away; where it had begun, what is left of it."""
    if data is not None and _answer(OverrideAnswer, data, "the override").override.id != intent.to:
        raise unanswered("answered about another override")
    return Receipt(remote=intent.to)


def _answer(model: type[ModelT], data: object, what: str) -> ModelT:
    try:
        return envelope(model, data, what)
    except PollFailed as failure:
        raise unanswered(failure.fault.message) from None


_PLANS: Mapping[Verb, Callable[[Intent, datetime], Change]] = {
    Verb.ACKNOWLEDGE: _acknowledge,
    Verb.COMMENT: _note,
    Verb.SNOOZE: _snooze,
    Verb.ESCALATE: _escalate,
    Verb.REASSIGN: _reassign,
    Verb.PRIORITY: _prioritise,
    Verb.RESOLVE: _resolve,
    Verb.DECLARE: _declare,
    Verb.OVERRIDE: _override,
    Verb.END_OVERRIDE: _end_override,
}
