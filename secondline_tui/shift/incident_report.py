"""The report of a declared incident, as Markdown: a part that is kept up to date, and parts for people to write. Pure.

The part that is kept up to date stands between two marks. Outside of them nothing is ever changed; and what a person
wrote between them is moved below them, not lost.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from secondline_tui.domain.actions import Action, State, Verb
from secondline_tui.domain.ages import clock, in_zone, short
from secondline_tui.domain.declared import Declared
from secondline_tui.domain.items import Incident
from secondline_tui.domain.jotting import Jotting
from secondline_tui.shift.deeds import deed
from secondline_tui.shift.markdown import indented, linked, plain
from secondline_tui.shift.updates import pace_in_words

TIMELINE = "## Timeline"
_BEGIN = re.compile(r"^<!-- secondline keeps this part up to date ([0-9a-f]{8}) -->[ \r]*$", re.MULTILINE)
_END = re.compile(r"^<!-- secondline: what stands below is yours -->[ \r]*$", re.MULTILINE)
_PAGE = "- Page: "
_BY_HAND = "## Written into the part above"
_SKELETON = """
## Overview

(what happened, in words for everybody)

## User impact

## Departmental impact

## Review

- Time to fix:
- Date, and who attends:
- Root causes:

### Actions, each for a person

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything that a report is made of."""

    incident: Declared
    zone: ZoneInfo
    actions: Sequence[Action] = ()
    jottings: Sequence[Jotting] = ()
    page: Incident | None = None
    """The incident in the service that calls people, as it is now."""
    sure: bool = True
    """Whether it is known that there is none where `page` is None."""
    whole: bool = True
    """Whether these are all actions and notes: otherwise what was told before stays."""

    def told(self, moment: datetime) -> str:
        """A moment as people read it; the same whenever it is read."""
        return clock(moment, self.zone, self.incident.at)


def begun(account: Account) -> str:
    """A new report. Its heading stands outside of the marks, and so names nothing that may change."""
    return f"# {plain(account.incident.title)}\n\n{_part(_section(account, []))}\n{_SKELETON}"


def kept_up(text: str, account: Account) -> str | None:
    """The report with what is known now; None where its marks are gone, so that it is wholly a person's."""
    begin, end = _BEGIN.search(text), _END.search(text)
    if begin is None or end is None or end.start() < begin.end() or len(_BEGIN.findall(text) + _END.findall(text)) > 2:
        return None
    before = [line.rstrip() for line in text[begin.end() : end.start()].strip().splitlines()]
    section = _section(account, before)
    touched = _digest(before) != begin[1]
    ours = set(section)
    theirs = [line for line in before if line and line not in ours] if touched else []
    rescued = "\n\n" + "\n".join([_BY_HAND, "", *theirs]) if theirs else ""
    return text[: begin.start()] + _part(section) + rescued + text[end.end() :]


def _part(section: Sequence[str]) -> str:
    start = f"<!-- secondline keeps this part up to date {_digest(section)} -->"
    return "\n".join([start, "", *section, "", "<!-- secondline: what stands below is yours -->"])


def _digest(lines: Sequence[str]) -> str:
    """By which it is seen whether somebody else has written between the marks."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _section(account: Account, before: Sequence[str]) -> list[str]:
    """Its lines; `before`: those that were there."""
    entries = _timeline(account)
    if not account.whole and TIMELINE in before:
        there = _entries(before[before.index(TIMELINE) :])
        entries = list(dict.fromkeys([*there, *entries]))
    facts = [*_facts(account), *_paging(account, before)]
    lines = [*facts, "", TIMELINE, "", f"Times are those of {account.zone.key}.", ""]
    text = "\n".join([*lines, *entries]).encode(errors="replace").decode()  # halves of surrogate pairs cannot be kept
    return [line.rstrip() for line in text.splitlines()]


def _entries(lines: Sequence[str]) -> list[str]:
    """The points of a list, each with the lines that belong to it."""
    found: list[str] = []
    for line in lines:
        if line.startswith("- "):
            found.append(line)
        elif found:
            found[-1] += f"\n{line}"
    return [entry.rstrip() for entry in found]


def _facts(account: Account) -> Iterator[str]:
    incident = account.incident
    if incident.priority:
        meaning = f", {plain(incident.meaning)}" if incident.meaning else ""
        yield f"- Priority: {plain(incident.priority)}{meaning} ({pace_in_words(incident.pace)})"
    yield f"- Start: {_date(incident.at, account.zone)}"
    over = incident.over
    if over is not None:
        lasted = short((over.at - incident.at).total_seconds())
        yield f"- End: {_date(over.at, account.zone)}; it lasted {lasted}"
    yield f"- Incident lead: {plain(incident.lead) or 'nobody yet'}"
    yield f"- Communications lead: {plain(incident.comms) or 'nobody yet'}"
    if incident.service:
        yield f"- Affected: {plain(incident.service)}"
    if incident.about_name:
        yield f"- Declared from: {plain(incident.about_name)}"


def _date(moment: datetime, zone: ZoneInfo) -> str:
    local = in_zone(moment, zone)
    return f"{local:%a} {local.day} {local:%b %Y}, {local:%H:%M}"


def _paging(account: Account, before: Sequence[str]) -> Iterator[str]:
    """The incident in the service that calls people, as far as is known: once seen, it is named for ever."""
    page = account.page
    if page is not None:
        told = f"{page.status}, {page.priority or 'no priority'}"
        yield f"- Page: {_named(page)}: {told}"
        return
    there = next((line for line in before if line.startswith(_PAGE)), "")
    if there and not account.sure:
        yield there
        return
    if there.startswith(f"{_PAGE}["):
        yield f"{there.rpartition(': ')[0]}: no longer open"
        return
    action = next((a for a in account.actions if a.intent.id == account.incident.id), None)
    if action is not None and action.intent.verb is Verb.DECLARE:
        done = action.state in (State.ACCEPTED, State.CONFIRMED)
        source, reason = plain(action.intent.ref.source), f": {plain(action.reason)}" if action.reason else ""
        yield f"- Page: {'opened' if done else f'not opened, as far as is known ({action.state}{reason})'} in {source}"


def _named(page: Incident) -> str:
    name = linked(page.name_line, page.links.web)
    return name if page.links.web else f"[{name}]"


def _timeline(account: Account) -> list[str]:
    incident = account.incident
    end = incident.over.at if incident.over is not None else None
    lines = [(incident.at, f"- {account.told(incident.at)}{_by(incident.by)}: declared")]
    for action in account.actions:
        mine = action.intent.id == incident.id and action.intent.verb is Verb.DECLARE
        if (action.intent.at >= incident.at or action.intent.ref == incident.about) and _before(action.intent.at, end):
            told = deed(action, account.told)
            lines.append((action.intent.at, f"- {told}{'' if mine else f', on {plain(action.intent.item)}'}"))
    for note in account.jottings:
        if note.at >= incident.at and _before(note.at, end):
            lines.append((note.at, f"- {account.told(note.at)}{_by(note.by)}: {indented(note.text)}"))
    for update in incident.updates:
        said = f": {indented(update.text)}" if update.text.strip() else ""
        lines.append((update.at, f"- {account.told(update.at)}{_by(update.by)}: update given{said}"))
    for change in incident.changes:
        lines.append((change.at, f"- {account.told(change.at)}{_by(change.by)}: {plain(change.text)}"))
    if incident.over is not None:
        over = incident.over
        said = f": {indented(over.text)}" if over.text.strip() else ""
        lines.append((over.at, f"- {account.told(over.at)}{_by(over.by)}: over{said}"))
    return [line for _, line in sorted(lines, key=lambda entry: entry[0])]


def _before(moment: datetime, end: datetime | None) -> bool:
    return end is None or moment <= end


def _by(name: str) -> str:
    return f" {plain(name)}" if name else ""
