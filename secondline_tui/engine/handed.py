"""The last handover that was saved or copied here, for those who come after: a small file. Blocks; quickly."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from secondline_tui.engine.whole import write_whole

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handed:
    """A handover, and what became of it."""

    at: datetime
    how: str
    """ "copied", "saved as ~/handover.md", "posted on CARD"."""
    text: str


class HandedOver:
    """The file of a state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "handover.json"

    def keep(self, handed: Handed) -> None:
        """Remember it, in the place of the one before; OSError where that is not possible."""
        record = {"version": 1, "at": handed.at.isoformat(), "how": handed.how, "text": handed.text}
        write_whole(self._path, json.dumps(record))

    def last(self) -> Handed | None:
        """The last one; None where there is none, or none that can be read."""
        try:
            record = json.loads(self._path.read_text(encoding="utf-8"))
            handed = Handed(datetime.fromisoformat(record["at"]), str(record["how"]), str(record["text"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("the last handover cannot be read: %s", type(error).__name__)
            return None
        return handed if handed.at.tzinfo is not None else None
