"""Identity: every item of every service is named by one reference, and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

_PLAIN = "/@,+=:!"


class Kind(StrEnum):
    """What sort of thing an item is."""

    ALERT = "alert"
    INCIDENT = "incident"
    TICKET = "ticket"
    CARD = "card"
    PLANNED = "planned"
    ON_CALL = "on-call"
    DASHBOARD = "dashboard"
    SOURCE = "source"
    ACTION = "action"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, order=True)
class ItemRef:
    """The only identity in the program: which source, what sort of thing, and the service's own key for it.

    The key is kept exactly as the service spells it, since requests are built from it. `str()` gives one word without
    spaces, quotes or control characters; `parse` takes it back.
    """

    source: str
    kind: Kind
    key: str

    def __str__(self) -> str:
        return f"{self.source}:{self.kind}:{quote(self.key, safe=_PLAIN)}"

    @classmethod
    def parse(cls, text: str) -> ItemRef:
        """The reference that `str()` printed; ValueError tells what is wrong with anything else."""
        parts = text.split(":", 2)
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not SOURCE:KIND:KEY, as `status --format json` prints it")
        source, kind, key = parts
        try:
            return cls(source, Kind(kind), unquote(key))
        except ValueError:
            raise ValueError(f"{kind!r} is no kind of item; kinds are {', '.join(Kind)}") from None
