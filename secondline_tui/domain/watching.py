"""What has become of an item since a person last looked at it: what colleagues did, and that it went away. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card, Incident, Item, OnCall, Ticket
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean


def found(board: Board, refs: Collection[ItemRef]) -> Mapping[ItemRef, Item]:
    """Those of the items that the board still has, by one look at each source."""
    states = [board.sources[name] for name in {ref.source for ref in refs} if name in board.sources]
    return {item.ref: item for state in states for item in state.items if item.ref in refs}


def differences(before: Item, now: Item | None) -> tuple[SafeText, ...]:
    """What a person should know before acting on an item that was like `before` when it was chosen."""
    if now is before:
        return ()
    if now is None:
        return (SafeText(f"it is no longer in {before.ref.source}'s answer"),)
    return tuple(clean(line) for line in _differences(before, now))


def _differences(before: Item, now: Item) -> Iterator[str]:
    match before, now:
        case Alert(), Alert():
            yield from _alert(before, now)
        case Incident(), Incident():
            yield from _incident(before, now)
        case Ticket(), Ticket():
            yield from _ticket(before, now)
        case Card(), Card():
            yield from _card(before, now)
        case OnCall(), OnCall() if now.person != before.person:
            yield f"{now.person or 'nobody'} is on call now"
        case _:
            pass


def _alert(before: Alert, now: Alert) -> Iterator[str]:
    if now.acknowledged is None and before.acknowledged is not None:
        yield "nobody has it any more"
    elif now.acknowledged is not None and _who(now) != _who(before):
        comment = now.acknowledged.comment
        yield f"{now.acknowledged.by} has it now" + (f": {comment}" if comment else "")
    if now.severity is not before.severity:
        yield f"it is {now.severity} now"
    if now.downtime is not before.downtime:
        yield "it is in downtime now" if now.downtime else "its downtime is over"
    known = set(before.notes)
    for note in now.notes:
        said_already = now.acknowledged is not None and note.text == now.acknowledged.comment
        if note not in known and not said_already:
            yield f"{note.author} wrote: {note.text}"


def _who(alert: Alert) -> tuple[str, str] | None:
    held = alert.acknowledged
    return (held.by, held.comment) if held is not None else None


def _incident(before: Incident, now: Incident) -> Iterator[str]:
    if now.status != before.status:
        by = " + ".join(now.acknowledged_by)
        yield f"it is {now.status} now" + (f", by {by}" if by and not now.triggered else "")
    elif now.acknowledged_by != before.acknowledged_by:
        yield f"{' + '.join(now.acknowledged_by) or 'nobody'} has acknowledged it"
    if now.assigned != before.assigned:
        yield f"it is assigned to {' + '.join(now.assigned) or 'nobody'} now"
    if now.priority != before.priority:
        yield f"its priority is {now.priority or 'none'} now"


def _ticket(before: Ticket, now: Ticket) -> Iterator[str]:
    told = False
    for word, old, new in (
        ("status", before.status, now.status),
        ("priority", before.priority, now.priority),
        ("assignee", before.assignee, now.assignee),
        ("group", before.group, now.group),
    ):
        if old != new:
            told = True
            yield f"its {word} is {new or 'nobody' if word == 'assignee' else new or 'none'} now"
    if now.updated != before.updated and not told:
        yield "somebody has written on it, or changed it"


def _card(before: Card, now: Card) -> Iterator[str]:
    if now.list_name != before.list_name:
        yield f"it is in {now.list_name} now"
    if now.due_done is not before.due_done:
        yield "it is marked done now" if now.due_done else "it is no longer marked done"
    if now.title != before.title:
        yield f"it is called {now.title} now"
    new = now.comments - before.comments
    if new > 0:
        yield f"{new} new comment{'s' if new > 1 else ''}"
