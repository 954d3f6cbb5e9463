from __future__ import annotations

import csv
import io
import tomllib
from datetime import UTC, date, datetime, timedelta

import pytest

from secondline_tui.config.sources import Rota as Settings
from secondline_tui.demo.rota import Rota, Shape
from secondline_tui.demo.settings import configuration
from secondline_tui.demo.wire import Answer, Request
from secondline_tui.demo.world import World

NOW = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()


def rota(shape: Shape = "range", now: datetime = NOW) -> Rota:
    world = World(now.timestamp)
    made = Rota("rota", world.now, world.chance("rota"), shape=shape, roles=("primary", "shadow"))
    made.take_turns([{"primary": "Ana Sowande", "shadow": "Zoë Ng"}, {"primary": "Bo Adéyẹmí"}])
    return made


def ask(made: Rota, path: str = "/rota.csv", method: str = "GET", **headers: str) -> Answer:
    return made.handle(Request(method, path, headers, b""))


def table(made: Rota) -> list[list[str]]:
    return list(csv.reader(io.StringIO(ask(made).body().decode())))


@pytest.mark.parametrize(
    ("shape", "header", "row"),
    [
        ("ordinal", "week", "5"),
        ("range", "week", "16/11/2026-22/11/2026"),
        ("daily", "date", "2026-11-18"),
        ("commencing", "Week Commencing", "2026-11-18"),
    ],
)
def test_the_first_team_is_on_this_week_in_every_shape(shape: Shape, header: str, row: str) -> None:
    first, *rows = table(rota(shape))
    assert first == [header, "primary", "shadow"]
    assert {cells[0]: cells[1:] for cells in rows}[row] == ["Ana Sowande", "Zoë Ng"]
    assert len(rows) == (91 if shape == "daily" else 13)


def test_weeks_begin_on_wednesday_where_they_do() -> None:
    assert rota("commencing", NOW - timedelta(days=1)).this_week == date(2026, 11, 11)
    assert rota("commencing").this_week == TODAY
    assert rota("range").this_week == date(2026, 11, 16)


def test_today_is_londons() -> None:
    assert rota("range", datetime(2026, 6, 7, 23, 30, tzinfo=UTC)).this_week == date(2026, 6, 8)


def test_a_swap_is_told_in_the_cell() -> None:
    made = rota()
    made.swap("primary", "Cy Ó Néill", TODAY)
    made.swap("primary", "Di", TODAY + timedelta(days=1))
    rows = {cells[0]: cells[1:] for cells in table(made)}
    assert rows["16/11/2026-22/11/2026"][0] == "Ana Sowande (Cy Ó Néill on 18/11/2026, Di on 19/11/2026)"
    assert made.people_on(TODAY) == {"primary": "Cy Ó Néill", "shadow": "Zoë Ng"}
    spans = made.state()["rows"]
    assert isinstance(spans, list)
    assert {"role": "primary", "person": "Di", "first": "2026-11-19", "last": "2026-11-19"} in spans
    assert {"role": "primary", "person": "Ana Sowande", "first": "2026-11-20", "last": "2026-11-22"} in spans
    with pytest.raises(ValueError, match="instead"):
        made.swap("primary", "", TODAY)


def test_a_week_is_planned_and_contents_are_written() -> None:
    made = rota()
    made.plan_week(1, {"shadow": "Ek"})
    assert made.people_on(TODAY + timedelta(days=7)) == {"primary": "Bo Adéyẹmí", "shadow": "Ek"}
    made.write("anything;at;all")
    assert ask(made).body() == b"anything;at;all"
    made.write(None)
    assert len(table(made)) == 14


def test_a_web_server_with_one_file() -> None:
    made = rota()
    answer = ask(made)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.body().endswith(b"\n")
    assert ask(made, "/other.csv").status == 404
    assert ask(made, method="POST").status == 405
    tag = answer.headers["ETag"]
    assert ask(made, **{"if-none-match": tag}).status == 304
    made.write("new")
    assert ask(made, **{"if-none-match": tag}).status == 200


@pytest.mark.parametrize("shape", ["ordinal", "range", "daily", "commencing"])
def test_its_settings_are_a_configuration(shape: Shape) -> None:
    made = rota(shape)
    settings = Settings.model_validate({"url": "http://127.0.0.1:1" + made.path, **made.settings()})
    assert settings.week_one == (date(2026, 10, 19) if shape == "ordinal" else None)


def test_bad_answers_are_csv_gone_wrong() -> None:
    made = rota()
    good = ask(made).body()
    cut = made.garbled("truncated", ask(made)).body()
    assert good.startswith(cut)
    assert not cut.endswith(b"\n")
    assert made.garbled("odd_row", ask(made)).body().startswith(good)
    other = made.garbled("wrong_shape", ask(made))
    assert other.body().startswith(b"name,telephone\n")
    assert other.headers["Content-Type"].startswith("text/csv")
    assert made.garbled("html", ask(made)).body().startswith(b"<!DOCTYPE html>")
    assert made.garbled("empty", ask(made)).body() == b""
    assert made.later_part(Request("GET", "/rota.csv", {}, b""))
    assert made.rows(good) is None


def test_a_configuration_points_at_the_file() -> None:
    world = World()
    world.add(Rota("rota", world.now, world.chance("rota")))
    world.listen()
    try:
        told = tomllib.loads(configuration(world))["sources"]["rota"]
        assert told["url"] == f"{world.urls['rota']}/rota.csv"
    finally:
        world.close()
