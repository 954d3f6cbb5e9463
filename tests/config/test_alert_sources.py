from __future__ import annotations

import pytest
from pydantic import ValidationError

from secondline_tui.config.sources import Alertmanager

BASE = {"type": "alertmanager", "url": "https://alertmanager.example.org"}


def test_severity_words_in_any_case() -> None:
    assert Alertmanager.model_validate({**BASE, "severities": {"INFO": "ignore"}}).severities == {"info": "ignore"}


@pytest.mark.parametrize("text", ["team", 'team="web', 'host=~"("'])
def test_a_filter_must_be_a_matcher(text: str) -> None:
    with pytest.raises(ValidationError, match=r"team|host"):
        Alertmanager.model_validate({**BASE, "filter": [text]})


def test_matchers_stay_as_they_are_written() -> None:
    assert Alertmanager.model_validate({**BASE, "filter": ['a = "b"', "c!~d"]}).filter == ('a = "b"', "c!~d")


@pytest.mark.parametrize(
    "login",
    [
        {"username": "ana"},
        {"password": "x"},
        {"token": "x", "username": "ana", "password": "x"},
        {"token": "x", "headers": {"authorization": "y"}},
    ],
)
def test_one_way_in(login: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"belong together|at most one"):
        Alertmanager.model_validate({**BASE, **login})


@pytest.mark.parametrize(
    "login", [{}, {"token": "x"}, {"username": "a", "password": "x"}, {"headers": {"Cookie": "y"}}]
)
def test_or_none(login: dict[str, object]) -> None:
    assert Alertmanager.model_validate({**BASE, **login}).credentials() is bool(login)
