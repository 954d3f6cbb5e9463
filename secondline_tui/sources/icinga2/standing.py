"""How things stand with one object of Icinga 2: asked before something is done to it, and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.http import Http
from secondline_tui.sources.icinga2.access import vitals
from secondline_tui.sources.icinga2.objects import Objects, Plural
from secondline_tui.sources.icinga2.wire import TARGET_ATTRS, CommentRow, PlannedRow, Target, TargetRow
from secondline_tui.sources.together import at_once
from secondline_tui.sources.wire import envelope, rows

ABOUT_COMMENTS = frozenset({Verb.ACKNOWLEDGE, Verb.UNACKNOWLEDGE, Verb.COMMENT})
ABOUT_DOWNTIMES = frozenset({Verb.DOWNTIME, Verb.END_DOWNTIME})

CLOCKS = timedelta(minutes=5)
"""How far Icinga's clock may be from ours where it cannot be asked for the time."""
MARGIN = timedelta(seconds=0.25)
DRIFT = 0.001
"""How much two clocks may have moved apart since something was sent, for each second that went by."""

RowT = TypeVar("RowT", CommentRow, PlannedRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One object, and what people have written on it. None: it is not there, or may not be read."""

    target: Target | None
    comments: Sequence[CommentRow] | None = ()
    """Newest first."""
    downtimes: Sequence[PlannedRow] | None = ()
    whole: bool = True
    """Whether every comment and downtime was understood."""

    @property
    def acknowledgement(self) -> CommentRow | None:
        """The comment that came with the last acknowledgement."""
        return next((row for row in self.comments or () if row.attrs.acknowledges), None)

    @property
    def held(self) -> SafeText:
        """Who has it, and why, as a sentence's end."""
        last = self.acknowledgement
        if last is None:
            return SafeText("acknowledged by somebody")
        return clean(f"acknowledged by {last.attrs.author}: {last.attrs.text}", 200)


async def standing(objects: Objects, name: str, verb: Verb) -> Standing:
    """How things stand with the object of that full name, as far as it matters for a verb."""
    plural: Plural = "services" if "!" in name else "hosts"
    async with at_once() as ask:
        one = ask.create_task(objects.one(plural, name, attrs=TARGET_ATTRS))
        comments = ask.create_task(_remarks(objects, "comments", name, CommentRow, wanted=verb in ABOUT_COMMENTS))
        planned = ask.create_task(_remarks(objects, "downtimes", name, PlannedRow, wanted=verb in ABOUT_DOWNTIMES))
    found, (said, odd), (downtimes, odd_downtimes) = one.result(), comments.result(), planned.result()
    return Standing(
        target=None if found is None else envelope(TargetRow, found, "the object").attrs,
        comments=said,
        downtimes=downtimes,
        whole=not odd and not odd_downtimes,
    )


async def _remarks(
    objects: Objects, plural: Plural, name: str, model: type[RowT], *, wanted: bool
) -> tuple[list[RowT] | None, list[SafeText]]:
    """What is written on an object, newest first, None where it may not be read; and the reasons of odd rows."""
    if not wanted:
        return [], []
    try:
        raw = await objects.about(plural, name, model.wanted)
    except PollFailed as refused:
        if refused.fault.kind is FaultKind.FORBIDDEN:
            return None, []
        raise
    found, odd = await rows(model, raw, lambda row: row if row.attrs.about == name else None, f"one of the {plural}")
    return sorted(found, key=lambda row: row.attrs.began, reverse=True), odd


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time in which what was sent must have come into effect, by Icinga's clock."""

    sent: datetime
    since: datetime
    """Somewhat earlier than that, for the doubt about clocks."""
    now: datetime
    exact: bool
    """Whether Icinga's clock is known."""

    def holds(self, moment: datetime | None) -> bool:
        """Whether a time lies in it."""
        return moment is not None and moment >= self.since


async def window(http: Http, sent_at: datetime, clock: Callable[[], datetime]) -> Window:
    """The time since something was sent."""
    before = clock()
    try:
        told = await vitals(http)
    except PollFailed as refused:
        if refused.fault.kind in (FaultKind.FORBIDDEN, FaultKind.NOT_FOUND):
            return Window(sent=sent_at, since=sent_at - CLOCKS, now=before, exact=False)
        raise
    after = clock()
    ahead = told.now - (before + (after - before) / 2)
    doubt = MARGIN + (after - before) + max(timedelta(0), after - sent_at) * DRIFT
    sent = sent_at + ahead
    return Window(sent=sent, since=sent - min(doubt, CLOCKS), now=told.now, exact=True)


def utc_now() -> datetime:
    """The wall time."""
    return datetime.now(UTC)
