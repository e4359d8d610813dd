"""ARI's models of the resource ``recordings``. Generated; see ``generate.py``."""

from __future__ import annotations

import msgspec


class LiveRecording(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    cause: str = ""
    duration: int = 0
    format: str = ""
    name: str = ""
    silence_duration: int = 0
    state: str = ""
    talking_duration: int = 0
    target_uri: str = ""


class StoredRecording(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    format: str = ""
    name: str = ""
