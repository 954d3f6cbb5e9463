from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from secondline_tui.config.sources import Icinga2
from secondline_tui.domain.items import Alert, Severity
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.sources.icinga2.detail import detail_of
from secondline_tui.sources.icinga2.mapping import Remarks, alert_maker, web_link
from secondline_tui.sources.icinga2.wire import Account, CommentRow, DowntimeRow, ProblemRow

BEGAN = 1_795_282_547.806783
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold]\u202e evil\u0000\r\n" + "x" * 100_000
LOGIN: dict[str, object] = {"url": "https://icinga.example.org:5665", "username": "dash", "password": "x"}


def source(**settings: object) -> Icinga2:
    return Icinga2.model_validate({"type": "icinga2", **LOGIN, **settings})


def attrs(**changes: object) -> dict[str, object]:
    told: dict[str, object] = {
        "acknowledgement": 0,
        "acknowledgement_expiry": 0,
        "action_url": "",
        "display_name": "Disk usage",
        "downtime_depth": 0,
        "flapping": False,
        "handled": False,
        "last_check_result": {"exit_status": 0, "output": "DISK CRITICAL", "performance_data": None, "state": 2},
        "last_state_change": BEGAN,
        "notes_url": "",
        "problem": True,
        "state": 2,
        "state_type": 1,
    }
    return {**told, **changes}


def row(name: str = "web1!disk", joined: dict[str, object] | None = None, /, **changes: object) -> dict[str, object]:
    joins = {} if joined is None else {"host": joined}
    kind = "Service" if "!" in name else "Host"
    return {"attrs": attrs(**changes), "joins": joins, "meta": {}, "name": name, "type": kind}


def comment(at: float, author: str = "ana", about: str = "web1!disk", **changes: object) -> CommentRow:
    host, _, service = about.partition("!")
    told = {"host_name": host, "service_name": service, "author": author, "text": f"by {author}"}
    return CommentRow.model_validate({"attrs": {**told, "entry_time": at, "entry_type": 4, **changes}})


def downtime(**changes: object) -> DowntimeRow:
    told = {"host_name": "web1", "service_name": "disk", "author": "bo", "comment": "planned", "fixed": True}
    times = {"start_time": BEGAN, "end_time": BEGAN + 600, "duration": 0, "trigger_time": BEGAN}
    return DowntimeRow.model_validate({"attrs": {**told, **times, **changes}})


def shown(raw: dict[str, object], remarks: Remarks | None = None, **settings: object) -> Alert:
    alert = alert_maker("prod", source(**settings), remarks or Remarks())(ProblemRow.model_validate(raw))
    assert alert is not None
    return alert


@pytest.mark.parametrize(
    "missing",
    ["problem", "state", "state_type", "last_state_change", "last_check_result", "acknowledgement", "downtime_depth"],
)
def test_what_we_need_must_be_there(missing: str) -> None:
    raw = row()
    assert isinstance(raw["attrs"], dict)
    del raw["attrs"][missing]
    with pytest.raises(ValidationError):
        ProblemRow.model_validate(raw)


@pytest.mark.parametrize("state", [-1, 4, "2x", None, 1.5])
def test_states_that_do_not_exist(state: object) -> None:
    with pytest.raises(ValidationError):
        ProblemRow.model_validate(row(state=state))


@pytest.mark.parametrize(
    ("name", "state", "word", "severity"),
    [
        ("web1!disk", 1.0, "WARNING", Severity.WARNING),
        ("web1!disk", 2.0, "CRITICAL", Severity.CRITICAL),
        ("web1!disk", 3.0, "UNKNOWN", Severity.UNKNOWN),
        ("web1", 1.0, "DOWN", Severity.CRITICAL),
    ],
)
def test_states(name: str, state: float, word: str, severity: Severity) -> None:
    """Icinga writes every number as a float, if it likes."""
    alert = shown(row(name, state=state))
    assert (alert.state, alert.severity) == (word, severity)


def test_what_recovered_meanwhile_is_none() -> None:
    assert alert_maker("prod", source(), Remarks())(ProblemRow.model_validate(row(problem=False, state=0))) is None


def test_times() -> None:
    alert = shown(row(acknowledgement=1, acknowledgement_expiry=BEGAN + 60))
    assert alert.since == datetime.fromtimestamp(BEGAN, UTC)
    assert alert.acknowledged is not None
    assert alert.acknowledged.until == datetime.fromtimestamp(BEGAN + 60, UTC)
    assert shown(row(last_state_change=0)).since is None
    assert shown(row(last_state_change=-1)).since is None


def test_a_check_without_output() -> None:
    assert shown(row(last_check_result=None)).output == ""
    assert shown(row(last_check_result={"output": None})).output == ""
    assert shown(row(last_check_result={"output": "\n\n second"})).summary == "second"


def test_names() -> None:
    alert = shown(row("web1!disk /", {"display_name": "web (10.0.0.1)"}, display_name=""))
    assert (alert.name, alert.host, alert.ref.key) == ("disk /", "web (10.0.0.1)", "web1!disk /")
    assert (shown(row()).name, shown(row()).host) == ("Disk usage", "web1")
    host = shown(row("web1", display_name="web (10.0.0.1)"))
    assert (host.name, host.host, host.name_line) == (
        "host is down",
        "web (10.0.0.1)",
        "host is down on web (10.0.0.1)",
    )


@pytest.mark.parametrize(
    ("changes", "acknowledged", "downtime", "inhibited"),
    [
        ({}, False, False, False),
        ({"acknowledgement": 1, "handled": True}, True, False, False),
        ({"acknowledgement": 2, "handled": True}, True, False, False),
        ({"downtime_depth": 2, "handled": True}, False, True, False),
        ({"acknowledgement": 1, "downtime_depth": 1, "handled": True}, True, True, False),
        ({"handled": True}, False, False, True),
    ],
)
def test_handled(changes: dict[str, object], acknowledged: bool, downtime: bool, inhibited: bool) -> None:
    alert = shown(row(**changes))
    assert (alert.acknowledged is not None, alert.downtime, alert.inhibited) == (acknowledged, downtime, inhibited)


def test_a_comment_left_over_acknowledges_nothing() -> None:
    """As after a crash of Icinga: comments are kept, acknowledgements lost."""
    remarks = Remarks(comments={"web1!disk": [comment(BEGAN).attrs]})
    alert = shown(row(), remarks)
    assert alert.acknowledged is None
    assert [note.label for note in alert.notes] == ["acknowledgement"]


def test_a_remark_without_acknowledgement_is_not_taken_for_one() -> None:
    remarks = Remarks(comments={"web1!disk": [comment(BEGAN, entry_type=1).attrs]})
    acknowledged = shown(row(acknowledgement=1), remarks).acknowledged
    assert acknowledged is not None
    assert (acknowledged.by, acknowledged.comment) == ("somebody", "")


@pytest.mark.parametrize(
    ("changes", "until"),
    [
        ({}, 600),
        ({"trigger_time": 0}, None),
        ({"fixed": False, "duration": 60, "trigger_time": BEGAN + 10}, 70),
        ({"fixed": False, "duration": 60, "trigger_time": 0}, None),
        ({"end_time": 0}, None),
    ],
)
def test_until_when_a_downtime_is_in_effect(changes: dict[str, object], until: float | None) -> None:
    told = downtime(**changes).attrs
    assert told.until == (None if until is None else datetime.fromtimestamp(BEGAN + until, UTC))
    remarks = Remarks(downtimes={"web1!disk": [told]})
    assert shown(row(downtime_depth=1), remarks).downtime_until == told.until
    assert shown(row(downtime_depth=0), remarks).downtime_until is None


@pytest.mark.parametrize(
    ("variables", "environment"),
    [
        ({"env": "staging"}, "staging"),
        ({"env": ""}, "fallback"),
        ({"env": ["a"]}, "fallback"),
        ({}, "fallback"),
        (None, "fallback"),
    ],
)
@pytest.mark.parametrize("name", ["web1!disk", "web1"])
def test_environment(variables: dict[str, object] | None, environment: str, name: str) -> None:
    of_service = {"env": "of the service, which does not count"}
    raw = row(name, {"vars": variables}, vars=of_service) if "!" in name else row(name, vars=variables)
    assert shown(raw, environment_var="env", environment="fallback").environment == environment
    assert shown(raw, environment="fallback").environment == "fallback"


def test_links() -> None:
    alert = shown(
        row("web1!disk", {"notes_url": "https://docs.example.org/host"}, action_url="https://graphs.example.org/1")
    )
    assert alert.links.runbook == "https://docs.example.org/host"
    assert alert.links.graph == "https://graphs.example.org/1"
    assert shown(row(notes_url="https://docs.example.org/x")).links.runbook == "https://docs.example.org/x"
    for bad in ("javascript:alert(1)", "$notes$", "file:///etc/passwd", "https://user:pass@example.org/"):
        links = shown(row(notes_url=bad, action_url=bad)).links
        assert (links.runbook, links.graph) == (None, None)


@pytest.mark.parametrize(
    ("web", "host", "service", "path"),
    [
        ("icingadb", "web1", "5xx & more/less", "icingadb/service?name=5xx%20%26%20more%2Fless&host.name=web1"),
        ("icingadb", "wéb#1", "", "icingadb/host?name=w%C3%A9b%231"),
        ("monitoring", "web1", "disk /", "monitoring/service/show?host=web1&service=disk%20%2F"),
        ("monitoring", "web1", "", "monitoring/host/show?host=web1"),
    ],
)
def test_web_links(web: str, host: str, service: str, path: str) -> None:
    told = source(web_url="https://icinga.example.org/icingaweb2/", web=web)
    assert web_link(told, host, service) == f"https://icinga.example.org/icingaweb2/{path}"
    assert web_link(source(), host, service) is None
    name = f"{host}!{service}" if service else host
    assert shown(row(name), web_url="https://icinga.example.org/icingaweb2/", web=web).links.web is not None


def test_hostile_text_is_cleaned_everywhere() -> None:
    name = f"h{HOSTILE}!s{HOSTILE}"
    raw = row(
        name,
        {"display_name": HOSTILE, "notes_url": HOSTILE, "vars": {"env": HOSTILE}},
        display_name=HOSTILE,
        last_check_result={"output": f"first {HOSTILE}\nsecond"},
        acknowledgement=1,
        downtime_depth=1,
        notes_url=HOSTILE,
    )
    remarks = Remarks(
        comments={name: [comment(BEGAN, HOSTILE, name, text=HOSTILE).attrs]},
        downtimes={name: [downtime(author=HOSTILE, comment=HOSTILE).attrs]},
    )
    alert = shown(raw, remarks, environment_var="env")
    detail = detail_of({HOSTILE: HOSTILE, "vars": {HOSTILE: HOSTILE}, "last_check_result": {"output": HOSTILE}})
    assert alert.ref.key == name, "requests are built from it"
    assert alert.acknowledged is not None
    lines = [alert.name, alert.host, alert.environment, alert.state, alert.summary, alert.acknowledged.by]
    lines += [note.author for note in alert.notes]
    lines += [text for pair in (*alert.labels, *detail.attributes) for text in pair]
    blocks = [alert.output, alert.acknowledged.comment, detail.body, *(note.text for note in alert.notes)]
    assert len(alert.notes) == 2
    assert all(clean(text, 2_000) == text for text in lines)
    assert all(clean_block(text, 200_000) == text for text in blocks)
    assert not any("\x1b" in text or "\u202e" in text for text in (*lines, *blocks))


def test_detail_keeps_what_is_named_like_a_secret_to_itself() -> None:
    told = attrs(
        last_check_result={"output": "OK", "command": ["check", "-p", "s3cret"], "check_source": "satellite"},
        vars={
            "db_password": "s3cret",
            "SNMP_Community": "s3cret",
            "disks": {"/": {"auth_token": "s3cret", "limit": 90}},
            "checks": [{"pw": "s3cret"}],
            "team": "web",
        },
        original_attributes={"vars.db_password": "s3cret", "check_interval": 60},
        enable_passive_checks=True,
    )
    detail = detail_of(told)
    shown_as = {str(name): text for name, text in detail.attributes}
    assert "s3cret" not in json.dumps(shown_as)
    assert shown_as["vars.db_password"] == "***"
    assert shown_as["vars.disks"] == '{"/": {"auth_token": "***", "limit": 90}}'
    assert (shown_as["vars.team"], shown_as["check_source"]) == ("web", "satellite")
    assert shown_as["enable_passive_checks"] == "true"
    assert [name for name, _ in detail.attributes] == sorted(shown_as)


def test_permissions() -> None:
    told = Account.model_validate(
        {"permissions": ["objects/query/*", "STATUS/Query", "actions/add-comment (filtered)"]}
    )
    for permission in ("objects/query/Host", "status/query", "actions/add-comment"):
        assert told.may(permission)
    assert not told.may("actions/remove-comment")
    assert Account.model_validate({"permissions": ["*"]}).may("anything")
    assert not Account.model_validate({"permissions": []}).may("status/query")
    assert Account.model_validate({}).may("status/query")


@pytest.mark.parametrize("duration", [1e300, 3e11, float("nan")])
def test_a_downtime_without_a_believable_end_hides_no_problem(duration: float) -> None:
    planned = downtime(fixed=False, duration=duration, trigger_time=1_000.0).attrs
    assert planned.until is None
