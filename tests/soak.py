"""How much is repeated: a little in `make test`, all of it in `make soak`.

A proof by repetition (kill runs, random calls, cuts) is one test; its size alone differs.
"""

from __future__ import annotations

import os
from typing import Final

SOAK: Final = os.environ.get("IVRKIT_SOAK", "") not in ("", "0")
"""Whether the whole size is wanted."""


def times(usual: int, soak: int) -> int:
    """How often: ``usual`` in `make test`, ``soak`` in `make soak`."""
    return soak if SOAK else usual
