from __future__ import annotations

import gzip
import logging
import ssl
import threading
import time
from pathlib import Path

import pytest
import requests

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import session as session_module
from secondline_tui.sources.session import Gate, GuardedAdapter, guard
from tests.sources.certificates import self_signed
from tests.sources.raw_server import Answering, at_once, drip, http, serving

LIBRARY = "https://api.example.org"
SECRET = "s3cr3t-t0k3n"


def guarded(
    url: str,
    *,
    library_url: str = LIBRARY,
    token: str = SECRET,
    drop_query: frozenset[str] = frozenset(),
    tls: ssl.SSLContext | None = None,
    server_name: str = "",
    proxy: str | None = None,
) -> tuple[requests.Session, GuardedAdapter]:
    session = requests.Session()
    gate = Gate(
        url=url,
        library_url=library_url,
        headers={"Authorization": f"Token token={token}"},
        drop_query=drop_query,
        wait_headers=("retry-after", "ratelimit-reset"),
        tls=tls,
        server_name=server_name,
        proxy=proxy,
    )
    return session, guard(session, gate)


def refused(session: requests.Session, url: str = f"{LIBRARY}/things?secret={SECRET}") -> PollFailed:
    with pytest.raises(PollFailed) as caught:
        session.get(url)
    assert SECRET not in str(caught.value)
    return caught.value


# -- where a request may go ------------------------------------------------------------------------------------------


def test_the_librarys_address_is_replaced_by_ours_and_the_credential_is_a_header() -> None:
    with serving(at_once(http(b'{"ok": true}'))) as server:
        session, _ = guarded(server.url, drop_query=frozenset({"key", "token"}))
        answer = session.get(f"{LIBRARY}/a/b?x=1&x=2&key=K&token=T&y=", cookies={"c": "d"})
        assert answer.json() == {"ok": True}
        head = server.requests[0].decode()
        assert head.startswith("GET /a/b?x=1&x=2&y= HTTP/1.1\r\n")
        assert f"Authorization: Token token={SECRET}" in head
        assert "User-Agent: secondline-tui/" in head
        assert "Cookie" not in head


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/a",
        "http://api.example.org/a",
        "https://api.example.org.evil.example/a",
        "https://api.example.org@evil.example/a",
        "http://127.0.0.1:1/a",
        "https://127.0.0.1/a",
    ],
)
def test_no_request_goes_anywhere_else(url: str) -> None:
    with serving(at_once(http(b"{}"))) as server:
        session, _ = guarded(server.url)
        failure = refused(session, url)
        assert failure.fault.kind is FaultKind.REDIRECTED
        assert server.requests == []


@pytest.mark.parametrize("location", ["https://evil.example/", "/elsewhere", "//evil.example", ""])
def test_a_redirect_is_not_followed(location: str) -> None:
    with serving(at_once(http(b"", 302, extra=f"Location: {location}\r\n"))) as server:
        session, _ = guarded(server.url)
        assert refused(session).fault.kind is FaultKind.REDIRECTED
        assert len(server.requests) == 1


def test_a_redirect_to_a_login_page_means_that_we_are_not_logged_in() -> None:
    with serving(at_once(http(b"", 302, extra="Location: /login?back=/a\r\n"))) as server:
        session, _ = guarded(server.url)
        assert refused(session).fault.kind is FaultKind.UNAUTHORISED


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post"])
def test_what_could_write_is_not_sent(method: str) -> None:
    with serving(at_once(http(b"{}"))) as server:
        session, _ = guarded(server.url)
        with pytest.raises(PollFailed) as caught:
            session.request(method, f"{LIBRARY}/things", json={"a": 1})
        assert caught.value.fault.kind is FaultKind.FORBIDDEN
        assert server.requests == []


def test_nothing_of_the_environment_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "none.pem"))
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(at_once(http(b"{}"))) as server:
        session, _ = guarded(server.url)
        session.get(f"{LIBRARY}/a")
        assert f"Authorization: Token token={SECRET}" in server.requests[0].decode()


def test_the_configured_proxy_is_gone_through_within_the_deadline() -> None:
    with serving(at_once(http(b"{}"))) as proxy:
        session, _ = guarded("http://pager.test", proxy=proxy.url)
        assert session.get(f"{LIBRARY}/a").status_code == 200
        assert proxy.requests[0].startswith(b"GET http://pager.test/a HTTP/1.1\r\n")
    with serving(drip(http(BODY), 0.05, last=30)) as proxy:
        session, adapter = guarded("http://pager.test", proxy=proxy.url)
        with adapter.deadline(0.2):
            assert refused(session).fault.kind is FaultKind.TIMED_OUT
    with serving(drip(b"HTTP/1.1 200 X\r\n\r\n", 0.05)) as proxy:  # to CONNECT
        session, adapter = guarded("https://pager.test", proxy=proxy.url)
        with adapter.deadline(0.2):
            assert refused(session).fault.kind in (FaultKind.TIMED_OUT, FaultKind.UNREACHABLE)
        assert proxy.requests[0].startswith(b"CONNECT pager.test:443 ")
        assert SECRET.encode() not in proxy.requests[0]


# -- how long it may take, how much it may be --------------------------------------------------------------------------

BODY = b'{"things": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]}'
CHUNKED = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n" + BODY


@pytest.mark.parametrize(
    "answer",
    [drip(http(BODY), 0.02), drip(http(BODY), 0.05, last=30), drip(CHUNKED, 0.05, last=30), drip(b" ", 2)],
    ids=["headers", "body", "chunked body", "nothing"],
)
def test_the_deadline_counts_for_the_whole_answer(answer: Answering) -> None:
    with serving(answer) as server:
        session, adapter = guarded(server.url)
        began = time.monotonic()
        with adapter.deadline(0.3):
            failure = refused(session)
        assert time.monotonic() - began < 5
        assert failure.fault.kind is FaultKind.TIMED_OUT
        assert len(server.requests) == 1


def test_several_requests_share_the_deadline() -> None:
    with serving(drip(http(b"{}"), 0.002)) as server:
        session, adapter = guarded(server.url)
        began = time.monotonic()
        with pytest.raises(PollFailed) as caught, adapter.deadline(0.5):
            _for_ever(session)
        assert caught.value.fault.kind is FaultKind.TIMED_OUT
        assert 0.4 < time.monotonic() - began < 5
        assert len(server.requests) > 1


def _for_ever(session: requests.Session) -> None:
    while True:
        session.get(f"{LIBRARY}/a")


def test_each_thread_has_its_own_deadline() -> None:
    with serving(drip(http(b"{}"), 0.002)) as server:
        session, adapter = guarded(server.url)
        answers: list[int] = []

        def other() -> None:
            with adapter.deadline(5):
                answers.append(session.get(f"{LIBRARY}/a").status_code)

        with adapter.deadline(0.01):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
        assert answers == [200]


def test_an_answer_has_a_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "BODY_LIMIT", 2**20)
    flood = http(b'"' + b"x" * 2**21 + b'"')
    bomb = http(gzip.compress(b"0" * 2**25), extra="Content-Encoding: gzip\r\n")
    for data in (flood, bomb):
        with serving(at_once(data)) as server:
            session, _ = guarded(server.url)
            assert refused(session).fault.kind is FaultKind.BAD_REPLY


# -- what is an answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (http(b"<html>Sign in</html>", content_type="text/html"), FaultKind.BAD_REPLY),
        (http(b""), FaultKind.BAD_REPLY),
        (http(b'{"things": ['), FaultKind.BAD_REPLY),
        (http(b"{}", extra="Content-Encoding: gzip\r\n"), FaultKind.BAD_REPLY),
        (http(b"{}", 204), FaultKind.BAD_REPLY),
        (http(b"{}", 206), FaultKind.BAD_REPLY),
        (http(BODY)[:-20], FaultKind.UNREACHABLE),
        (CHUNKED[:-20], FaultKind.UNREACHABLE),
        (b"", FaultKind.UNREACHABLE),
        (b"HTTP/1.1 ", FaultKind.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.2\r\n", FaultKind.UNREACHABLE),
        (http(b"{}", 400), FaultKind.BAD_REPLY),
        (http(b"{}", 401), FaultKind.UNAUTHORISED),
        (http(b"{}", 403), FaultKind.FORBIDDEN),
        (http(b"{}", 404), FaultKind.NOT_FOUND),
        (http(b"{}", 429), FaultKind.RATE_LIMITED),
        (http(b"{}", 500), FaultKind.SERVER_ERROR),
        (http(b"{}", 503), FaultKind.SERVER_ERROR),
    ],
)
def test_only_a_whole_200_of_json_is_an_answer(data: bytes, kind: FaultKind, caplog: pytest.LogCaptureFixture) -> None:
    with serving(at_once(data)) as server, caplog.at_level(logging.WARNING):
        session, adapter = guarded(server.url)
        with adapter.deadline(2):
            assert refused(session).fault.kind is kind
        assert len(server.requests) == 1
        assert SECRET not in caplog.text


def test_another_status_is_an_answer_only_where_the_service_is_known_to_use_it() -> None:
    with serving(at_once(http(b"{}", 201))) as server:
        session, _ = guarded(server.url)
        assert refused(session).fault.kind is FaultKind.BAD_REPLY
        guard(session, Gate(url=server.url, library_url=LIBRARY, read_statuses=frozenset({200, 201})))
        assert session.get(f"{LIBRARY}/a").json() == {}


def test_an_answer_that_a_cache_kept_too_long() -> None:
    for age, good in ((300, True), (301, False)):
        with serving(at_once(http(b"{}", extra=f"Age: {age}\r\n"))) as server:
            session, _ = guarded(server.url)
            if good:
                assert session.get(f"{LIBRARY}/things").json() == {}
            else:
                assert refused(session).fault.kind is FaultKind.BAD_REPLY
            assert "no-cache" in str(server.requests[0])


def test_nobody_listens() -> None:
    session, _ = guarded("http://127.0.0.1:1")
    assert refused(session).fault.kind is FaultKind.UNREACHABLE


@pytest.mark.parametrize("token", [f"{SECRET}\n", f"{SECRET}\r\nX: y", f"{SECRET}\u0151"])
def test_a_token_that_cannot_be_sent_is_not_told(token: str) -> None:
    with serving(at_once(http(b"{}"))) as server:
        session, _ = guarded(server.url, token=token)
        assert refused(session).fault.kind is FaultKind.UNREACHABLE
        assert server.requests == []


def test_only_too_many_requests_hears_the_rate_limits_own_header() -> None:
    told = "ratelimit-reset: 17\r\n"
    for status, extra, wait in ((429, told, 17.0), (503, told, None), (503, told + "Retry-After: 3\r\n", 3.0)):
        with serving(at_once(http(b"{}", status, extra=extra))) as server:
            session, _ = guarded(server.url)
            assert refused(session).fault.retry_after == wait


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"))


def test_the_certificates_name_is_checked_and_the_shared_context_left_alone(certificate: tuple[Path, Path]) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*certificate)
    ours = ssl.create_default_context(cafile=str(certificate[0]))
    trusted = len(ours.get_ca_certs())
    with serving(at_once(http(b"{}")), server_side) as server:
        session, _ = guarded(server.url)
        assert refused(session).fault.kind is FaultKind.TLS  # not one of the system's
        session, _ = guarded(server.url, tls=ours)
        failure = refused(session)
        assert failure.fault.kind is FaultKind.TLS  # 127.0.0.1 is not its name
        assert "127.0.0.1" in failure.fault.message
        session, _ = guarded(server.url, tls=ours, server_name="other.test")
        assert refused(session).fault.kind is FaultKind.TLS
        session, _ = guarded(server.url, tls=ours, server_name="pager.test")
        assert session.get(f"{LIBRARY}/a").status_code == 200
    assert ours.check_hostname
    assert len(ours.get_ca_certs()) == trusted


def test_a_server_name_does_not_disturb_plain_http() -> None:
    with serving(at_once(http(b"{}"))) as server:
        session, _ = guarded(server.url, server_name="pager.test")
        assert session.get(f"{LIBRARY}/a").status_code == 200
