"""How a Zendesk is reached, as whom, and who that is."""

from __future__ import annotations

import base64

from secondline_tui.config.sources import Zendesk
from secondline_tui.domain.health import FaultKind
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import clean
from secondline_tui.sources import tls
from secondline_tui.sources.errors import failed
from secondline_tui.sources.headers import header
from secondline_tui.sources.session import Gate
from secondline_tui.sources.zendesk.desk import LIBRARY_URL
from secondline_tui.sources.zendesk.wire import Myself


def gate(source: Zendesk, *, writes: bool = False) -> Gate:
    """What a session with one configured Zendesk may do. Blocks while secrets are fetched."""
    return Gate(
        url=source.url.removesuffix("/api/v2"),
        library_url=LIBRARY_URL,
        headers={"Accept": "application/json", "Authorization": _authorization(source)},
        tls=tls.context(source.ca_file),
        server_name=source.server_name,
        proxy=source.proxy,
        writes=writes,
    )


def agent(user: Myself) -> Myself:
    """The user, who must work here; else PollFailed."""
    if user.id is None:
        text = "credentials are not accepted: Zendesk takes us for nobody; see username and token, or oauth_token"
        raise failed(FaultKind.UNAUTHORISED, text, stop=True)
    if not user.agent:
        raise failed(FaultKind.FORBIDDEN, f"{clean(user.name)} is no agent ({clean(user.role)}): use an agent's token")
    return user


def number(ref: ItemRef) -> int:
    """The ticket's number, which goes into addresses."""
    if not (ref.key.isascii() and ref.key.isdecimal()):
        raise failed(FaultKind.NOT_FOUND, "tickets have numbers")
    return int(ref.key)


def _authorization(source: Zendesk) -> str:
    if source.oauth_token is not None:
        return f"Bearer {header('oauth_token', source.oauth_token)}"
    token = header("token", source.token) if source.token is not None else ""
    pair = f"{source.username.removesuffix('/token')}/token:{token}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
