"""The vendors' descriptions, where they are at hand: beside this checkout, in shared/specs, with their oracle."""

from __future__ import annotations

import importlib
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"


class Described:
    """A vendor's description as an oracle for a simulator's answers."""

    def __init__(self, oracle: Any, allowed: tuple[str, ...]) -> None:
        self._oracle = oracle
        self._allowed = allowed

    def faults(self, method: str, path: str, status: int, body: object) -> list[str]:
        """What the description finds wrong with an answer, but for its own known mistakes."""
        found = self._oracle.errors(method, path, status, json.loads(json.dumps(body)))
        return [fault for fault in found if not any(word in fault for word in self._allowed)]


def described(name: str, allowed: tuple[str, ...] = ()) -> Described:
    """The description in shared/specs/NAME; skips the test, with the reason, where there is none."""
    file = SHARED / "specs" / name
    if not file.exists():
        pytest.skip(f"the vendor's description is not at hand: no shared/specs/{name} beside the checkout")
    rig = str(SHARED / "rig")
    if rig not in sys.path:
        sys.path.append(rig)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the oracle leaves the file for Python to close
        return Described(importlib.import_module("conform").Oracle(str(file)), allowed)
