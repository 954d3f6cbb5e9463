"""What a simulated Trello lets be written, and what it enforces."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from secondline_tui.demo.simulator import Now
from secondline_tui.demo.trello.board import Action, Attachment, Board, Card, CheckItem, Checklist, Member, Refused
from secondline_tui.demo.trello.shapes import (
    told_action,
    told_attachment,
    told_card,
    told_checklist,
    told_label,
    told_list,
)
from secondline_tui.demo.wire import Request

TEXT_LIMIT = 16_384

Arguments = Mapping[str, object]


def arguments(request: Request) -> dict[str, object]:
    """The arguments of a write: Trello takes them from the query, from JSON, from a form and from a multipart body."""
    told: dict[str, object] = {name: values[0] for name, values in request.query.items()}
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        told.update(_multipart(kind, request.body))
    elif kind.startswith("application/x-www-form-urlencoded"):
        told.update(parse_qsl(request.body.decode(), keep_blank_values=True))
    elif request.body.strip():
        try:
            body = json.loads(request.body)
        except ValueError:
            raise Refused(400, "Error parsing body") from None
        told.update(body if isinstance(body, dict) else {})
    return told


def _multipart(kind: str, body: bytes) -> dict[str, object]:
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    told: dict[str, object] = {}
    for part in whole.get_payload() if whole.is_multipart() else []:
        if isinstance(part, Message):
            name = str(part.get_param("name", "", "content-disposition"))
            content = part.get_payload(decode=True)
            told[name] = content if name == "file" else str(content, "utf-8") if isinstance(content, bytes) else ""
            if name == "file":
                told.setdefault("name", part.get_filename() or "upload")
                told.setdefault("mimeType", part.get_content_type())
    return told


class Scribe:
    """Does one write for one member. The board changes at once; reads see it after `lag` seconds."""

    def __init__(self, board: Board, author: Member, now: Now, lag: float) -> None:
        self._board = board
        self._author = author
        self._now = now
        self._lag = lag

    def write(self, method: str, parts: list[str], told: Arguments) -> object:
        """The answer to a write; Refused when it is not allowed, or there is no such thing."""
        match (method, parts):
            case ("POST", ["cards"]):
                return self._new_card(told)
            case ("POST", ["lists"]):
                return told_list(self._board.add_list(_text(told, "name")), self._board)
            case ("POST", ["checklists", which, "checkItems"]):
                return self._new_item(which, told)
            case ("PUT" | "DELETE", ["actions", which]):
                return self._change_comment(method, which, told)
            case (_, ["cards", which, *rest]):
                return self._change_card(method, self._card(which), rest, told)
        raise Refused(404, f"Cannot {method} /1/{'/'.join(parts)}")

    # -- cards ---------------------------------------------------------------------------------------------------

    def _change_card(self, method: str, card: Card, rest: list[str], told: Arguments) -> object:
        match (method, rest):
            case ("PUT", [] | [_]):
                return self._update(card, {rest[0]: told.get("value")} if rest else told)
            case ("DELETE", []):
                card.gone_at = self._now() + self._lag
                return {"limits": {}}
            case ("POST", ["actions", "comments"]):
                text = _text(told, "text").strip()
                action = self._board.comment(card, self._author, text, lag=self._lag)
                return told_action(action, self._board, self._now())
            case ("PUT" | "DELETE", ["actions", which, "comments"]):
                return self._change_comment(method, which, told)
            case ("POST", ["attachments"]):
                return self._attach(card, told)
            case ("DELETE", ["attachments", which]):
                card.before_change(self._now(), self._lag)
                card.attachments = [kept for kept in card.attachments if kept.id != which]
                return {"limits": {}}
            case ("POST", ["checklists"]):
                card.before_change(self._now(), self._lag)
                made = Checklist(self._board.new_id(), _text(told, "name"), self._board.next_position())
                card.checklists.append(made)
                return told_checklist(made, card, self._board)
            case ("POST", ["idLabels"]):
                return self._add_label(card, told)
        raise Refused(404, f"Cannot {method} /1/cards/{'/'.join(rest)}")

    def _card(self, which: str) -> Card:
        card = self._board.card(which)
        if card is None:
            raise Refused(404, "The requested resource was not found.")
        return card

    def _new_card(self, told: Arguments) -> object:
        one = self._board.lists.get(str(told.get("idList", "")))
        if one is None:
            raise Refused(400, "invalid value for idList")
        name = _text(told, "name") if told.get("name") else ""
        _check({k: told[k] for k in ("desc", "due", "dueComplete") if told.get(k) is not None}, self._board)
        card = self._board.make_card(one, self._author, name, lag=self._lag)
        self._set(card, {k: v for k, v in told.items() if k in ("desc", "due", "dueComplete") and v is not None})
        return {**told_card(card, self._board), "attachments": [], "stickers": [], "limits": {}}

    def _update(self, card: Card, told: Arguments) -> object:
        known = ("name", "desc", "idList", "closed", "due", "dueComplete", "pos")
        changes = {name: value for name, value in told.items() if name in known}
        _check(changes, self._board)
        card.before_change(self._now(), self._lag)
        self._set(card, changes)
        card.written += [(self._author.full_name, name, value) for name, value in changes.items()]
        return told_card(card, self._board)

    def _set(self, card: Card, changes: Arguments) -> None:
        _check(changes, self._board)
        for name, value in changes.items():
            match name:
                case "name" | "desc":
                    setattr(card, name, str(value))
                case "idList":
                    self._board.change(card, self._author, "list_id", str(value), lag=self._lag)
                case "closed":
                    self._board.change(card, self._author, "closed", _truth(value), lag=self._lag)
                case "due":
                    card.due = None if value in (None, "", "null") else str(value)
                case "dueComplete":
                    self._board.change(card, self._author, "due_complete", _truth(value), lag=self._lag)
                case "pos":
                    card.pos = _position(value, self._board)

    def _attach(self, card: Card, told: Arguments) -> object:
        content, url = told.get("file"), str(told.get("url") or "")
        if not content and not url.startswith(("http://", "https://")):
            raise Refused(400, "Invalid attachment: must provide a file or a url")
        card.before_change(self._now(), self._lag)
        identity = self._board.new_id()
        name = str(told.get("name") or url)
        made = Attachment(identity, name, url, self._now(), self._author)
        if isinstance(content, bytes):
            made.size, made.mime_type, made.content = len(content), str(told.get("mimeType") or ""), content
            made.url = f"https://trello.com/1/cards/{card.id}/attachments/{identity}/download/{name}"
        card.attachments.append(made)
        return told_attachment(made)

    def _add_label(self, card: Card, told: Arguments) -> object:
        label = self._board.labels.get(str(told.get("value", "")))
        if label is None:
            raise Refused(400, "invalid value for value")
        card.before_change(self._now(), self._lag)
        card.labels.append(label)
        return [told_label(label, self._board)["id"]]

    def _new_item(self, which: str, told: Arguments) -> object:
        for card in self._board.cards.values():
            for checklist in card.checklists:
                if checklist.id == which:
                    text = _text(told, "name")
                    item = CheckItem(self._board.new_id(), text, float(len(checklist.items) + 1))
                    item.done = _truth(told.get("checked", False))
                    checklist.items.append(item)
                    return {"id": item.id, "name": text, "state": "complete" if item.done else "incomplete"}
        raise Refused(404, "The requested resource was not found.")

    # -- comments --------------------------------------------------------------------------------------------------

    def _change_comment(self, method: str, which: str, told: Arguments) -> object:
        action = self._board.actions.get(which)
        if action is None or action.gone_at <= self._now():
            raise Refused(404, "model not found")
        if action.author is not self._author:
            raise Refused(401, "unauthorized permission requested")
        return self._forget(action) if method == "DELETE" else self._edit(action, _text(told, "text"))

    def _forget(self, action: Action) -> object:
        action.gone_at = self._now() + self._lag
        return {"limits": {}}

    def _edit(self, action: Action, text: str) -> object:
        action.edits.append((self._now() + self._lag, text))
        return {**told_action(action, self._board, self._now() + self._lag)}


def _text(told: Arguments, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_LIMIT:
        raise Refused(400, f"invalid value for {name}")
    return value


def _check(changes: Arguments, board: Board) -> None:
    """Raise Refused for the first value that Trello would not take."""
    if "name" in changes:
        _text(changes, "name")
    if len(str(changes.get("desc", ""))) > TEXT_LIMIT:
        raise Refused(400, "invalid value for desc")
    if "idList" in changes and str(changes["idList"]) not in board.lists:
        raise Refused(400, "invalid value for idList")
    due = changes.get("due")
    if due not in (None, "", "null"):
        try:
            datetime.fromisoformat(str(due))
        except ValueError:
            raise Refused(400, "invalid value for due") from None
    for name in ("closed", "dueComplete"):
        if name in changes:
            _truth(changes[name])


def _truth(value: object) -> bool:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    raise Refused(400, "invalid value")


def _position(value: object, board: Board) -> float:
    if value == "top":
        return min((card.pos for card in board.cards.values()), default=2.0) / 2
    if value == "bottom":
        return board.next_position()
    try:
        return float(str(value))
    except ValueError:
        raise Refused(400, "invalid value for pos") from None
