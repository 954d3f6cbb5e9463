"""How Zendesk answers: its error bodies, its two ways of paging, its limits."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from urllib.parse import parse_qsl, urlencode

from secondline_tui.demo.simulator import Now
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.zendesk.records import Json

NO_ACCESS = "You do not have access to this page. Please contact the account owner of this help desk for further help."
OUTDATED = (
    "Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again."
)
SEARCH_LIMIT = 1_000


class Refused(Exception):  # noqa: N818  (an answer like any other, on its way out)
    """The request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def refused(status: int, error: object, description: str = "", **more: object) -> Refused:
    """An error in Zendesk's usual shape."""
    told = {"description": description} if description else {}
    return Refused(Answer(status, {"error": error, **told, **more}))


def unknown_credentials() -> Refused:
    """Nobody we know."""
    return Refused(Answer(401, {"error": "Couldn't authenticate you"}, {"WWW-Authenticate": 'Basic realm="Zendesk"'}))


def forbidden(message: str = NO_ACCESS) -> Refused:
    """Known, but not allowed."""
    return refused(403, {"title": "Forbidden", "message": message})


def not_found() -> Refused:
    """No such record."""
    return refused(404, "RecordNotFound", "Not found")


def bad_attribute(name: str, must: str) -> Refused:
    """A parameter that cannot be read."""
    message = f"You passed an invalid value for the {name} attribute. Invalid parameter: {name} must be {must}"
    return refused(400, {"title": "Invalid attribute", "message": message})


def invalid(field: str, description: str) -> Refused:
    """A record that may not be saved like this."""
    fault = {"description": description, "error": "InvalidValue"}
    return refused(422, "RecordInvalid", "Record validation errors", details={field: [fault]})


def too_many(seconds: float) -> Answer:
    """The limit is reached."""
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}
    return Answer(429, body, {"Retry-After": str(max(1, round(seconds)))})


class Meter:
    """Counts what happened lately, for limits such as 100 a minute."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._seen: dict[Hashable, deque[float]] = defaultdict(deque)

    def spend(self, what: Hashable, most: int, seconds: float) -> int:
        """Count one more and tell how many are left; Refused with Retry-After when there were `most` already."""
        now, seen = self._now(), self._seen[what]
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        if len(seen) >= most:
            raise Refused(too_many(seen[0] + seconds - now))
        seen.append(now)
        return most - len(seen)


def paged(request: Request, name: str, rows: Sequence[Json], home: str, most: int, *, cursors: bool = True) -> Json:
    """One page of `rows`, which have unique ids: by cursor where the request says page[size], else by number."""
    if "page[size]" not in request.query:
        return _by_number(request, name, rows, home, most)
    if not cursors:
        raise bad_attribute("page", "an integer")
    return _by_cursor(request, name, rows, home, most)


def _by_number(request: Request, name: str, rows: Sequence[Json], home: str, most: int) -> Json:
    number, size = _whole(request, "page", 1), min(_whole(request, "per_page", most), most)
    if name == "results" and number * size > max(SEARCH_LIMIT, size):
        raise refused(422, "invalid", "Invalid search: Requested response size was greater than Search Response Limits")
    begin = (number - 1) * size
    there_is_more = begin + size < len(rows)
    return {
        name: list(rows[begin : begin + size]),
        "next_page": _link(request, home, page=number + 1) if there_is_more else None,
        "previous_page": _link(request, home, page=number - 1) if number > 1 else None,
        "count": len(rows),
    }


def _by_cursor(request: Request, name: str, rows: Sequence[Json], home: str, most: int) -> Json:
    size, after = min(_whole(request, "page[size]", most), most), request.one("page[after]")
    backwards = request.one("sort").startswith("-")
    ordered = sorted(rows, key=_identity, reverse=backwards)
    if after:
        last = _cursor_id(after)
        ordered = [row for row in ordered if (_identity(row) < last if backwards else _identity(row) > last)]
    page, there_is_more = ordered[:size], len(ordered) > size
    ends = [_cursor(_identity(row)) for row in (page[0], page[-1])] if page else [None, None]
    return {
        name: page,
        "meta": {"has_more": there_is_more, "before_cursor": ends[0], "after_cursor": ends[1]},
        "links": {"prev": None, "next": _link(request, home, **{"page[after]": ends[1]}) if there_is_more else None},
    }


def _identity(row: Json) -> int:
    identity = row["id"]
    return identity if isinstance(identity, int) else 0


def _cursor(identity: int) -> str:
    return base64.b64encode(f"id:{identity}".encode()).decode()


def _cursor_id(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("id:"))
    except (binascii.Error, ValueError):
        raise bad_attribute("page[after]", "a valid cursor") from None


def _whole(request: Request, name: str, default: int) -> int:
    text = request.one(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise bad_attribute(name, "an integer")
    return int(text)


def _link(request: Request, home: str, **changes: object) -> str:
    """This request's own address, with some parameters exchanged."""
    path, _, query = request.target.partition("?")
    parameters = {**dict(parse_qsl(query, keep_blank_values=True)), **changes}
    return f"{home}{path}?{urlencode(parameters)}"
