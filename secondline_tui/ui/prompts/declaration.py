"""What a person fills in to declare an incident, and what comes of it: in words first, then as it is kept. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo

from secondline_tui.config.incident import Priority
from secondline_tui.domain.actions import Choice, Intent, Preview, Verb
from secondline_tui.domain.ages import in_zone
from secondline_tui.domain.declared import Declared, Pace
from secondline_tui.domain.items import Incident, Item, Ticket
from secondline_tui.domain.opening import Opening, unborn
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.shift.updates import pace_in_words
from secondline_tui.ui.spans import Line, Role, wrap

NO_PAGE = ""
RAISE = "raise"
"""Keys of what may become of the page, beside SOURCE/SERVICE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form as it stands, exactly as typed."""

    title: str = ""
    priority: str = ""
    lead: str = ""
    comms: str = ""
    service: str = ""
    page: str = NO_PAGE
    loud: bool = True
    """Whether a new page is to call people at once."""
    report: bool = True
    remind: bool = True

    def written(self) -> str:
        """As it is kept while it is being filled in."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Filled | None:
        """What `written` wrote; None for anything else."""
        try:
            record = json.loads(text)
            found = cls(**record)
        except (ValueError, TypeError):
            return None
        kinds = [type(value) for value in asdict(cls()).values()]
        return found if [type(value) for value in asdict(found).values()] == kinds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is to become of the page, as it was asked about."""

    intent: Intent | None
    """What is sent; None where it is such already."""
    told: tuple[str, ...]
    """What that means, a line each."""


def title_of(item: Item) -> str:
    """What an incident that is declared from an item may be called."""
    match item:
        case Incident():
            return item.title
        case Ticket():
            return item.subject
        case _:
            return item.name_line


def priority_of(priorities: Sequence[Priority], filled: Filled) -> Priority:
    """The one that was chosen."""
    return next((one for one in priorities if one.name == filled.priority), priorities[0])


def ranked(preview: Preview | None, name: str) -> Choice | None:
    """The service's own priority of that name."""
    choices = preview.choices if preview is not None else ()
    return next((choice for choice in choices if choice.name.casefold() == name.casefold()), None)


def declared(filled: Filled, priority: Priority, item: Item | None, *, key: str, at: datetime, by: str) -> Declared:
    """The incident as it is kept."""
    return Declared(
        id=key,
        at=at,
        by=by,
        title=filled.title.strip(),
        priority=priority.name,
        meaning=priority.word,
        pace=priority.update if filled.remind else Pace(),
        lead=filled.lead.strip(),
        comms=filled.comms.strip(),
        service=filled.service.strip(),
        about=item.ref if item is not None else None,
        about_name=item.name_line if item is not None else "",
    )


def file_name(filled: Filled, at: datetime, zone: tzinfo) -> str:
    """What its report's file is called, without an ending."""
    plain = unicodedata.normalize("NFKD", filled.title).encode("ascii", "ignore").decode().casefold()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-")
    return f"{in_zone(at, zone):%Y-%m-%d-%H%M}-{words or 'incident'}"


# -- the page --------------------------------------------------------------------------------------------------------


def raising(filled: Filled, page: Incident, preview: Preview, blank: Intent) -> Page | str:
    """Another priority for the page that the incident is declared from; else why not."""
    rank = ranked(preview, filled.priority)
    if rank is None:
        return f"{page.ref.source} knows no priority {filled.priority}: choose another, or leave the page as it is"
    if rank.key == preview.before:
        return Page(intent=None, told=(f"{page.name_line} has the priority {rank.name} already: it stays so",))
    intent = replace(
        blank, ref=page.ref, verb=Verb.PRIORITY, item=page.name_line, to=rank.key, to_name=rank.name,
        stamp=preview.stamp, before=preview.before,
    )  # fmt: skip
    before = f"from {page.priority} " if page.priority else ""
    told = f"sets the priority of {page.name_line} {before}to {rank.name}{_as(preview)}"
    return Page(intent=intent, told=(f"at {page.ref.source}: {told}",))


def opening(
    filled: Filled, source: str, service: Choice, priorities: Preview | None, effect: Preview, blank: Intent
) -> Page:
    """A new page."""
    rank, urgency = ranked(priorities, filled.priority), "high" if filled.loud else "low"
    details = _details(filled, blank)
    title = filled.title.strip()
    intent = replace(
        blank, ref=unborn(source), verb=Verb.DECLARE, item=clean(title), text=f"{title}\n\n{details}",
        to=str(Opening(service.key, rank.key if rank is not None else "", urgency)), to_name=service.name,
    )  # fmt: skip
    has = f"priority {rank.name}" if rank is not None else f"no priority (it knows no {filled.priority})"
    told = [f"at {source}: opens an incident on {service.name}, {has}, {urgency} urgency{_as(effect)}"]
    told += [f"· {change}" for change in effect.changes]
    told += [f"read by: {effect.audience}"] if effect.audience else []
    told += [f"│ {line}" for line in details.splitlines()]
    return Page(intent=intent, told=tuple(told))


def _as(preview: Preview) -> str:
    return f", as {preview.account}" if preview.account else ""


def _details(filled: Filled, blank: Intent) -> str:
    """What those who are called read beside the title."""
    lines = [f"Declared by {blank.author or 'somebody on shift'} as {filled.priority}."]
    lines += [f"From: {blank.item}"] if blank.item else []
    lines += [f"Affected: {filled.service.strip()}"] if filled.service.strip() else []
    said = (("Incident lead", filled.lead), ("communications", filled.comms))
    lines.append("; ".join(f"{word}: {text.strip()}" for word, text in said if text.strip()))
    return "\n".join(line for line in lines if line)


# -- beforehand ------------------------------------------------------------------------------------------------------


def foretold(
    incident: Declared, page: Page | None, report: str, first_due: str, width: int, height: int = 99
) -> list[Line]:
    """Everything that will happen, before it does, in as many lines as there is room for."""
    lines: list[Line] = [
        ((f" {part}", role),)
        for text, role in _foretold(incident, page, report, first_due)
        for part in wrap(text, max(10, width - 1))
    ]
    if len(lines) <= height:
        return lines
    more: Line = ((f" … and {len(lines) - height + 1} lines more: the window is too low for them", Role.DOUBT),)
    return [*lines[: height - 1], more]


def _foretold(incident: Declared, page: Page | None, report: str, first_due: str) -> Iterator[tuple[str, Role]]:
    meaning = f" ({incident.meaning})" if incident.meaning else ""
    yield f"declare an incident: {clean(incident.name)}{meaning}", Role.CRITICAL
    yield (
        f"lead: {clean(incident.lead) or 'nobody yet'}; communications: {clean(incident.comms) or 'nobody yet'}",
        Role.STRONG,
    )
    if incident.service:
        yield f"affected: {clean(incident.service)}", Role.PLAIN
    if page is None:
        yield "nobody is paged, and no page is changed", Role.PLAIN
    else:
        for text in page.told:
            yield SafeText(clean(text)), Role.WARNING if text.startswith("at ") else Role.PLAIN
    yield f"report: {report}" if report else "no report is kept", Role.PLAIN
    reminder = f"reminds of {pace_in_words(incident.pace)}" + (f", first at {first_due}" if first_due else "")
    yield reminder if incident.pace else "no updates are reminded of", Role.PLAIN
