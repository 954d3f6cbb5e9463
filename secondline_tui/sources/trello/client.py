"""The questions we put to Trello, through py-trello, synchronously. Only raw JSON comes back: nothing is believed."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from secondline_tui.config.sources import Trello
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.text import clean
from secondline_tui.sources.errors import bad_reply, failed
from secondline_tui.sources.passes import nothing_lost
from secondline_tui.sources.trello.library import Library, authorization, board_id, part
from secondline_tui.sources.trello.mapping import wanted_lists
from secondline_tui.sources.trello.wire import CARD_FIELDS, BoardInfo, BoardList, BoardLists, Identified, Rows
from secondline_tui.sources.wire import envelope

AT_ONCE = 1_000
"""The most rows that Trello gives in one answer (its guide on paging)."""
PAGES = 10


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
        self._board = f"boards/{part(board_id(source.board))}"
        self._library = Library(source, authorization(source))
        self._there: frozenset[str] = frozenset()
        """The ids of the cards that the last poll found."""

    def poll(self, *, with_account: bool) -> Polled:
        """The wanted lists, their cards, the board's members and, when asked for, who we are."""
        with self._library.in_time():
            self._require_open()
            lists = self._lists(CARD_FIELDS)
            wanted = wanted_lists(lists, self._source.lists)
            if sum(len(one.cards) for one in lists) < AT_ONCE:
                cards = [card for one in wanted for card in one.cards]
            else:  # the answer may have been cut off at the limit: ask for what we want by itself
                before = self._there if len(wanted) > 1 else frozenset()
                cards = nothing_lost(
                    lambda: [card for one in wanted for card in self._cards_of(one)], _ids, before, "its lists"
                )
            members = self._library.get(f"{self._board}/members", fields="fullName,username")
            account = self._me() if with_account else None
        self._there = _ids(cards)
        return Polled(wanted, cards, members, account)

    def card(self, key: str) -> tuple[object, list[object], bool]:
        """One card with all that hangs on it, its comments, newest first, and whether these are all of them."""
        path = f"cards/{part(key)}"
        who = "fullName,username"
        with self._library.in_time():
            card = self._library.get(
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
        with self._library.in_time():
            return self._me(), self._board_info(), self._lists("idList")

    def close(self) -> None:
        """Let go of the connections."""
        self._library.close()

    # -- within ------------------------------------------------------------------------------------------------

    def _board_info(self) -> object:
        return self._library.get(self._board, fields="name,closed")

    def _require_open(self) -> None:
        """A closed board still tells its cards, of which nobody takes care any more."""
        board = envelope(BoardInfo, self._board_info(), "the board")
        if board.closed:
            raise failed(
                FaultKind.NOT_FOUND, f"the board {clean(board.name, 80)} is closed: reopen it, or set another board"
            )

    def _me(self) -> object:
        return self._library.get("members/me", fields="fullName,username")

    def _lists(self, card_fields: str) -> list[BoardList]:
        answer = self._library.get(
            f"{self._board}/lists", cards="open", filter="open", fields="name,pos", card_fields=card_fields
        )
        return envelope(BoardLists, answer, "the board's lists").root

    def _cards_of(self, one: BoardList) -> list[object]:
        path = f"lists/{part(one.id)}/cards"
        cards, whole = self._pages(path, "cards", filter="open", fields=CARD_FIELDS)
        if not whole:
            raise bad_reply(f"more than {AT_ONCE * PAGES} cards in one list: archive the old ones")
        return cards

    def _pages(self, path: str, what: str, **query: str | int) -> tuple[list[object], bool]:
        """Rows from the newest back to the oldest, and whether these are all."""
        found: list[object] = []
        before: str | None = None
        for _ in range(PAGES):
            answer = self._library.get(path, **query, limit=AT_ONCE, **({"before": before} if before else {}))
            page = envelope(Rows, answer, what).root
            found += page
            if len(page) < AT_ONCE:
                return found, True
            oldest = _oldest(page, what)
            if before is not None and oldest >= before:
                raise bad_reply(f"the same {what} again instead of the next page")
            before = oldest
        return found, False


def _ids(cards: list[object]) -> frozenset[str]:
    return frozenset(str(card.get("id")) for card in cards if isinstance(card, dict))


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
