"""Names to be found in texts: which of thousands a text holds is told without looking for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from secondline_tui.shift.likeness import ENOUGH, telling, words

COMMON = 400
"""A word that so many names have tells nothing of any of them."""


class Phrases:
    """Names that texts may hold as words of their own."""

    def __init__(self) -> None:
        self._names: dict[str, dict[int, dict[tuple[str, ...], set[str]]]] = {}

    def add(self, phrase: tuple[str, ...], name: str) -> None:
        """A text that holds `phrase` speaks of `name`."""
        if phrase:
            self._names.setdefault(phrase[0], {}).setdefault(len(phrase), {}).setdefault(phrase, set()).add(name)

    def held_by(self, text: tuple[str, ...]) -> set[str]:
        """The names that a text holds."""
        found: set[str] = set()
        for at, word in enumerate(text):
            for size, known in self._names.get(word, {}).items():
                found |= known.get(text[at : at + size], set())
        return found


class Names:
    """Every name that alerts have now, or had lately."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self._phrases = Phrases()
        self._stems: dict[str, set[str]] = {}

    def add(self, names: Iterable[str]) -> None:
        """More names."""
        for name in names:
            self.known.add(name)
            self._phrases.add(words(name), name)
            for stem in telling(name):
                self._stems.setdefault(stem, set()).add(name)

    def held_by(self, *texts: str) -> set[str]:
        """The names that stand in texts."""
        return set().union(*(self._phrases.held_by(words(text)) for text in texts))

    def like(self, title: str) -> set[str]:
        """The names that share telling words with a title."""
        counted: Counter[str] = Counter()
        for stem in telling(title):
            names = self._stems.get(stem, set())
            if len(names) <= COMMON:
                counted.update(names)
        return {name for name, count in counted.items() if count >= ENOUGH}
