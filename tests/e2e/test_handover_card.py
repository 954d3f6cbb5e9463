"""A handover becomes a card, the answer is lost, and the program is killed: one card, and what comes next knows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.e2e.served import Served
from tests.e2e.terminal import terminal

SEND = "\x13"


def test_a_lost_answer_and_a_kill_make_no_second_card_and_the_next_pair_is_shown_it(tmp_path: Path) -> None:
    with Served() as demo:
        config = tmp_path / "config.toml"
        config.touch(mode=0o600)
        config.write_text(re.sub(r"^state = .*", f'state = "{tmp_path}"', demo.config.read_text(), count=1))

        def cards() -> list[dict[str, Any]]:
            return [one for one in demo.call("GET", "/state")["trello"]["cards"] if one["title"] == "Handed over"]

        with terminal(config=config) as screen:
            screen.wait_for("✔ believe this screen")
            screen.press("W")
            screen.wait_for("n new card")
            screen.press("n")
            screen.wait_for(lambda text: "read by: " in text and "the first line is the card's title" in text)
            screen.press("\x0b", *"Handed over")  # the rest of the line is cut off
            screen.wait_for("Handed over")
            demo.break_service("trello", "drop_after_apply", 3)
            screen.press(SEND)
            screen.wait_for(lambda _: bool(cards()))
            screen.process.kill()
            screen.process.wait()
        demo.mend()
        with terminal(config=config) as screen:
            screen.wait_for("✔ believe this screen")
            screen.press("L")
            screen.wait_for(lambda text: "the handover" in text and "confirmed" in text)
            screen.read(2.0)  # time enough to send again what was not answered
            screen.press("\x1b")
            screen.wait_for(lambda text: "nothing to deal with" not in text)
            screen.press("W")
            screen.wait_for("n new card")
            screen.press("n")
            screen.wait_for(lambda text: "make another card of it all the same" in text and "Handed over" in text)
            screen.press("\x1b")
            screen.wait_for(lambda text: "make another" not in text)
            screen.press("q", "q")
            assert screen.wait() == 0
        assert len(cards()) == 1
        assert cards()[0]["desc"].startswith("# Handover, ")
