"""The filter language: what a person types after `/`, and the `ignore` rules of a source.

Words are joined by "and"; `-word` means not; `field:word` looks in one field only (any unambiguous beginning of its
name will do); "two words" keeps a phrase together; `*` stands for anything and anchors the pattern at both ends.
Case never matters.

Every text is a filter, so that one may be typed letter by letter. What is odd about it, `Filter.oddities` tells.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket

_TOKEN = re.compile(r'(-?)(?:([A-Za-z_][\w.-]*):)?(?:"([^"]*)("?)|(\S*))')

FIELDS: Mapping[type[Item], tuple[str, ...]] = {
    Alert: ("source", "environment", "severity", "state", "name", "host", "output", "by"),
    Incident: ("source", "name", "status", "urgency", "priority", "service", "assigned"),
    Ticket: ("source", "name", "status", "priority", "requester", "assigned", "group", "tag"),
    Card: ("source", "name", "list", "label", "member"),
}
"""The fields that items of each sort always have. Alerts have their labels and annotations besides."""
WORK = tuple(FIELDS)
"""What there is to do, and so to leave out: who is on call and which dashboards there are, no rule leaves out."""


def fields_of(kind: type[Item], items: Iterable[Item] = ()) -> tuple[str, ...]:
    """The fields that can be filtered by: those that `kind` always has, then the labels that these items bear."""
    known = FIELDS.get(kind, ("source",))
    borne = {name for item in items for name, _ in item.words() if name}
    return (*known, *sorted(borne.difference(known)))


def _near_miss(name: str, known: Sequence[str]) -> str | None:
    """The field that was surely meant: a letter too many or too few, or two that changed places.

    Another letter is no proof: "stage" is a fine label, and no misspelt "state".
    """
    swapped = (field for field in known if sorted(field) == sorted(name))
    return next(swapped, None) or next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.85)), None)


def _fits(parts: Sequence[str], text: str) -> bool:
    """Whether `text` is these parts with anything between them.

    One search a part: a regular expression would try every way in which several stars can share a long text.
    """
    first, *middle, last = parts
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter."""

    text: str
    field: str = ""
    negated: bool = False

    def _hit(self, text: str) -> bool:
        folded = text.casefold()
        return _fits(self.text.split("*"), folded) if "*" in self.text else self.text in folded

    def matches(self, words: tuple[tuple[str, str], ...]) -> bool:
        """Whether the (field, text) pairs satisfy this term."""
        if not self.field:
            hit = any(self._hit(text) for _, text in words)
        else:
            named = [text for name, text in words if name.casefold().startswith(self.field)]
            if named:
                hit = any(self._hit(text) for text in named)
            else:  # no such field here: "10:30" or "https://…" was meant as text
                hit = any(f"{self.field}:{self.text}" in text.casefold() for _, text in words)
        return hit is not self.negated


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter; an empty one lets everything through."""

    terms: tuple[Term, ...] = ()
    bare: tuple[str, ...] = ()
    """Fields that no word follows: they count for nothing."""
    unclosed: bool = False
    """Whether a phrase has no closing quote."""

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Every text is a filter: one still being typed must not be an error."""
        terms, without_word, unclosed = [], [], False
        for token in _TOKEN.finditer(text):
            dash, field, quoted, end, plain = token.group(1, 2, 3, 4, 5)
            unclosed = unclosed or end == ""
            word = (quoted or plain or "").casefold()
            if not word:
                without_word += [field] if field else []
                continue
            terms.append(Term(word, (field or "").casefold(), bool(dash)))
        return cls(tuple(terms), tuple(without_word), unclosed)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, item: Item) -> bool:
        """Whether the item passes every term."""
        if not self.terms:
            return True
        words = item.words()
        return all(term.matches(words) for term in self.terms)

    def oddities(self, fields: Sequence[str], *, labels: bool = False) -> tuple[str, ...]:
        """What the person who wrote this hardly meant, a remark each, ready to be shown; () when nothing is odd.

        `fields` are the names that the items have, see `fields_of`. Where the items may bear any `labels` besides,
        an unknown name is taken for one of those, unless it is one of `fields` misspelt.
        """
        odd = ["a quote is not closed"] if self.unclosed else []
        odd += [f"nothing follows {name}:" for name in self.bare]
        known = [field.casefold() for field in fields]
        unknown = {
            term.field: None
            for term in self.terms
            if not term.text.startswith("//") and not any(field.startswith(term.field) for field in known)
        }
        for name in unknown:
            meant = _near_miss(name, known)
            if meant is not None:
                odd.append(f"no field {name!r}; did you mean {meant}?")
            elif not labels:
                odd.append(f"no field {name!r}; fields are {', '.join(fields)}; words with a colon go into quotes")
        return tuple(odd)
