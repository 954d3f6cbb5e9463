"""What a person is told before something is done in PagerDuty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from secondline_tui.config.models import Config
from secondline_tui.config.sources import PagerDuty
from secondline_tui.domain.actions import Choice, Preview, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.opening import NEW, Opening
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.pagerduty import choices
from secondline_tui.sources.pagerduty.concurrence import priority_stamp, require_sensible
from secondline_tui.sources.pagerduty.library import Api
from secondline_tui.sources.pagerduty.mapping import schedule_of
from secondline_tui.sources.pagerduty.ourselves import Ourselves
from secondline_tui.sources.pagerduty.probe import ask_schedule
from secondline_tui.sources.pagerduty.traces import Seen, ask_acts, ask_incident, ask_notes, ask_overrides
from secondline_tui.sources.pagerduty.unnamed import AHEAD
from secondline_tui.sources.pagerduty.wire_acts import IncidentNow, OverrideRow
from secondline_tui.sources.writing import refused

READERS = SafeText("everybody who can see the incident in PagerDuty")
ESCALATED = SafeText("whoever is on call at that level is called, and the levels after it when nobody answers")
ASSIGNED = SafeText("that person is called, and nobody after them: the escalation policy stops")
SNOOZED = SafeText("nobody is called until then; after that it calls again, unless it is resolved")
RESOLVED = SafeText("nobody is called any more")

Preparing = Callable[[ItemRef, str], Preview]


class Previews:
    """Asks what is to be known first. Runs on the lane."""

    def __init__(
        self, api: Api, source: PagerDuty, config: Config, ourselves: Ourselves, now: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._source = source
        self._zone = config.shift.timezone
        self._ourselves = ourselves
        self._now = now

    def of(self, ref: ItemRef, verb: Verb, to: str) -> Preview:
        """What is to be known of one verb on one item; PollFailed or Refused."""
        tables = {Kind.INCIDENT: self._for_incidents(), Kind.ON_CALL: self._for_schedules()}
        prepare = tables.get(ref.kind, {}).get(verb)
        if prepare is None:
            raise refused(f"PagerDuty knows no way to {verb} this")
        us = self._ourselves.user(self._api)
        return replace(prepare(ref, to), account=us.account)

    # -- incidents ---------------------------------------------------------------------------------------------------

    def _for_incidents(self) -> Mapping[Verb, Preparing]:
        return {
            Verb.ACKNOWLEDGE: self._changing(Verb.ACKNOWLEDGE, lambda *_: Preview()),
            Verb.SNOOZE: self._changing(Verb.SNOOZE, lambda *_: Preview(changes=(SNOOZED,))),
            Verb.RESOLVE: self._changing(Verb.RESOLVE, lambda *_: Preview(audience=READERS, changes=(RESOLVED,))),
            Verb.ESCALATE: self._changing(Verb.ESCALATE, self._escalate),
            Verb.REASSIGN: self._changing(Verb.REASSIGN, self._reassign),
            Verb.PRIORITY: self._priority,
            Verb.COMMENT: self._comment,
            Verb.DECLARE: self._declare,
        }

    def _changing(self, verb: Verb, prepare: Callable[[IncidentNow, str], Preview]) -> Preparing:
        """The preview of what changes an incident, with how the person saw it."""

        def prepared(ref: ItemRef, to: str) -> Preview:
            incident = ask_incident(self._api, ref)
            require_sensible(incident, verb)
            seen = Seen.newest(ask_acts(self._api, ref).rows)
            return replace(prepare(incident, to), stamp=str(seen or ""))

        return prepared

    def _escalate(self, incident: IncidentNow, _: str) -> Preview:
        made, following = choices.levels(self._api, incident)
        return Preview(choices=tuple(made), chosen=following, changes=(ESCALATED,))

    def _reassign(self, incident: IncidentNow, to: str) -> Preview:
        first = choices.on_call_now(self._api, self._source.schedules)
        made, remarks = choices.people(self._api, first, to)
        called = [entry.assignee.id for entry in incident.assignments if entry.assignee.id]
        return Preview(
            choices=tuple(made), chosen=to, changes=(ASSIGNED, *remarks), before=called[0] if len(called) == 1 else ""
        )

    def _priority(self, ref: ItemRef, _: str) -> Preview:
        """The account's priorities; of an incident that is not there yet, too."""
        made = choices.priorities(self._api)
        if ref.key == NEW:
            return Preview(choices=made)
        incident = ask_incident(self._api, ref)
        require_sensible(incident, Verb.PRIORITY)
        now = (incident.priority.id if incident.priority else None) or ""
        return Preview(choices=made, chosen=now, before=now, stamp=priority_stamp(incident))

    def _declare(self, _: ItemRef, to: str) -> Preview:
        """The services that incidents can be opened on; of the one that `to` names, who would be called."""
        known = choices.services(self._api, self._source)
        opening = Opening.parse(to)
        policy = known.get(opening.service) if opening is not None else None
        changes = () if policy is None else (choices.called_first(self._api, policy.policy),)
        made = tuple(service.choice for service in known.values())
        return Preview(audience=READERS, choices=made, chosen=made[0].key if made else "", changes=changes)

    def _comment(self, ref: ItemRef, _: str) -> Preview:
        ask_incident(self._api, ref)
        seen = Seen.newest(ask_notes(self._api, ref).rows)
        return Preview(audience=READERS, stamp=str(seen or ""))

    # -- schedules ---------------------------------------------------------------------------------------------------

    def _for_schedules(self) -> Mapping[Verb, Preparing]:
        return {Verb.OVERRIDE: self._override, Verb.END_OVERRIDE: self._end_override}

    def _override(self, ref: ItemRef, to: str) -> Preview:
        us = self._ourselves.user(self._api)
        present = self._present(ref)
        made, remarks = choices.people(self._api, choices.ourselves_first(us), to)
        return Preview(choices=tuple(made), chosen=to or us.id, changes=(present, *remarks))

    def _end_override(self, ref: ItemRef, to: str) -> Preview:
        present = self._present(ref)
        now = self._now()
        found = ask_overrides(self._api, schedule_of(ref), now, now + AHEAD)
        found.require_whole("its overrides")
        running = [row for row in found.rows if row.end is None or row.end > now]  # one cut short is told for a while
        made = [self._told(row) for row in sorted(running, key=lambda row: (str(row.start), row.id))]
        if not made or (to and to not in {choice.key for choice in made}):
            raise refused("there is no such override on this schedule any more")
        return Preview(choices=tuple(made), chosen=to or made[0].key, changes=(present,))

    def _present(self, ref: ItemRef) -> SafeText:
        """Who is on call there now."""
        now = self._now()
        try:
            schedule = ask_schedule(self._api, schedule_of(ref), now, now + timedelta(minutes=1))
        except PollFailed as failure:
            if failure.fault.kind is FaultKind.NOT_FOUND:
                raise refused("PagerDuty no longer has this schedule") from None
            raise
        turn = next(iter(schedule.final_schedule.rendered_schedule_entries), None)
        if turn is None or turn.user is None:
            return clean(f"{schedule.name}: nobody is on call now")
        return clean(f"{schedule.name}: {turn.user.label} is on call until {self._local(turn.end)}")

    def _told(self, row: OverrideRow) -> Choice:
        return Choice(key=row.id, name=row.user.label, hint=clean(f"{self._local(row.start)} - {self._local(row.end)}"))

    def _local(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._zone):%a %d %b %H:%M}" if at else "…"
