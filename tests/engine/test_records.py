from __future__ import annotations

import json
from dataclasses import replace

from secondline_tui.domain.actions import Verb
from secondline_tui.domain.new_card import new_card
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.records import read, written
from tests.engine.test_outbox import intent


def test_what_a_card_is_made_of_is_kept() -> None:
    about = ItemRef("icinga", Kind.ALERT, "web1!disk / free: 3 %")
    made = replace(intent("1"), ref=new_card("trello"), verb=Verb.CARD, about=about, picture="item-1.png")
    assert read(written(made)) == made


def test_every_item_that_it_is_done_to_is_kept() -> None:
    more = tuple((ItemRef("am", Kind.ALERT, key), SafeText(f"slow on {key}")) for key in ("web2", "web 3!"))
    made = replace(intent("1"), verb=Verb.EXPIRE, to="s1", also=more)
    assert read(written(made)) == made


def test_an_intent_of_an_earlier_version_is_still_understood() -> None:
    record = json.loads(written(intent("1")))
    del record["about"], record["picture"], record["also"]
    assert read(json.dumps(record)) == intent("1")
