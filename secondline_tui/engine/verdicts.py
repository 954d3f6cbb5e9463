"""What people said of items that may belong together, kept in a small file. Blocks; quickly."""

from __future__ import annotations

import contextlib
import json
import logging
from pathlib import Path

from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.whole import write_whole

log = logging.getLogger(__name__)

MOST = 2_000
"""Pairs that are remembered; the ones that were decided longest ago are forgotten first."""

_Pair = tuple[str, str]


class Verdicts:
    """One file in the state folder: whole, or not there at all. What is damaged is put aside and tells nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "links.json"
        self.note = ""
        """What a person should know of the file."""
        self._said = self._read()

    def __call__(self, one: ItemRef, other: ItemRef) -> bool | None:
        """Whether somebody said that two items belong together, or that they do not; None where nobody did."""
        return self._said.get(_pair(one, other)) if self._said else None

    def say(self, one: ItemRef, other: ItemRef, belongs: bool | None) -> None:
        """Remember it, for this run in any case; None forgets. OSError where it cannot be kept any longer."""
        said = {**self._said, **self._read()}  # others may have said something meanwhile
        pair = _pair(one, other)
        said.pop(pair, None)
        if belongs is not None:
            said[pair] = belongs
        self._said = dict(list(said.items())[-MOST:])
        self._write()

    def _read(self) -> dict[_Pair, bool]:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            log.warning("the file of confirmed links cannot be read: %s", error.strerror)
            self.note = "which links were confirmed cannot be read; the log says why"
            return {}
        except UnicodeDecodeError as error:
            return self._unreadable(error)
        try:
            kept = json.loads(text)
            if kept["version"] != 1:
                raise ValueError(f"version {kept['version']!r}")
            return {_known(entry): bool(entry["belongs"]) for entry in kept["pairs"]}
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            return self._unreadable(error)

    def _unreadable(self, error: Exception) -> dict[_Pair, bool]:
        """Nothing is known; the file stays beside the new one, for people."""
        log.warning("the file of confirmed links is not understood: %s: %s", type(error).__name__, error)
        aside = self._path.with_suffix(".damaged.json")
        with contextlib.suppress(OSError):
            self._path.replace(aside)
        self.note = f"the file of confirmed links was damaged, and is kept as {aside.name}"
        return {}

    def _write(self) -> None:
        pairs = [{"one": one, "other": other, "belongs": belongs} for (one, other), belongs in self._said.items()]
        text = json.dumps({"version": 1, "pairs": pairs}, indent=1, ensure_ascii=False)
        write_whole(self._path, text)


def _pair(one: ItemRef, other: ItemRef) -> _Pair:
    first, second = sorted((str(one), str(other)))
    return first, second


def _known(entry: dict[str, str]) -> _Pair:
    return _pair(ItemRef.parse(entry["one"]), ItemRef.parse(entry["other"]))
