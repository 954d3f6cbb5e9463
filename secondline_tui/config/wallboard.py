"""The `[wallboard]` table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from secondline_tui.config.durations import Seconds
from secondline_tui.config.shift import Table

PageName = Literal["overview", "alerts", "pages", "tickets", "issues", "today"]
ALL_PAGES: tuple[PageName, ...] = ("overview", "alerts", "pages", "tickets", "issues", "today")


class Wallboard(Table):
    """What hangs on the wall."""

    pages: Annotated[tuple[PageName, ...], Field(min_length=1)] = ALL_PAGES
    """The pages to show, in this order."""
    seconds: Annotated[Seconds, Field(ge=2, le=86_400)] = 20.0
    """How long each is shown."""
    stay: Annotated[Seconds, Field(ge=2, le=86_400)] = 300.0
    """How long at most a page that turned bad is shown before the others have their turn again."""
