"""What the last question before sending says, and when a new silence is worth one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from secondline_tui.domain.actions import Choice, Preview, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert
from secondline_tui.domain.text import SafeText
from secondline_tui.ui.prompts import telling
from secondline_tui.ui.prompts.errand import Errand, Target
from secondline_tui.ui.spans import Line, Role, cut

NAMED = 8
"""Items that a question names; the others are counted."""


def yes_word(errand: Errand, targets: Sequence[Target]) -> str:
    """What yes does."""
    return "yes, send it publicly" if errand.public else f"yes, {telling.deed(targets)}"


def covered(errand: Errand, preview: Preview | None) -> int:
    """How many alerts a new silence would cover, as its service counts them; 0 for everything else."""
    new = errand.verb is Verb.SILENCE and not errand.many
    return preview.covers or 0 if preview is not None and new else 0


def question(
    errand: Errand, targets: Sequence[Target], to: Choice, preview: Preview | None, board: Board
) -> Iterator[Line]:
    """What would be done, to what, and who reads it."""
    form = errand.form
    word = "reply PUBLICLY to" if errand.public else telling.done_to(targets)
    yield ((f" {word}", Role.DOUBT if errand.public else Role.WARNING),)
    mixed = len({target.verb for target in targets}) > 1
    named = [(t.name, f"{t.ref.source}, {t.form.word}" if mixed else str(t.ref.source)) for t in targets]
    yield from _named(named, len(targets))
    if to.name:
        yield ((f" {form.to_word}: {to.name}", Role.PLAIN),)
    count = covered(errand, preview)
    if preview is not None and count > 1:
        yield ((f" covers {count} firing alerts", Role.WARNING),)
        yield from _named([(alert.name_line, alert.ref.source) for alert in _silenced(errand, preview, board)], count)
    if errand.public and preview is not None and preview.audience:
        yield ((f" read by: {cut(preview.audience, 60)}", Role.WARNING),)


def _named(items: Sequence[tuple[SafeText, str]], count: int) -> Iterator[Line]:
    for name, source in items[:NAMED]:
        yield ((f" · {cut(name, 60)}  ", Role.STRONG), (source, Role.MUTED))
    if count > len(items[:NAMED]):
        yield ((f"   and {count - len(items[:NAMED])} more", Role.MUTED),)


def _silenced(errand: Errand, preview: Preview, board: Board) -> list[Alert]:
    """Those that would be silenced, of what is on the board."""
    alerts = (alert for alert in board.items(Alert) if alert.ref.source == errand.first.ref.source)
    return [alert for alert in alerts if all(matcher.matches(dict(alert.labels)) for matcher in preview.matchers)]
