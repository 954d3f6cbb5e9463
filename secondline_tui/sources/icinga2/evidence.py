"""Whether Icinga 2 shows what was sent to it: by the object's own state, and by author, text and time. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from secondline_tui.domain.actions import Finding, Intent, Verb
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.sources.icinga2.orders import kept
from secondline_tui.sources.icinga2.standing import CLOCKS, RowT, Standing, Window
from secondline_tui.sources.icinga2.wire import CommentRow, PlannedRow, Target

_UNREADABLE = Finding(there=None, told=SafeText("this account may not read what would tell"))
_GONE = Finding(there=None, told=SafeText("Icinga no longer has it, or this account may not see it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What was sent, and how things stand now."""

    intent: Intent
    standing: Standing
    window: Window
    claimed: AbstractSet[str]
    end: datetime | None
    """When it ends by itself."""

    @property
    def over(self) -> bool:
        """Whether it has ended by itself, so that nothing is left to be seen."""
        return self.end is not None and self.end <= self.window.now + timedelta(seconds=5)

    def absent(self, told: SafeText = EMPTY) -> Finding:
        """It is not there, if that can be told."""
        if self.over:
            return Finding(there=None, told=SafeText("it would have ended by now"))
        if not self.standing.whole:
            return Finding(there=None, told=SafeText("not all that is written on it could be understood"))
        return Finding(there=False, told=told)

    def comment(self, *, acknowledges: bool) -> CommentRow | None:
        """Our comment."""
        words = (kept(self.intent.author), kept(self.intent.text))
        return self._ours(
            row
            for row in self.standing.comments or ()
            if row.attrs.acknowledges is acknowledges and (row.attrs.author, row.attrs.text) == words
        )

    def downtime(self) -> PlannedRow | None:
        """Our downtime."""
        words = (kept(self.intent.author), kept(self.intent.text))
        return self._ours(
            row
            for row in self.standing.downtimes or ()
            if (row.attrs.author, row.attrs.comment) == words
            and row.attrs.fixed
            and _same(row.attrs.end_time, self.intent.until)
        )

    def _ours(self, candidates: Iterable[RowT]) -> RowT | None:
        """Of those that may be it, the one that was made when ours was sent, or nearest to that."""
        ours = [
            (abs(at - self.window.sent), row)
            for row in candidates
            if row.name not in self.claimed and (at := row.attrs.entry_time) is not None and self.window.holds(at)
        ]
        return min(ours, key=lambda one: one[0])[1] if ours else None


def finding(case: Case) -> Finding:
    """Whether it is there."""
    target = case.standing.target
    return _GONE if target is None else _BY_VERB[case.intent.verb](case, target)


def _acknowledged(case: Case, target: Target) -> Finding:
    changed = case.window.holds(target.acknowledgement_last_change)
    if case.standing.comments is None:
        return _UNREADABLE if changed else case.absent()
    ours = case.comment(acknowledges=True)
    if ours is not None:
        return _with_comment(target, ours)
    if target.acknowledgement:
        return case.absent(case.standing.held)
    if changed:
        return Finding(
            there=None, told=SafeText("it was acknowledged and let go since; Icinga no longer tells by whom")
        )
    return case.absent()


def _with_comment(target: Target, ours: CommentRow) -> Finding:
    """The comment is written first and the acknowledgement a moment later: only both are an acknowledgement."""
    if target.acknowledgement:
        return Finding(there=True, remote=ours.name)
    written, changed = ours.attrs.entry_time, target.acknowledgement_last_change
    if written is not None and changed is not None and changed >= written:
        return Finding(there=True, remote=ours.name, told=SafeText("the acknowledgement has ended since"))
    return Finding(there=False, told=SafeText("its comment is there, the acknowledgement is not"))


def _unacknowledged(case: Case, target: Target) -> Finding:
    if not target.acknowledgement:
        return Finding(there=True)
    if case.window.holds(target.acknowledgement_last_change):
        return Finding(there=None, told=case.standing.held)
    return Finding(there=False, told=case.standing.held)


def _commented(case: Case, _: Target) -> Finding:
    if case.standing.comments is None:
        return _UNREADABLE
    ours = case.comment(acknowledges=False)
    return Finding(there=True, remote=ours.name) if ours else case.absent()


def _planned(case: Case, _: Target) -> Finding:
    if case.standing.downtimes is None:
        return _UNREADABLE
    ours = case.downtime()
    return Finding(there=True, remote=ours.name) if ours else case.absent()


def _cancelled(case: Case, _: Target) -> Finding:
    if case.standing.downtimes is None or not case.standing.whole:
        return _UNREADABLE
    left = {row.name for row in case.standing.downtimes}
    return Finding(there=case.intent.to not in left if case.intent.to else not left, remote=case.intent.to)


def _rechecked(case: Case, target: Target) -> Finding:
    if target.passive:
        return Finding(there=None, told=SafeText("it is checked from elsewhere"))
    if case.window.exact:
        return Finding(there=case.window.holds(target.last_check))
    checked = target.last_check
    if checked is not None and abs(checked - case.window.sent) <= CLOCKS:
        return Finding(
            there=None, told=SafeText("this account may not ask Icinga for the time: permission status/query")
        )
    return Finding(there=case.window.holds(checked))


def _same(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) < timedelta(seconds=1)


_BY_VERB: Mapping[Verb, Callable[[Case, Target], Finding]] = {
    Verb.ACKNOWLEDGE: _acknowledged,
    Verb.UNACKNOWLEDGE: _unacknowledged,
    Verb.COMMENT: _commented,
    Verb.DOWNTIME: _planned,
    Verb.END_DOWNTIME: _cancelled,
    Verb.RECHECK: _rechecked,
}
