"""What a person is to know before something is done to an object of Icinga 2. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from secondline_tui.config.sources import Acknowledgement
from secondline_tui.domain.actions import Choice, Preview, Refused, Verb
from secondline_tui.domain.ages import clock, short
from secondline_tui.domain.text import EMPTY, SafeText, clean
from secondline_tui.sources.icinga2.orders import ACTIONS, SPOKEN
from secondline_tui.sources.icinga2.standing import Standing
from secondline_tui.sources.icinga2.wire import Account, PlannedRow, Target
from secondline_tui.sources.writing import refused

GONE = "Icinga no longer has it, or this account may not see it"
PASSIVE = "Icinga does not check it itself: a forced check would put UNKNOWN in the place of what was reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A verb for an object as it is now."""

    verb: Verb
    account: Account
    standing: Standing
    me: str
    how: Acknowledgement
    zone: ZoneInfo
    now: datetime

    def preview(self) -> Preview:
        """What is to be known; Refused where Icinga would say no."""
        right = f"actions/{ACTIONS[self.verb]}"
        if not self.account.may(right):
            raise refused(f"this account may not do that: it needs permission {right}", forbidden=True)
        target = self.standing.target
        if target is None:
            raise refused(GONE)
        reason = impediment(self.verb, self.standing, target)
        if reason is not None:
            raise reason
        choices = tuple(map(self._choice, self._running())) if self.verb is Verb.END_DOWNTIME else ()
        return Preview(
            account=self._whom(),
            audience=self._audience(),
            choices=choices,
            chosen=choices[0].key if choices else "",
            changes=tuple(self._changes(target)),
            stamp=stamp(target) if self.verb is Verb.UNACKNOWLEDGE else "",
        )

    def _whom(self) -> SafeText:
        user = f"Icinga's user {clean(self.account.user) or 'without a name'}"
        me = clean(self.me)
        if me:
            return SafeText(f"{me}, through {user}")
        return SafeText(f"{user}; no name is set under [me]" if self.verb in SPOKEN else user)

    def _audience(self) -> SafeText:
        if self.verb not in SPOKEN:
            return EMPTY
        notified = self.verb is Verb.ACKNOWLEDGE and self.how.notify
        return SafeText("everybody who looks at this Icinga" + (", and the problem's contacts" if notified else ""))

    def _changes(self, target: Target) -> Iterator[SafeText]:
        match self.verb:
            case Verb.ACKNOWLEDGE:
                yield SafeText("holds until all is well" if self.how.sticky else "holds until the state changes")
                if self.how.expiry is not None:
                    yield SafeText(f"ends after {short(self.how.expiry)} at the latest, unless you say when")
                if self.how.persistent:
                    yield SafeText("its comment stays when it ends")
            case Verb.UNACKNOWLEDGE:
                yield SafeText(f"it is {self.standing.held}")
            case Verb.DOWNTIME:
                for row in self._running():
                    yield SafeText(f"it has a downtime already: {self._told(row)}")
            case Verb.RECHECK if target.reported:
                yield SafeText("its last result was reported from elsewhere; Icinga's own check takes its place")

    def _running(self) -> list[PlannedRow]:
        """Its downtimes, those in effect first, and of these the one that lasts longest."""
        found = list(self.standing.downtimes or ())
        found.sort(key=lambda row: row.attrs.end_time.timestamp() if row.attrs.end_time else 0.0, reverse=True)
        return sorted(found, key=lambda row: row.attrs.trigger_time is None)

    def _choice(self, row: PlannedRow) -> Choice:
        return Choice(key=row.name, name=self._told(row), hint=clean(row.attrs.comment, 200))

    def _told(self, row: PlannedRow) -> SafeText:
        attrs = row.attrs
        author = clean(attrs.author)
        if attrs.trigger_time is None and attrs.start_time is not None and attrs.start_time > self.now:
            return SafeText(f"by {author}, from {clock(attrs.start_time, self.zone, self.now)}")
        until = attrs.until or attrs.end_time
        return SafeText(f"by {author}, until {clock(until, self.zone, self.now)}" if until else f"by {author}")


def impediment(verb: Verb, standing: Standing, target: Target) -> Refused | None:
    """Why it makes no sense now; None when it does."""
    match verb:
        case Verb.ACKNOWLEDGE if target.acknowledgement:
            return refused(f"already {standing.held}")
        case Verb.ACKNOWLEDGE if not target.problem:
            return refused("it is no problem any more")
        case Verb.UNACKNOWLEDGE if not target.acknowledgement:
            return refused("it is not acknowledged any more")
        case Verb.END_DOWNTIME if standing.downtimes is None:
            return refused("this account may not read downtimes: it needs permission objects/query/Downtime")
        case Verb.END_DOWNTIME if not standing.downtimes:
            return refused("it has no downtime any more")
        case Verb.RECHECK if target.passive:
            return refused(PASSIVE)
        case _:
            return None


def stamp(target: Target) -> str:
    """Which acknowledgement it is."""
    changed = target.acknowledgement_last_change
    return str(changed.timestamp()) if changed else ""
