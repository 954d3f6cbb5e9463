"""What is new: which item a jump leads to, and what came since the shift began. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.domain.ordering import began
from secondline_tui.domain.refs import ItemRef


def next_new(
    lists: Sequence[Sequence[ItemRef]], here: int, selected: ItemRef | None, new: Collection[ItemRef]
) -> tuple[int, ItemRef] | None:
    """The next new item below the selected one of list `here`, then in the lists after it, then from its top again.

    The selected one itself comes last of all. None when no list shows a new one.
    """
    own = list(lists[here])
    place = own.index(selected) + 1 if selected in own else 0
    others = [(here + step) % len(lists) for step in range(1, len(lists))]
    way = [(here, ref) for ref in own[place:]]
    way += [(other, ref) for other in others for ref in lists[other]]
    way += [(here, ref) for ref in own[:place]]
    return next(((where, ref) for where, ref in way if ref in new), None)


def unread(cards: Iterable[Card], looks: Mapping[str, datetime]) -> list[Card]:
    """The cards that nobody has looked at here since they last changed; "" in `looks` stands for all of them."""
    return [card for card in cards if not _read(card, looks)]


def _read(card: Card, looks: Mapping[str, datetime]) -> bool:
    last = max((looks[key] for key in (str(card.ref), "") if key in looks), default=None)
    changed = card.updated or card.created
    return last is not None and (changed is None or last >= changed)


def since_shift(items: Iterable[Item], shift_began: datetime) -> int:
    """How many of the items began since the shift did, as their services say."""
    told = (began(item) for item in items if isinstance(item, Alert | Incident | Ticket | Card))
    return sum(moment is not None and moment >= shift_began for moment in told)
