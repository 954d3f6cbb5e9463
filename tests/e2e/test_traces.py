"""The search for secrets finds them in every encoding: otherwise tests that find none would prove nothing."""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.planted import SECRETS
from tests.e2e.traces import traces, traces_in_files

SECRET = SECRETS["grafana.token"]
ENCODINGS: dict[str, str] = {
    "plain": SECRET,
    "percent": quote(SECRET, safe=""),
    "percent, small letters": quote(SECRET, safe="").replace("%2B", "%2b").replace("%2F", "%2f"),
    "percent twice": quote(quote(SECRET, safe=""), safe=""),
    "json": json.dumps({"it": SECRET}).replace("/", "\\/"),
    "json of Go": SECRET.replace("+", "\\u002b").replace("=", "\\u003d").replace("/", "\\u002F"),
    "repr": repr(f"'{SECRET}\n\""),
    "bytes": repr(SECRET.encode() + b"\xff").replace("+", "\\x2b"),
    "html": html.escape(f"<{SECRET}>").replace("/", "&#x2F;").replace("=", "&equals;"),
    "tags": f"<text>{SECRET[:9]}</text>\n<text>{SECRET[9:]}</text>",
    "terminal": f"\x1b[1m{SECRET[:5]}\x1b[0m\x1b[3;4H{SECRET[5:]}",
    "wrapped": f"│ {SECRET[:12]} │\r\n│ {SECRET[12:]} │",
    "beginning": SECRET[:12],
    "middle": SECRET[5:20],
    "end": SECRET[-12:],
    **{
        f"base64 after {name}": base64.b64encode(f"{name}:{SECRET}".encode()).decode()
        for name in ("a", "an", "ana")
    },
    "base64 for addresses": base64.urlsafe_b64encode(f"ana:{SECRET}".encode()).decode(),
    "base64 in percent": quote(base64.b64encode(f"ana:{SECRET}".encode()).decode(), safe=""),
    "percent in base64": base64.b64encode(quote(SECRET, safe="").encode()).decode(),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_search_finds_it(name: str, tmp_path: Path) -> None:
    written = f"some text before {ENCODINGS[name]} and after".encode()
    assert traces(SECRETS, written) == {"grafana.token"}
    assert traces(SECRETS, written.replace(b"some", b"\xff\xfe")) == {"grafana.token"}
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(written)
    assert traces_in_files(SECRETS, tmp_path) == {str(tmp_path / "deep" / "file"): {"grafana.token"}}


def test_the_search_finds_nothing_else() -> None:
    assert traces(SECRETS, Path(__file__).read_bytes()) == set()
    assert len(set(SECRETS.values())) == len(SECRETS) > 12
    assert all(traces(SECRETS, secret.encode()) == {name} for name, secret in SECRETS.items())
