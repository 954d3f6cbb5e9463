"""Who should have which role: rules about people whose own post is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.people import role_key, same_person

IN_HOURS = "inhours"
"""What stands in a rule for every role of the shift itself."""


def judged(pairing: Pairing, posts: Mapping[str, str], rules: Mapping[str, Sequence[str]]) -> Pairing:
    """The pairing with a warning for everybody who has a role that people of their post should not have.

    `posts` is name = post, `rules` post = words, one of which a role has to hold.
    """
    if not posts:
        return pairing
    found = (warning for pair in pairing.roles for warning in _warnings(pair, posts, rules))
    return replace(pairing, warnings=tuple(dict.fromkeys(found)))


def _warnings(pair: RolePair, posts: Mapping[str, str], rules: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for person in pair.people:
        post = next((post for name, post in posts.items() if same_person(name, person)), "")
        words = next((words for name, words in rules.items() if same_person(name, post)), None)
        if words is not None and not any(_holds(pair, word) for word in words):
            role = " ".join(pair.role.replace("_", " ").split())
            yield f"{person} is {role}; policy for {post}: {' or '.join(words) or 'no role at all'}"


def _holds(pair: RolePair, word: str) -> bool:
    key = role_key(word)
    return not pair.out_of_hours if key == IN_HOURS else key in role_key(pair.role)
