"""A wrong configuration is told in full, a line a fault, and never repeats a secret."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from secondline_tui.config.errors import ConfigError
from secondline_tui.config.load import load, warnings
from secondline_tui.config.place import find, user_path
from secondline_tui.config.secrets import FromEnv

GOOD = """
[sources.icinga]
type = "icinga2"
url = "https://icinga.example.org:5665"
username = "dash"
password = { env = "ICINGA_PASSWORD" }
"""


def write(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as failed:
        load(path)
    told = failed.value.problems
    assert all(line.startswith(f"{path}: ") for line in told)
    return [line.removeprefix(f"{path}: ") for line in told]


def test_a_good_one_loads_with_the_briefs_defaults(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD))
    assert config.sources["icinga"].interval == 30
    assert config.shift.timezone.key == "Europe/London"
    assert (config.shift.start, config.shift.end) == (time(9, 30), time(17, 30))
    assert config.shift.drill is not None
    assert config.shift.drill.day is not None
    assert config.shift.drill.day.weekday == 2


def test_times_may_be_written_as_toml_times_or_as_text(tmp_path: Path) -> None:
    config = load(
        write(tmp_path, '[shift]\nstart = 08:00:00\nend = "16:00"\nstand-up = "08:10"\ndays = ["Monday", "tue"]\n')
    )
    assert (config.shift.start, config.shift.end, config.shift.stand_up) == (time(8), time(16), time(8, 10))
    assert [day.value for day in config.shift.days] == ["mon", "tue"]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
nonsense = 1
[shift]
timezone = "Europe/Lond"
[sources.a]
type = "icinga2"
url = "https://a.example.org"
interval = "soon"
[sources.b]
type = "nope"
[sources.c]
url = "x"
[sources.d]
type = "zendesk"
url = "https://x.zendesk.com"
usrname = "x"
""",
    )
    text = "\n".join(told)
    assert "nonsense: unknown key" in text
    assert "shift.timezone: 'Europe/Lond' is no time zone" in text
    assert 'sources.a.interval: not a duration: write seconds as a number, or "30s"' in text
    assert "sources.b: no such type; types are 'icinga2'" in text
    assert "sources.c: type is missing" in text
    assert "sources.d.usrname: unknown key" in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ('password = { env = "A", file = "b" }', "sources.icinga.password: not a secret"),
        ('password = { command = "pass show x" }', "sources.icinga.password: command: "),
        ("password = 7", "sources.icinga.password: not a secret"),
        ('password = ""', "sources.icinga.password: not a secret"),
        ("", "sources.icinga: username and password belong together"),
        ('password = "x"\ndeadline = 60', "sources.icinga: deadline (60 s) is longer than interval (30 s)"),
        ('password = "x"\nurl2 = "y"', "sources.icinga.url2: unknown key"),
    ],
)
def test_faults_of_one_source(tmp_path: Path, change: str, reason: str) -> None:
    told = problems(tmp_path, GOOD.replace('password = { env = "ICINGA_PASSWORD" }', change))
    assert any(line.startswith(reason) for line in told), told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[source.a]\ntype = "icinga2"', "source: unknown key; did you mean sources?"),
        ('[sources.icinga2]\ntype = "icinga2"\npasswrd = "x"',
         "sources.icinga2.passwrd: unknown key; did you mean password?"),
        ('[sources.heartbeat]\ntype = "icinga2"\nheartbeat = { hst = "x" }',
         "sources.heartbeat.heartbeat.hst: unknown key; did you mean host?"),
        ('[sources.a]\ntype = "trello"\nqqq = "x"', "sources.a.qqq: unknown key"),
        ('[sources.a]\ntype = "trello"\nlists = []', "sources.a.lists: should not be empty"),
        ("[shift]\nstandup = 9", "shift.standup: unknown key; did you mean stand-up?"),
        ('[shift]\nstand-up = { tme = "9:00" }', "shift.stand-up.tme: unknown key; did you mean time?"),
        ('[shift]\ndays = ["mon", "xyz"]', "shift.days, entry 2: should be 'mon', "),
        ('[shift]\ndays = "mon"', 'shift.days: should be a list, such as ["a", "b"]'),
        ("shift = 3", "shift: should be a table"),
        ("[sources]\na = 3", "sources.a: should be a table"),
        ("keys = []", "keys: should be a table"),
        ('[sources.a]\ntype = "zendesk"\nviews = [1, "x"]', "sources.a.views, entry 2: should be a whole number"),
        ('[sources.a]\ntype = "alertmanager"\nseverities = ["x"]', "sources.a.severities: should be a table"),
        ('[sources.a]\ntype = "icinga2"\nread_only = "x"', "sources.a.read_only: should be true or false"),
        ("[me]\nname = 3", 'me.name: should be text in quotes, such as "a"'),
        ("[hooks]\nseconds = 3", "hooks: unknown key"),
    ],
)  # fmt: skip
def test_faults_are_told_in_the_words_of_toml(tmp_path: Path, text: str, told: str) -> None:
    found = problems(tmp_path, text)
    assert any(line.startswith(told) for line in found), found
    assert not any(word in line for line in found for word in ("tuple", "dictionary", "instance"))
    if told.endswith("unknown key"):
        assert told in found


def test_ignore_rules_that_would_hide_the_wrong_things_are_faults(tmp_path: Path) -> None:
    text = """
[sources.a]
type = "icinga2"
ignore = ["name:puppet -host:ci-*", "service_name:x", "-hosst:x", "foo:bar", 'name:"x', "", "host: x"]
[sources.b]
type = "alertmanager"
ignore = ["team:web", "-hosst:x"]
[sources.c]
type = "grafana"
ignore = ["-hosst:x", "stage:x"]
[sources.d]
type = "pagerduty"
ignore = ["urgency:low", "host:x"]
[sources.e]
type = "zendesk"
ignore = ["tag:spam", "tga:x"]
[sources.f]
type = "trello"
ignore = ["label:x", "team:x"]
[sources.g]
type = "rota"
ignore = ["role:x"]
"""
    told = [line for line in problems(tmp_path, text) if "ignore" in line]
    begins = [
        "sources.a.ignore, entry 3: no field 'hosst'; did you mean host?",
        "sources.a.ignore, entry 4: no field 'foo'; fields are source, environment, severity, state, name, host, ",
        "sources.a.ignore, entry 5: a quote is not closed",
        "sources.a.ignore, entry 6: an empty filter would leave out everything",
        "sources.a.ignore, entry 7: nothing follows host:",
        "sources.b.ignore, entry 2: no field 'hosst'; did you mean host?",
        "sources.c.ignore, entry 1: no field 'hosst'; did you mean host?",
        "sources.d.ignore, entry 2: no field 'host'; fields are source, name, status, ",
        "sources.e.ignore, entry 2: no field 'tga'; did you mean tag?",
        "sources.f.ignore, entry 2: no field 'team'; fields are source, name, list, ",
        "sources.g.ignore, entry 1: no field 'role'; fields are source;",
    ]
    assert len(told) == len(begins)
    assert all(line.startswith(begin) for line, begin in zip(told, begins, strict=True)), told


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("icinga.example.org", "not a plain http(s) address"),
        ("https://dash:secret@icinga.example.org", "not a plain http(s) address without user name or password"),
        ("https://dash:se/cret@icinga.example.org", "not a plain http(s) address without user name or password"),
        ("https://dash:5/cret@icinga.example.org", "not a plain http(s) address without user name or password"),
        ("https://icinga.example.org/?token=x", "an address to build on ends before any ? or #"),
        ("http://icinga.example.org:5665", "would send credentials over plain http"),
        ("http://localhost.evil.example:5665", "would send credentials over plain http"),
    ],
)
def test_addresses(tmp_path: Path, url: str, reason: str) -> None:
    assert reason in "\n".join(problems(tmp_path, GOOD.replace("https://icinga.example.org:5665", url)))


@pytest.mark.parametrize("url", ["http://127.0.0.1:5665", "http://localhost:5665", "http://[::1]:5665"])
def test_loopback_may_be_plain_http(tmp_path: Path, url: str) -> None:
    load(write(tmp_path, GOOD.replace("https://icinga.example.org:5665", url)))


def test_plain_http_can_be_insisted_on(tmp_path: Path) -> None:
    load(write(tmp_path, GOOD.replace("https://", "http://") + "insecure_http = true\n"))


ROTA = """
[sources.sheet]
type = "rota"
url = "https://sheets.example.org/pub?output=csv&key=hunter2-secret"
headers = { X-Api-Key = "hunter2-secret" }
"""


@pytest.mark.parametrize("text", [GOOD.replace('{ env = "ICINGA_PASSWORD" }', '"hunter2-secret"'), ROTA])
def test_a_secret_is_in_no_error_and_no_repr(tmp_path: Path, text: str) -> None:
    assert "hunter2" not in "\n".join(problems(tmp_path, text + "nonsense = 1\n"))
    config = load(write(tmp_path, text))
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize("name", ["with space", "a:b", "-x", "x/y", "ü"])
def test_source_names_are_plain(tmp_path: Path, name: str) -> None:
    assert "a source's name is made of letters" in problems(tmp_path, GOOD.replace("icinga]", f'"{name}"]'))[0]


def test_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match="not TOML"):
        load(write(tmp_path, "[sources"))
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(tmp_path / "config.toml")


def test_what_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(None) is None
    user_path().parent.mkdir(parents=True)
    user_path().write_text("")
    assert find(None) == user_path()
    monkeypatch.setenv("SECONDLINE_CONFIG", "/from/env")
    assert find(None) == Path("/from/env")
    assert find(tmp_path) == tmp_path


def test_secrets_in_a_file_that_others_can_read_are_warned_of(tmp_path: Path) -> None:
    text = GOOD.replace('{ env = "ICINGA_PASSWORD" }', '"hunter2"')
    told = warnings(load(write(tmp_path, text, 0o644)))
    assert any("sources.icinga.password" in line and "chmod 600" in line for line in told)
    assert "hunter2" not in "".join(told)
    assert warnings(load(write(tmp_path, text, 0o600))) == []


def test_the_example_loads_as_it_is_and_names_every_key() -> None:
    root = Path(__file__).parent.parent.parent
    config = load(root / "config.example.toml")
    assert {source.type for source in config.sources.values()} == {
        "icinga2", "grafana", "alertmanager", "pagerduty", "zendesk", "trello", "rota",
    }  # fmt: skip
    text = (root / "config.example.toml").read_text("utf-8")
    missing = []
    for model in (config.shift, config.me, config.ui, *config.sources.values()):
        for field, info in type(model).model_fields.items():
            name = info.alias or field
            if f"\n{name} =" not in text and f"\n# {name} =" not in text and f" {name} =" not in text:
                missing.append(f"{type(model).__name__}.{name}")
    assert not missing
    assert all(
        isinstance(value, FromEnv)
        for source in config.sources.values()
        for name in ("token", "password", "key")
        if (value := getattr(source, name, None)) is not None
    )
