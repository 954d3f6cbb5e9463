"""How much of what is random is tried: a little, so that the suite stays quick, or all of it, as .ci/run does."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("SECONDLINE_THOROUGH") == "1"
