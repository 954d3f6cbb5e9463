"""What a simulated Icinga 2 says of the other endpoints that it has to do with, in the shape of 2.13.6."""

from __future__ import annotations

from collections.abc import Mapping

MASTER = "icinga-master"
"""The endpoint that answers, and its zone."""


def connections(satellites: Mapping[str, bool]) -> dict[str, object]:
    """The state of its ApiListener; each satellite is a zone of its own, connected or not."""
    zones = {
        name: {
            "client_log_lag": 0,
            "connected": connected,
            "endpoints": [name],
            "parent_zone": "" if name == MASTER else MASTER,
        }
        for name, connected in {MASTER: True, **satellites}.items()
    }
    present = [name for name, connected in satellites.items() if connected]
    absent = [name for name, connected in satellites.items() if not connected]
    return {
        "conn_endpoints": present,
        "identity": MASTER,
        "not_conn_endpoints": absent,
        "num_conn_endpoints": len(present),
        "num_endpoints": len(satellites),
        "num_not_conn_endpoints": len(absent),
        "zones": zones,
    }
