"""ARI's models of the resource ``bridges``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec


class Bridge(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    bridge_class: str = ""
    bridge_type: str = ""
    bridgevars: dict[str, Any] = msgspec.field(default_factory=dict)
    channels: list[str] = msgspec.field(default_factory=list)
    creationtime: str = ""
    creator: str = ""
    id: str = ""
    name: str = ""
    technology: str = ""
    video_mode: str = ""
    video_source_id: str = ""
