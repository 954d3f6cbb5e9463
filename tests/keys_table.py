"""`python -m tests.keys_table` writes the README's table of keys from the command table."""

from __future__ import annotations

from pathlib import Path

from secondline_tui.ui.commands import COMMANDS, spelt

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- keys: generated from the command table by `python -m tests.keys_table` -->", "<!-- /keys -->"


def table() -> str:
    """The table, as Markdown."""
    lines = ["| key | name in [keys] | what it does |", "| --- | --- | --- |"]
    for command in COMMANDS:
        keys = " ".join(f"`{spelt(key)}`" for key in command.all_keys)
        lines.append(f"| {keys} | {command.id} | {command.help.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """The README with the table of today."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
