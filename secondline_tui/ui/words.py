"""Words that several screens use. Pure."""

from __future__ import annotations


def role_word(role: str) -> str:
    """A role's name for people: inhours_primary_standby is "primary standby"."""
    words = role.replace("_", " ").replace("-", " ").split()
    while words and words[0].casefold() in ("inhours", "oncall"):
        words = words[1:]
    return " ".join(words) or role
