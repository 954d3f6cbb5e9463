"""What a simulated Trello holds: lists, cards, comments, and who may see them. Knows nothing of HTTP."""

from __future__ import annotations

import copy
import itertools
import random
from dataclasses import dataclass, field

from secondline_tui.demo.simulator import Now

FOREVER = float("inf")
MADE = "made"
"""What the action says it changed that made the card."""


class Refused(Exception):  # noqa: N818  (an answer, not a programming error)
    """Trello says no, with a status and a reason in plain text."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(slots=True)
class Member:
    """Somebody on the board."""

    id: str
    username: str
    full_name: str


@dataclass(slots=True)
class BoardLabel:
    """A label; without a name it is just a colour."""

    id: str
    name: str
    color: str | None


@dataclass(slots=True)
class BoardList:
    """A list of the board."""

    id: str
    name: str
    pos: float
    closed: bool = False


@dataclass(slots=True)
class CheckItem:
    """One line of a checklist."""

    id: str
    name: str
    pos: float
    done: bool = False


@dataclass(slots=True)
class Checklist:
    """A checklist of a card."""

    id: str
    name: str
    pos: float
    items: list[CheckItem] = field(default_factory=list)


@dataclass(slots=True)
class Attachment:
    """A file or an address attached to a card."""

    id: str
    name: str
    url: str
    at: float
    member: Member
    size: int | None = None
    mime_type: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Action:
    """What somebody did to a card: made it, commented on it, or changed where and how it is."""

    id: str
    card: str
    author: Member | None
    text: str
    at: float
    changed: str = ""
    """The attribute that was changed, MADE for the card itself, "" for a comment."""
    before: object = None
    after: object = None
    visible_at: float = 0.0
    gone_at: float = FOREVER
    edits: list[tuple[float, str]] = field(default_factory=list)
    """(visible from, new text)."""

    def shown_text(self, now: float) -> str:
        """The text that reads give at `now`."""
        return next((text for since, text in reversed(self.edits) if since <= now), self.text)


@dataclass(slots=True)
class Card:
    """A card. `earlier` keeps what reads still give while a write has not arrived everywhere: (until, card)."""

    id: str
    number: int
    short_link: str
    name: str
    desc: str
    list_id: str
    pos: float
    at: float
    due: str | None = None
    due_complete: bool = False
    closed: bool = False
    labels: list[BoardLabel] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    checklists: list[Checklist] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    visible_at: float = 0.0
    gone_at: float = FOREVER
    earlier: list[tuple[float, Card]] = field(default_factory=list)
    written: list[tuple[str, str, object]] = field(default_factory=list)
    """Every change asked for through the API, also of what was so already: (member's name, attribute, value)."""

    def seen(self, now: float) -> Card:
        """The card as reads give it at `now`."""
        return next((card for until, card in self.earlier if until > now), self)

    def before_change(self, now: float, lag: float) -> None:
        """Keep the present state for reads that come too early."""
        if lag > 0:
            kept = copy.copy(self)
            kept.labels, kept.members, kept.earlier = list(self.labels), list(self.members), []
            kept.checklists, kept.attachments = copy.deepcopy(self.checklists), list(self.attachments)
            self.earlier.append((now + lag, kept))
        self.earlier = [(until, card) for until, card in self.earlier if until > now]
        self.at = now


class Board:
    """The board and everything on it. Times are seconds since 1970."""

    def __init__(self, name: str, short_link: str, now: Now, chance: random.Random) -> None:
        self._now = now
        self._chance = chance
        self._serial = itertools.count(chance.randrange(2**20))
        self._numbers = itertools.count(1)
        self._positions = itertools.count(1)
        self.name = name
        self.short_link = short_link
        self.id = self.new_id(9_000_000)
        self.closed = False
        self.audience = "org"
        """Who may see it: "private" for its members, "org" for the workspace, "public" for everybody."""
        self.members: dict[str, Member] = {}
        self.labels: dict[str, BoardLabel] = {}
        self.lists: dict[str, BoardList] = {}
        self.cards: dict[str, Card] = {}
        self.actions: dict[str, Action] = {}

    def new_id(self, ago: float = 0.0) -> str:
        """24 hex digits that begin with the time, as Trello's do."""
        return f"{int(self._now() - ago):08x}{self._chance.getrandbits(40):010x}{next(self._serial) % 2**24:06x}"

    def next_position(self) -> float:
        """A place after everything else."""
        return 16_384.0 * next(self._positions)

    def add_member(self, username: str, full_name: str) -> Member:
        """Somebody joins."""
        member = Member(self.new_id(8_000_000), username, full_name)
        self.members[member.id] = member
        return member

    def member(self, username: str) -> Member:
        """The member of that user name."""
        return next(member for member in self.members.values() if member.username == username)

    def label(self, text: str) -> BoardLabel:
        """The label of that name, made when there is none. A colour's name gives the unnamed label of that colour."""
        colours = ("green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black")
        for label in self.labels.values():
            if text in (label.name, label.color if not label.name else None):
                return label
        plain = text in colours
        label = BoardLabel(self.new_id(), "" if plain else text, text if plain else self._chance.choice(colours))
        self.labels[label.id] = label
        return label

    def add_list(self, name: str, ago: float = 0.0) -> BoardList:
        """A new list, on the right."""
        made = BoardList(self.new_id(ago), name, self.next_position())
        self.lists[made.id] = made
        return made

    def list_named(self, name: str) -> BoardList:
        """The list of that name; KeyError when there is none."""
        for one in self.lists.values():
            if one.name == name:
                return one
        raise KeyError(name)

    def add_card(self, one: BoardList, name: str, desc: str = "", *, ago: float = 0.0) -> Card:
        """A new card, at the bottom of a list."""
        link = "".join(self._chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", k=8))
        number, at = next(self._numbers), self._now() - ago
        card = Card(self.new_id(ago), number, link, name, desc, one.id, self.next_position(), at)
        self.cards[card.id] = card
        return card

    def make_card(self, one: BoardList, author: Member, name: str, *, lag: float = 0.0) -> Card:
        """Somebody makes a card."""
        card = self.add_card(one, name)
        card.visible_at = self._now() + lag if lag else 0.0
        made = Action(self.new_id(), card.id, author, "", self._now(), MADE, visible_at=card.visible_at)
        self.actions[made.id] = made
        return card

    def comment(self, card: Card, author: Member | None, text: str, *, ago: float = 0.0, lag: float = 0.0) -> Action:
        """A new comment on a card."""
        at = self._now() - ago
        action = Action(self.new_id(ago), card.id, author, text, at, visible_at=self._now() + lag if lag else 0.0)
        self.actions[action.id] = action
        card.at = max(card.at, at)
        return action

    def change(self, card: Card, author: Member | None, name: str, value: object, *, lag: float = 0.0) -> None:
        """Somebody changes `list_id`, `closed` or `due_complete` of a card. What was so already is no action."""
        before, at = getattr(card, name), self._now()
        setattr(card, name, value)
        if before != value:
            made = Action(self.new_id(), card.id, author, "", at, name, before, value, at + lag if lag else 0.0)
            self.actions[made.id] = made
            card.at = max(card.at, at)

    # -- what reads give -----------------------------------------------------------------------------------------

    def visible_cards(self) -> list[Card]:
        """Every card that reads know now, archived ones too, as they see it."""
        now = self._now()
        return [card.seen(now) for card in self.cards.values() if card.visible_at <= now < card.gone_at]

    def known_actions(self) -> list[Action]:
        """Everything done on the board that reads know now, newest first."""
        now = self._now()
        known = [a for a in self.actions.values() if a.visible_at <= now < a.gone_at]
        return sorted(known, key=lambda action: action.id, reverse=True)

    def actions_on(self, card_id: str) -> list[Action]:
        """Everything done to a card that reads know now, newest first."""
        return [action for action in self.known_actions() if action.card == card_id]

    def comments_on(self, card_id: str) -> list[Action]:
        """The comments that reads know now, newest first."""
        return [action for action in self.actions_on(card_id) if not action.changed]

    def card(self, wanted: str) -> Card | None:
        """The card of that id or short link that is not deleted."""
        for card in self.cards.values():
            if wanted in (card.id, card.short_link) and card.gone_at > self._now():
                return card
        return None
