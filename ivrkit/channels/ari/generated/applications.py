"""ARI's models of the resource ``applications``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec


class Application(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    bridge_ids: list[str] = msgspec.field(default_factory=list)
    channel_ids: list[str] = msgspec.field(default_factory=list)
    device_names: list[str] = msgspec.field(default_factory=list)
    endpoint_ids: list[str] = msgspec.field(default_factory=list)
    events_allowed: list[Any] = msgspec.field(default_factory=list)
    events_disallowed: list[Any] = msgspec.field(default_factory=list)
    name: str = ""
