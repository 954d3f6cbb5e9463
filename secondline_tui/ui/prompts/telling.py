"""What a prompt says: what is done to which items, as whom, who reads it, what has changed meanwhile. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from secondline_tui.domain.actions import Preview, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText, clean, clean_block
from secondline_tui.ui.prompts.asking import Asking
from secondline_tui.ui.prompts.errand import Errand, Target
from secondline_tui.ui.prompts.going_back import overwritten, way
from secondline_tui.ui.spans import Line, Role, Span, cut, cut_line, width_of, wrap

WAIT = "wait a moment"
"""How a remark begins that is over as soon as the service has answered."""
NAMES = 6
"""Names of items that are listed; the others are counted."""
LINES = 8
"""Lines of what else would change."""


def title(errand: Errand, width: int) -> Line:
    """What is being done, in capitals where it is public."""
    first = errand.first
    if errand.public:
        words, role = " PUBLIC REPLY: people outside the team will read this", Role.DOUBT
    elif first.back is not None:
        words, role = f" take back: {first.form.word}", Role.ACCENT
    elif first.type == "zendesk" and first.verb is Verb.COMMENT:
        words, role = " INTERNAL NOTE: only colleagues read this", Role.ACCENT
    else:
        words, role = f" {done_to(errand.chosen)}", Role.ACCENT
    if errand.many:
        words += f": {len(errand.chosen)} items"
    return cut_line(((words, role),), width)


def about(errand: Errand, asking: Asking, board: Board, left_out: Mapping[ItemRef, str], width: int) -> list[Line]:
    """Which items, at which service, as whom, and who reads it."""
    return list(_about(errand, asking, board, left_out, width))


def _about(errand: Errand, asking: Asking, board: Board, left_out: Mapping[ItemRef, str], width: int) -> Iterator[Line]:
    for target in errand.chosen[:NAMES] if errand.many else ():
        yield _listed(target, errand, asking, left_out.get(target.ref, ""), width)
    if len(errand.chosen) > NAMES:
        yield ((f"   and {len(errand.chosen) - NAMES} more", Role.MUTED),)
    if not errand.many:
        for part in wrap(errand.first.name, max(10, width - 2))[:2]:
            yield ((f" {part}", Role.STRONG),)
        yield from _going_back(errand.first, asking, width)
    for source in dict.fromkeys(target.ref.source for target in errand.targets):
        yield from _service(source, errand, asking, board, width)
    yield from _effects(errand, asking, width)
    if errand.against:
        yield from _wrapped(clean(errand.against, 400), width, Role.WARNING)
    if errand.verb is Verb.CARD:
        picture = "a picture of the item goes with it" if errand.first.picture else "no picture goes with it"
        beside = f"; {picture}" if errand.first.about is not None else ""
        yield from _wrapped(f"the first line is the card's title{beside}", width, Role.MUTED)


def _going_back(target: Target, asking: Asking, width: int) -> Iterator[Line]:
    """From what to what, where something is taken back; and what somebody has made of it meanwhile."""
    preview = asking.previews.get(target.ref)
    if meanwhile := overwritten(target, preview):
        yield from _wrapped(meanwhile, width, Role.WARNING)
    if back := way(target, preview):
        yield from _wrapped(back, width, Role.PLAIN)


def _listed(target: Target, errand: Errand, asking: Asking, why_not: str, width: int) -> Line:
    """One of several items."""
    name: Span = (cut(target.name, width * 2 // 3), Role.GONE if why_not else Role.STRONG)
    told = f"  {target.ref.source}" + (f", {target.form.word}" if errand.mixed else "")
    preview = asking.previews.get(target.ref)
    meanwhile, back = overwritten(target, preview), way(target, preview)
    if why_not:
        end: Span = (f"  left out: {why_not}", Role.WARNING)
    elif meanwhile:
        end = (f"  {meanwhile}; {back}", Role.WARNING)
    else:
        end = (f"{told}, {back}" if back else told, Role.MUTED)
    return cut_line(((" · ", Role.MUTED), name, end), width)


def _service(source: str, errand: Errand, asking: Asking, board: Board, width: int) -> Iterator[Line]:
    """A service, the account there, and who will read what is typed."""
    mine = [target for target in errand.targets if target.ref.source == source]
    previews = [asking.previews[target.ref] for target in mine if target.ref in asking.previews]
    line: list[Span] = [(f" at {source}", Role.PLAIN)]
    state = board.sources.get(source)
    if state is not None and state.environment:
        line.append((f", {state.environment}", Role.PLAIN))
    account = previews[0].account if previews and previews[0].account else (state.account if state is not None else "")
    if account:
        line.append((f", as {account}", Role.PLAIN))
    waiting = sum(target.ref in asking.pending for target in mine)
    if waiting:
        line.append(("  asking …", Role.MUTED))
    yield cut_line(line, width)
    for audience in audiences(previews):
        role = Role.WARNING if errand.public else Role.MUTED
        for part in wrap(f"read by: {audience}", max(10, width - 2))[:3]:
            yield ((f" {part}", role),)
    if errand.many:
        return
    for target in mine:
        if target.ref in asking.refused:
            yield from _wrapped(f"{source} says no: {asking.refused[target.ref]}", width, Role.DOUBT)
        elif target.ref in asking.failed:
            yield from _wrapped(f"{source} did not answer: {asking.failed[target.ref]}", width, Role.DOUBT)


def audiences(previews: Iterable[Preview]) -> list[SafeText]:
    """Who will read what is typed, each once, as the services name them."""
    return list(dict.fromkeys(preview.audience for preview in previews if preview.audience))


def readers(previews: Iterable[Preview]) -> str:
    """The same in a line."""
    return "; ".join(audiences(previews))


def _effects(errand: Errand, asking: Asking, width: int) -> Iterator[Line]:
    """What else would happen."""
    preview = asking.previews.get(errand.first.ref)
    effects: Sequence[SafeText] = asking.effects or (preview.changes if preview is not None else ())
    for effect in effects[:LINES]:
        yield from _wrapped(f"· {effect}", width, Role.PLAIN)
    if len(effects) > LINES:
        yield ((f" and {len(effects) - LINES} more", Role.MUTED),)
    if errand.verb is Verb.MACRO and asking.effect_of and preview is not None and preview.text:
        said = wrap(clean_block(preview.text), max(10, width - 4))
        yield from (((f" │ {part}", Role.STRONG),) for part in said[:LINES])
        if len(said) > LINES:
            yield ((f" and {len(said) - LINES} more lines", Role.MUTED),)
    if preview is not None and preview.covers is not None:
        count = preview.covers
        role = Role.WARNING if count != 1 else Role.PLAIN
        yield ((f" covers {count} firing alert{'' if count == 1 else 's'}", role),)


def _wrapped(text: str, width: int, role: Role) -> Iterator[Line]:
    for part in wrap(text, max(10, width - 2))[:4]:
        yield ((f" {part}", role),)


def news(errand: Errand, told: Mapping[ItemRef, Sequence[SafeText]], width: int) -> list[Line]:
    """What colleagues have done meanwhile."""
    lines: list[Line] = []
    for target in errand.targets:
        for change in told.get(target.watched, ()):
            name = f"{cut(target.name, 30)}: " if len(errand.targets) > 1 else ""
            lines += _wrapped(f"meanwhile: {name}{change}", width, Role.WARNING)
    return lines[:4]


def done_to(targets: Iterable[Target]) -> str:
    """What is done to them: the same idea may go by several names."""
    words = list(dict.fromkeys(target.form.word for target in targets))
    return words[0] if len(words) == 1 else " and ".join(_bare(word) for word in words)


def deed(targets: Iterable[Target]) -> str:
    """What is done, without the items."""
    return _bare(done_to(targets))


def _bare(word: str) -> str:
    words = word.split()
    return " ".join(words[:-1] if words[-1] in ("of", "to", "on", "for") else words)


def alterations(text: str, kept: str) -> str:
    """What a service will change of a text, in words."""
    if kept == text:
        return ""
    if kept == text.rstrip():
        return "the blank end is cut off"
    if kept == text.strip():
        return "blanks at the beginning and the end are cut off"
    if [line.rstrip() for line in kept.split("\n")] == [line.rstrip() for line in text.rstrip().split("\n")]:
        return "blanks at the ends of lines are cut off"
    if text.startswith(kept):
        return f"it is cut after {len(kept)} characters"
    if kept == text.replace("\n", "\r\n"):
        return "line ends become CR LF"
    pairs = zip(text.split("\n"), kept.split("\n"), strict=False)
    line, (old, new) = next(((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]), (1, (text, kept)))
    return f"line {line}, {cut(old, 24)!r}, becomes {cut(new, 24)!r}"


def keys(pairs: Sequence[tuple[str, str]], width: int) -> Line:
    """The keys that count here."""
    line: list[Span] = []
    for key, word in pairs:
        piece: list[Span] = [(f" {key}", Role.KEY), (f" {word} ", Role.MUTED)]
        if width_of([*line, *piece]) > width:
            break
        line += piece
    return tuple(line)
