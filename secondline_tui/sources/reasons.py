"""What a service says itself of why it refuses, as far as it is meant for people."""

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
    particular = _particular(data.get("details"))
    if particular:
        return particular
    for name in ("diagnostic_information", "status", "message", "description", "error", "title"):
        value = data.get(name)
        if isinstance(value, dict):
            value = _told(value)
        if isinstance(value, str) and value and value != "error":
            return value.partition("\n")[0]
    return ""


def _particular(details: object) -> str:
    """What Zendesk says of the first field that it would not save."""
    faults = next(iter(details.values()), None) if isinstance(details, dict) else None
    first = faults[0] if isinstance(faults, list) and faults else None
    told = first.get("description") if isinstance(first, dict) else None
    return told if isinstance(told, str) else ""


def _told(error: dict[object, object]) -> object:
    """What an error says of itself: its message and, where it lists particulars (PagerDuty), the first of them."""
    message, errors = error.get("message") or error.get("title"), error.get("errors")
    if isinstance(message, str) and isinstance(errors, list) and errors and isinstance(errors[0], str):
        return f"{message}: {errors[0]}"
    return message
