"""What one pair tells the next, as Markdown: what is open, what was done and by whom, what will run out. Pure.

What there is nothing of is named at the end, so that a reader sees that it was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from secondline_tui.domain.actions import UNDER_WAY, Action
from secondline_tui.domain.ages import clock, in_zone
from secondline_tui.domain.board import Board
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.trust import judge
from secondline_tui.shift.closing import alerts, cards, ending, incidents, others, tickets, untouched_cards, waiting
from secondline_tui.shift.deeds import deed
from secondline_tui.shift.markdown import indented, named, plain
from secondline_tui.shift.pairing import Pairing
from secondline_tui.shift.people import role_told
from secondline_tui.shift.posted import HEAD
from secondline_tui.shift.stale import NEVER
from secondline_tui.shift.takeover import TakeOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a handover is made of."""

    board: Board
    pairing: Pairing
    begin: datetime
    """When those who hand over took over."""
    now: datetime
    monotonic: float
    zone: ZoneInfo
    taking_over: TakeOver | None = None
    """Those whom it is for."""
    stale: timedelta = NEVER
    """For how long nobody has touched an ongoing issue that is stale."""
    actions: Sequence[Action] = ()
    jottings: Sequence[Jotting] = ()
    seen: Sequence[Occurrence] = ()
    """What the record says was there since."""
    declared: Sequence[Declared] = ()
    """Incidents that were declared here."""
    unread: Sequence[str] = ()
    """What should have been looked at and could not be."""

    def told(self, moment: datetime) -> str:
        """A moment as people read it."""
        return clock(moment, self.zone, self.now)


Lines = Callable[[Material], list[str]]


def handover(material: Material) -> str:
    """The whole text."""
    doubts = list(_doubts(material))
    lines = [*_head(material), *doubts, *_pairing(material)]
    missing = []
    for title, what, section in _SECTIONS:
        found = section(material)
        if found:
            lines += ["", f"## {title}", "", *found]
        else:
            missing.append(what)
    if len(missing) == len(_SECTIONS):
        nothing = "Nothing to hand over is known" if doubts else "There is nothing to hand over"
        lines += ["", f"{nothing}: {_none(missing)}."]
    elif missing:
        lines += ["", f"{'As far as is known, there are' if doubts else 'There are'} {_none(missing)}."]
    return "\n".join(lines) + "\n"


def _none(words: Sequence[str]) -> str:
    return f"no {', no '.join(words)}"


def _head(material: Material) -> Iterator[str]:
    begin, now = in_zone(material.begin, material.zone), in_zone(material.now, material.zone)
    yield f"{HEAD}{now:%a} {now.day} {now:%b %Y}, {now:%H:%M}"
    yield ""
    yield f"Since {begin:%a} {begin.day} {begin:%b}, {begin:%H:%M} (times in {material.zone.key})."


def _doubts(material: Material) -> Iterator[str]:
    """Which sources cannot be believed: what is said of them is old, or missing."""
    trust = judge(material.board, material.monotonic)
    lines = [
        f"- {doubt.source}: {plain(doubt.reason)}; "
        + (f"what is said of it is as of {material.told(doubt.as_of)}" if doubt.as_of else "nothing is known of it")
        for doubt in trust.doubts
    ]
    lines += [f"- {plain(part.told, 400)}" for part in trust.partial]
    lines += [f"- {reason}" for reason in material.unread]
    if trust.rejected:
        lines.append(f"- {trust.rejected} row{'s' if trust.rejected > 1 else ''} of the services not understood")
    if lines:
        yield from ("", "**Not all of this can be believed:**", "", *lines)


def _pairing(material: Material) -> Iterator[str]:
    today = material.pairing
    yield from ("", f"## On {today.day:%a} {today.day.day} {today.day:%b}", "")
    for pair in today.roles:
        rota = f" (the rota says {plain(pair.planned or '')})" if pair.mismatch else ""
        how = " (planned)" if pair.only_planned else rota
        yield f"- {plain(role_told(pair.role))}: {plain(pair.person or 'nobody')}{how}"
    if today.remark:
        yield f"- {today.remark}"
    elif not today.roles:
        yield "- nothing is known of who is on"
    over = material.taking_over
    if over is not None and over.people:
        who = ", ".join(f"{plain(name)} ({plain(role_told(role))})" for role, name in over.people)
        at = in_zone(over.at, material.zone)
        yield from ("", f"Takes over on {at:%a} {at.day} {at:%b}, {at:%H:%M}: {who}.")


def _incidents(material: Material) -> list[str]:
    told = incidents(material.board, material.seen, material.actions, material.told)
    return [*_declared(material), *told]


def _declared(material: Material) -> Iterator[str]:
    """Those that run, and those that ended since."""
    for one in material.declared:
        if one.over is not None and one.over.at < material.begin:
            continue
        led = f", led by {plain(one.lead)}" if one.lead else ""
        heard = f", last update {material.told(one.heard)}" if one.updates else ", no update yet"
        now = f"over since {material.told(one.over.at)}" if one.over is not None else f"**still runs**{heard}"
        report = f"; report: {one.report}" if one.report else ""
        yield f"- declared: {plain(one.name)}, since {material.told(one.at)}{led}: {now}{report}"


def _alerts(material: Material) -> list[str]:
    return alerts(material.board, material.seen, material.actions, material.begin, material.told)


def _ending(material: Material) -> list[str]:
    return ending(material.board, material.now, material.told)


def _tickets(material: Material) -> list[str]:
    return tickets(material.board, material.actions, material.now, material.told)


def _waiting(material: Material) -> list[str]:
    return waiting(material.board, material.actions, material.now, material.told)


def _cards(material: Material) -> list[str]:
    return cards(material.board, material.actions, material.begin, material.told)


def _untouched(material: Material) -> list[str]:
    return untouched_cards(material.board, material.now, material.stale)


def _others(material: Material) -> list[str]:
    return others(material.board, material.actions, material.begin, material.told)


def _unfinished(material: Material) -> list[str]:
    return [
        f"- {named(action.intent.item)}: {deed(action, material.told)}"
        for action in material.actions
        if action.wants_a_person or action.state in UNDER_WAY
    ]


def _jottings(material: Material) -> list[str]:
    kept = [note for note in material.jottings if note.at >= material.begin]
    return [f"- {material.told(note.at)}{f' {note.by}' if note.by else ''}: {indented(note.text)}" for note in kept]


_SECTIONS: tuple[tuple[str, str, Lines], ...] = (
    ("Notes", "notes", _jottings),
    ("Incidents", "incidents", _incidents),
    ("Alerts, the most frequent first", "alerts", _alerts),
    (
        "Acknowledgements, silences and downtimes that will run out",
        "acknowledgements or silences that run out",
        _ending,
    ),
    ("Tickets of high priority, the oldest first", "open tickets of high priority", _tickets),
    ("Tickets that wait for somebody", "waiting tickets", _waiting),
    ("Ongoing issues, new and changed", "new or changed ongoing issues", _cards),
    ("Ongoing issues that nobody has touched for long", "stale ongoing issues", _untouched),
    ("What else was done", "other actions", _others),
    ("Actions that are not over", "unfinished actions", _unfinished),
)
"""Every section: its title, the name of what is not there, and its lines."""
