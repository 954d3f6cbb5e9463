"""The `[wallboard]` table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from secondline_tui.config.durations import Seconds
from secondline_tui.config.secrets import Secret
from secondline_tui.config.shift import Table

PageName = Literal["overview", "alerts", "pages", "tickets", "issues", "today"]
ALL_PAGES: tuple[PageName, ...] = ("overview", "alerts", "pages", "tickets", "issues", "today")


class Web(Table):
    """The wallboard in a browser."""

    token: Secret | None = None
    """What viewers have to show; needed when other machines can reach it and no proxy is in front."""
    header: str = Field("", pattern=r"^[A-Za-z0-9-]*$")
    """The header in which a proxy in front names whom it has let through."""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses of proxies that are believed."""


class Wallboard(Table):
    """What hangs on the wall."""

    pages: Annotated[tuple[PageName, ...], Field(min_length=1)] = ALL_PAGES
    """The pages to show, in this order."""
    seconds: Annotated[Seconds, Field(ge=2, le=86_400)] = 20.0
    """How long each is shown."""
    stay: Annotated[Seconds, Field(ge=2, le=86_400)] = 300.0
    """How long at most a page that turned bad is shown before the others have their turn again."""
    web: Web = Web()
    """Who may look with a browser."""
