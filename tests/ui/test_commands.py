from __future__ import annotations

import pytest

from secondline_tui.config.errors import ConfigError
from secondline_tui.ui.commands import COMMANDS, keymap, spelt


def test_no_key_has_two_commands_and_every_command_a_key_or_a_place_in_the_palette() -> None:
    keys = [key for command in COMMANDS for key in command.all_keys]
    assert len(keys) == len(set(keys))
    assert all(command.keys or command.palette for command in COMMANDS)


def test_own_keys_take_the_place_of_the_defaults() -> None:
    made = keymap({"refresh": "f5, Q", "filter": "/"})
    assert made["refresh"] == "f5,Q"
    assert made["filter"] == "slash"
    assert made["open"] == "enter"


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ({"refesh": "x"}, "keys.refesh: no such command; commands are down, up"),
        ({"refresh": "strg+x"}, "keys.refresh: 'strg+x' is no key"),
        ({"refresh": "xx"}, "keys.refresh: 'xx' is no key; write one like x, X, ctrl+x or f5"),
        ({"refresh": "F5"}, "keys.refresh: 'F5' is no key; write f5"),
        ({"refresh": "Ctrl+R"}, "keys.refresh: 'Ctrl+R' is no key; write ctrl+r"),
        ({"refresh": "^r"}, "keys.refresh: '^r' is no key; write ctrl+r"),
        ({"refresh": "PgDn"}, "keys.refresh: 'PgDn' is no key; write pagedown"),
        ({"refresh": " "}, "keys.refresh: ' ' is no key"),
        ({"refresh": "q"}, "keys.refresh: q is already the key of leave: give leave another one too"),
        ({"refresh": "x", "sort": "x"}, "x is already the key of"),
    ],
)
def test_wrong_keys_are_errors_at_load(own: dict[str, str], reason: str) -> None:
    with pytest.raises(ConfigError) as failed:
        keymap(own, "config.toml")
    assert any(line.startswith("config.toml: ") and reason in line for line in failed.value.problems)


def test_exchanging_two_keys_is_no_clash() -> None:
    made = keymap({"refresh": "S", "sort": "r"})
    assert (made["refresh"], made["sort"]) == ("S", "r")


@pytest.mark.parametrize(("key", "told"), [("question_mark", "?"), ("ctrl+p", "^P"), ("G", "G"), ("pagedown", "PgDn")])
def test_keys_are_spelt_as_people_know_them(key: str, told: str) -> None:
    assert spelt(key) == told
