"""What a person on shift writes down for those who come after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Jotting:
    """One note for the handover, exactly as it was typed."""

    at: datetime
    by: str
    text: str
