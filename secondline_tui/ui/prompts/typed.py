"""What was filled in beside the text, as it is kept in a draft. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

MORE = "\0"
"""What a draft begins with that is more than a text: no text that is typed or pasted has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of a prompt; None for one that is as it was proposed."""

    text: str = ""
    until: str | None = None
    matchers: str | None = None
    to: str | None = None
    """The key of the destination."""

    def written(self) -> str:
        """As a draft."""
        if self.until is None and self.matchers is None and self.to is None:
            return self.text
        return MORE + json.dumps(asdict(self))

    @classmethod
    def read(cls, draft: str) -> Typed:
        """What a draft holds."""
        if not draft.startswith(MORE):
            return cls(text=draft)
        try:
            found = json.loads(draft.removeprefix(MORE))
            return cls(**{name: found[name] for name in cls.__dataclass_fields__})
        except (ValueError, KeyError, TypeError):  # of another version
            return cls(text=draft.removeprefix(MORE))
