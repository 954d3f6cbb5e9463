"""What an actor asks Trello, and the one request by which it writes, both through py-trello. Synchronous."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
from pydantic import BaseModel, ValidationError
from trello import ResourceUnavailable

from secondline_tui.config.pictures import Pictures
from secondline_tui.config.sources import Trello
from secondline_tui.domain.actions import Finding, Intent, Receipt, Refused, Verb
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.domain.text import clean
from secondline_tui.sources.clocks import utc_now
from secondline_tui.sources.errors import failed
from secondline_tui.sources.trello.card_maker import CardMaker
from secondline_tui.sources.trello.client import AT_ONCE
from secondline_tui.sources.trello.deeds import after_seen, change, done_by, history
from secondline_tui.sources.trello.library import Library, authorization, board_id, part
from secondline_tui.sources.trello.mapping import is_wanted
from secondline_tui.sources.trello.wire import (
    STATE_FIELDS,
    BoardFacts,
    CardState,
    Deed,
    ListName,
    ListNames,
    Myself,
    Rows,
)
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.writing import refused, unanswered


@dataclass(frozen=True, slots=True)
class Place:
    """A card, and all that a person is to know before doing something to it."""

    me: Myself
    board: BoardFacts
    card: CardState
    lists: tuple[ListName, ...]
    """The board's open lists, in order; none where they were not asked for."""


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a person is to know before making a card."""

    me: Myself
    board: BoardFacts
    lists: tuple[ListName, ...]
    """The board's open lists, in order."""
    likely: str
    """The one that it would go to most likely, "" where there is none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What Trello shows of an action that was sent."""

    me: Myself
    card: CardState
    deeds: list[object]
    """Newest first, as they came."""
    ahead: timedelta | None
    """How far Trello's clock is ahead of ours, where it tells."""
    as_me: bool
    """Whether it was certainly sent as the account that is asking."""


class CardClient:
    """Two sessions: one asks and cannot write, the other does nothing but write. Every call has the deadline."""

    def __init__(self, source: Trello, pictures: Pictures | None = None, now: Callable[[], datetime] = utc_now) -> None:
        told = authorization(source)
        self._board = f"boards/{part(board_id(source.board))}"
        self._questions = Library(source, told, now=now)
        self._writes = Library(source, told, writes=True, now=now)
        self._me: Myself | None = None
        self._sent: set[str] = set()
        """Actions that went out from here: as this account. At another start, another one may have been configured."""
        self._wanted = source.lists
        self._maker = CardMaker(self._questions, self._writes, self._board, pictures)

    # -- on the questions' lane --------------------------------------------------------------------------------------

    def place(self, key: str, verb: Verb) -> Place:
        """Where a card is, as whom we would do something to it, and who would read it. Refused when it is gone."""
        with self._questions.in_time():
            me, board = self._myself(), self._open_board()
            lists = self._lists() if verb is Verb.MOVE else ()
            card = self._known_card(key)
        if card.id_board != board.id:
            raise refused("the card is on another board now")
        return Place(me, board, card, lists)

    def ground(self) -> Ground:
        """Where a card may be made, as whom, and who would read it."""
        with self._questions.in_time():
            me, board, lists = self._myself(), self._open_board(), self._lists()
        likely = (one.id for pattern in self._wanted for one in lists if is_wanted(one, [pattern]))
        return Ground(me, board, lists, next(likely, ""))

    def made(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether Trello shows what was sent last of a new card and its picture."""
        with self._questions.in_time():
            return self._maker.shown(intent, self._myself().id, sent_at, claimed, as_me=intent.id in self._sent)

    def who(self, key: str, verb: Verb) -> str:
        """Who did to a card what this verb would do, "" when its history does not say."""
        attribute, value = change(verb, "")
        with self._questions.in_time():
            raw = self._deeds(key, history(verb), limit=10)
        return done_by([Deed.model_validate(row) for row in raw if _valid(Deed, row)], attribute, value)

    def shown(self, intent: Intent) -> Shown:
        """A card and what was done to it since the person saw it, as far as it concerns an action."""
        key = intent.ref.key
        with self._questions.in_time():
            me, card = self._myself(), self._card(key)
            deeds = self._deeds(key, history(intent.verb), limit=AT_ONCE, **after_seen(intent))
        return Shown(me, card, deeds, self._questions.ahead, as_me=intent.id in self._sent)

    # -- on the writes' lane -----------------------------------------------------------------------------------------

    def write(self, intent: Intent) -> Receipt:
        """Do it, with one request."""
        key = intent.ref.key
        self._sent.add(intent.id)
        with self._writes.in_time():
            try:
                if intent.verb is Verb.CARD:
                    return self._maker.write(intent)
                if intent.verb is Verb.COMMENT:
                    return _said(self._writes.card(key).comment(intent.text), key)
                attribute, value = change(intent.verb, intent.to)
                answer: object = self._writes.client.fetch_json(
                    f"cards/{part(key)}", http_method="PUT", post_args={attribute: value}
                )
                return _changed(answer, key, attribute, value)
            except (ResourceUnavailable, requests.RequestException, ValidationError, ValueError) as error:
                raise unanswered(f"answered with something else than expected ({type(error).__name__})") from None
            except Refused as no:
                if not no.forbidden:
                    raise
                why = f"{no.reason}; to write, its token needs the scope read,write"
                raise refused(why, forbidden=True) from None

    def close(self) -> None:
        """Let go of the connections."""
        self._questions.close()
        self._writes.close()

    # -- within ------------------------------------------------------------------------------------------------------

    def _myself(self) -> Myself:
        if self._me is None:
            answer = self._questions.get("members/me", fields="fullName,username")
            self._me = envelope(Myself, answer, "who we are")
        return self._me

    def _open_board(self) -> BoardFacts:
        facts = self._questions.get(self._board, fields="name,closed,prefs")
        board = envelope(BoardFacts, facts, "the board")
        if board.closed:
            raise refused(f"the board {clean(board.name, 80)} is closed")
        return board

    def _known_card(self, key: str) -> CardState:
        try:
            return self._card(key)
        except PollFailed as failure:
            if failure.fault.kind is not FaultKind.NOT_FOUND:
                raise
            raise refused("there is no such card any more, or this account may not see it") from None

    def _card(self, key: str) -> CardState:
        answer = self._questions.get(f"cards/{part(key)}", fields=STATE_FIELDS)
        card = envelope(CardState, answer, "the card")
        if card.id != key:
            raise failed(FaultKind.NOT_FOUND, "Trello answered with another card")
        return card

    def _lists(self) -> tuple[ListName, ...]:
        answer = self._questions.get(f"{self._board}/lists", filter="open", fields="name")
        return tuple(envelope(ListNames, answer, "the board's lists").root)

    def _deeds(self, key: str, sort: str, **query: str | int) -> list[object]:
        path = f"cards/{part(key)}/actions"
        who = {"member": "false", "memberCreator_fields": "fullName,username"}
        return envelope(Rows, self._questions.get(path, filter=sort, **who, **query), "what was done to it").root


def _said(answer: object, key: str) -> Receipt:
    deed = Deed.model_validate(answer)
    if deed.data.text is None or deed.data.card.get("id") != key:
        raise ValueError("not a comment on this card")
    return Receipt(remote=deed.id)


def _changed(answer: object, key: str, attribute: str, value: object) -> Receipt:
    card = CardState.model_validate(answer)
    if card.id != key or card.told(attribute) != value:
        raise ValueError("not this card as it should be now")
    return Receipt()


def _valid(model: type[BaseModel], row: object) -> bool:
    try:
        model.model_validate(row)
    except ValidationError:
        return False
    return True
