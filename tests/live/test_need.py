from __future__ import annotations

import pytest

from tests.live.need import need


def test_a_server_that_is_not_installed_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECONDLINE_LIVE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-server is not installed"):
        need("no-such-server")


def test_a_server_that_was_promised_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLINE_LIVE", "1")
    with pytest.raises(pytest.fail.Exception, match="SECONDLINE_LIVE is set"):
        need("no-such-server")


def test_a_program_that_is_there() -> None:
    assert need("sh").endswith("/sh")
