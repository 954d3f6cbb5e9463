"""The table of a Trello board."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from secondline_tui.config.secrets import Secret
from secondline_tui.config.sources.base import HttpSource, Url, rule
from secondline_tui.domain.filters import FIELDS
from secondline_tui.domain.items import Card

CardRule = Annotated[str, rule(*FIELDS[Card])]


class Trello(HttpSource):
    """A Trello board."""

    type: Literal["trello"]
    url: Url = "https://api.trello.com"
    """Where the API is."""
    ignore: tuple[CardRule, ...] = ()
    """Filters: a card that matches any of them is left out and counted as hidden."""
    key: Secret
    """API key."""
    token: Secret
    """Token made with that key."""
    board: str = Field(min_length=1)
    """The board's ID: the part after /b/ in its address."""
    lists: tuple[str, ...] = Field(("Ongoing issues*",), min_length=1)
    """Lists whose cards are the ongoing issues, by ID or name; `*` stands for anything."""
    explainers: tuple[str, ...] = (
        "README",
        "This column is to *",
        "Please use this column to *",
        "On-call checklist",
    )
    """Titles of cards that only explain their list; they are left out."""
