"""What a simulated Trello lets be read, with its limits."""

from __future__ import annotations

import re

from secondline_tui.demo.simulator import Now
from secondline_tui.demo.trello.board import MADE, Action, Board, Card, Member, Refused
from secondline_tui.demo.trello.shapes import (
    CALLED,
    told_action,
    told_attachment,
    told_board,
    told_card,
    told_checklist,
    told_label,
    told_list,
    told_member,
)
from secondline_tui.demo.wire import Request

AT_ONCE = 1_000
"""The most rows in one answer."""
BY_DEFAULT = 50
"""Actions in one answer, unless more are asked for."""

_ID = re.compile(r"[0-9a-fA-F]{24}|[0-9A-Za-z]{8}")


class Clerk:
    """Answers one read for one member."""

    def __init__(self, board: Board, me: Member, now: Now) -> None:
        self._board = board
        self._me = me
        self._now = now

    def read(self, request: Request, parts: list[str]) -> object:
        """The answer to a read; Refused when there is no such thing."""
        match parts:
            case ["members", who, *rest]:
                return self._read_member(request, who, rest)
            case ["boards", which, *rest]:
                if which not in (self._board.id, self._board.short_link):
                    raise _missing(which, "board not found")
                return self._read_board(request, rest)
            case ["lists", which, *rest]:
                if which not in self._board.lists:
                    raise _missing(which)
                return self._read_list(request, which, rest)
            case ["cards", which, *rest]:
                return self._read_card(request, self._card(which), rest)
            case ["actions", which] if which in self._board.actions:
                return told_action(self._board.actions[which], self._board, self._now())
        raise Refused(404, f"Cannot GET /1/{'/'.join(parts)}")

    def _read_member(self, request: Request, who: str, rest: list[str]) -> object:
        found = [
            m for m in self._board.members.values() if who in (m.id, m.username) or (who == "me" and m is self._me)
        ]
        if not found or rest:
            raise Refused(404, "model not found")
        return _only(request, {**told_member(found[0]), "email": f"{found[0].username}@example.org", "bio": ""})

    def _read_board(self, request: Request, rest: list[str]) -> object:
        match rest:
            case []:
                return _only(request, told_board(self._board))
            case ["lists"]:
                return self._lists(request)
            case ["cards"]:
                return [_only(request, told_card(card, self._board)) for card in self._some(request, None)]
            case ["members"]:
                return [_only(request, told_member(member)) for member in self._board.members.values()]
            case ["actions"]:
                known = self._actions(request, self._board.known_actions())
                return [told_action(action, self._board, self._now()) for action in known]
            case ["customFields"]:
                return []
            case ["labels"]:
                return [told_label(label, self._board) for label in self._board.labels.values()]
        raise Refused(404, f"Cannot GET /1/boards/{'/'.join(rest)}")

    def _read_list(self, request: Request, which: str, rest: list[str]) -> object:
        match rest:
            case []:
                return _only(request, told_list(self._board.lists[which], self._board))
            case ["cards"]:
                return [_only(request, told_card(card, self._board)) for card in self._some(request, which)]
        raise Refused(404, f"Cannot GET /1/lists/{'/'.join(rest)}")

    def _read_card(self, request: Request, card: Card, rest: list[str]) -> object:
        match rest:
            case []:
                return self._opened(request, card)
            case ["actions"]:
                known = self._actions(request, self._board.actions_on(card.id), "commentCard,updateCard:idList")
                return [told_action(action, self._board, self._now()) for action in known]
            case ["checklists"]:
                return [told_checklist(checklist, card, self._board) for checklist in card.checklists]
            case ["attachments"]:
                return [_only(request, told_attachment(attachment)) for attachment in card.attachments]
            case ["attachments", which, "download", _]:
                return _content(card, which)
            case ["members"]:
                return [told_member(self._board.members[member]) for member in card.members]
            case ["pluginData" | "customFieldItems" | "stickers"]:
                return []
        raise Refused(404, f"Cannot GET /1/cards/{'/'.join(rest)}")

    def _card(self, which: str) -> Card:
        for card in self._board.visible_cards():
            if which in (card.id, card.short_link):
                return card
        raise _missing(which)

    def _lists(self, request: Request) -> list[dict[str, object]]:
        """The lists, each with its cards when asked for; no more than AT_ONCE cards in all."""
        wanted, nested = request.one("filter", "open"), request.one("cards", "none")
        lists = [one for one in self._board.lists.values() if wanted == "all" or one.closed is (wanted == "closed")]
        told = []
        cards = sorted(_with_state(self._board.visible_cards(), nested), key=lambda card: card.id)[-AT_ONCE:]
        for one in sorted(lists, key=lambda one: one.pos):
            shown = _only(request, told_list(one, self._board))
            if nested != "none":
                mine = sorted((card for card in cards if card.list_id == one.id), key=lambda card: card.pos)
                shown["cards"] = [_only(request, told_card(card, self._board), "card_fields") for card in mine]
            told.append(shown)
        return told

    def _some(self, request: Request, list_id: str | None) -> list[Card]:
        """Cards in the order of the board; with `limit` or `before`, the newest that fit."""
        cards = _with_state(self._board.visible_cards(), request.one("filter", "open"))
        cards = [card for card in cards if list_id in (None, card.list_id)]
        before = request.one("before")
        newest = sorted((card for card in cards if not before or card.id < before), key=lambda card: card.id)
        return sorted(newest[-_limit(request, AT_ONCE) :], key=lambda card: card.pos)

    def _actions(self, request: Request, known: list[Action], usual: str = "all") -> list[Action]:
        wanted = set(request.one("filter", usual).split(","))
        before, since = request.one("before"), request.one("since")
        known = [action for action in known if wanted & {"all", *_sorts(action)}]
        some = [a for a in known if (not before or a.id < before) and (not since or a.id > since)]
        limit = _limit(request, BY_DEFAULT)
        start = int(request.one("page", "0")) * limit
        return some[start : start + limit]

    def _opened(self, request: Request, card: Card) -> dict[str, object]:
        told = _only(request, told_card(card, self._board))
        if request.one("members") == "true":
            told["members"] = [told_member(self._board.members[member]) for member in card.members]
        if request.one("checklists", "none") != "none":
            told["checklists"] = [told_checklist(checklist, card, self._board) for checklist in card.checklists]
        if request.one("attachments") == "true":
            told["attachments"] = [told_attachment(attachment) for attachment in card.attachments]
        return told


def _sorts(action: Action) -> set[str]:
    """The names under which an action can be asked for."""
    if action.changed == MADE:
        return {"createCard"}
    return {"updateCard", f"updateCard:{CALLED[action.changed]}"} if action.changed else {"commentCard"}


def _content(card: Card, which: str) -> bytes:
    """What was attached, as a file."""
    for one in card.attachments:
        if one.id == which and one.size is not None:
            return one.content
    raise _missing(which)


def _missing(which: str, reason: str = "The requested resource was not found.") -> Refused:
    return Refused(404, reason) if _ID.fullmatch(which) else Refused(400, "invalid id")


def _only(request: Request, told: dict[str, object], parameter: str = "fields") -> dict[str, object]:
    """The fields asked for, and always the id."""
    wanted = request.one(parameter, "all")
    return told if wanted == "all" else {k: v for k, v in told.items() if k == "id" or k in wanted.split(",")}


def _with_state(cards: list[Card], wanted: str) -> list[Card]:
    """Open, closed or all cards; archived lists' cards do not matter here."""
    return [card for card in cards if wanted == "all" or card.closed is (wanted == "closed")]


def _limit(request: Request, default: int) -> int:
    try:
        limit = int(request.one("limit", str(default)))
    except ValueError:
        raise Refused(400, "invalid value for limit") from None
    if not 0 < limit <= AT_ONCE:
        raise Refused(400, "invalid value for limit")
    return limit
