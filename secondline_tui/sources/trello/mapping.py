"""From Trello's cards to ongoing issues. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Card, Links, Note
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText, clean, clean_block, safe_url
from secondline_tui.sources.errors import failed
from secondline_tui.sources.trello.wire import (
    BoardList,
    CardRow,
    Checklist,
    Comment,
    Label,
    ListName,
    Member,
    OpenedCard,
    Person,
)

SOMEBODY = SafeText("somebody")
"""A member whose name Trello no longer tells: somebody who left the board, or whose account was removed."""

NAMES_TOLD = 8
SHOWN_ELSEWHERE = frozenset({"desc", "checklists", "attachments", "members"})


def matches(pattern: str, text: str) -> bool:
    """Whether all of `text` fits `pattern`, in which `*` stands for anything. Case does not matter."""
    parts = (re.escape(part) for part in clean(pattern).casefold().split("*"))
    return re.fullmatch(".*".join(parts), clean(text).casefold()) is not None


def wanted_lists(lists: Sequence[BoardList], patterns: Sequence[str]) -> list[BoardList]:
    """The lists that hold the ongoing issues. PollFailed when a pattern fits none: it would look like no issues."""
    for pattern in patterns:
        if not any(is_wanted(one, [pattern]) for one in lists):
            what = f'no list is called "{pattern}" (setting lists), unless it is archived; {_there_are(lists)}'
            raise failed(FaultKind.NOT_FOUND, what)
    return [one for one in lists if is_wanted(one, patterns)]


def is_wanted(one: BoardList | ListName, patterns: Sequence[str]) -> bool:
    """Whether a list's id or name fits one of the patterns."""
    return any(pattern.casefold() == one.id.casefold() or matches(pattern, one.name) for pattern in patterns)


def _there_are(lists: Sequence[BoardList]) -> str:
    if not lists:
        return "the board has no lists"
    names = ", ".join(f'"{clean(one.name, 40)}"' for one in lists[:NAMES_TOLD])
    more = len(lists) - NAMES_TOLD
    return f"the board has {names}" + (f" and {more} more" if more > 0 else "")


def card_maker(source_name: str, lists: Sequence[BoardList], members: Sequence[Member]) -> Callable[[CardRow], Card]:
    """A function that turns one row into a card."""
    list_names = {one.id: clean(one.name) for one in lists}
    names = {member.id: person_name(member) for member in members}

    def make(row: CardRow) -> Card:
        if row.id_list not in list_names:
            raise ValueError("a card of another list")
        return Card(
            ref=ItemRef(source_name, Kind.CARD, row.id),
            links=Links(web=safe_url(row.short_url) or safe_url(row.url)),
            title=clean(row.name),
            list_name=list_names[row.id_list],
            description=clean_block(row.desc),
            labels=tuple(label_name(label) for label in row.labels),
            members=tuple(names.get(member, SOMEBODY) for member in row.id_members),
            due=row.due,
            due_done=row.due_complete,
            created=datetime.fromtimestamp(int(row.id[:8], 16), UTC),  # Trello's ids begin with the time
            updated=row.date_last_activity,
            comments=row.badges.comments,
            position=row.pos,
        )

    return make


def issues(cards: Sequence[Card], explainers: Sequence[str]) -> list[Card]:
    """The cards without those that only explain their list. These stand on top: below another card, one whose title
    fits one of the `explainers` is an issue like any other.
    """
    begun: set[SafeText] = set()
    found: set[ItemRef] = set()
    for card in sorted(cards, key=lambda card: card.position):
        if card.list_name in begun or not any(matches(pattern, card.title) for pattern in explainers):
            begun.add(card.list_name)
            found.add(card.ref)
    return [card for card in cards if card.ref in found]


def label_name(label: Label) -> SafeText:
    """The label's name, or its colour where it has none."""
    return clean(label.name) or clean(label.color) or SafeText("label")


def person_name(person: Person | None) -> SafeText:
    """The full name, or the account's."""
    return (clean(person.full_name) or clean(person.username) or SOMEBODY) if person else SOMEBODY


def note(comment: Comment) -> Note:
    """A comment as a note."""
    return Note(
        author=person_name(comment.member_creator),
        text=clean_block(comment.data.text),
        at=comment.date,
        label=SafeText("comment"),
    )


def body(card: OpenedCard) -> SafeText:
    """Description, checklists and attachments, one after the other."""
    return clean_block("\n\n".join(_parts(card)))


def _parts(card: OpenedCard) -> Iterator[str]:
    if card.desc.strip():
        yield card.desc.strip()
    for checklist in sorted(card.checklists, key=lambda one: one.pos):
        yield _checklist(checklist)
    if card.attachments:
        yield "\n".join(["Attachments", *(f"  {clean(one.name)}  {clean(one.url)}" for one in card.attachments)])


def _checklist(checklist: Checklist) -> str:
    items = sorted(checklist.check_items, key=lambda item: item.pos)
    done = sum(item.state == "complete" for item in items)
    lines = (f"  [{'x' if item.state == 'complete' else ' '}] {clean(item.name)}" for item in items)
    return "\n".join([f"{clean(checklist.name)} ({done} of {len(items)})", *lines])


def attributes(raw: Mapping[str, object], card: OpenedCard) -> Iterator[tuple[SafeText, SafeText]]:
    """Trello's own attributes, but for what is shown elsewhere."""
    if card.members:
        yield SafeText("members"), SafeText(", ".join(person_name(person) for person in card.members))
    for name, value in sorted(raw.items()):
        if name not in SHOWN_ELSEWHERE:
            yield clean(name), clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
