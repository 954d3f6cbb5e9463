from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from secondline_tui.config.sources import Alertmanager
from secondline_tui.domain.items import Alert, Detail
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.sources.alertmanager.mapping import detail_of, sighting_maker, web_link
from secondline_tui.sources.alertmanager.silences import Silences
from secondline_tui.sources.alertmanager.wire import AlertRow, SilenceRow
from secondline_tui.sources.labels import Shown, graph

SOURCE = Alertmanager(type="alertmanager", url="https://alertmanager.example.org/am")
FOR_EVER = "9999-12-31T23:59:59Z"
HOSTILE = "\x1b]0;title\x07\x1b[2Jred\x9b31m \u202egnp.exe\u202c [bold]no[/bold] [@click=app.quit]x[/] " + "y" * 100_000


def row(**changes: object) -> dict[str, object]:
    """An alert as Alertmanager 0.25 sends it."""
    return {
        "annotations": {"summary": "Disk is full"},
        "endsAt": "2026-11-21T18:43:35.190Z",
        "fingerprint": "0e738638e8a270b1",
        "receivers": [{"name": "nobody"}],
        "startsAt": "2026-11-21T17:38:35.190646906Z",
        "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
        "updatedAt": "2026-11-21T17:43:35.190Z",
        "generatorURL": "http://prometheus.example.org/graph?g0.expr=DiskFull&g0.tab=1",
        "labels": {"alertname": "DiskFull", "instance": "db2", "severity": "warning"},
        **changes,
    }


def silence(one: str, ends: str, **changes: object) -> SilenceRow:
    told = {
        "id": one,
        "status": {"state": "active"},
        "updatedAt": "2026-11-21T17:43:35.193Z",
        "comment": f"why {one}",
        "createdBy": one,
        "endsAt": ends,
        "matchers": [{"isRegex": True, "name": "alertname", "value": 'Sl"ow.*'}],
        "startsAt": "2026-11-21T17:43:35.193Z",
        **changes,
    }
    return SilenceRow.model_validate(told)


def shown(raw: dict[str, object], *silences: SilenceRow) -> Alert:
    told = sighting_maker(SOURCE, Silences(silences))(AlertRow.model_validate(raw))
    alert = Shown("am", SOURCE).alert(told)
    assert alert is not None
    return alert


def opened(raw: dict[str, object], *silences: SilenceRow) -> Detail:
    parsed, known = AlertRow.model_validate(raw), Silences(silences)
    return detail_of(parsed, sighting_maker(SOURCE, known)(parsed), known)


@pytest.mark.parametrize("missing", ["fingerprint", "labels", "annotations", "startsAt", "status"])
def test_what_we_need_must_be_there(missing: str) -> None:
    raw = row()
    del raw[missing]
    with pytest.raises(ValidationError):
        AlertRow.model_validate(raw)


def test_what_old_versions_lack_need_not() -> None:
    raw = row(receivers=None, status={"state": "unprocessed", "silencedBy": None, "inhibitedBy": None})
    del raw["generatorURL"]
    alert = shown(raw)
    assert (alert.state, alert.handled, alert.links.graph) == ("unprocessed", False, None)


def test_receivers_are_names_and_left_out_where_there_are_none() -> None:
    told = {str(name): text for name, text in opened(row(receivers=[{"name": "nobody"}, {"name": "sms"}])).attributes}
    assert told["receivers"] == '"nobody", "sms"'
    assert "receivers" not in {name for name, _ in opened(row(receivers=None)).attributes}


def test_the_silence_that_ends_last_stands_for_the_acknowledgement() -> None:
    raw = row(status={"state": "suppressed", "silencedBy": ["b", "a", "c"], "inhibitedBy": [], "mutedBy": []})
    soon, late = silence("a", "2026-11-21T18:00:00Z"), silence("b", "2026-11-22T18:00:00Z")
    alert = shown(raw, soon, late)
    assert alert.acknowledged is not None
    assert (alert.acknowledged.by, alert.acknowledged.comment) == ("b", "why b")
    assert alert.acknowledged.until == late.ends_at
    assert [note.author for note in alert.notes] == ["b", "a"]


def test_a_silence_for_ever() -> None:
    raw = row(status={"state": "suppressed", "silencedBy": ["b", "a"], "inhibitedBy": []}, endsAt=FOR_EVER)
    both = silence("a", FOR_EVER), silence("b", "2026-11-22T18:00:00Z")
    alert = shown(raw, *both)
    assert alert.acknowledged is not None
    assert (alert.acknowledged.by, alert.acknowledged.until) == ("a", None)
    told = {str(name): text for name, text in opened(raw, *both).attributes}
    assert "until no end, by a" in told["silence a"]


@pytest.mark.parametrize(
    ("ends", "updated", "repeated"),
    [
        ("18:47:00Z", "18:43:00Z", True),
        ("18:40:00Z", "18:36:00Z", True),  # our clock is four minutes ahead
        ("18:37:00Z", "18:36:00Z", False),
        ("23:00:00Z", "18:20:00Z", False),
        (None, "18:43:00Z", True),
        (None, "18:20:00Z", False),
        (None, None, False),
        ("18:47:00Z", None, True),
    ],
)
def test_what_a_sender_still_repeats(ends: str | None, updated: str | None, repeated: bool) -> None:
    told = {"endsAt": ends and f"2026-11-21T{ends}", "updatedAt": updated and f"2026-11-21T{updated}"}
    parsed = AlertRow.model_validate(row(**told))
    assert parsed.repeated(datetime(2026, 11, 21, 18, 44, tzinfo=UTC)) is repeated


def test_what_never_ends_must_be_repeated_too() -> None:
    now = datetime(2026, 11, 21, 18, 44, tzinfo=UTC)
    assert AlertRow.model_validate(row(endsAt=FOR_EVER, updatedAt=now.isoformat())).repeated(now)
    assert not AlertRow.model_validate(row(endsAt=FOR_EVER)).repeated(now)


def test_a_silence_that_is_not_listed_is_somebodys() -> None:
    alert = shown(row(status={"state": "suppressed", "silencedBy": ["gone"], "inhibitedBy": []}))
    assert alert.acknowledged is not None
    assert alert.acknowledged.by == "somebody"


def test_texts_of_the_annotations_once_each() -> None:
    alert = shown(row(annotations={"summary": "a", "description": "b\nc", "message": "a"}))
    assert (alert.summary, alert.output) == ("a", "a\nb\nc")


def test_an_alert_without_a_name() -> None:
    alert = shown(row(labels={"job": "x"}))
    assert (alert.name, alert.host) == ("alert without a name", "")


def test_hostile_text_is_cleaned_everywhere() -> None:
    raw = row(
        labels={"alertname": HOSTILE, "instance": HOSTILE, "severity": HOSTILE, "environment": HOSTILE, HOSTILE: "x"},
        annotations={"summary": HOSTILE, "description": f"two\n{HOSTILE}", "runbook_url": "javascript:alert(1)"},
        status={"state": HOSTILE, "silencedBy": ["a"], "inhibitedBy": [HOSTILE], "mutedBy": [HOSTILE]},
        generatorURL="file:///etc/passwd",
        receivers=[{"name": HOSTILE}],
    )
    by = silence("a", "2026-11-21T18:00:00Z", createdBy=HOSTILE, comment=HOSTILE)
    alert, detail = shown(raw, by), opened(raw, by)
    assert (alert.links.runbook, alert.links.graph) == (None, None)
    assert alert.acknowledged is not None
    lines = [alert.name, alert.host, alert.environment, alert.state, alert.summary, alert.acknowledged.by]
    lines += [text for pair in (*alert.labels, *alert.annotations, *detail.attributes) for text in pair]
    blocks = [alert.output, alert.acknowledged.comment, detail.body]
    blocks += [text for note in alert.notes for text in (note.author, note.text)]
    assert all(clean(text, 2_000) == text for text in lines)
    assert all(clean_block(text, 200_000) == text for text in blocks)


def test_the_key_stays_raw() -> None:
    assert shown(row(fingerprint=" 0e\x1b[2J ")).ref.key == " 0e\x1b[2J "


def test_web_link() -> None:
    link = web_link("https://am.example.org", {"alertname": "A B", "path": 'C:\\"x"'})
    assert link is not None
    assert link.endswith("filter=%7Balertname%3D%22A%20B%22%2Cpath%3D%22C%3A%5C%5C%5C%22x%5C%22%22%7D")
    long = web_link("https://am.example.org", {"alertname": "A", "text": "x" * 5_000})
    assert long is not None
    assert long.endswith("filter=%7Balertname%3D%22A%22%7D")


def test_detail_tells_matchers_as_people_write_them() -> None:
    raw = row(status={"state": "suppressed", "silencedBy": ["a"], "inhibitedBy": ["f05f1b7054cec365"]})
    told = {str(name): text for name, text in opened(raw, silence("a", "2026-11-21T18:00:00Z")).attributes}
    assert told["silence a"] == '{alertname=~"Sl\\"ow.*"} until 2026-11-21T18:00:00Z, by a: why a'
    assert told["inhibitedBy"] == "f05f1b7054cec365"
    assert told["fingerprint"] == "0e738638e8a270b1"


@pytest.mark.parametrize(
    ("annotation", "link"),
    [
        ({"dashboard": "https://g.example.org/d/x"}, "https://g.example.org/d/x"),
        ({"grafana_path": "d/x?var-a=1"}, "https://grafana.example.org/sub/d/x?var-a=1"),
        ({"dashboard": "/d/x"}, "https://grafana.example.org/sub/d/x"),
        ({"dashboard": "//evil.example/d/x"}, "https://grafana.example.org/sub/evil.example/d/x"),
        ({"dashboard": "queues"}, None),
        ({"dashboard": "queues", "graph_url": "http://g.example.org/"}, "http://g.example.org/"),
        ({"grafana_path": "javascript:alert(1)"}, None),
        ({"grafana_path": "http://[broken"}, None),
        ({"dashboard": "/http://[broken", "graph": "https://g.example.org/d/x"}, "https://g.example.org/d/x"),
        ({}, None),
    ],
)
def test_dashboards_named_by_annotations(annotation: dict[str, str], link: str | None) -> None:
    assert graph(annotation, "https://grafana.example.org/sub") == link
