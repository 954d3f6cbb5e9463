"""What we use of py-trello 0.20.1: the client in the program, the rest in the tests of its simulator."""

from typing import IO, Any

import requests

class TrelloClient:
    def __init__(
        self,
        api_key: str,
        api_secret: str | None = None,
        token: str | None = None,
        token_secret: str | None = None,
        http_service: requests.Session = ...,
        proxies: dict[str, str] = ...,
    ) -> None: ...
    def fetch_json(
        self,
        uri_path: str,
        http_method: str = "GET",
        headers: dict[str, str] | None = None,
        query_params: dict[str, Any] | None = None,
        post_args: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
    ) -> Any: ...
    http_service: requests.Session
    def get_board(self, board_id: str) -> Board: ...
    def get_card(self, card_id: str) -> Card: ...
    def get_list(self, list_id: str) -> List: ...
    def get_member(self, member_id: str) -> Member: ...

class Board:
    def __init__(self, client: TrelloClient | None = None, board_id: str | None = None) -> None: ...
    id: str
    name: str
    def open_lists(self) -> list[List]: ...
    def open_cards(self) -> list[Card]: ...
    def get_members(self, filters: str | None = None) -> list[Member]: ...
    def get_labels(self, fields: str = "all", limit: int = 50) -> list[Label]: ...

class List:
    id: str
    name: str
    closed: bool
    def list_cards_iter(
        self,
        card_filter: str = "open",
        actions: str | None = None,
        query: dict[str, Any] | None = None,
        limit: int | None = None,
        batch: int = 300,
    ) -> Any: ...
    def add_card(self, name: str, desc: str | None = None) -> Card: ...

class Card:
    def __init__(self, parent: Board | List, card_id: str, name: str = "") -> None: ...
    id: str
    name: str
    desc: str
    closed: bool
    idList: str
    def fetch(self, eager: bool = True) -> None: ...
    def fetch_comments(self, force: bool = False, limit: int | None = None) -> list[dict[str, Any]]: ...
    def fetch_checklists(self) -> list[Checklist]: ...
    def comment(self, comment_text: str) -> dict[str, Any]: ...
    def update_comment(self, comment_id: str, comment_text: str) -> dict[str, Any]: ...
    def delete_comment(self, comment: dict[str, Any]) -> None: ...
    def change_list(self, list_id: str) -> None: ...
    def set_closed(self, closed: bool) -> None: ...
    def set_description(self, description: str) -> None: ...
    def set_due_complete(self) -> None: ...
    def add_checklist(self, title: str, items: list[str], itemstates: list[bool] | None = None) -> Checklist: ...
    def attach(
        self,
        name: str | None = None,
        mimeType: str | None = None,
        file: IO[bytes] | None = None,
        url: str | None = None,
        setCover: bool | None = None,
    ) -> Any: ...
    def fetch_attachments(self, force: bool = False) -> list[dict[str, Any]]: ...
    def delete(self) -> None: ...

class Checklist:
    id: str
    name: str
    items: list[dict[str, Any]]

class Label:
    id: str
    name: str
    color: str | None

class Member:
    id: str
    full_name: str
    username: str

class ResourceUnavailable(Exception): ...
class Unauthorized(ResourceUnavailable): ...
