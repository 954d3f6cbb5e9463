"""What a new card says of an item: a title, and the five parts that a card should have. Pure.

Times are told with their date and zone: cards are read weeks later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from secondline_tui.domain.actions import Action
from secondline_tui.domain.ages import in_zone, short
from secondline_tui.domain.items import Alert, Card, Detail, Incident, Item, Note, Ticket
from secondline_tui.domain.past import NOTHING, Past
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.shift.deeds import deed
from secondline_tui.shift.likeness import words
from secondline_tui.shift.links import alert_lines, bond
from secondline_tui.shift.markdown import linked, plain
from secondline_tui.shift.related import Link

LONGEST = 15_500
"""What a card's text may have, in the units that JavaScript counts; Trello takes 16,384, and a person may add to it."""
OUTPUT = 2_000
"""What is left of the output at least."""
PART = 2_000
"""What each list of details may have."""
TICKS = 20
"""More of them in a row would leave no room for the fence around them."""
_TICKS = re.compile(r"`{3,}")
_HEAD_OF_LINE = re.compile(r"^[ \t>*_+\-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the item that a card is made of."""

    item: Item
    now: datetime
    zone: ZoneInfo
    detail: Detail | None = None
    """What its service told when asked; None where it did not answer."""
    related: Sequence[Link] = ()
    actions: Sequence[Action] = ()
    """What was done, to whatever items."""
    past: Past = NOTHING
    """What the record says of it."""
    no_picture: str = ""
    """Why no picture goes with it."""

    def told(self, moment: datetime) -> str:
        """A moment as people read it weeks later."""
        local = in_zone(moment, self.zone)
        return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def makes_cards(item: Item | None) -> bool:
    """Whether a card may be made of it."""
    return isinstance(item, Alert | Incident | Ticket)


def began(item: Item) -> datetime | None:
    """When an item's trouble began, as far as its service tells."""
    match item:
        case Alert():
            return item.since
        case Incident() | Ticket():
            return item.created
        case _:
            return None


def for_a_board(item: Item, detail: Detail | None) -> tuple[Item, Detail]:
    """What of an item may be drawn for others to see: no service's raw attributes, since passwords of checks are among
    them; of a ticket, neither who asks nor what was written.
    """
    if isinstance(item, Ticket):
        return replace(item, requester=SafeText("told in the ticket")), Detail()
    return item, replace(detail, attributes=()) if detail is not None else Detail()


def new_card_text(known: Known) -> str:
    """The title, an empty line, and the text."""
    head = [clean(known.item.name_line, 250), "", link_line(known.item)]
    if known.item.links.web:
        head.append(known.item.links.web)
    before = ["## Summary", "", *_summary(known), "", "## Picture", "", _picture(known)]
    after = ["## Related tickets", "", *_tickets(known), "", *_reply(known), "", "## Done so far", "", *_done(known)]
    details = list(_details(known))
    rest = _units("\n".join([*head, *before, *after, *details])) + 100
    output = _output(known, max(OUTPUT, LONGEST - rest))
    between = [""] if output and details else []
    lost = ["## Output and details", "", *(output + between + details or ["Nothing more was said."])]
    return "\n".join([*head, "", *map(_no_link, [*before, "", *lost, "", *after])])


def _no_link(line: str) -> str:
    """What a service or a person said and looks like a line of ours would link the card to another alert."""
    return _HEAD_OF_LINE.sub(r"\g<0>· ", line, count=1) if alert_lines(SafeText(line)) else line


def link_line(item: Item) -> str:
    """The line by which the card is known to belong to the item."""
    match item:
        case Alert():
            place = f" on {item.host}" if item.host else ""
            where = f" in {item.environment}" if item.environment else ""
            line = f"alert: {item.name}{place}{where}"
        case Incident() | Ticket():
            line = f"{item.ref.kind}: #{item.number}"
        case _:
            line = ""
    named = not isinstance(item, Alert) or words(item.name)  # a name of signs alone names nothing
    return line if named and belongs(item, line) else f"{item.ref.kind}: {item.ref}"


def belongs(item: Item, text: str) -> bool:
    """Whether a card with that text would surely be linked to the item, without its address."""
    card = Card(
        ref=ItemRef("", Kind.CARD, ""), title=SafeText(""), list_name=SafeText(""), description=clean_block(text)
    )
    found = bond(item, card)
    return found is not None and found.sure


# -- the five parts --------------------------------------------------------------------------------------------------


def _summary(known: Known) -> Iterator[str]:
    item = known.item
    match item:
        case Alert():
            since = f" since {known.told(item.since)}" if item.since else ""
            where = f" in {plain(item.environment)}" if item.environment else ""
            yield f"{plain(item.state)}{where}{since} ({known.zone.key}), seen by {item.ref.source}."
            if item.summary:
                yield plain(item.summary, 500)
            held = item.acknowledged
            yield f"{plain(held.by)} has it: {plain(held.comment)}" if held else "Nobody has it yet."
        case Incident():
            drill = "DRILL. " if item.drill else ""
            since = f" since {known.told(item.created)} ({known.zone.key})" if item.created else ""
            who = ", ".join(item.acknowledged_by or item.assigned) or "nobody"
            of = f" for {plain(item.service)}" if item.service else ""
            yield f"{drill}Page{of}, {plain(item.status)}, urgency {plain(item.urgency)}{since}; {plain(who)}."
        case Ticket():
            since = f" since {known.told(item.created)} ({known.zone.key})" if item.created else ""
            group = f", with {plain(item.group)}" if item.group else ""
            yield f"Ticket, {plain(item.status)}, {plain(item.priority or 'no priority yet')}{since}{group}."
    if known.past.count > 1:
        longest = f"; the longest time was {short(known.past.longest.total_seconds())}" if known.past.longest else ""
        yield f"Seen {known.past.count} times, {known.past.count_week} of them in the last seven days{longest}."


def _picture(known: Known) -> str:
    return f"None: {known.no_picture}." if known.no_picture else "Attached."


def _output(known: Known, limit: int) -> list[str]:
    """What the check or the page said, as it is."""
    item, detail = known.item, known.detail
    if isinstance(item, Ticket):
        return ["What was written stays in the ticket."]
    said = (detail.body if detail is not None else "") or (item.output if isinstance(item, Alert) else "")
    if not said.strip():
        return []
    said = _TICKS.sub(lambda run: run[0][:TICKS], _cut(said, limit))
    longest = max((len(found) for found in _TICKS.findall(said)), default=2)
    fence = "`" * (longest + 1)
    return [fence, *said.splitlines(), fence]


def _details(known: Known) -> Iterator[str]:
    item = known.item
    links = (("runbook", item.links.runbook), ("graph", item.links.graph))
    yield from _bounded(f"- {name}: {url}" for name, url in links if url)
    if isinstance(item, Alert):
        yield from _bounded((f"- {plain(name)}: {plain(value)}" for name, value in (*item.annotations, *item.labels)))
    if not isinstance(item, Ticket):
        notes = known.detail.notes if known.detail is not None else ()
        if not notes and isinstance(item, Alert):
            notes = item.notes
        yield from _bounded(_note(note, known) for note in notes)
        if known.detail is None:
            yield f"- {item.ref.source} could not be asked for more"


def _note(note: Note, known: Known) -> str:
    at = f"{known.told(note.at)} " if note.at else ""
    return f"- {at}{plain(note.author)}: {plain(note.text, 400)}"


def _tickets(known: Known) -> Iterator[str]:
    yield from _bounded(_related_tickets(known))


def _related_tickets(known: Known) -> Iterator[str]:
    found = [link for link in known.related if isinstance(link.item, Ticket) and not link.denied]
    if isinstance(known.item, Ticket):
        yield f"- {linked(known.item.name_line, known.item.links.web)} (this one)"
    elif not found:
        yield "None is known."
    for link in found[:10]:
        # Without its address where it is not sure: an address would make it so.
        name = linked(link.item.name_line, link.item.links.web) if link.sure else plain(link.item.name_line)
        yield f"- {name}" + ("" if link.sure else " (perhaps)")


def _reply(known: Known) -> Iterator[str]:
    """What could be said to those who ask, without anything that is ours alone."""
    begun = began(known.item)
    since = f" that began on {known.told(begun)}" if begun and not isinstance(known.item, Ticket) else ""
    yield "Suggested reply:"
    yield ""
    yield f"> Thank you for telling us. We know of this problem{since} and are working on it."
    yield "> We will write to you again as soon as it is solved, or when we know more."


def _done(known: Known) -> list[str]:
    """From the record of actions: what was done to the item, and to what surely belongs to it."""
    refs = {known.item.ref, *(link.item.ref for link in known.related if link.sure and not link.denied)}
    done = [a for a in known.actions if not refs.isdisjoint(a.intent.targets) or a.intent.about == known.item.ref]
    lines = [f"- {plain(a.intent.item, 60)}, {_cut(deed(a, known.told), 300)}" for a in done]
    if not lines:
        return ["Nothing yet."]
    return list(_bounded(lines))


# -- within ----------------------------------------------------------------------------------------------------------


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, limit: int) -> str:
    """The beginning of a text that is too long, and that it is one."""
    if _units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 30)].decode("utf-16-le", "ignore")
    return f"{kept}\n… ({len(text) - len(kept)} more characters)"


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    """As many lines as fit, and how many do not."""
    left, over = PART, 0
    for line in lines:
        left -= _units(line)
        if left < 0:
            over += 1
        else:
            yield line
    if over:
        yield f"- and {over} more"
