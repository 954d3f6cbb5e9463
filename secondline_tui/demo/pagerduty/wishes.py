"""What a request to a simulated PagerDuty asks for, and refusing what makes no sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from secondline_tui.demo.pagerduty.account import RefusedError, invalid, not_found
from secondline_tui.demo.pagerduty.people import Json, Thing, find
from secondline_tui.demo.wire import Request

ThingT = TypeVar("ThingT", bound=Thing)


def body_of(request: Request) -> Json:
    """The JSON object that was sent."""
    try:
        body = request.json()
    except ValueError:
        raise RefusedError(400, 2001, "Invalid Input Provided", "The request body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise invalid("The request body must be an object.")
    return body


def part_of(request: Request, name: str) -> Json:
    """The object of this name in it."""
    part = body_of(request).get(name)
    if not isinstance(part, dict):
        raise invalid(f"{name.capitalize()} is required.")
    return part


def inner_of(value: object, name: str) -> Json:
    """The object of this name in a value, empty where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def text_of(value: object) -> str:
    """A text that says anything, else an empty one."""
    return value if isinstance(value, str) and value.strip() else ""


def list_of(value: object) -> Sequence[object]:
    """A list, else an empty one."""
    return value if isinstance(value, list) else ()


def named(things: Sequence[ThingT], wish: object, missing: str | None) -> ThingT:
    """The thing that a wish names; without words for a missing one, it is the address that is wrong."""
    thing = find(things, wish.get("id") if isinstance(wish, dict) else None)
    if thing is None:
        raise RefusedError(400, 2002, "Arguments Caused Error", missing) if missing else not_found()
    return thing
