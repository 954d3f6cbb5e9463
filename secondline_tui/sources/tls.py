"""Certificates: one context for each setting, shared by every client, since loading the bundle costs 20 ms."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import certifi

from secondline_tui.domain.health import FaultKind
from secondline_tui.sources.errors import failed


@cache
def context(ca_file: Path | None = None, cert_file: Path | None = None, key_file: Path | None = None) -> ssl.SSLContext:
    """What to trust and what to show. Without `ca_file`, the system's certificates and Mozilla's.

    PollFailed(tls) names the file that cannot be used.
    """
    try:
        if ca_file is None:
            made = ssl.create_default_context()
            made.load_verify_locations(certifi.where())
        else:
            made = ssl.create_default_context(cafile=str(ca_file.expanduser()))
            # Python 3.13 began to want extensions that private authorities leave out, Icinga's own among them.
            made.verify_flags &= ~ssl.VERIFY_X509_STRICT
    except (OSError, ssl.SSLError) as error:
        raise failed(FaultKind.TLS, f"ca_file {ca_file} cannot be used: {_why(error)}", stop=True) from None
    if cert_file is not None:
        key = str(key_file.expanduser()) if key_file else None
        try:
            made.load_cert_chain(str(cert_file.expanduser()), key)
        except (OSError, ssl.SSLError) as error:
            raise failed(FaultKind.TLS, f"cert_file {cert_file} cannot be used: {_why(error)}", stop=True) from None
    return made


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "not a certificate"
    return error.strerror or "cannot be read"
