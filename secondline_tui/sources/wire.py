"""From bytes to validated rows, in slices, so that ten thousand rows never hold up a key press."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import from_json

from secondline_tui.domain.text import SafeText, clean
from secondline_tui.sources.errors import bad_reply, quoted
from secondline_tui.sources.pacing import Pace

_HEX = rb"[0-9a-fA-F]{2}"
_HIGH, _LOW = rb"[89abAB]" + _HEX, rb"[c-fC-F]" + _HEX
_HALF = re.compile(rb"\\u[dD](?:%b(?!\\u[dD]%b)|(?<!\\u[dD]%b\\u[dD])%b)" % (_HIGH, _LOW, _HIGH, _LOW))
"""In JSON, an escape for one half of a character beyond 16 bits without the other half."""

RowT = TypeVar("RowT", bound=BaseModel)
ItemT = TypeVar("ItemT")


class Wire(BaseModel):
    """A part of an answer: keys that we do not use are left alone, keys that we need must be there."""

    model_config = ConfigDict(extra="ignore", frozen=True)


LAST_YEAR = 9998
"""Times beyond stand for "for ever", and could not be told in every time zone."""


def _epoch(value: object) -> object:
    """Icinga's times: seconds since 1970, where 0 and -1 mean never."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    if not value > 0:
        return None
    try:
        return bounded(datetime.fromtimestamp(value, UTC))
    except (OverflowError, OSError):
        raise ValueError("a time out of range") from None


def bounded(moment: datetime) -> datetime | None:
    """A time; None, which means never, where it lies too far ahead to be one."""
    return moment if moment.year <= LAST_YEAR else None


def _aware(value: object) -> object:
    """RFC 3339; Go's and Trello's empty times are none."""
    if isinstance(value, str) and (not value or value.startswith("0001-01-01")):
        return None
    return value


def _utc(value: object) -> object:
    value = _aware(value)
    if isinstance(value, str):
        moment = bounded(datetime.fromisoformat(value))
        if moment is None:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value


Epoch = Annotated[datetime | None, BeforeValidator(_epoch)]
"""A time in seconds since 1970; None where the service means never."""

Moment = Annotated[datetime | None, BeforeValidator(_utc)]
"""An RFC 3339 time, in UTC; None where the service means never."""


def parse_json(body: bytes, what: str) -> object:
    """The JSON in `body`; an empty body, a web page or a cut-off answer is a bad reply."""
    if not body.strip():
        raise bad_reply(f"an empty answer instead of {what}")
    try:
        return _json(body)
    except ValueError:
        start = body.lstrip()[:1]
        kind = "a web page" if start == b"<" else "something cut off or garbled"
        raise bad_reply(f"{kind} instead of {what}") from None


def _json(body: bytes) -> object:
    """The JSON, also where a service cut a text in the middle of a character: one such text must not hide the rest."""
    try:
        return from_json(body)
    except ValueError:
        return from_json(_HALF.sub(_mended, body))


def _mended(half: re.Match[bytes]) -> bytes:
    """The mark for a character that cannot be shown. An escape behind an escaped backslash is none."""
    start = half.start()
    while half.string[start - 1 : start] == b"\\":
        start -= 1
    return half[0] if (half.start() - start) % 2 else rb"\ufffd"


def envelope(model: type[RowT], data: object, what: str) -> RowT:
    """The outermost shape of an answer; without it there is no answer."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise bad_reply(f"unknown shape instead of {what}: {_first_fault(error)}") from None


async def rows(
    model: type[RowT], raw: Sequence[object], make: Callable[[RowT], ItemT | None], what: str
) -> tuple[list[ItemT], list[SafeText]]:
    """Each row validated and turned into an item; (items, reasons of rows not understood).

    `make` may return None for a row that is none of our business. One odd row is set aside; when more than half of
    them are odd, the shape itself is unknown and the whole answer is a bad reply.
    """
    items: list[ItemT] = []
    rejected: list[SafeText] = []
    pace = Pace()
    for number, row in enumerate(raw, 1):
        try:
            item = make(model.model_validate(row))
        except ValidationError as error:
            rejected.append(quoted(f"{what}, {_which(row, number)}: {_first_fault(error)}", 200))
        except (ValueError, OverflowError) as error:
            rejected.append(quoted(f"{what}, {_which(row, number)}: {type(error).__name__}", 200))
        else:
            if item is not None:
                items.append(item)
        await pace.step()
    require_most(rejected, len(raw), what)
    return items, rejected


_NAMES = ("name", "alertname", "id", "fingerprint", "title")
"""What rows are called by, the best first."""


def _which(row: object, number: int) -> str:
    """Which row it is: its place among the others and its name, where it has one, so that somebody can look it up."""
    places = [row, row.get("labels")] if isinstance(row, dict) else []
    found = (place.get(key) for place in places if isinstance(place, dict) for key in _NAMES)
    name = next((clean(str(told), 60) for told in found if isinstance(told, str | int) and told), "")
    return f"row {number} ({name})" if name else f"row {number}"


def require_most(rejected: Sequence[SafeText], total: int, what: str) -> None:
    """Raise a bad reply when more than half of all rows were not understood."""
    if 2 * len(rejected) > total:
        raise bad_reply(f"{len(rejected)} of {total} rows not understood; the first, {what}: {rejected[0]}")


def _first_fault(error: ValidationError) -> str:
    """Where and why, without the value: it may be anything, a secret too."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "(all)"
    return f"{where}: {_WHY.get(first['type'], first['msg'].removeprefix('Value error, '))}"


_WHY = {
    "missing": "is missing",
    "string_type": "is no text",
    "string_too_short": "is empty",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "is no whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "is no number"),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), "is no time"),
    **dict.fromkeys(("list_type", "tuple_type"), "is no list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "is no object"),
}
"""Pydantic's reasons in plain words; the others are told as they are."""


def unique(items: Iterable[ItemT], ref: Callable[[ItemT], object], odd: list[SafeText] | None = None) -> list[ItemT]:
    """`items` with the first of each reference: paging over a moving list repeats rows.

    What is not the same although it is called the same is one thing that is not shown: its reason goes into `odd`.
    """
    seen: dict[object, ItemT] = {}
    for item in items:
        first = seen.setdefault(ref(item), item)
        if odd is not None and first is not item and first != item:
            odd.append(quoted(f"another row is called {ref(item)} too, and says something else", 200))
    return list(seen.values())
