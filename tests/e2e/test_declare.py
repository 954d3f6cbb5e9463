"""An incident is declared, the answer is lost, and the program is killed: one page, and what runs is taken up."""

from __future__ import annotations

import re
from pathlib import Path

from tests.e2e.served import Served
from tests.e2e.terminal import terminal

SEND, DOWN, TAB = "\x13", "\x1b[B", "\t"


def test_a_lost_answer_and_a_kill_make_no_second_page_and_lose_no_incident(tmp_path: Path) -> None:
    with Served() as demo:
        config = tmp_path / "config.toml"
        config.touch(mode=0o600)
        config.write_text(re.sub(r"^state = .*", f'state = "{tmp_path}"', demo.config.read_text(), count=1))
        before = len(demo.call("GET", "/state")["pagerduty"]["acts"])
        with terminal(config=config) as screen:
            screen.wait_for("✔ believe this screen")
            screen.press("2", "I")
            screen.wait_for("open one on GOV.UK Icinga")
            screen.press(*" for everybody", TAB, TAB, TAB, TAB, TAB, DOWN, SEND)
            screen.wait_for(lambda text: "yes, declare it and page" in text and "for everybody" in text)
            demo.break_service("pagerduty", "drop_after_apply", 3)
            screen.press("y")
            screen.wait_for("INCIDENT P1")
            screen.process.kill()
            screen.process.wait()
        demo.mend()
        with terminal(config=config) as screen:
            screen.wait_for("INCIDENT P1 update in 59m")
            screen.wait_for(lambda text: "TRIGGERED" in text and text.count("for everybody") >= 2)
            (report,) = (tmp_path / "incidents").glob("*.md")
            screen.wait_for(lambda _: "- Page: [#" in report.read_text())
            screen.read(2.0)  # time enough to send again what was not answered
            acts = demo.call("GET", "/state")["pagerduty"]["acts"][before:]
            screen.press("q")
            assert screen.wait() == 0
        assert [act["did"] for act in acts] == ["trigger"]
        assert report.read_text().count("declare → GOV.UK Icinga") == 1
