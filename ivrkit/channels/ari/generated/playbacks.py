"""ARI's models of the resource ``playbacks``. Generated; see ``generate.py``."""

from __future__ import annotations

import msgspec


class Playback(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    id: str = ""
    language: str = ""
    media_uri: str = ""
    next_media_uri: str = ""
    state: str = ""
    target_uri: str = ""
