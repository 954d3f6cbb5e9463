"""How much of what is random is tried: a little, so that the suite stays quick; with SECONDLINE_THOROUGH=1, all."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("SECONDLINE_THOROUGH") == "1"
