"""A secret that was fetched is withheld from texts, however it is encoded; ordinary words are left alone."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from pydantic import TypeAdapter

from secondline_tui.config.secrets import Place, Secret
from secondline_tui.config.withheld import MARK, all_withheld, remember, withheld
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.shift.markdown import plain
from tests.fakes.items import alert

SECRET = 'q7+/Zx=9Lk"2Vt/0W=='
SHOWN = {
    "plain": SECRET,
    "percent": quote(SECRET, safe=""),
    "path": quote(SECRET),
    "small letters": quote(SECRET, safe="").replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d"),
    "json": json.dumps(SECRET)[1:-1],
    "json with slashes": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
}


@pytest.fixture(autouse=True)
def fetched() -> None:
    place: Place = TypeAdapter[Place](Secret).validate_python(SECRET)
    assert place.resolve() == SECRET


@pytest.mark.parametrize("shown", SHOWN)
def test_in_each_encoding(shown: str) -> None:
    assert withheld(f"token {SHOWN[shown]} is not known") == f"token {MARK} is not known"


@pytest.mark.parametrize("name", ["", "a", "an", "ana", "ana.sowande@example.org/token"])
@pytest.mark.parametrize("marks", [b"+/", b"-_"])
def test_in_basic_authentication(name: str, marks: bytes) -> None:
    shown = base64.b64encode(f"{name}:{SECRET}:".encode(), marks).decode()
    before, _, after = withheld(shown).partition(MARK)
    assert shown.startswith(before)
    assert shown.endswith(after)
    assert len(before) <= len(name) * 4 / 3 + 3, "the letter that the name shares with it is all that stays"
    assert len(after) <= 4


def test_the_token_within_a_header() -> None:
    remember("Bearer abcdefghijklmnopqrst")
    remember("_oauth2_proxy=uvwxyzabcdefghij0123; theme=dark")
    assert withheld("abcdefghijklmnopqrst, uvwxyzabcdefghij0123") == f"{MARK}, {MARK}"


def test_as_it_is_escaped_in_markdown() -> None:
    secret = "_s3cr*t<of>ours[|]_"
    remember(secret)
    assert secret not in plain(secret)
    assert withheld(plain(f"with {secret}: no")) == f"with {MARK}: no"


def test_ordinary_words_are_left_alone() -> None:
    remember("short")
    remember("theme=dark")
    assert withheld("a short word, a dark theme") == "a short word, a dark theme"


def test_in_everything_that_is_known_of_an_item_but_not_in_what_it_is_called_by() -> None:
    item = alert(SECRET, name=clean("x"), output=clean_block(f"a\n{SECRET}"), labels=((clean("x"), clean(SECRET)),))
    found, more = all_withheld((item, [SECRET, 3, None]))
    assert found == replace(item, output=clean_block(f"a\n{MARK}"), labels=((clean("x"), clean(MARK)),))
    assert found.ref.key == SECRET
    assert found.severity is item.severity
    assert more == [MARK, 3, None]
