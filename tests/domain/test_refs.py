from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.domain.refs import ItemRef, Kind

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]*", fullmatch=True)


@given(NAMES, st.sampled_from(Kind), st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_is_printed_is_read_back_and_is_one_harmless_word(source: str, kind: Kind, key: str) -> None:
    ref = ItemRef(source, kind, key)
    printed = str(ref)
    assert ItemRef.parse(printed) == ref
    assert printed.isascii()
    assert printed.isprintable()
    assert not set(printed) & set(" \"'`$\\;|&<>(){}*?#")


def test_an_icinga_service_is_readable() -> None:
    assert str(ItemRef("prod", Kind.ALERT, "web1!disk /")) == "prod:alert:web1!disk%20/"


@pytest.mark.parametrize("text", ["", "prod", "prod:alert", "prod:alert:", "prod:nothing:x"])
def test_anything_else_is_an_error_that_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"kind|SOURCE:KIND:KEY"):
        ItemRef.parse(text)
