"""What a person is about to do: to which items, as they were at the key press, and what was said. Pure.

Intents are built from this alone: what the board shows meanwhile is told, but never exchanged for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from secondline_tui.domain.actions import Choice, Intent, Preview, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.folding import folded
from secondline_tui.domain.forms import Form, Wanted, form_of
from secondline_tui.domain.items import Item, OnCall
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.offers import FINAL
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText
from secondline_tui.shift.people import role_told, same_person

WHICH = frozenset({Verb.END_DOWNTIME, Verb.EXTEND, Verb.EXPIRE})
"""Verbs whose destination is something of the item itself: for many items, each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One item as it was when the key was pressed, and what is to be done to it."""

    ref: ItemRef
    name: SafeText
    verb: Verb
    type: str
    """Its source's type."""
    item: Item | None = None
    """None where the board has it no more: something is taken back."""
    beside: bool = False
    """Offered beside what was chosen, since it tells of the same trouble."""
    back: Intent | None = None
    """What takes an action back: nothing remains to be said."""
    about: ItemRef | None = None
    """The item that a card is made of: `item` is that one, `ref` the card."""
    picture: str = ""
    """The picture that goes on that card."""
    home: str = ""
    """A mark of where its source leads to, and that of what it is about."""

    @property
    def watched(self) -> ItemRef:
        """The item on the board that this is about."""
        return self.about or self.ref

    @property
    def form(self) -> Form:
        """What is to be said of it."""
        form = form_of(self.type, self.verb)
        if self.back is not None:
            nothing = Wanted.NO
            return replace(form, text=nothing, until=nothing, to=nothing, matchers=False)
        return form


def led_to(board: Board, *sources: str) -> str:
    """Marks of where sources lead to, each once."""
    homes = (board.sources[name].home for name in sources if name in board.sources)
    return " ".join(dict.fromkeys(home for home in homes if home))


def target_of(item: Item, verb: Verb, board: Board) -> Target:
    """An item of the board as it is now, and what is to be done to it."""
    source = board.sources[item.ref.source]
    return Target(ref=item.ref, name=_name(item), verb=verb, type=source.type, item=item, home=source.home)


def _name(item: Item) -> SafeText:
    """A turn has its role's own word, as wherever people read of it."""
    return _turn(item.role, item.person) if isinstance(item, OnCall) else item.name_line


def _turn(role: str, person: str) -> SafeText:
    return SafeText(f"{role_told(role)}: {person or 'nobody'}")


def taken_back(intent: Intent) -> SafeText:
    """What taking it back is about, by name: of an override that ends, the one who was put in, not who was away."""
    if intent.verb is not Verb.OVERRIDE or not intent.to_name:
        return intent.item
    return _turn(intent.item.rpartition(": ")[0], intent.to_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What one prompt is about."""

    targets: tuple[Target, ...]
    key: str
    """The key that led here: another one has to confirm."""
    doubtful: frozenset[ItemRef] = frozenset()
    """Those offered beside that may be about something else: they have to be chosen."""
    proposed: SafeText = EMPTY
    """The name of the destination that is proposed, where it is not for the service to say."""
    absent: SafeText = EMPTY
    """Who is away, and so not to be chosen unasked."""
    until: datetime | None = None
    """The end that is proposed, where it is not the usual one."""
    text: str = ""
    """A text to begin with."""
    topic: str = ""
    """What that text is about: drafts of it are no drafts of anything else."""
    once: str = ""
    """What is to be said of each item only once, under this word."""
    against: str = ""
    """What speaks against it, to be known before it is sent."""

    @property
    def first(self) -> Target:
        """The one that names what is done."""
        return self.targets[0]

    @property
    def verb(self) -> Verb:
        """What is done to the first."""
        return self.first.verb

    @property
    def chosen(self) -> tuple[Target, ...]:
        """Those that were chosen, without what is offered beside them."""
        return tuple(target for target in self.targets if not target.beside)

    @property
    def many(self) -> bool:
        """Whether several items were chosen."""
        return len(self.chosen) > 1

    @property
    def mixed(self) -> bool:
        """Whether not the same is done to all of them: services have their own names for an idea."""
        return len({target.verb for target in self.chosen}) > 1

    @property
    def public(self) -> bool:
        """Whether people outside the team will read it."""
        return any(target.verb is Verb.REPLY for target in self.targets)

    @property
    def form(self) -> Form:
        """What is to be said, all in all."""
        forms = [target.form for target in self.targets]
        lasting = next((form for form in forms if form.until is Wanted.MUST), forms[0])
        own = self.mixed or (self.many and self.verb in WHICH)
        return replace(
            forms[0],
            text=_most(form.text for form in forms),
            until=_most(form.until for form in forms),
            lasts=lasting.lasts,
            to=Wanted.NO if own else forms[0].to,
            matchers=forms[0].matchers and not self.many,
        )

    @property
    def draft(self) -> str:
        """The key under which what is typed is kept: of a name that leads elsewhere by now, another one."""
        homes = " ".join(dict.fromkeys(target.home for target in self.chosen if target.home))
        parts = ("+".join(str(target.ref) for target in self.chosen), self.verb, self.topic, homes and f"at {homes}")
        return "|".join(part for part in parts if part)


_STRENGTH = (Wanted.NO, Wanted.MAY, Wanted.MUST)


def _most(wanted: Iterable[Wanted]) -> Wanted:
    return max(wanted, key=_STRENGTH.index)


def final(targets: Sequence[Target]) -> bool:
    """Whether it has to be asked once more: what cannot be taken back, and what is done to several at once."""
    chosen = [target for target in targets if not target.beside]
    return len(chosen) > 1 or any(target.verb in FINAL for target in targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the person said."""

    text: str = ""
    until: datetime | None = None
    to: Choice | None = None
    matchers: tuple[Matcher, ...] | None = None


def own_choice(target: Target, preview: Preview) -> Choice | None:
    """Which of an item's own things is meant when nobody was asked: the only one, or the likeliest."""
    if target.back is not None or target.verb not in WHICH:
        return None
    if len(preview.choices) == 1:
        return preview.choices[0]
    return next((choice for choice in preview.choices if choice.key == preview.chosen), None)


def proposal(errand: Errand, preview: Preview) -> str:
    """The destination that is chosen at first; "" where the one that was proposed is none of those that there are."""
    if not errand.proposed:
        away = {choice.key for choice in preview.choices if same_person(choice.name, errand.absent)}
        return "" if preview.chosen in away else preview.chosen
    return next((choice.key for choice in preview.choices if same_person(choice.name, errand.proposed)), "")


def common(previews: Sequence[Preview]) -> tuple[Choice, ...]:
    """The destinations that all of them have."""
    if not previews:
        return ()
    shared = set.intersection(*({choice.key for choice in preview.choices} for preview in previews))
    return tuple(choice for choice in previews[0].choices if choice.key in shared)


def intents(
    targets: Sequence[Target],
    said: Said,
    previews: Mapping[ItemRef, Preview],
    *,
    author: str,
    now: datetime,
    name: Callable[[], str],
    once: str = "",
) -> tuple[Intent, ...]:
    """The intents, one for each target, or for all that share what it is done to; `name` makes their ids."""
    batch = name() if len(targets) > 1 else ""
    made = []
    for target in targets:
        preview = previews.get(target.ref, Preview())
        made.append(_intent(target, said, preview, Intent(
            id=name(), ref=target.ref, verb=target.verb, item=target.name, author=author, at=now, batch=batch,
            stamp=preview.stamp, before=preview.before, once=once,
        )))  # fmt: skip
    return folded(made)


def _intent(target: Target, said: Said, preview: Preview, blank: Intent) -> Intent:
    if target.back is not None:
        return replace(
            target.back,
            id=blank.id,
            item=target.name,
            at=blank.at,
            author=blank.author,
            batch=blank.batch,
            stamp=blank.stamp,
            before=blank.before,
            to_name=next((choice.name for choice in preview.choices if choice.key == target.back.to), EMPTY),
        )
    form = target.form
    said_to = said.to if said.to is not None and said.to.key else own_choice(target, preview)
    to = said_to if form.to is not Wanted.NO else None
    until = said.until if form.until is not Wanted.NO else None
    if until is None and form.until is Wanted.MUST:
        until = blank.at + form.lasts
    text = said.text if form.text is not Wanted.NO else ""
    if target.verb is Verb.MACRO:
        text = preview.text
    matchers: tuple[Matcher, ...] = ()
    if form.matchers:
        matchers = preview.matchers if said.matchers is None else said.matchers
    return replace(
        blank,
        text=text,
        until=until,
        to=to.key if to is not None else "",
        to_name=to.name if to is not None else EMPTY,
        matchers=matchers,
        about=target.about,
        picture=target.picture,
    )
