"""Whom an incident or a schedule may be given to, with names that a person knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.actions import Choice
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.pagerduty.library import Api, Query
from secondline_tui.sources.pagerduty.mapping import roles_by_schedule
from secondline_tui.sources.pagerduty.ourselves import Us
from secondline_tui.sources.pagerduty.paging import chunks, every, whole
from secondline_tui.sources.pagerduty.traces import read_rows
from secondline_tui.sources.pagerduty.wire import OnCallRow, Reference
from secondline_tui.sources.pagerduty.wire_acts import (
    IncidentNow,
    PolicyAnswer,
    PriorityRow,
    ServiceRow,
    User,
    UserAnswer,
)
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import refused

MOST_SERVICES = 300
MOST_USERS = 300
"""People that are offered by name; any other may be named by ID."""


def levels(api: Api, incident: IncidentNow) -> tuple[list[Choice], str]:
    """The levels of an incident's escalation policy with who would be called now, and the one after the present."""
    policy = incident.escalation_policy
    if policy is None or not policy.id:
        raise refused("this incident has no escalation policy")
    path = f"/escalation_policies/{quote(policy.id, safe='')}"
    rules = envelope(PolicyAnswer, api.ask(path), "the escalation policy").escalation_policy.escalation_rules
    raw = whole(api.ask, "/oncalls", "oncalls", {"escalation_policy_ids[]": [policy.id]})
    on_call: dict[int, dict[str, SafeText]] = {}
    for row in read_rows(OnCallRow, raw).rows:
        on_call.setdefault(row.escalation_level, {})[row.user.id] = row.user.label
    called = {entry.assignee.id for entry in incident.assignments if incident.assigned_via != "direct_assignment"}
    present = next((level for level in sorted(on_call) if called & set(on_call[level])), 0)
    made = []
    for level, rule in enumerate(rules, start=1):
        who = ", ".join(on_call.get(level, {}).values()) or "nobody is on call"
        targets = ", ".join(target.label for target in rule.targets)
        hint = f"{targets}; has it now" if level == present else targets
        made.append(Choice(key=str(level), name=clean(f"level {level}: {who}"), hint=clean(hint)))
    return made, str(min(present + 1, len(rules))) if rules else ""


@dataclass(frozen=True, slots=True)
class Open:
    """A service that an incident can be opened on."""

    choice: Choice
    policy: Reference | None
    """Who is called."""


def services(api: Api, source: PagerDuty) -> dict[str, Open]:
    """The services whose incidents are shown, by ID, in their order; all that the key may see where none is named."""
    query: Query = {"team_ids[]": list(source.teams)} if source.teams else {}
    raw, _ = every(api.ask, "/services", "services", query, most=MOST_SERVICES)
    rows = {row.id: row for row in read_rows(ServiceRow, raw).rows if row.status != "disabled"}
    wanted = [key for key in source.services if key in rows] or sorted(rows, key=lambda key: rows[key].name)
    return {key: _open(rows[key]) for key in wanted}


def _open(row: ServiceRow) -> Open:
    hint = "in maintenance: it takes none now" if row.status == "maintenance" else row.escalation_policy.label
    return Open(Choice(key=row.id, name=clean(row.name), hint=clean(hint)), row.escalation_policy)


def called_first(api: Api, policy: Reference | None) -> SafeText:
    """Who would be called by an escalation policy now."""
    if policy is None or not policy.id:
        return SafeText("nobody is known to be called by it")
    raw = whole(api.ask, "/oncalls", "oncalls", {"escalation_policy_ids[]": [policy.id]})
    rows = read_rows(OnCallRow, raw).rows
    first = min((row.escalation_level for row in rows), default=0)
    names = dict.fromkeys(row.user.label for row in rows if row.escalation_level == first)
    return clean(f"calls {', '.join(names) or 'nobody: nobody is on call'} ({policy.label})")


def priorities(api: Api) -> tuple[Choice, ...]:
    """The account's priorities, the gravest first, as it lists them."""
    rows = read_rows(PriorityRow, whole(api.ask, "/priorities", "priorities", {})).rows
    return tuple(Choice(key=row.id, name=row.label, hint=clean(row.description)) for row in rows)


def on_call_now(api: Api, schedules: Mapping[str, str]) -> dict[str, Choice]:
    """Whoever is on call for a configured role now, by ID."""
    roles = roles_by_schedule(schedules)
    found: dict[str, tuple[SafeText, list[str]]] = {}
    for part in chunks(list(roles)):
        raw = whole(api.ask, "/oncalls", "oncalls", {"schedule_ids[]": part})
        for row in read_rows(OnCallRow, raw).rows:
            names = found.setdefault(row.user.id, (row.user.label, []))[1]
            names += [role for role in roles.get(row.schedule.id if row.schedule else "", ()) if role not in names]
    return {
        identity: Choice(key=identity, name=name, hint=clean(f"on call: {', '.join(names)}"))
        for identity, (name, names) in found.items()
    }


def ourselves_first(us: Us) -> dict[str, Choice]:
    """The person in front of the screen."""
    return {us.id: Choice(key=us.id, name=us.name, hint=SafeText("you"))}


def people(api: Api, first: Mapping[str, Choice], to: str) -> tuple[list[Choice], tuple[SafeText, ...]]:
    """`first`, then all others by name, `to` among them; and what is to be said of the list."""
    raw, complete = every(api.ask, "/users", "users", {}, most=MOST_USERS)
    others = sorted(read_rows(User, raw).rows, key=lambda user: (user.name.casefold(), user.id))
    made = dict(first)
    for user in others:
        made.setdefault(user.id, _choice(user))
    if to and to not in made:
        made[to] = _choice(_ask_user(api, to))
    cut = SafeText(f"there are more people than the {len(raw)} listed here: name others by their PagerDuty ID")
    return list(made.values()), () if complete else (cut,)


def _ask_user(api: Api, identity: str) -> User:
    try:
        return envelope(UserAnswer, api.ask(f"/users/{quote(identity, safe='')}"), "a user").user
    except PollFailed as failure:
        if failure.fault.kind is FaultKind.NOT_FOUND:
            raise refused(f"PagerDuty has no user {identity}") from None
        raise


def _choice(user: User) -> Choice:
    return Choice(key=user.id, name=clean(user.name), hint=clean(user.email))
