"""Where taking an action back leads: from what to what, and whether somebody has set something else meanwhile. Pure."""

from __future__ import annotations

from secondline_tui.domain.actions import Preview
from secondline_tui.domain.text import SafeText, clean
from secondline_tui.ui.prompts.errand import Target


def way(target: Target, preview: Preview | None) -> str:
    """From what to what it would go; "" where it does not go back to what was before, or that is not known yet."""
    if target.back is None or not target.back.before or preview is None:
        return ""
    return f"from {_named(preview.before, preview) or 'nothing'} to {_named(target.back.to, preview)}"


def overwritten(target: Target, preview: Preview | None) -> str:
    """What somebody has set since the action that is taken back, and would lose; "" where it is as that left it."""
    back = target.back
    if back is None or not back.before or preview is None or preview.before == back.before:
        return ""
    now, ours = _named(preview.before, preview), _named(back.before, preview)
    return f"meanwhile it was set to {now}" if now else f"meanwhile it was changed, and is no longer {ours}"


def _named(key: str, preview: Preview) -> SafeText:
    """A destination by its name, where the service tells that."""
    return next((choice.name for choice in preview.choices if choice.key == key), clean(key))
