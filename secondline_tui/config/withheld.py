"""The secrets that were fetched, so that nothing we write can repeat one: a service may quote what we sent it."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar, cast
from urllib.parse import quote

from secondline_tui.domain.refs import ItemRef

KnownT = TypeVar("KnownT")

MARK = "•••"
SHORTEST = 8
"""Characters from which on a secret is told from ordinary words."""
SHORTEST_PART = 16
"""The same for a part of one: the token in "Bearer …", the value of a cookie."""

_MARKUP = re.compile(r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)")
"""What is escaped in a text that goes into Markdown."""

_forms: set[str] = set()
_pattern: re.Pattern[str] | None = None
_changing = threading.Lock()


def remember(secret: str) -> None:
    """Withhold this secret from now on. For any thread."""
    global _pattern  # noqa: PLW0603  (one process, one set of secrets)
    secret = secret.strip()
    parts = [part for part in re.split(r"[\s=;,]+", secret) if len(part) >= SHORTEST_PART]
    with _changing:
        new = {form for part in (secret, *parts) for form in _forms_of(part) if len(form) >= SHORTEST} - _forms
        if new:
            _forms.update(new)
            _pattern = re.compile("|".join(map(re.escape, sorted(_forms, key=len, reverse=True))))


def withheld(text: str) -> str:
    """`text` with a mark in place of every secret, be it plain or as HTTP, JSON and Markdown encode it."""
    return text if _pattern is None else _pattern.sub(MARK, text)


def all_withheld(known: KnownT) -> KnownT:
    """The same with every text in it withheld, to whatever depth; references stay what they are.

    For what is to be cut, wrapped or escaped: afterwards a secret could not be told any more.
    """
    return cast(KnownT, _within(known)) if _pattern is not None else known


def _within(value: object) -> object:
    if isinstance(value, str):
        return withheld(value) if not isinstance(value, Enum) else value
    if isinstance(value, tuple | list):
        return type(value)(_within(one) for one in value)
    if isinstance(value, ItemRef) or not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{told.name: _within(getattr(value, told.name)) for told in fields(value) if told.init})


def _forms_of(secret: str) -> Iterator[str]:
    if len(secret) < SHORTEST:
        return
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret)[1:-1].replace("/", r"\/")
    yield _MARKUP.sub(r"\\\g<0>", secret)
    for safe in ("", "/"):
        encoded = quote(secret, safe=safe)
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), encoded)
    for before in range(3):
        yield from _in_base64(secret.encode(errors="replace"), before)


def _in_base64(secret: bytes, before: int) -> Iterator[str]:
    """What the secret alone decides of the base64 of a text that has it after so many bytes, as "name:secret"."""
    begin = (before * 8 + 5) // 6
    end = (before + len(secret)) * 8 // 6
    encoded = base64.b64encode(bytes(before) + secret).decode()[begin:end]
    yield encoded
    yield encoded.replace("+", "-").replace("/", "_")
