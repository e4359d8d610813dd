"""The recordings of a fake Asterisk, live and stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class FakeRecording:
    """One recording. ``asked`` is what the request for it said; ``sound`` what is in its file
    when it has ended, None while it goes on."""

    name: str
    channel: str
    asked: dict[str, Any]
    sound: bytes | None = None

    def model(self, state: str, **values: Any) -> dict[str, Any]:
        """As ARI shows it."""
        return {
            "name": self.name,
            "format": self.asked["format"],
            "target_uri": f"channel:{self.channel}",
            "state": state,
            **values,
        }
