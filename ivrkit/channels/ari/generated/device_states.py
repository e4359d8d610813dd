"""ARI's models of the resource ``deviceStates``. Generated; see ``generate.py``."""

from __future__ import annotations

import msgspec


class DeviceState(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str = ""
    state: str = ""
