"""A simulated Trello: one board, and the parts of the REST API that a dashboard and py-trello use."""

from __future__ import annotations

import base64
import random
import re
from collections import deque
from collections.abc import Mapping, Sequence

from secondline_tui.demo.simulator import Now, Simulator, rfc3339
from secondline_tui.demo.trello.board import Action, Attachment, Board, Card, CheckItem, Checklist, Member, Refused
from secondline_tui.demo.trello.reads import Clerk
from secondline_tui.demo.trello.writes import Scribe, arguments
from secondline_tui.demo.wire import Answer, Request

KEY = "0f1d2c3b4a5968778695a4b3c2d1e0f1"
READ_WRITE = "ATTA" + "5b" * 30
READ_ONLY = "ATTA" + "c7" * 30

ONGOING = "Ongoing issues, useful Info & unexplained events"
WINDOW, ALLOWED = 10.0, 100
"""Seconds, and the requests that one token may make in them."""

_OAUTH = re.compile(r'(oauth_consumer_key|oauth_token)="([^"]*)"')


class Trello(Simulator):
    """One board of one Trello."""

    kind = "trello"

    def __init__(self, name: str, now: Now, chance: random.Random, board: str = "GOV.UK Technical 2nd Line") -> None:
        super().__init__(name, now, chance)
        self.board = Board(board, "M7Demo2L", now, chance)
        self.me = self.board.add_member("ana_sowande", "Ana Sowande")
        self._tokens = {READ_WRITE: True, READ_ONLY: False}
        self._asked: dict[str, deque[float]] = {token: deque() for token in self._tokens}

    # -- the world's side ---------------------------------------------------------------------------------------

    def add_member(self, username: str, full_name: str) -> None:
        """Somebody joins the board."""
        self.board.add_member(username, full_name)

    def add_list(self, name: str) -> None:
        """A new list, on the right."""
        self.board.add_list(name, ago=7_000_000)

    def add_card(
        self,
        list_name: str,
        title: str,
        desc: str = "",
        *,
        labels: Sequence[str] = (),
        members: Sequence[str] = (),
        due_in: float | None = None,
        ago: float = 0.0,
    ) -> Card:
        """A new card at the bottom of a list. `labels` are names or colours, `members` user names."""
        card = self.board.add_card(self.board.list_named(list_name), title, desc, ago=ago)
        card.labels = [self.board.label(text) for text in labels]
        card.members = [self.board.member(username).id for username in members]
        card.due = None if due_in is None else rfc3339(self.now() + due_in, millis=True)
        return card

    def comment(self, card: Card, username: str, text: str, *, ago: float = 0.0) -> Action:
        """Somebody writes a comment; an empty user name is an account that is gone."""
        return self.board.comment(card, self._author(username), text, ago=ago)

    def add_checklist(self, card: Card, name: str, items: Mapping[str, bool]) -> None:
        """A checklist: what is to be done, and whether it is."""
        lines = [
            CheckItem(self.board.new_id(), text, float(place), done) for place, (text, done) in enumerate(items.items())
        ]
        card.checklists.append(Checklist(self.board.new_id(), name, self.board.next_position(), lines))

    def attach(self, card: Card, name: str, url: str) -> None:
        """An address is attached to a card."""
        card.attachments.append(Attachment(self.board.new_id(), name, url, self.now(), self.me))

    def move(self, card: Card, list_name: str, username: str = "") -> None:
        """Somebody moves a card to another list; an empty user name is an account that is gone."""
        self.board.change(card, self._author(username), "list_id", self.board.list_named(list_name).id)

    def archive(self, card: Card, username: str = "") -> None:
        """Somebody puts a card away."""
        self.board.change(card, self._author(username), "closed", True)

    def mark(self, card: Card, done: bool, username: str = "") -> None:
        """Somebody marks a card as done in time, or takes that back."""
        self.board.change(card, self._author(username), "due_complete", done)

    def settings(self) -> Mapping[str, object]:
        """Read with the token that may also write."""
        keys = {"key": KEY, "token": READ_WRITE}
        return {"type": self.kind, **keys, "board": self.board.short_link, "interval": 60}

    # -- the protocol -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Answer:
        """Answer as Trello does."""
        key, token = _credentials(request)
        if not key and not token:
            return _refuse(401, "unauthorized permission requested")
        if key != KEY:
            return _refuse(401, "invalid key")
        if token not in self._tokens:
            return _refuse(401, "invalid token")
        if self._too_often(token):
            return self.too_many(WINDOW)
        if request.method != "GET" and not self._tokens[token]:
            return _refuse(401, "unauthorized permission requested")
        parts = request.path.strip("/").split("/")
        if parts[0] != "1":
            return _refuse(404, f"Cannot {request.method} {request.path}")
        try:
            return self._told(self._answer(request, parts[1:]))
        except Refused as refused:
            return _refuse(refused.status, refused.reason)

    def rows(self, data: object) -> list[object] | None:
        """The cards of the first list of ongoing issues."""
        for one in data if isinstance(data, list) else ():
            cards = one.get("cards") if isinstance(one, dict) else None
            if isinstance(cards, list) and str(one.get("name", "")).startswith("Ongoing"):
                return cards
        return None

    def later_part(self, request: Request) -> bool:
        """Lists and cards come at once; a poll is whole only with the members' names."""
        return request.method == "GET" and request.path.endswith(f"/boards/{self.board.short_link}/members")

    def too_many(self, seconds: float) -> Answer:  # noqa: ARG002  (Trello does not say how long)
        """How it says that there were too many requests: without a word on when to come back."""
        return Answer(429, {"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"})

    def login_page(self) -> str:
        """Where it would send a browser that is not logged in."""
        return "https://trello.com/login?returnUrl=%2F"

    def state(self) -> dict[str, object]:
        """Lists, cards with their comments."""
        lists = self.board.lists
        return {
            "lists": [one.name for one in lists.values() if not one.closed],
            "cards": [self._kept(card) for card in self.board.cards.values() if card.gone_at > self.now()],
        }

    # -- within ---------------------------------------------------------------------------------------------------

    def _told(self, data: object) -> Answer:
        """A good answer: a file as it is, anything else as JSON."""
        kind = "application/octet-stream" if isinstance(data, bytes) else "application/json; charset=utf-8"
        headers = {"Content-Type": kind, "X-Trello-Environment": "Production"}
        return Answer(200, data, {**headers, "X-Server-Time": str(int(self.now() * 1_000))})

    def _kept(self, card: Card) -> dict[str, object]:
        said = [action for action in self.board.actions.values() if action.card == card.id and not action.changed]
        return {
            "id": card.id,
            "title": card.name,
            "desc": card.desc,
            "list": self.board.lists[card.list_id].name,
            "closed": card.closed,
            "due": card.due,
            "due_complete": card.due_complete,
            "labels": [label.name or label.color for label in card.labels],
            "members": [self.board.members[member].full_name for member in card.members],
            "comments": [
                {"author": a.author.full_name if a.author else None, "text": a.shown_text(float("inf"))}
                for a in said
                if a.gone_at > self.now()
            ],
            "attachments": [
                {"name": one.name, "url": one.url, "content": base64.b64encode(one.content).decode()}
                for one in card.attachments
            ],
            "written": [{"by": who, "what": name, "to": value} for who, name, value in card.written],
        }

    def _author(self, username: str) -> Member | None:
        return self.board.member(username) if username else None

    def _too_often(self, token: str) -> bool:
        times, now = self._asked[token], self.now()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        times.append(now)
        return len(times) > ALLOWED

    def _answer(self, request: Request, parts: list[str]) -> object:
        if request.method == "GET":
            return Clerk(self.board, self.me, self.now).read(request, parts)
        return Scribe(self.board, self.me, self.now, self.lag).write(request.method, parts, arguments(request))


def _credentials(request: Request) -> tuple[str, str]:
    """Key and token, from the query or from the header."""
    header = request.headers.get("authorization", "")
    told = dict(_OAUTH.findall(header)) if header.startswith("OAuth ") else {}
    key, token = told.get("oauth_consumer_key", ""), told.get("oauth_token", "")
    return request.one("key", key), request.one("token", token)


def _refuse(status: int, reason: str) -> Answer:
    """Trello gives its reasons as plain text."""
    return Answer(status, reason.encode(), {"Content-Type": "text/plain; charset=utf-8"})
