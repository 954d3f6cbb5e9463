from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from secondline_tui.sources import tls

STRICT = ssl.VERIFY_X509_STRICT


@pytest.mark.parametrize(("private", "strict"), [(True, False), (False, True)])
def test_a_private_authority_need_not_be_as_strict_as_python_3_13(
    private: bool, strict: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Icinga's own certificates have no key identifiers, which 3.13 wants unless it is told otherwise."""
    create = ssl.create_default_context

    def create_strict(cafile: str | None = None) -> ssl.SSLContext:
        made = create(cafile=cafile)
        made.verify_flags |= STRICT
        return made

    monkeypatch.setattr(ssl, "create_default_context", create_strict)
    file = tmp_path / "ca.pem"
    file.write_bytes(Path(certifi.where()).read_bytes())
    tls.context.cache_clear()
    made = tls.context(file if private else None)
    tls.context.cache_clear()
    assert bool(made.verify_flags & STRICT) is strict
    assert (made.verify_mode, made.check_hostname) == (ssl.CERT_REQUIRED, True)
