"""Durations as people write them: 30, "30s", "5m", "2h 30m", "1d"."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_WHOLE = re.compile(r"\s*(?:\d+(?:\.\d+)?\s*[smhd]\s*)+", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])", re.IGNORECASE)


def seconds(value: object) -> float:
    """The number of seconds that `value` says; ValueError with an example otherwise."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return sum(float(number) * _UNITS[unit.lower()] for number, unit in _PART.findall(value))
    raise ValueError('not a duration: write seconds as a number, or "30s", "5m", "2h"')


Seconds = Annotated[float, BeforeValidator(seconds)]
"""A duration in seconds, read from a number or from words such as "5m"."""
