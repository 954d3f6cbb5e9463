from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondline_tui.shift.people import is_out_of_hours, role_key, role_rank, role_told, same_person, tier_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Sowande", "ana  sowande "),
        ("Zoë", unicodedata.normalize("NFD", "Zoë")),
        ("ŁUKASZ ØSTER", "łukasz øster"),
        ("Weiß", "WEISS"),
        ("Ana\u00a0Sowande", "Ana Sowande"),
    ],
)
def test_spellings_of_one_person(one: str, other: str) -> None:
    assert same_person(one, other)


@pytest.mark.parametrize("other", ["Zoe", "Zoë N", "", "Zoé"])
def test_other_people(other: str) -> None:
    assert not same_person("Zoë", other)


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("inhours_primary", "primary"),
        ("oncall_primary", "primary on call"),
        ("inhours_primary_standby", "primary standby"),
        ("On-call secondary", "On call secondary"),
        ("inhours", "inhours"),
        ("oncall", "oncall"),
        ("escalations", "escalations"),
        ("Primary", "Primary"),
    ],
)
def test_a_role_is_told_as_people_say_it_and_never_looks_like_that_of_other_hours(role: str, told: str) -> None:
    assert role_told(role) == told


@given(st.text())
def test_everybody_is_the_same_however_encoded(name: str) -> None:
    assert same_person(name, unicodedata.normalize("NFC", name))
    assert same_person(name, unicodedata.normalize("NFD", name))
    assert same_person(name, f" {name}\t")
    assert same_person(name, name.casefold())


@pytest.mark.parametrize(
    ("role", "out"),
    [
        ("oncall_primary", True),
        ("On-call secondary", True),
        ("Primary on call", True),
        ("Primary - out of hours", True),
        ("out_of_office_hours", True),
        ("OOH lead", True),
        ("inhours_primary", False),
        ("inhours_standby_primary", False),
        ("Primary - in hours", False),
        ("On call (in hours)", False),
        ("primary", False),
        ("Duration call-handler", False),
        ("pooh", False),
        ("Carbon callipers", False),
    ],
)
def test_which_roles_are_on_outside_the_shift(role: str, out: bool) -> None:
    assert is_out_of_hours(role) is out


def test_one_role_in_two_spellings() -> None:
    assert role_key("inhours_primary") == role_key("In-hours Primary") == role_key("INHOURS PRIMARY")
    assert role_key("primary 1") != role_key("primary 2")
    assert role_key("***") == "***"


def test_the_order_of_roles() -> None:
    roles = [
        "oncall_primary",
        "inhours_secondary_standby",
        "escalations",
        "inhours_shadow",
        "band leader",
        "inhours_primary_standby",
        "oncall_secondary",
        "inhours_primary",
        "inhours_secondary",
    ]
    assert sorted(roles, key=role_rank) == [
        "inhours_primary",
        "inhours_secondary",
        "inhours_shadow",
        "escalations",
        "band leader",
        "inhours_primary_standby",
        "inhours_secondary_standby",
        "oncall_primary",
        "oncall_secondary",
    ]


@pytest.mark.parametrize(
    ("role", "tier"),
    [
        ("First line", 1), ("first-line support", 1), ("2nd_line", 2), ("Third line", 3), ("tier 2", 2), ("L3", 3),
        ("Level_1", 1), ("secondary", None), ("inhours_primary", None), ("pipeline 3", None), ("online", None),
    ],
)  # fmt: skip
def test_which_line_of_support_a_role_is(role: str, tier: int | None) -> None:
    assert tier_of(role) == tier


def test_tiers_stand_as_they_are_counted() -> None:
    roles = ["third line", "second line", "shadow", "first line", "escalations"]
    assert sorted(roles, key=role_rank)[:2] == ["first line", "second line"]
    assert sorted(roles, key=role_rank)[-1] == "escalations"
