"""Who takes part. Everybody is invented."""

from __future__ import annotations

ME = "Ana Sowande"
SECONDARY = "Cy Okonkwo-Reyes"
STAND_IN = "Bo Lindqvist"
"""Covers the secondary today: an override in PagerDuty that the rota does not know."""
SHADOW = "Dafydd Prys"
NIGHT_PRIMARY = "Mehmet Çelik"
NIGHT_SECONDARY = "Siobhán Ní Dhálaigh"
MANAGER = "Priya Raghunathan"
"""Escalations end with her."""
NEXT_PRIMARY = "Zoë Brânză"
NEXT_SECONDARY = "Imogen Thackeray"

TEAM = (
    ME,
    SECONDARY,
    STAND_IN,
    SHADOW,
    NIGHT_PRIMARY,
    NIGHT_SECONDARY,
    MANAGER,
    NEXT_PRIMARY,
    NEXT_SECONDARY,
)


def email(name: str) -> str:
    """Somebody's address."""
    plain = name.translate(str.maketrans("Çáíëâăž", "Caieaaz")).lower().replace(" ", ".")
    return f"{plain}@example.org"
