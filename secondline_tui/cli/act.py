"""`act`: do something to items from the shell, through the same outbox as the dashboard, with the same outcomes."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from secondline_tui.cli.acting import outbox, plans_for_acting
from secondline_tui.cli.exits import Exit
from secondline_tui.cli.log import to_file
from secondline_tui.cli.say import complain, tell
from secondline_tui.cli.wiring import plans, required_config
from secondline_tui.config.models import Config
from secondline_tui.domain.actions import UNDER_WAY, Action, Choice, Intent, Preview, Refused, State, Verb
from secondline_tui.domain.board import SourceState
from secondline_tui.domain.folding import carrier, folded
from secondline_tui.domain.forms import Form, Wanted, form_of
from secondline_tui.domain.health import Health, PollFailed
from secondline_tui.domain.items import Item
from secondline_tui.domain.offers import PERMISSIONS, may, nearest, offered
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.domain.until import parse_until
from secondline_tui.domain.why_not import why_not
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.deadline import TooLate, within
from secondline_tui.engine.outbox import DISK
from secondline_tui.engine.supervisor import Engine

VERSION = 1
ALIASES = {"ack": Verb.ACKNOWLEDGE, "unack": Verb.UNACKNOWLEDGE, "note": Verb.COMMENT}
FORMED = frozenset({Verb.DECLARE})
"""What takes a form to fill in, and belongs to no item that is there already."""
ANSWER_SECONDS = 60.0
"""How long an outcome is waited for."""
SHOWN_SECONDS = 6.0
"""How long what was accepted is waited for to show."""
SYMBOLS = {State.CONFIRMED: "✔", State.ACCEPTED: "✔", State.UNKNOWN: "?"}


class ImpossibleError(Exception):
    """The command line asks for something that cannot be; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one item."""

    ref: str
    verb: Verb
    state: State
    reason: SafeText
    unreachable: bool = False
    action: Action | None = None
    changes: tuple[SafeText, ...] = ()
    """What else the service said would happen."""


def run(options: argparse.Namespace) -> int:
    """Do it, print what came of it, and end with the worst of it."""
    to_file()
    try:
        verb = _verb(options.verb, public=options.public)
        said = (options.comment, options.to, options.until, options.title, options.on)
        for text in (*options.refs, *filter(None, said)):
            _require_text(text)
        if verb is not Verb.CARD and (options.title is not None or options.on is not None or options.again):
            raise ValueError("--title, --on and --again go with card only")
        refs = list(dict.fromkeys(ItemRef.parse(text) for text in options.refs))
    except ValueError as error:
        return _usage(str(error))
    config = required_config(options.config)
    unknown = [ref.source for ref in refs if ref.source not in config.sources]
    if unknown:
        return _usage(f"no source is called {unknown[0]!r}; there are {', '.join(config.sources) or 'none'}")
    wish = _wish(verb)(config, verb, refs, options)
    try:
        outcomes = asyncio.run(wish.carry_out())
    except ImpossibleError as error:
        return _usage(str(error))
    tell(_as_json(outcomes) if options.format == "json" else as_text(outcomes))
    return exit_of(outcomes)


def _verb(word: str, *, public: bool) -> Verb:
    """The verb meant; ValueError for none."""
    try:
        verb = ALIASES.get(word) or Verb(word)
    except ValueError:
        raise ValueError(f"{word!r} is no verb; verbs are {', '.join(v for v in Verb if v not in FORMED)}") from None
    if verb in FORMED:
        raise ValueError(f"{verb} needs more than a line: it is done in the dashboard")
    if not public:
        return verb
    if verb not in (Verb.COMMENT, Verb.REPLY):
        raise ValueError(f"--public goes with comment only, not with {verb}")
    return Verb.REPLY


def _wish(verb: Verb) -> type[Wish]:
    """What carries a verb out. A card is drawn too: what that takes is not imported for anything else."""
    if verb is not Verb.CARD:
        return Wish
    from secondline_tui.cli.new_card import CardWish  # noqa: PLC0415

    return CardWish


def _require_text(text: str) -> None:
    """ValueError where an argument holds what is no text, and so could neither be sent nor printed."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} is not UTF-8") from None


def _meant(verb: Verb, offers: Collection[Verb]) -> Verb | None:
    """What the verb is called there. What "status" leads to on a screen is chosen there: a shell asks nothing."""
    near = nearest(verb, offers)
    return near if near is verb or verb is not Verb.STATUS else None


class Wish:
    """One call of the command."""

    def __init__(self, config: Config, verb: Verb, refs: Sequence[ItemRef], options: argparse.Namespace) -> None:
        self._config = config
        self._verb = verb
        self._refs = refs
        self._options = options
        self._clock = SystemClock()
        only = self._sources()
        planned = plans(config, only=only) if options.read_only else plans_for_acting(config, only=only)
        self._engine = Engine(planned, self._clock)
        self._outbox = outbox(config, planned, lambda _: None)
        self._changes: dict[ItemRef, tuple[SafeText, ...]] = {}

    def _sources(self) -> set[str]:
        """The sources that are asked."""
        return {ref.source for ref in self._refs}

    async def carry_out(self) -> list[Outcome]:
        """Find the items, ask what is needed, do it, wait for the outcomes."""
        try:
            await self._engine.poll_once()
            await self._outbox.start(since=self._clock.now(), adopt=False)
            prepared = [await self._prepared(ref) for ref in self._refs]
            intents = folded(intent for intent in prepared if isinstance(intent, Intent))
            if intents:
                if not self._outbox.ledger.is_open:
                    raise OSError(0, self._outbox.ledger.note)
                await self._outbox.submit(intents)
                await self._wait([intent.id for intent in intents])
            return [self._outcome(one, intents) for one in prepared]
        finally:
            await asyncio.gather(self._engine.stop(), self._outbox.stop())

    # -- before ------------------------------------------------------------------------------------------------

    def _item(self, ref: ItemRef) -> Item | Outcome:
        """An item as it is now, or why it is not known."""
        state = self._engine.board.sources[ref.source]
        if state.health(self._clock.monotonic()) is not Health.FRESH:
            reason = state.fault.message if state.fault else SafeText("did not answer")
            return self._not_done(ref, State.FAILED, reason, unreachable=True)
        item = self._engine.board.find(ref)
        if item is None:
            return self._not_done(ref, State.REFUSED, SafeText(f"{ref.source} shows no such item now"))
        return item

    async def _prepared(self, ref: ItemRef) -> Intent | Outcome:
        """The intent for one item, or why there is none."""
        item = self._item(ref)
        if isinstance(item, Outcome):
            return item
        state = self._engine.board.sources[ref.source]
        verb = _meant(self._verb, offered(item, state))
        if verb is None:
            return self._not_done(ref, State.REFUSED, self._why_not(item, state))
        form = form_of(state.type, verb)
        text = self._text(form, verb)
        try:
            preview = await self._outbox.prepare(ref, verb)
            to = self._destination(form, preview)
            if verb is Verb.MACRO:
                preview = await self._outbox.prepare(ref, verb, to=to.key)
                text = text or preview.text
        except Refused as no:
            return self._not_done(ref, State.REFUSED, no.reason)
        except PollFailed as failed:
            return self._not_done(ref, State.FAILED, failed.fault.message, unreachable=True)
        self._changes[ref] = preview.changes
        return self._intent(item, verb, form, text, to, preview)

    def _intent(self, item: Item, verb: Verb, form: Form, text: str, to: Choice, preview: Preview) -> Intent:
        now = self._clock.now()
        return Intent(
            id=uuid.uuid4().hex,
            ref=item.ref,
            verb=verb,
            item=item.name_line,
            author=self._config.me.name,
            at=now,
            text=text,
            until=self._until(form, now),
            to=to.key,
            to_name=to.name,
            matchers=preview.matchers,
            stamp=preview.stamp,
            before=preview.before,
        )

    def _why_not(self, item: Item, state: SourceState) -> SafeText:
        told = self._forbidden(state) or clean(why_not(self._verb, item, state))
        return told or SafeText(f"there is no {self._verb} for this item as it is now")

    def _forbidden(self, state: SourceState) -> SafeText:
        """Why nothing of the sort may be written there; "" where it may."""
        if state.read_only:
            return SafeText(f"{state.name} is read-only here")
        if not may(state, self._verb):
            needed = PERMISSIONS[state.type, self._verb]
            return SafeText(f"{state.name}'s account {state.account} may not: it needs permission {needed}")
        return SafeText("")

    def _text(self, form: Form, verb: Verb) -> str:
        text: str = self._options.comment or ""
        if form.text is Wanted.MUST and not text.strip():
            raise ImpossibleError(f"{verb} needs a text: --comment TEXT")
        if form.text is Wanted.NO and text and verb is not Verb.MACRO:
            raise ImpossibleError(f"{verb} takes no --comment here: write it as a comment of its own")
        return text

    def _until(self, form: Form, now: datetime) -> datetime | None:
        words: str | None = self._options.until
        if words is not None:
            if form.until is Wanted.NO:
                raise ImpossibleError(f"{self._verb} takes no --until")
            try:
                return parse_until(words, now, self._config.shift.timezone)
            except ValueError as error:
                raise ImpossibleError(f"--until: {error}") from None
        return now + form.lasts if form.until is Wanted.MUST else None

    def _destination(self, form: Form, preview: Preview) -> Choice:
        """What --to says, of what there is."""
        words: str | None = self._options.to
        choices = preview.choices
        if words is not None:
            if form.to is Wanted.NO:
                raise ImpossibleError(f"{self._verb} takes no --to")
            found = [c for c in choices if words == c.key] or [
                c for c in choices if words.casefold() == c.name.casefold()
            ]
            if len(found) != 1:
                raise ImpossibleError(f"--to: {words!r} is no {form.to_word}; there are {_listed(choices)}")
            return found[0]
        if form.to is not Wanted.MUST:
            return Choice(key="", name=SafeText(""))
        if self._verb in (Verb.ESCALATE, Verb.OVERRIDE):  # the next level; oneself
            choices = tuple(choice for choice in choices if choice.key == preview.chosen) or choices
        if len(choices) == 1 and self._verb not in (Verb.MACRO, Verb.STATUS, Verb.REASSIGN, Verb.MOVE):
            return choices[0]
        raise ImpossibleError(f"which {form.to_word}? --to one of {_listed(choices)}")

    # -- after ---------------------------------------------------------------------------------------------------

    async def _wait(self, ids: Sequence[str]) -> None:
        """Until everything is known that soon will be; what was not even sent by then is not sent any more.

        What was not done is told to whoever called, and so is nobody else's to deal with.
        """
        ledger = self._outbox.ledger
        settling = UNDER_WAY - {State.ACCEPTED}
        with contextlib.suppress(TooLate):
            await within(
                self._clock,
                ANSWER_SECONDS,
                ledger.until(lambda: not any(ledger.get(key).state in settling for key in ids)),
            )
            over = ledger.until(lambda: not any(ledger.get(key).state in UNDER_WAY for key in ids))
            await within(self._clock, SHOWN_SECONDS, over)
        for key in ids:
            if ledger.get(key).state in (State.QUEUED, State.REFUSED, State.FAILED):
                with contextlib.suppress(*DISK):  # then a dashboard takes it up
                    await self._outbox.drop(key)

    def _outcome(self, one: Intent | Outcome, sent: Sequence[Intent]) -> Outcome:
        if isinstance(one, Outcome):
            return one
        action = self._outbox.ledger.get(carrier(one, sent).id)
        return Outcome(
            ref=str(one.about or one.ref),
            verb=one.verb,
            state=action.state,
            reason=action.reason,
            unreachable=action.state is State.FAILED,
            action=action,
            changes=self._changes.get(one.ref, ()),
        )

    def _not_done(self, ref: ItemRef, state: State, reason: SafeText, *, unreachable: bool = False) -> Outcome:
        return Outcome(ref=str(ref), verb=self._verb, state=state, reason=reason, unreachable=unreachable)


def _listed(choices: Sequence[Choice]) -> str:
    names = [c.key if c.key == c.name else f"{c.key} ({c.name})" for c in choices[:30]]
    return ", ".join(names) + (", …" if len(choices) > 30 else "") or "none"


def as_text(outcomes: Sequence[Outcome]) -> str:
    """A line for each outcome, and one for each thing that happens besides."""
    lines = []
    for one in outcomes:
        reason = f": {one.reason}" if one.reason else ""
        lines.append(f"{SYMBOLS.get(one.state, '✖')} {one.state}  {one.verb} {one.ref}{reason}\n")
        lines += [f"    {change}\n" for change in one.changes]
    return "".join(lines)


def _as_json(outcomes: Sequence[Outcome]) -> str:
    told = [
        {
            "id": one.action.intent.id if one.action else None,
            "ref": one.ref,
            "verb": one.verb,
            "state": one.state,
            "reason": one.reason or None,
            "changes": list(one.changes),
            "made": (one.action.remote or None) if one.action else None,
            "until": one.action.intent.until.isoformat() if one.action and one.action.intent.until else None,
        }
        for one in outcomes
    ]
    return json.dumps({"version": VERSION, "actions": told}, indent=2, ensure_ascii=False) + "\n"


def exit_of(outcomes: Sequence[Outcome]) -> int:
    """The worst: unknown before unreachable before refused."""
    if any(one.state in (State.UNKNOWN, State.SENDING) for one in outcomes):
        return Exit.NO_ANSWER
    if any(one.unreachable for one in outcomes):
        return Exit.UNAVAILABLE
    return Exit.REFUSED if any(one.state is State.REFUSED for one in outcomes) else Exit.OK


def _usage(text: str) -> int:
    complain(f"secondline-tui act: {clean(text, 2_000)}\n")
    return Exit.USAGE
