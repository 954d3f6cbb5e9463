"""The filter language: what a person types after `/`, and the `ignore` rules of a source.

Words are joined by "and"; `-word` means not; `field:word` looks in one field only (any unambiguous beginning of its
name will do); "two words" keeps a phrase together; `*` stands for anything and anchors the pattern at both ends.
Case never matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from secondline_tui.domain.items import Item

_TOKEN = re.compile(r'(-?)(?:([A-Za-z_][\w.-]*):)?(?:"([^"]*)"?|(\S*))')


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter."""

    text: str
    field: str = ""
    negated: bool = False
    pattern: re.Pattern[str] | None = None

    def _hit(self, text: str) -> bool:
        return bool(self.pattern.fullmatch(text)) if self.pattern else self.text in text.casefold()

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

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Every text is a filter: one still being typed must not be an error."""
        terms = []
        for dash, field, quoted, bare in _TOKEN.findall(text):
            word = (quoted or bare).casefold()
            if not word:
                continue
            pattern = None
            if "*" in word:
                inner = ".*".join(re.escape(part) for part in word.split("*"))
                pattern = re.compile(inner, re.IGNORECASE | re.DOTALL)
            terms.append(Term(word, field.casefold(), bool(dash), pattern))
        return cls(tuple(terms))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def matches(self, item: Item) -> bool:
        """Whether the item passes every term."""
        if not self.terms:
            return True
        words = item.words()
        return all(term.matches(words) for term in self.terms)
