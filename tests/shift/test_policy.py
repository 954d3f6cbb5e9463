from __future__ import annotations

import pytest

from secondline_tui.config.models import POLICY, Config
from secondline_tui.shift.pairing import Pairing
from secondline_tui.shift.policy import judged
from tests.shift.test_pairing import at, on, planned, turn

POSTS = {"Cy": "apprentice", "Jo": "Junior Technologist", "Fi": "frontend developer", "Ana": "senior technologist"}


def warnings(made: Pairing) -> list[str]:
    return list(judged(made, POSTS, POLICY).warnings)


@pytest.mark.parametrize(
    ("role", "person", "warned"),
    [
        ("inhours_primary", "jo", True),
        ("inhours_secondary", "Jo", False),
        ("inhours_shadow", "Jo", False),
        ("inhours_primary_standby", "Jo", True),
        ("inhours_shadow", "Cy", False),
        ("inhours_secondary", "Cy", True),
        ("inhours_primary", "Fi", False),
        ("oncall_primary", "Fi", True),
        ("inhours_primary", "Ana", False),
        ("inhours_primary", "Nobody Known", False),
    ],
)
def test_who_may_have_which_role(role: str, person: str, warned: bool) -> None:
    assert bool(warnings(on(at(11), planned(role, person)))) is warned


def test_a_warning_names_the_person_the_role_and_the_rule() -> None:
    (told,) = warnings(on(at(11), planned("inhours_primary", "Jo")))
    assert told == "Jo is inhours primary; policy for Junior Technologist: secondary or shadow"


def test_it_is_about_the_one_who_is_really_on_call() -> None:
    cover = turn("primary", "Jo", at(9), at(18))
    assert warnings(on(at(11), planned("primary", "Ana"), cover)) == [
        "Jo is primary; policy for Junior Technologist: secondary or shadow"
    ]
    assert warnings(on(at(11), planned("primary", "Jo"), turn("primary", "Ana", at(9), at(18)))) == []


def test_everybody_planned_for_one_role_is_looked_at() -> None:
    assert len(warnings(on(at(11), planned("primary", "Jo"), planned("primary", "Cy")))) == 2


def test_the_rules_are_the_teams_own() -> None:
    config = Config.model_validate({"people": {"Ana": "lead"}, "policy": {"lead": ["escalation"]}})
    made = judged(on(at(11), planned("primary", "Ana"), planned("escalation", "Ana")), config.people, config.policy)
    assert made.warnings == ("Ana is primary; policy for lead: escalation",)
