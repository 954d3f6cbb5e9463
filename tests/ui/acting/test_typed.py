"""A draft is what was typed; what else was filled in goes along."""

from __future__ import annotations

import pytest

from secondline_tui.ui.prompts.typed import MORE, Typed


@pytest.mark.parametrize(
    "typed",
    [
        Typed(),
        Typed(text='{"text": 1}'),
        Typed(text="a\nb", until="17:45"),
        Typed(matchers='a="b"\nc=~"d.*"'),
        Typed(text="x", to=""),
    ],
)
def test_a_draft_is_read_as_it_was_written(typed: Typed) -> None:
    assert Typed.read(typed.written()) == typed


def test_a_text_alone_is_kept_as_it_is() -> None:
    assert Typed(text="on it").written() == "on it"


@pytest.mark.parametrize("draft", ["{}", "[1]", "no JSON", '{"text": "x"}'])
def test_a_draft_of_another_version_is_not_lost(draft: str) -> None:
    assert Typed.read(MORE + draft).text == draft
