"""The last handover that was saved or copied here, for those who come after: a small file. Blocks; quickly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from secondline_tui.engine.whole import write_whole


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
        """The last one; None where there is none. OSError where there is one that cannot be read."""
        try:
            record = json.loads(self._path.read_text(encoding="utf-8"))
            handed = Handed(datetime.fromisoformat(record["at"]), str(record["how"]), str(record["text"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise OSError(0, f"the last handover is not understood: {type(error).__name__}") from None
        if handed.at.tzinfo is None:
            raise OSError(0, "the last handover has no time zone")
        return handed
