"""From Alertmanager's rows to sightings of alerts, and to what opening one shows. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from secondline_tui.config.sources import Alertmanager
from secondline_tui.domain.items import Detail, Links
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.text import URL_LIMIT, SafeText, clean, safe_url
from secondline_tui.sources.alertmanager.silences import Silences, muting_notes
from secondline_tui.sources.alertmanager.wire import AlertRow
from secondline_tui.sources.labels import Sighting, attributes, graph, runbook, said


def sighting_maker(source: Alertmanager, silences: Silences) -> Callable[[AlertRow], Sighting]:
    """A function that tells one row in shared terms.

    An alert that a time interval mutes counts as in downtime: that is planned quiet, and nobody has it.
    """

    def make(row: AlertRow) -> Sighting:
        status = row.status
        return Sighting(
            key=row.fingerprint,
            labels=row.labels,
            annotations=row.annotations,
            state=status.state,
            since=row.starts_at,
            handling=silences.handling(status.silenced_by),
            notes=silences.notes(status.silenced_by) + muting_notes(status.muted_by),
            muted=bool(status.muted_by),
            inhibited=bool(status.inhibited_by),
            links=Links(
                runbook=runbook(row.annotations),
                graph=graph(row.annotations, source.grafana_url) or safe_url(row.generator_url),
                web=web_link(source.url, row.labels),
            ),
        )

    return make


def web_link(url: str, labels: Mapping[str, str]) -> str | None:
    """The alert's place in Alertmanager's own pages: its labels as a filter, or its name where they are too many."""
    name = {"alertname": labels["alertname"]} if "alertname" in labels else {}
    return _filtered(url, labels) or _filtered(url, name)


def _filtered(url: str, labels: Mapping[str, str]) -> str | None:
    matchers = ",".join(str(Matcher(name, value)) for name, value in sorted(labels.items()))
    if len(matchers) > URL_LIMIT:
        return None
    return safe_url(
        f"{url}/#/alerts?silenced=true&inhibited=true&muted=true&filter={quote(f'{{{matchers}}}', safe='')}"
    )


def detail_of(row: AlertRow, sighting: Sighting, silences: Silences) -> Detail:
    """Everything that is known of one alert."""
    status = row.status
    rest = row.model_dump(mode="json", by_alias=True, exclude={"labels", "annotations", "receivers", "status"})
    return Detail(
        notes=sighting.notes,
        body=said(sighting),
        attributes=(
            *attributes("label", row.labels),
            *attributes("annotation", row.annotations),
            *receivers(row),
            (SafeText("state"), clean(status.state)),
            *silences.attributes(status.silenced_by),
            (SafeText("inhibitedBy"), clean(", ".join(status.inhibited_by))),
            (SafeText("mutedBy"), clean(", ".join(status.muted_by))),
            *((clean(name), clean(_shown(value))) for name, value in sorted(rest.items())),
        ),
    )


def receivers(row: AlertRow) -> Iterator[tuple[SafeText, SafeText]]:
    """The names of those it is sent to, quoted: a receiver may well be called "nobody"."""
    if row.receivers:
        yield SafeText("receivers"), clean(", ".join(f'"{receiver.name}"' for receiver in row.receivers))


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
