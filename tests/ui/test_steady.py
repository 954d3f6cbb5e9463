"""What every application of ours shares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.items import alert
from tests.ui.desk import acting


@pytest.mark.parametrize("key", ["slash", "question_mark", "ctrl+p", "a", "c", "I", "w"])
async def test_no_cursor_blinks(key: str) -> None:
    async with acting("icinga") as found:
        await found.answer("icinga", alert("a"))
        await found.press(key)
        await found.until(lambda: hasattr(found.app.focused, "cursor_blink"))
        field: Any = found.app.focused
        await found.until(lambda: not field.cursor_blink)
        assert field.has_focus
