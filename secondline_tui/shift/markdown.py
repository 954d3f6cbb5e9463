"""Markdown in which foreign text stays text: no markup, no mention of anybody. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from secondline_tui.domain.text import SafeText, clean

LONGEST = 30
"""Lines that a list has; the others are counted."""

_MARKUP = re.compile(r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")


def plain(text: str, limit: int = 200) -> str:
    """A foreign text in one line, with nothing that Markdown or a mention could be made of."""
    return _MENTION.sub("@ ", _MARKUP.sub(r"\\\g<0>", clean(text, limit)))


def named(text: str) -> str:
    """A foreign name within a line of ours that goes on: without the full stop at its end."""
    return plain(text.rstrip(". ") or text)


def linked(name: SafeText, url: str | None) -> str:
    """A foreign name, leading to its page where it has one."""
    if url is None:
        return named(name)
    return f"[{named(name)}]({url.replace('(', '%28').replace(')', '%29')})"


def indented(text: str, by: int = 2) -> str:
    """The further lines of what a person wrote, so that they stay in its point of a list, however they end."""
    first, *others = text.strip("\n").splitlines() or [""]
    return "\n".join([first, *(f"{' ' * by}{line}" if line.strip() else "" for line in others)])


def shortened(lines: Iterable[str], what: str) -> list[str]:
    """The first of many lines, and how many more `what` there are."""
    listed = list(lines)
    if len(listed) <= LONGEST:
        return listed
    return [*listed[:LONGEST], f"- and {len(listed) - LONGEST} more {what}"]
