"""The command line: every mistake is one line that says what, where and how to mend it; every end has its code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondline_tui import __version__
from secondline_tui.cli import run
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo

EMPTY = '[shift]\ntimezone = "Europe/London"\n'


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with Demo() as running:
        yield running


@pytest.fixture(scope="module")
def alone(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the demo's sources: for programs of their own, that start sooner without the others' libraries."""
    config = tmp_path_factory.mktemp("alone") / "config.toml"
    table = demo.config.read_text("utf-8").split("[sources.icinga]")[1].split("\n[")[0]
    config.write_text(f"[sources.icinga]{table}", "utf-8")
    config.chmod(0o600)
    return config


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["statsu"], "invalid choice: 'statsu'"),
        (["status", "--format", "yaml"], "invalid choice: 'yaml'"),
        (["status", "--confg"], "--confg"),
        (["status", "--config"], "expected one argument"),
    ],
)
def test_usage_errors(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 64
    out, error = capsys.readouterr()
    assert out == ""
    assert told in error
    assert "Traceback" not in error


@pytest.mark.parametrize("command", [[], ["demo"], ["wallboard", "--config", "CONFIG"]])
@pytest.mark.parametrize("missing", ["input", "error"])
def test_a_full_screen_without_a_terminal_is_refused_in_a_line(
    command: list[str],
    missing: str,
    alone: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = 0 if missing == "input" else 2
    monkeypatch.setattr(os, "isatty", lambda number: number != without)
    assert run([word.replace("CONFIG", str(alone)) for word in command]) == 74
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"secondline-tui: cannot go on: a full screen needs a terminal, and standard {missing} is")
    assert error.count("\n") == 1


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    words = capsys.readouterr().out
    assert all(command in words for command in ("demo", "status", "check"))
    assert "--for-dashboard" not in words
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"secondline-tui {__version__}\n"


def test_the_help_of_status_names_its_ends_and_symbols(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--help"]) == 0
    words = capsys.readouterr().out
    for code in (0, 1, 2, 3, 64, 74, 78):
        assert f"\n  {code} " in words
    assert all(symbol in words for symbol in "✖!?▲✉✔")
    assert max(len(line) for line in words.splitlines()) <= 80


@pytest.mark.parametrize("command", ["status", "check"])
def test_without_a_configuration(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command]) == 78
    error = capsys.readouterr().err
    assert "config.toml" in error
    assert "secondline-tui demo" in error


@pytest.mark.parametrize(
    ("command", "text", "told"),
    [
        ("status", "[sources.a]\ntype = 'icinga'\n", "sources.a: no such type; types are 'icinga2'"),
        ("check", "[sources.a]\ntype = 'icinga2'\n", "sources.a.url"),
        ("status", "[shift\n", "line 1"),
        ("check", "[keys]\nquit = 'r'\n", "keys."),
    ],
)
def test_a_wrong_configuration(
    command: str, text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    assert run([command, "--config", str(path)]) == 78
    error = capsys.readouterr().err
    assert error.startswith(f"{path}: ")
    assert told in error
    assert "Traceback" not in error


def test_a_configuration_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--config", str(tmp_path / "none.toml")]) == 78
    assert "none.toml" in capsys.readouterr().err


def test_nothing_configured_is_nothing_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY, "utf-8")
    assert run(["status", "--config", str(path)]) == 3
    assert "✔" not in capsys.readouterr().out
    assert run(["check", "--config", str(path)]) == 69
    assert "no source is configured" in capsys.readouterr().out


def test_check_probes_every_source(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--config", str(demo.config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("✔") and "(" in line} == set(demo.world.urls)
    assert not [line for line in lines if line.startswith("✖")]
    assert any("1 open page," in line for line in lines)
    assert "    Alertmanager 0.25.0, up for 6d" in lines


def test_check_names_what_does_not_answer(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    demo.world.break_service("zendesk", Fault.parse("status:401", None))
    try:
        assert run(["check", "--config", str(demo.config)]) == 69
    finally:
        demo.world.mend()
    bad = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✖")]
    assert len(bad) == 1
    assert bad[0].startswith("✖ zendesk (zendesk): unauthorised: ")


@pytest.mark.parametrize("order", ["before", "after"])
def test_options_may_stand_before_or_after_the_command(
    demo: Demo, order: str, capsys: pytest.CaptureFixture[str]
) -> None:
    option = ["--config", str(demo.config)]
    arguments = [*option, "status"] if order == "before" else ["status", *option]
    assert run([*arguments, "--format", "json"]) == 2
    assert len(json.loads(capsys.readouterr().out)["sources"]) == 8


def test_the_configuration_may_be_named_by_the_environment(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECONDLINE_CONFIG", str(demo.config))
    assert run(["status", "--format", "line"]) == 2
    assert capsys.readouterr().out.startswith("✖")


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        ("| :", 2),
        ("2>&-", 2),
        (">&-", 2),
        ("2>/dev/full", 2),
        (">/dev/full", 74),
    ],
)
def test_whoever_listens_the_exit_code_tells_how_things_are(alone: Path, redirection: str, code: int) -> None:
    command = f'"{sys.executable}" -m secondline_tui status --config "{alone}" {redirection}; echo ${{PIPESTATUS[0]}}'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split()[-1] == str(code)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_terminal_of_few_characters(alone: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "secondline_tui", "status", "--config", str(alone)],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "sources fresh" in done.stdout
    assert done.stderr == ""


def test_a_log_that_cannot_be_written_is_no_reason_to_complain(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    done = subprocess.run(
        [sys.executable, "-m", "secondline_tui", "status", "--config", str(alone)],
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "")
