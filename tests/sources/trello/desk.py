"""A served board and a reader for it, and replies in the shape of the real service's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from secondline_tui.config.models import Config
from secondline_tui.config.sources import Trello as Settings
from secondline_tui.demo.trello.board import Card
from secondline_tui.demo.trello.service import ONGOING, Trello
from secondline_tui.demo.world import World
from secondline_tui.sources.trello.actor import TrelloActor, actor
from secondline_tui.sources.trello.card_client import CardClient
from secondline_tui.sources.trello.reader import TrelloReader, reader

LIST = "5f0000000000000000000001"
MEMBER = "5f00000000000000000000a1"


class Desk:
    """One world with one Trello in it, listening."""

    def __init__(self) -> None:
        self.world = World()
        self.trello = Trello("trello", self.world.now, self.world.chance("trello"))
        self.world.add(self.trello)
        self.trello.add_member("bo_adeyemi", "Bo Adéyẹmí")
        for name in (ONGOING, "Alerts which don't add value", "To do", "Done"):
            self.trello.add_list(name)
        self.trello.add_card(ONGOING, "README", "What this list is for", ago=9_000_000)
        self.trello.add_card("To do", "Leaver (tech role)", due_in=86_400)
        self.world.listen()

    def spikes(self) -> Card:
        """An ongoing issue with everything on it."""
        card = self.trello.add_card(
            ONGOING,
            "Whitehall 5xx spikes at 09:00 after data sync",
            "Seen *each* Tuesday.\n\nLogs: https://logs.example.org/1",
            labels=("whitehall", "red"),
            members=("bo_adeyemi", "ana_sowande"),
            due_in=3_600,
            ago=300_000,
        )
        self.trello.comment(card, "bo_adeyemi", "Saw it again", ago=7_200)
        self.trello.comment(card, "", "did not see it", ago=3_600)
        self.trello.add_checklist(card, "Before closing", {"ask the team": True, "write it up": False})
        self.trello.attach(card, "graph", "https://graphs.example.org/5xx")
        return card

    def reader(self, **changes: object) -> TrelloReader:
        told = {**self.trello.settings(), "url": self.world.urls["trello"], "deadline": 2, **changes}
        return reader("trello", Settings.model_validate(told), Config())

    def actor(self, now: Callable[[], datetime] | None = None, **changes: object) -> TrelloActor:
        told = {**self.trello.settings(), "url": self.world.urls["trello"], "deadline": 2, **changes}
        source = Settings.model_validate(told)
        return TrelloActor("trello", CardClient(source, now=now), now) if now else actor("trello", source, Config())

    def writes(self) -> list[str]:
        return [told for told in self.asked() if not told.startswith("GET ")]

    def kept(self, card: Card) -> dict[str, Any]:
        cards = self.trello.state()["cards"]
        assert isinstance(cards, list)
        found: dict[str, Any] = next(one for one in cards if one["id"] == card.id)
        return found

    def asked(self) -> list[str]:
        return [f"{request['method']} {request['path']}".partition("?")[0] for request in self.world.requests()]

    def close(self) -> None:
        self.world.close()


def card(**changes: object) -> dict[str, Any]:
    """A card as boards/{id}/lists?cards=open gives it."""
    told: dict[str, Any] = {
        "id": "5f00000000000000000000c1",
        "name": "AmazonMQ unprocessed messages every Tuesday",
        "desc": "Seen after the sync.",
        "due": None,
        "dueComplete": False,
        "dateLastActivity": "2026-11-17T08:05:01.120Z",
        "idList": LIST,
        "idMembers": [MEMBER],
        "labels": [
            {"id": "5f00000000000000000000b1", "idBoard": "5f", "name": "email", "color": "green"},
            {"id": "5f00000000000000000000b2", "idBoard": "5f", "name": "", "color": "red"},
            {"id": "5f00000000000000000000b3", "idBoard": "5f", "name": None, "color": None},
        ],
        "badges": {"comments": 3, "attachments": 0, "checkItems": 2, "checkItemsChecked": 1, "due": None},
        "pos": 65_535.5,
        "shortUrl": "https://trello.com/c/AbCd1234",
        "url": "https://trello.com/c/AbCd1234/17-amazonmq",
        "idMembersVoted": [],
    }
    return {**told, **changes}


def settings(**changes: object) -> Settings:
    told: Mapping[str, object] = {"type": "trello", "key": "k", "token": "t", "board": "M7Demo2L"}
    return Settings.model_validate({**told, **changes})
