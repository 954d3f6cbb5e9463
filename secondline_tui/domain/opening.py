"""What a declared incident is to be in the service that calls people: where, how grave, how loud. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.domain.refs import ItemRef, Kind

NEW = "new"
"""The key of an incident that is not there yet."""
URGENCIES = ("high", "low")


@dataclass(frozen=True, slots=True)
class Opening:
    """Where `Intent.to` of a declaration leads."""

    service: str
    priority: str = ""
    """"" where the service is to have none."""
    urgency: str = URGENCIES[0]

    @classmethod
    def parse(cls, text: str) -> Opening | None:
        """What `str()` wrote; None for anything else."""
        parts = text.split("/")
        if len(parts) != 3 or not parts[0] or parts[2] not in URGENCIES:
            return None
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.service}/{self.priority}/{self.urgency}"


def unborn(source: str) -> ItemRef:
    """What a declaration is done to: an incident that its source does not have yet."""
    return ItemRef(source, Kind.INCIDENT, NEW)
