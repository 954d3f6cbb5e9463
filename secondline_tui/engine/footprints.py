"""How far walks have come, so that one that was broken off goes on where it was: a small file. Blocks; quickly."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from secondline_tui.engine.whole import write_whole

log = logging.getLogger(__name__)

MOST = 20
"""Walks that are remembered, the latest."""


class Footprints:
    """What was passed on each walk of a state folder. A file that cannot be read loses places, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "walks.json"

    def passed(self, walk: str) -> frozenset[str]:
        """What was passed on one walk."""
        return frozenset(self._read().get(walk, ()))

    def keep(self, walk: str, passed: frozenset[str]) -> None:
        """Remember it; OSError where that is not possible."""
        walks = self._read()
        walks.pop(walk, None)
        walks[walk] = sorted(passed)
        write_whole(self._path, json.dumps({"version": 1, "walks": dict(list(walks.items())[-MOST:])}, indent=1))

    def _read(self) -> dict[str, list[str]]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))["walks"]
            return {str(walk): [str(one) for one in passed] for walk, passed in kept.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            log.warning("how far walks had come cannot be read: %s", type(error).__name__)
            return {}
