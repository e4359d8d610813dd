"""ARI's models of the resource ``endpoints``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec


class Endpoint(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    channel_ids: list[str] = msgspec.field(default_factory=list)
    resource: str = ""
    state: str = ""
    technology: str = ""


class TextMessage(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    body: str = ""
    from_: str = msgspec.field(default="", name="from")
    to: str = ""
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
