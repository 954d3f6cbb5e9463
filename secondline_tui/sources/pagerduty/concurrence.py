"""What colleagues did to an incident since a person looked at it: PagerDuty itself overwrites without a word."""

from __future__ import annotations

from secondline_tui.domain.actions import Intent, Verb
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.ourselves import Ourselves
from secondline_tui.sources.pagerduty.traces import Seen, ask_acts, ask_incident
from secondline_tui.sources.pagerduty.wire_acts import ActRow, IncidentNow
from secondline_tui.sources.writing import refused

_CHANGES = frozenset({Verb.ACKNOWLEDGE, Verb.SNOOZE, Verb.ESCALATE, Verb.REASSIGN, Verb.PRIORITY, Verb.RESOLVE})
_TELLING = frozenset({"acknowledge", "assign", "delegate", "escalate", "resolve", "snooze"})
"""Log entries of acts that another one would undo or repeat."""
_TOLD = 3


def require_sensible(incident: IncidentNow, verb: Verb) -> None:
    """Refused where the incident is past what is to be done to it.

    PagerDuty would carry it out: whoever acknowledges a resolved incident opens it again.
    """
    if verb not in _CHANGES:
        return
    if incident.status == "resolved":
        by = incident.last_status_change_by
        raise refused("already resolved" + (f" by {by.label}" if by else ""))
    if verb is Verb.ACKNOWLEDGE and incident.status == "acknowledged":
        who = " and ".join(dict.fromkeys(entry.acknowledger.label for entry in incident.acknowledgements))
        raise refused("already acknowledged" + (f" by {who}" if who else ""))


def require_unchanged(api: Api, intent: Intent, ourselves: Ourselves) -> None:
    """Refused where the incident is gone, past it, or was changed by others since the person saw it."""
    if intent.verb not in _CHANGES:
        return
    incident = ask_incident(api, intent.ref)
    require_sensible(incident, intent.verb)
    if intent.verb is Verb.PRIORITY:
        _require_priority(incident, intent)
        return
    seen = Seen.parse(intent.stamp)
    if seen is None:
        return
    ours = ourselves.user(api).ids
    acts = [row for row in ask_acts(api, intent.ref, seen.at).rows if seen.before(row)]
    others = [row for row in acts if _matters(row, intent.verb) and (row.agent is None or row.agent.id not in ours)]
    if others:
        others.sort(key=lambda row: row.created_at or seen.at)
        told = list(dict.fromkeys(row.summary or row.kind for row in others))[-_TOLD:]
        raise refused(f"not done, since it has changed meanwhile: {' '.join(told)} Look again", outdated=True)


def priority_stamp(incident: IncidentNow) -> str:
    """Which priority a person saw: that is all that another one would overwrite."""
    return f"priority {incident.priority.id if incident.priority else ''}"


def _require_priority(incident: IncidentNow, intent: Intent) -> None:
    if intent.stamp and priority_stamp(incident) != intent.stamp:
        label = incident.priority.label if incident.priority else "none"
        reason = f"not done, since its priority has changed meanwhile: it is {label} now. Look again"
        raise refused(reason, outdated=True)


def _matters(row: ActRow, verb: Verb) -> bool:
    """Whether an act is to be known first: people's; of what time does, that the next level was called already."""
    person = row.agent is not None and row.agent.person
    return (person and row.kind in _TELLING) or (verb is Verb.ESCALATE and row.kind == "escalate")
