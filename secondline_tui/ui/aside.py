"""Work beside the screen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def aside(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], group: str, *, only: bool = False
) -> Worker[None]:
    """Do some work while the screen goes on; `only` lets it take the place of what the group was doing.

    The coroutine is made when its turn comes: one that is given up before that would never be awaited.
    """
    begin: Callable[[], Any] = work
    return node.run_worker(begin, group=group, exclusive=only, exit_on_error=False)
