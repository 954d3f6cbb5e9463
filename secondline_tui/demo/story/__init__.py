"""The story the demo tells: a believable morning of a support shift, again and again."""

from secondline_tui.demo.story.morning import furnish

__all__ = ["furnish"]
