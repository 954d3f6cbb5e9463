"""Ways to answer badly, as real services do."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass

KINDS = (
    "refuse", "hang", "slow", "reset", "drop_after_apply", "status", "rate_limit", "html", "empty", "truncated",
    "wrong_shape", "odd_row", "redirect_login", "huge", "page_missing", "lag",
)  # fmt: skip
WITH_NUMBER = {"slow": 2.0, "status": 500.0, "rate_limit": 30.0, "lag": 5.0}

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>"
HUGE_BYTES = 80 * 2**20


@dataclass(slots=True)
class Fault:
    """One way to answer badly, for a number of requests or until it is taken away."""

    kind: str
    number: float
    times: int | None

    @classmethod
    def parse(cls, kind: object, times: object) -> Fault:
        """From `{"kind": "status:503", "times": 2}`; ValueError says what is wrong."""
        if not isinstance(kind, str):
            raise ValueError("kind: missing")
        name, _, number = kind.partition(":")
        if name not in KINDS:
            raise ValueError(f"kind: {name!r} is none of {', '.join(KINDS)}")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times: a number from 1, or null for until further notice")
        return cls(name, float(number) if number else WITH_NUMBER.get(name, 0.0), times)

    def take(self) -> bool:
        """Use it for one request; False when it is used up."""
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


def garbled(kind: str, body: bytes, rows: list[object] | None, data: object) -> tuple[bytes, str]:
    """A good answer made bad: (body, content type)."""
    json_type = "application/json"
    match kind:
        case "html":
            return HTML, "text/html; charset=utf-8"
        case "empty":
            return b"", json_type
        case "truncated":
            return body[: max(1, len(body) * 2 // 3)], json_type
        case "wrong_shape":
            return json.dumps(_other_shape(data)).encode(), json_type
        case "odd_row" if rows is not None:
            rows.append(_odd(rows[0]) if rows else None)
            return json.dumps(data).encode(), json_type
        case _:
            return body, json_type


def _other_shape(data: object) -> object:
    """Valid JSON, and not what is documented."""
    if isinstance(data, list):
        return {"data": {"total": len(data)}}
    if isinstance(data, dict):
        return {f"x_{name}": None for name in data}
    return {"unexpected": True}


def _odd(row: object) -> object:
    """A row like the others at first sight: every number is a word, every word a number, every list missing."""
    if isinstance(row, dict):
        return {name: _odd(value) for name, value in copy.deepcopy(row).items()}
    if isinstance(row, str):
        return 7
    if isinstance(row, list):
        return None
    return "odd"
