"""Colours. They only repeat what words and symbols say; every state has both."""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#5fb3f7",
    secondary="#c49bf0",
    accent="#5fb3f7",
    success="#7ccf8f",
    warning="#f0c05a",
    error="#ff7b72",
    foreground="#d6dde6",
    background="#0f1318",
    surface="#151b22",
    panel="#1d2630",
    dark=True,
)

LIGHT = Theme(
    name="light",
    primary="#0b5cad",
    secondary="#6b35a8",
    accent="#0b5cad",
    success="#13692f",
    warning="#7a4f00",
    error="#a8201a",
    foreground="#1d2126",
    background="#fcfcfa",
    surface="#f3f3ef",
    panel="#e6e6e0",
    dark=False,
)

THEMES = (DARK, LIGHT)
NAMES = {"dark": "dark", "light": "light", "terminal-dark": "ansi-dark", "terminal-light": "ansi-light"}


def chosen(setting: str) -> str:
    """The theme's name for a setting. "auto" asks the terminal's COLORFGBG, which some set: "0;15" is light."""
    if setting != "auto":
        return NAMES[setting]
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in ("7", "15") else "dark"
