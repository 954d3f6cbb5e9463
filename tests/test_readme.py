from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.keys_table import README, with_table


def test_the_table_of_keys_is_that_of_the_program() -> None:
    text = README.read_text("utf-8")
    assert text == with_table(text), "run python -m tests.keys_table"


def test_every_file_the_readme_names_is_there() -> None:
    text = README.read_text("utf-8")
    named = set(re.findall(r"\]\(([^)#:]+)\)", text)) | set(re.findall(r"\b(?:tests|screenshots)/[\w/.-]+\w", text))
    assert named
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()]
    assert not missing


def test_the_cards_of_what_goes_on_have_one_name_wherever_a_person_reads_of_them() -> None:
    files = [README, ROOT / "config.example.toml", ROOT / "pyproject.toml", *(ROOT / "secondline_tui").rglob("*.py")]
    other = [file.name for file in files if "known issue" in file.read_text("utf-8").casefold()]
    assert other == [], "they are called ongoing issues"
