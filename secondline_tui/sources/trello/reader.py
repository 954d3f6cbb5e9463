"""Reads the ongoing issues of one Trello board: its lists and cards in one request, names in another."""

from __future__ import annotations

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Trello
from secondline_tui.domain.board import Reading
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.items import Detail
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import failed
from secondline_tui.sources.lane import Lane
from secondline_tui.sources.trello.client import BoardClient
from secondline_tui.sources.trello.mapping import attributes, body, card_maker, is_wanted, issues, note, person_name
from secondline_tui.sources.trello.wire import BoardInfo, BoardList, CardRow, Comment, Member, OpenedCard, Person, Rows
from secondline_tui.sources.wire import envelope, rows, unique


def reader(name: str, source: Trello, _: Config) -> TrelloReader:
    """A reader for one configured board. Blocks while secrets are fetched."""
    return TrelloReader(name, source, BoardClient(source))


class TrelloReader:
    """One board."""

    def __init__(self, name: str, source: Trello, client: BoardClient) -> None:
        self._name = name
        self._source = source
        self._client = client
        self._polls = Lane(name)
        self._questions = Lane(f"{name}:questions")  # a card is opened also while a poll is under way
        self._account: SafeText | None = None

    async def fetch(self) -> Reading:
        """Every card of the wanted lists, but those that only explain their list."""
        account = self._account
        polled = await self._polls.call(lambda: self._client.poll(with_account=account is None))
        everybody = envelope(Rows, polled.members, "the board's members").root
        members, nameless = await rows(Member, everybody, lambda member: member, "a member")
        if account is None:
            account = self._account = person_name(envelope(Person, polled.account, "who we are"))
        found, odd = await rows(CardRow, polled.cards, card_maker(self._name, polled.lists, members), "a card")
        cards = unique(found, lambda card: card.ref, odd)
        items = tuple(issues(cards, self._source.explainers))
        hidden = len(cards) - len(items)
        return Reading(items=items, rejected=(*odd, *nameless), hidden=hidden, account=account)

    async def detail(self, ref: ItemRef) -> Detail:
        """A card's comments, newest first, its description, checklists and attachments, and Trello's attributes."""
        raw, comments, whole = await self._questions.call(lambda: self._client.card(ref.key))
        card = envelope(OpenedCard, raw, "the card")
        if not isinstance(raw, dict) or card.id != ref.key:
            raise failed(FaultKind.NOT_FOUND, "Trello answered with another card")
        notes, odd = await rows(Comment, comments, note, "a comment")
        remarks = []
        if not whole or card.badges.comments > len(comments):
            remarks.append((SafeText("comments"), SafeText(f"the newest {len(comments)} of {card.badges.comments}")))
        if odd:
            remarks.append((SafeText("comments not understood"), SafeText(str(len(odd)))))
        return Detail(notes=tuple(notes), body=body(card), attributes=(*remarks, *attributes(raw, card)))

    async def probe(self) -> tuple[str, ...]:
        """Account, board, and its lists with the number of their cards."""
        me, board, lists = await self._questions.call(self._client.survey)
        who, info = envelope(Person, me, "who we are"), envelope(BoardInfo, board, "the board")
        state = ", which is closed" if info.closed else ""
        return (
            f"Trello, as {person_name(who)} ({clean(who.username) or 'no user name'})",
            f"board {clean(info.name)}{state}",
            *(f"list {_told(one)}{', shown' if is_wanted(one, self._source.lists) else ''}" for one in lists),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        self._polls.close()
        self._questions.close()
        self._client.close()


def _told(one: BoardList) -> str:
    return f"{clean(one.name)} ({clean(one.id)}): {len(one.cards)} {'card' if len(one.cards) == 1 else 'cards'}"
