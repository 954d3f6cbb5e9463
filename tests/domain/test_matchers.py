from __future__ import annotations

import pytest

from secondline_tui.domain.matchers import Matcher


@pytest.mark.parametrize(
    ("text", "matcher"),
    [
        ('team="web"', Matcher("team", "web")),
        (" team = web ", Matcher("team", "web")),
        ('team!=""', Matcher("team", "", equal=False)),
        ('host=~"cache.*|web"', Matcher("host", "cache.*|web", regex=True)),
        ("host!~x", Matcher("host", "x", regex=True, equal=False)),
        (r'path="C:\\\"x\"\n"', Matcher("path", 'C:\\"x"\n')),
        ('"a.b"="c=d"', Matcher("a.b", "c=d")),
        ('"größe in m²"!="1"', Matcher("größe in m²", "1", equal=False)),
        (r'"a\"=\\ "=~"b"', Matcher('a"=\\ ', "b", regex=True)),
    ],
)
def test_parsed_and_written(text: str, matcher: Matcher) -> None:
    assert Matcher.parse(text) == matcher
    assert Matcher.parse(str(matcher)) == matcher


@pytest.mark.parametrize("text", ["", "team", "=x", '""="x"', '"a="x"', 'team="web', 'team="a"b"', 'host=~"("'])
def test_not_a_matcher(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Matcher.parse(text)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a=1", True),
        ("a=2", False),
        ("a!=2", True),
        ("b=''", False),
        ('b=""', True),
        ("b!=x", True),
        ("c=~we", False),
        ("c=~we.", True),
        ("c!~we", True),
    ],
)
def test_matches(text: str, fits: bool) -> None:
    assert Matcher.parse(text).matches({"a": "1", "c": "web"}) is fits
