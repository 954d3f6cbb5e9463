"""An alert for want of data says so on its row, in plain words, whatever its annotations tell."""

from __future__ import annotations

import pytest

from secondline_tui.domain.items import Severity
from secondline_tui.sources.grafana.joining import joined
from tests.sources.grafana.test_joining import instance, rule, sent, shown


@pytest.mark.parametrize("state", ["NoData", "Alerting (NoData)", "Alerting (NoData, KeepLast)"])
async def test_no_data_is_the_first_thing_it_says(state: str) -> None:
    labels = {"alertname": "Sentry errors", "severity": "warning"}
    (alert,) = await joined([instance(state, labels, annotations={"summary": "Too many errors"})], [])
    item = shown(alert)
    assert (item.summary, item.output) == ("no data", "no data\nToo many errors")
    assert item.severity is Severity.WARNING, "its rule says how bad it is"


async def test_no_data_without_a_severity_is_unknown() -> None:
    (alert,) = await joined([instance("NoData", {"alertname": "a"})], [])
    assert shown(alert).severity is Severity.UNKNOWN


async def test_an_error_tells_its_text() -> None:
    of = rule(health="error", lastError="connection refused")
    (alert,) = await joined([instance("Error", {"alertname": "a"}, of, annotations={"summary": "Too many"})], [])
    assert shown(alert).summary == "connection refused"
    (alert,) = await joined([instance("Error", {"alertname": "a"})], [])
    assert shown(alert).summary == "its rule could not be evaluated (Error)"


async def test_what_was_sent_alone_tells_too() -> None:
    labels = {"alertname": "DatasourceNoData", "rulename": "Sync"}
    (alert,) = await joined([], [sent(labels)])
    assert shown(alert).summary == "no data"
    (alert,) = await joined([instance("Alerting", {"alertname": "a"}, annotations={"summary": "Too many"})], [])
    assert shown(alert).summary == "Too many"
