"""Actions: what a person asks a service to do to one item, and what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText


class Verb(StrEnum):
    """What can be done to an item, in the words of `secondline-tui act`."""

    ACKNOWLEDGE = "acknowledge"
    UNACKNOWLEDGE = "unacknowledge"
    COMMENT = "comment"
    """What colleagues read: a comment, an incident's note, a ticket's internal note."""
    REPLY = "reply"
    """What the requester of a ticket reads too."""
    DOWNTIME = "downtime"
    END_DOWNTIME = "end-downtime"
    RECHECK = "recheck"
    SILENCE = "silence"
    EXTEND = "extend"
    EXPIRE = "expire"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    REASSIGN = "reassign"
    """To another person or group."""
    RESOLVE = "resolve"
    OVERRIDE = "override"
    """Take over a schedule for a while."""
    END_OVERRIDE = "end-override"
    TAKE = "take"
    RELEASE = "release"
    """Give back to whoever had it before it was taken."""
    STATUS = "status"
    PRIORITY = "priority"
    MACRO = "macro"
    MOVE = "move"
    CARD = "card"
    """Make a card of an item."""
    DONE = "done"
    UNDONE = "undone"
    DECLARE = "declare"
    """Open an incident of one's own: see `domain.opening`."""
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"


class State(StrEnum):
    """How far an action has come."""

    QUEUED = "queued"
    """On disk, and nothing has been sent."""
    SENDING = "sending"
    ACCEPTED = "accepted"
    """The service said yes, but does not show it yet."""
    CONFIRMED = "confirmed"
    """The service shows it."""
    REFUSED = "refused"
    """The service said no."""
    FAILED = "failed"
    """Certainly not done."""
    UNKNOWN = "unknown"
    """Sent, and no answer came."""


UNDER_WAY = frozenset({State.QUEUED, State.SENDING, State.ACCEPTED, State.UNKNOWN})
"""States that are not the end of it."""
TROUBLE = frozenset({State.REFUSED, State.FAILED, State.UNKNOWN})
"""States that a person has to deal with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One action on one item, as the person confirmed it. Times are aware, in UTC.

    Texts are exactly as typed: they are sent, and only cleaned when they are drawn.
    """

    id: str
    ref: ItemRef
    verb: Verb
    item: SafeText
    """The item's name, as the prompt named it."""
    about: ItemRef | None = None
    """The item that a card is made of: `ref` is the card."""
    picture: str = ""
    """The picture that goes on that card, by the name under which it is kept."""
    author: str
    """The person's name, for services that take any."""
    at: datetime
    """When it was confirmed."""
    text: str = ""
    until: datetime | None = None
    """When it ends by itself: an acknowledgement, a downtime, a silence, a snooze, an override."""
    to: str = ""
    """Where it leads, in the service's own key: a level, person, group, list, status, priority, macro; for the end of
    a downtime, a silence or an override, which one. "" where there is only one."""
    to_name: SafeText = EMPTY
    """The same for people."""
    matchers: tuple[Matcher, ...] = ()
    """What a silence silences."""
    stamp: str = ""
    """The version of the item that the person saw, where the service has such a thing."""
    before: str = ""
    """What `to` would have to be to take it back, where that can be told."""
    batch: str = ""
    """The same for all that were confirmed at once."""
    once: str = ""
    """What is to be said of its item only once: no second action with the same word is taken on."""
    also: tuple[tuple[ItemRef, SafeText], ...] = ()
    """Other items that it is done to with the same stroke, and their names: those that one silence covers."""

    @property
    def public(self) -> bool:
        """Whether people outside the team read it. (A macro's comment never is: it is previewed and sent as one.)"""
        return self.verb is Verb.REPLY

    @property
    def targets(self) -> tuple[ItemRef, ...]:
        """Everything that it is done to."""
        return (self.ref, *(ref for ref, _ in self.also))

    @property
    def named(self) -> SafeText:
        """Its items, the first by its name."""
        return SafeText(f"{self.item} and {len(self.also)} more") if self.also else self.item


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An intent and how far it has come."""

    intent: Intent
    state: State = State.QUEUED
    reason: SafeText = EMPTY
    """Why it is in this state, in words for a person."""
    remote: str = ""
    """What the service calls what it made: a comment, silence, downtime, note, override."""
    attempts: int = 0
    """How often it was sent."""
    sent_at: datetime | None = None
    """When it was sent last."""
    changed_at: datetime | None = None
    """When it came into this state."""
    doubtful: bool = False
    """Whether it was sent once without an answer: it is never sent again before the service was asked for it."""
    forbidden: bool = False
    """Refused since this account may not do such things at all."""
    dealt_with: bool = False
    """The person has seen that it went wrong, and let it be."""

    @property
    def wants_a_person(self) -> bool:
        """Whether it went wrong, or may have, and nobody has dealt with it."""
        return self.state in TROUBLE and not self.dealt_with

    @property
    def given_up(self) -> bool:
        """Whether it was certainly not done, and a person has let it be: it may be said anew."""
        return self.dealt_with and self.state in (State.REFUSED, State.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A service's yes."""

    remote: str = ""
    """What it calls what it made, "" where it does not say."""
    told: SafeText = EMPTY
    """Anything it added that the person should know."""
    ref: ItemRef | None = None
    """What the action is about from now on: the item that it made."""
    rest: bool = False
    """Whether this was a part, and another one is to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What reading back says about an action that was sent."""

    there: bool | None
    """Whether the service shows it; None where no reading can tell."""
    remote: str = ""
    told: SafeText = EMPTY
    ref: ItemRef | None = None
    rest: bool = False
    """As in a receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the things that `Intent.to` may be."""

    key: str
    name: SafeText
    hint: SafeText = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a service tells before a person confirms."""

    account: SafeText = EMPTY
    """As whom it would be done."""
    audience: SafeText = EMPTY
    """Who will read what is typed, where that is worth saying."""
    choices: tuple[Choice, ...] = ()
    """What `to` may be."""
    chosen: str = ""
    """The most likely of them, or the present one."""
    text: str = ""
    """A proposed text."""
    matchers: tuple[Matcher, ...] = ()
    """What a silence would match."""
    covers: int | None = None
    """How many firing alerts those cover; None where that is not the question."""
    changes: tuple[SafeText, ...] = ()
    """What else would happen, a line each: everything that a macro does."""
    stamp: str = ""
    before: str = ""


class NotDone(Exception):  # noqa: N818  (facts of the domain, not programming errors)
    """An action was not done, or not certainly; the subclasses say which. The reason is for a person."""

    def __init__(self, reason: SafeText) -> None:
        super().__init__(reason)
        self.reason = reason


class Repeated(NotDone):
    """It was said of its item already: nothing was taken on."""


class Refused(NotDone):
    """The service said no: nothing was changed."""

    def __init__(self, reason: SafeText, *, forbidden: bool = False, outdated: bool = False) -> None:
        super().__init__(reason)
        self.forbidden = forbidden
        """Whether this account may never do such things, so that offering them is in vain."""
        self.outdated = outdated
        """Whether the item is no longer as the person saw it."""


class NotSent(NotDone):
    """Nothing reached the service."""


class HeldBack(NotDone):
    """The service wants no more requests for a while: nothing was changed."""

    def __init__(self, reason: SafeText, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unanswered(NotDone):
    """It was sent, and no answer that means anything came: it may have been done."""
