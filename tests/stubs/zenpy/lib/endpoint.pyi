from collections.abc import Iterable

class Url:
    scheme: str
    path: str
    params: dict[str, object]
    netloc: str | None
    def __init__(self, path: str, params: dict[str, object] | None = ..., netloc: str | None = ...) -> None: ...
    def build(self) -> str: ...
    def prefix_path(self, prefix: str) -> None: ...

class PrimaryEndpoint:
    def __call__(
        self,
        *,
        id: int | str = ...,
        ids: Iterable[int] = ...,
        include: Iterable[str] | str = ...,
        cursor_pagination: bool | int = ...,
    ) -> Url: ...

class SecondaryEndpoint:
    def __call__(self, id: int | str, *, include: str = ..., cursor_pagination: bool | int = ...) -> Url: ...

class SearchEndpoint:
    def __call__(self, query: str | None = ..., *, sort_by: str = ..., sort_order: str = ...) -> Url: ...

class MultipleIDEndpoint:
    def __call__(self, *ids: int) -> Url: ...

class MacroEndpoint:
    def __call__(
        self, *, active: bool = ..., only_viewable: bool = ..., cursor_pagination: bool | int = ...
    ) -> Url: ...

class Groups(PrimaryEndpoint):
    assignable: PrimaryEndpoint

class Tickets(PrimaryEndpoint):
    comments: SecondaryEndpoint
    audits: SecondaryEndpoint
    macro: MultipleIDEndpoint

class Users(PrimaryEndpoint):
    me: PrimaryEndpoint

class Views(PrimaryEndpoint):
    tickets: SecondaryEndpoint

class Search(SearchEndpoint):
    count: SearchEndpoint
