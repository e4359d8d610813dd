"""How much is repeated: a little in `make test`, all of it in `make soak`.

A proof by repetition (kill runs, random calls, cuts) is one test; its size alone differs.
"""

from __future__ import annotations

import datetime
import os
from typing import Final

SOAK: Final = os.environ.get("IVRKIT_SOAK", "") not in ("", "0")
"""Whether the whole size is wanted."""


def times(usual: int, soak: int) -> int:
    """How often: ``usual`` in `make test`, ``soak`` in `make soak`."""
    return soak if SOAK else usual


def seed_of_the_day() -> int:
    """What chance begins with: another one every day, the same all day long. ``IVRKIT_SEED`` sets
    the one of a run that is to be repeated."""
    return int(os.environ.get("IVRKIT_SEED") or datetime.date.today().strftime("%Y%m%d"))
