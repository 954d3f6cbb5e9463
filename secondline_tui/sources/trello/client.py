"""The questions we put to Trello, through py-trello, synchronously. Only raw JSON comes back: nothing is believed yet.

Its `fetch_json` alone is used: the library's objects load more behind one's back, and `List.list_cards` hands the
credentials of one client to all others through its default argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import requests
from pydantic import ValidationError
from trello import TrelloClient

from secondline_tui.config.sources import Trello
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.text import clean
from secondline_tui.sources import tls
from secondline_tui.sources.errors import bad_reply, failed
from secondline_tui.sources.session import Gate, guard
from secondline_tui.sources.trello.mapping import wanted_lists
from secondline_tui.sources.trello.wire import CARD_FIELDS, BoardInfo, BoardList, BoardLists, Identified, Rows
from secondline_tui.sources.wire import envelope

LIBRARY_URL = "https://api.trello.com"
PLACEHOLDER = "in-the-header"

AT_ONCE = 1_000
"""The most rows that Trello gives in one answer (its guide on paging)."""
PAGES = 10
WINDOW = 10.0
"""Seconds after which Trello counts requests anew; its 429 does not tell (its guide on rate limits)."""

PLAIN_REASONS = frozenset(
    {
        "invalid key",
        "invalid app key",
        "invalid token",
        "invalid app token",
        "expired token",
        "invalid id",
        "board not found",
        "model not found",
        "unauthorized permission requested",
        "unauthorized card permission requested",
        "The requested resource was not found.",
    }
)


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll asked for."""

    lists: list[BoardList]
    """The lists that are wanted."""
    cards: list[object]
    members: object
    account: object


class BoardClient:
    """One board. Every method blocks, within one deadline for all its requests, and raises PollFailed."""

    def __init__(self, source: Trello) -> None:
        self._source = source
        self._board = f"boards/{quote(board_id(source.board), safe='')}"
        session = requests.Session()
        self._session = session
        self._adapter = guard(
            session,
            Gate(
                url=source.url,
                library_url=LIBRARY_URL,
                headers={"Authorization": _authorization(source.key.resolve(), source.token.resolve())},
                drop_query=frozenset({"key", "token"}),
                wait=min(WINDOW, source.interval),
                plain_reasons=PLAIN_REASONS,
                tls=tls.context(source.ca_file),
                server_name=source.server_name,
                proxy=source.proxy,
            ),
        )
        self._library = TrelloClient(PLACEHOLDER, PLACEHOLDER, http_service=session)

    def poll(self, *, with_account: bool) -> Polled:
        """The wanted lists, their cards, the board's members and, when asked for, who we are."""
        with self._in_time():
            self._require_open()
            lists = self._lists(CARD_FIELDS)
            wanted = wanted_lists(lists, self._source.lists)
            if sum(len(one.cards) for one in lists) < AT_ONCE:
                cards = [card for one in wanted for card in one.cards]
            else:  # the answer may have been cut off at the limit: ask for what we want by itself
                cards = [card for one in wanted for card in self._cards_of(one)]
            members = self._get(f"{self._board}/members", fields="fullName,username")
            account = self._me() if with_account else None
        return Polled(wanted, cards, members, account)

    def card(self, key: str) -> tuple[object, list[object], bool]:
        """One card with all that hangs on it, its comments, newest first, and whether these are all of them."""
        path = f"cards/{quote(key, safe='')}"
        who = "fullName,username"
        with self._in_time():
            card = self._get(
                path, fields="all", members="true", member_fields=who, checklists="all", attachments="true"
            )
            comments, whole = self._pages(
                f"{path}/actions",
                "comments",
                filter="commentCard,copyCommentCard",
                member="false",
                memberCreator_fields=who,
            )
        return card, comments, whole

    def survey(self) -> tuple[object, object, list[BoardList]]:
        """Who we are, the board, and its lists with nothing but the numbers of their cards."""
        with self._in_time():
            return self._me(), self._board_info(), self._lists("idList")

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    # -- within ------------------------------------------------------------------------------------------------

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        with self._adapter.deadline(self._source.deadline):
            yield

    def _get(self, path: str, **query: str | int) -> object:
        answer: object = self._library.fetch_json(path, query_params=query)
        return answer

    def _board_info(self) -> object:
        return self._get(self._board, fields="name,closed")

    def _require_open(self) -> None:
        """A closed board still tells its cards, of which nobody takes care any more."""
        board = envelope(BoardInfo, self._board_info(), "the board")
        if board.closed:
            raise failed(
                FaultKind.NOT_FOUND, f"the board {clean(board.name, 80)} is closed: reopen it, or set another board"
            )

    def _me(self) -> object:
        return self._get("members/me", fields="fullName,username")

    def _lists(self, card_fields: str) -> list[BoardList]:
        answer = self._get(
            f"{self._board}/lists", cards="open", filter="open", fields="name,pos", card_fields=card_fields
        )
        return envelope(BoardLists, answer, "the board's lists").root

    def _cards_of(self, one: BoardList) -> list[object]:
        path = f"lists/{quote(one.id, safe='')}/cards"
        cards, whole = self._pages(path, "cards", filter="open", fields=CARD_FIELDS)
        if not whole:
            raise bad_reply(f"more than {AT_ONCE * PAGES} cards in one list: archive the old ones")
        return cards

    def _pages(self, path: str, what: str, **query: str | int) -> tuple[list[object], bool]:
        """Rows from the newest back to the oldest, and whether these are all."""
        found: list[object] = []
        before: str | None = None
        for _ in range(PAGES):
            answer = self._get(path, **query, limit=AT_ONCE, **({"before": before} if before else {}))
            page = envelope(Rows, answer, what).root
            found += page
            if len(page) < AT_ONCE:
                return found, True
            oldest = _oldest(page, what)
            if before is not None and oldest >= before:
                raise bad_reply(f"the same {what} again instead of the next page")
            before = oldest
        return found, False


def board_id(text: str) -> str:
    """The board's id in what the configuration says, which may be its whole address."""
    _, found, rest = text.partition("/b/")
    return (rest if found else text).strip().partition("/")[0]


def _authorization(key: str, token: str) -> str:
    """The header that Trello takes instead of the parameters key and token."""
    quoted = (quote(secret.strip(), safe="") for secret in (key, token))
    return 'OAuth oauth_consumer_key="{}", oauth_token="{}"'.format(*quoted)


def _oldest(page: list[object], what: str) -> str:
    """The smallest id of a page: ids begin with the time they were made."""
    ids = []
    for row in page:
        try:
            ids.append(Identified.model_validate(row).id)
        except ValidationError:
            continue
    if not ids:
        raise bad_reply(f"unknown shape instead of {what}")
    return min(ids)
