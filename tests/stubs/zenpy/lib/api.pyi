from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import requests

from zenpy.lib import endpoint
from zenpy.lib.api_objects import (
    Comment,
    Group,
    Macro,
    MacroResult,
    Ticket,
    TicketAudit,
    TicketField,
    Upload,
    User,
    View,
    ViewCount,
)

class BaseApi:
    def _get(self, url: str, raw_response: bool = ..., **kwargs: object) -> requests.Response: ...

class UserApi(BaseApi):
    endpoint: endpoint.Users
    def __call__(self, *, id: int = ..., ids: Sequence[int] = ...) -> Iterator[User]: ...
    def me(self) -> User: ...

class GroupApi(BaseApi):
    endpoint: endpoint.PrimaryEndpoint
    def __call__(self) -> Iterator[Group]: ...

class MacroApi(BaseApi):
    endpoint: endpoint.PrimaryEndpoint
    def __call__(self) -> Iterator[Macro]: ...
    def apply(self, macro: int) -> MacroResult: ...

class SearchApi(BaseApi):
    endpoint: endpoint.Search
    def __call__(self, query: str | None = ..., **terms: object) -> Iterator[Ticket]: ...

class TicketApi(BaseApi):
    endpoint: endpoint.Tickets
    def __call__(self, *, id: int) -> Ticket: ...
    def comments(self, ticket: int) -> Iterator[Comment]: ...
    def audits(self, ticket: int) -> Iterator[TicketAudit]: ...
    def update(self, ticket: Ticket) -> TicketAudit: ...
    def create(self, ticket: Ticket) -> TicketAudit: ...
    def show_macro_effect(self, ticket: int, macro: int) -> MacroResult: ...

class TicketFieldApi(BaseApi):
    endpoint: endpoint.PrimaryEndpoint
    def __call__(self) -> Iterator[TicketField]: ...

class AttachmentApi(BaseApi):
    def upload(self, fp: BinaryIO, target_name: str = ...) -> Upload: ...

class ViewApi(BaseApi):
    endpoint: endpoint.Views
    def __call__(self) -> Iterator[View]: ...
    def tickets(
        self, view: int, include: Iterable[str] | str | None = ..., cursor_pagination: bool = ...
    ) -> Iterator[Ticket]: ...
    def count(self, view: int) -> ViewCount: ...
