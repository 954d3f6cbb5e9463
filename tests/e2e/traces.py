"""Finds a secret in whatever was written, also in part, and however it was encoded on the way."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

PART = 8
"""Characters by which a secret is known: whatever holds 15 of them in a row holds a whole eight."""

_ESCAPES = re.compile(r"\\(?:u00([0-9a-fA-F]{2})|x([0-9a-fA-F]{2})|([/\"'\\]))")
_MARKS = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|\[[0-?]*[ -/]*[@-~]|.)|</?[a-z][^<>]*>", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_BETWEEN = re.compile(r"[\s\u00a0\u2500-\u259f]+")


def traces(secrets: Mapping[str, str], written: bytes) -> set[str]:
    """The names of the secrets that stand in this."""
    readings = set(_readings(written))
    return {
        name
        for name, secret in secrets.items()
        if any(part in reading for part in _parts(secret) for reading in readings)
    }


def traces_in_files(secrets: Mapping[str, str], *folders: Path) -> dict[str, set[str]]:
    """What stands in which file, its name and its target if it is a link included."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            written = str(path).encode() + b"\n"
            if path.is_file():
                written += path.read_bytes()
            if names := traces(secrets, written):
                found[str(path)] = names
    return found


def _parts(secret: str) -> Iterable[str]:
    assert len(secret) >= 2 * PART
    return {secret[start : start + PART] for start in (*range(0, len(secret) - PART, PART), len(secret) - PART)}


def _readings(written: bytes) -> Iterator[str]:
    """The text as it stands, and with each sort of encoding taken off, up to two of them one in another."""
    plain = written.decode("utf-8", "replace")
    once = {plain} | {read(plain) for read in _DECODERS}
    twice = once | {read(text) for text in once for read in _DECODERS}
    for text in twice:
        yield text
        for inner in _out_of_base64(text):
            yield inner
            yield unquote(inner)


def _out_of_base64(text: str) -> Iterator[str]:
    for start in range(4):
        yield "\n".join(_decoded(run[0][start:]) for run in _BASE64.finditer(text))


def _decoded(run: str) -> str:
    whole = run.replace("-", "+").replace("_", "/")[: len(run) // 4 * 4]
    return base64.b64decode(whole).decode("latin-1")


def _unescaped(text: str) -> str:
    return _ESCAPES.sub(lambda escape: escape[3] or chr(int(escape[1] or escape[2], 16)), text)


def _on_screen(text: str) -> str:
    """What a terminal or a picture shows, without the gaps that columns and line ends make."""
    return _BETWEEN.sub("", _MARKS.sub("", text))


_DECODERS: tuple[Callable[[str], str], ...] = (unquote, _unescaped, html.unescape, _on_screen)
