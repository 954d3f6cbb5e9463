"""Secrets that are sent as headers."""

from __future__ import annotations

from collections.abc import Mapping

from secondline_tui.config.secrets import Place, SecretError


def header(name: str, secret: Place) -> str:
    """The secret as a header's value; SecretError when it cannot be had or no header can carry it. Blocks."""
    value = secret.resolve().strip()
    if not (value.isascii() and value.isprintable()):
        raise SecretError(f"the secret for {name} holds characters that a header cannot carry")
    return value


def bearer(token: Place) -> Mapping[str, str]:
    """The headers that show a bearer token. Blocks."""
    return {"Authorization": f"Bearer {header('token', token)}"}
