"""Nothing that comes out of the cleaner can control a terminal, and columns stay where they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from secondline_tui.domain.text import LINE_LIMIT, clean, clean_block, first_line, safe_url

ANYTHING = st.text(st.characters(codec=None), max_size=200)
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("  two\n lines\tand tab ", "two lines and tab"),
        ("\x1b[31mred\x1b[0m alert", "red alert"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x1b]0;never ended, and the text stays", "]0;never ended, and the text stays"),
        ("\x9b31mC1\x9d0;t\x9cend", "C1end"),
        ("a\x00b\x07c\x7f", "a�b�c�"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("👩\u200d💻 dev", "👩💻 dev"),
        ("❤\ufe0f", "❤"),
        ("👍🏽", "👍"),
        ("🇬🇧", "GB"),
        ("\u1160filler\u3164", "filler"),
        ("e\u0301", "é"),
        ("Z\u0335\u0336\u0337\u0338algo", "Z\u0335\u0336algo"),
        ("nbsp\u00a0thin\u2009sp", "nbsp thin sp"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("\ud800", "�"),
        ("\ue000", "�"),
        (None, ""),
        (7, "7"),
    ],
)
def test_cleans_one_line(raw: object, shown: str) -> None:
    assert clean(raw) == shown


@given(ANYTHING)
def test_what_comes_out_is_harmless(raw: str) -> None:
    for text in (clean(raw), clean_block(raw)):
        for character in text:
            assert character == "\n" or unicodedata.category(character) not in FORBIDDEN
    assert "\n" not in clean(raw)


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean(raw)
    assert clean(once) == once
    block = clean_block(raw)
    assert clean_block(block) == block


@given(ANYTHING, ANYTHING)
def test_width_of_two_texts_is_the_sum_of_their_widths(one: str, other: str) -> None:
    """No character joins with its neighbour: else columns would not line up."""
    a, b = clean(one), clean(other)
    assert cell_len(a + "|" + b) == cell_len(a) + 1 + cell_len(b)


def test_long_lines_are_cut_and_say_so() -> None:
    cut = clean("x" * 100_000)
    assert len(cut) < LINE_LIMIT + 50
    assert cut.endswith("… (99000 more characters)")
    hostile = clean("\x1b[31m" + "é" * 100_000)
    assert len(hostile) < LINE_LIMIT + 50
    assert "more characters" in hostile


def test_blocks_keep_their_lines() -> None:
    assert clean_block("one\r\ntwo\rthree\n\tfour\n\n") == "one\ntwo\nthree\n    four"
    assert clean_block("x" * 70_000).endswith("… (4464 more characters)")


def test_text_without_controls_is_not_searched_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would take a hundred times as long, and nearly all text is of that sort."""
    monkeypatch.setattr("secondline_tui.domain.text._SEQUENCES", None)
    for plain in ("CRITICAL - it is bad\nsecond line\n" * 50, "one\ttwo\r\nthree", "überall\nviel Ärger"):
        assert clean_block(plain) == plain.replace("\r", "").replace("\t", "    ").strip("\n")


def test_first_line_is_the_first_that_says_anything() -> None:
    assert first_line(clean_block("\n \nCRITICAL: x\nmore")) == "CRITICAL: x"
    assert first_line(clean_block("")) == ""


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://docs.example.org/a?b=c#d", True),
        ("http://127.0.0.1:8080/x", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://user:password@example.org/", False),
        ("https:///nohost", False),
        ("https://example.org/a b", False),
        ("https://example.org/\x1b]0;x\x07", False),
        ("https://exämple.org/", False),
        ("https://[bad/", False),
        ("ssh://example.org", False),
        ("https://example.org/" + "a" * 3_000, False),
        (None, False),
        (7, False),
    ],
)
def test_only_plain_web_links_pass(url: object, kept: bool) -> None:
    assert safe_url(url) == (url if kept else None)
