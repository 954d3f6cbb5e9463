"""What is related, in words: on a row, in an opened item. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from secondline_tui.domain.items import Incident, Item, Ticket
from secondline_tui.shift.related import Link
from secondline_tui.ui.spans import Line, Role, wrap

SIGN = "↔"
SHOWN = 12
"""Links that an opened item lists; alerts of one name may be many."""


def mark(links: Sequence[Link]) -> str:
    """What belongs to a row: "↔ #4127 · card", with "?" behind what is not sure. "" where nothing does."""
    words: dict[str, list[Link]] = {}
    for link in links:
        if not link.denied:
            words.setdefault(link.item.ref.kind, []).append(link)
    told = [_together(kind, found) for kind, found in words.items()]
    return f"{SIGN} {' · '.join(told)}" if told else ""


def _together(kind: str, links: Sequence[Link]) -> str:
    sure = [link for link in links if link.sure]
    shown = sure or links
    doubt = "" if sure else "?"
    if len(shown) > 1:
        return f"{len(shown)} {kind}s{doubt}"
    return f"{_short(shown[0].item)}{doubt}"


def _short(item: Item) -> str:
    return f"#{item.number}" if isinstance(item, Incident | Ticket) else str(item.ref.kind)


def named(link: Link) -> str:
    """A link in one line: how sure, what sort, and its name."""
    sign = SIGN if link.sure else ("✖" if link.denied else "?")
    return f"{sign} {link.item.ref.kind} {link.item.name_line}"


def why(link: Link) -> str:
    """Why it is linked, or may be."""
    if link.denied:
        return f"you said that it does not belong; {link.reason}"
    return link.reason if link.sure else f"maybe: {link.reason}"


def related_lines(links: Sequence[Link], width: int) -> Iterator[Line]:
    """The part of an opened item that tells what is related."""
    if not links:
        return
    yield ()
    yield ((f" related {sum(not link.denied for link in links)}: Enter opens, confirms or denies", Role.MUTED),)
    for link in links[:SHOWN]:
        role = Role.MUTED if link.denied else (Role.ACCENT if link.sure else Role.WARNING)
        for line in wrap(named(link), width - 3):
            yield ((f"  {line}", role),)
        for line in wrap(why(link), width - 5):
            yield ((f"    {line}", Role.MUTED),)
    if len(links) > SHOWN:
        yield ((f"  and {len(links) - SHOWN} more", Role.MUTED),)
