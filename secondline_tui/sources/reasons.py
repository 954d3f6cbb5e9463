"""What a service says about why not."""

from __future__ import annotations

from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.wire import parse_json


def reason_in(body: bytes) -> str:
    """The human-readable reason in an error body, "" when there is none."""
    try:
        data = parse_json(body, "a reason")
    except PollFailed:
        return ""
    if isinstance(data, str):
        return data
    if not isinstance(data, dict):
        return ""
    for name in ("diagnostic_information", "status", "message", "description", "error", "title"):
        value = data.get(name)
        if isinstance(value, dict):
            value = _told(value)
        if isinstance(value, str) and value and value != "error":
            return value.partition("\n")[0]
    return ""


def _told(error: dict[object, object]) -> object:
    """What an error says of itself: its message and, where it lists particulars (PagerDuty), the first of them."""
    message, errors = error.get("message") or error.get("title"), error.get("errors")
    if isinstance(message, str) and isinstance(errors, list) and errors and isinstance(errors[0], str):
        return f"{message}: {errors[0]}"
    return message
