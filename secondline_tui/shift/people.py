"""Names of people and of roles, as rotas and schedules spell them. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Not within a longer word, but "_" and "-" are as good as spaces: inhours_primary, on-call, "Primary - out of hours".
_IN_HOURS = re.compile(r"(?<![^\W_])in[\W_]*(office[\W_]*)?hours?(?![^\W_])", re.IGNORECASE)
_OUT_OF_HOURS = re.compile(
    r"(?<![^\W_])(on[\W_]*call|out[\W_]*of[\W_]*(office[\W_]*)?hours?|ooh)(?![^\W_])", re.IGNORECASE
)
_ORDER = ("primary", "secondary", "shadow", "standby", "escalation")
_NUMBERS = (("first", "1st", "1"), ("second", "2nd", "2"), ("third", "3rd", "3"), ("fourth", "4th", "4"))
"""How tiers are counted: "first line", "2nd line", "tier 3", "L1"."""
_TIER = re.compile(r"(?<![^\W_])(?:(\w+?)[\W_]*(?:line|tier|level)|(?:line|tier|level|l)[\W_]*(\d))(?![^\W_])")


def same_person(one: str, other: str) -> bool:
    """Whether two spellings name one person: case, the encoding of accents, and white space do not matter."""
    return _plain(one) == _plain(other)


@lru_cache(1024)  # the pairing is judged each second, always of the same few names
def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


@lru_cache(256)
def role_key(role: str) -> str:
    """What two spellings of one role share: "In-hours primary" is "inhours_primary"."""
    return "".join(re.findall(r"[^\W_]+", _plain(role))) or role


def tier_of(role: str) -> int | None:
    """Which line of support a role is, by its name; None where it is none."""
    found = _TIER.search(role.casefold())
    word = next((part for part in found.groups() if part), "") if found else ""
    return next((n for n, words in enumerate(_NUMBERS, 1) if word in words), None)


def is_out_of_hours(role: str) -> bool:
    """Whether a role, by its name, is on outside the shift's hours."""
    return bool(_OUT_OF_HOURS.search(role)) and not _IN_HOURS.search(role)


def is_standby(role: str) -> bool:
    """Whether a role, by its name, is there only for when somebody else cannot be."""
    return "standby" in role.casefold()


def role_rank(role: str) -> tuple[bool, bool, int, str]:
    """In-hours roles first, then primary, secondary, shadow, standbys, escalations, and what else there is;
    tiers as they are counted."""
    name = role.casefold()
    place = next((rank for rank, word in enumerate(_ORDER) if word in name), len(_ORDER))
    if (tier := tier_of(role)) is not None and place == len(_ORDER):
        place = min(tier, place) - 1
    return (is_out_of_hours(role), is_standby(role), place, name)


def role_word(role: str) -> str:
    """A role's name for people, under a heading of its hours: inhours_primary_standby is "primary standby"."""
    words = role.replace("_", " ").replace("-", " ").split()
    while words and words[0].casefold() in ("inhours", "oncall"):
        words = words[1:]
    return " ".join(words) or role


def role_told(role: str) -> str:
    """A role's name where no heading tells its hours: oncall_primary is "primary on call"."""
    word = role_word(role)
    return f"{word} on call" if is_out_of_hours(role) and not is_out_of_hours(word) else word
