"""When callers hear something, as Asterisk's own log tells it: by one clock, and when it plays, not
when it is asked to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

CONNECTED = r"^\[([^]]+)\] .*: (?:Creating|Activating) Stasis app '{application}'$"
PLAYING = re.compile(r"^\[([^]]+)\] .*<(\S+)> Playing '([^']+)'", re.MULTILINE)


@dataclass(frozen=True)
class Restart:
    """An engine that has come back, and what was played from then on."""

    connected: datetime
    """When it connected to Asterisk."""
    names: Mapping[str, str]
    """The channels that were there when it came, with their names."""
    played: Mapping[str, list[tuple[datetime, str]]]
    """By a channel's name: when each file began, which Asterisk names without its kind."""

    @classmethod
    def read(cls, log: str, application: str, names: Mapping[str, str]) -> Restart:
        """Out of the log from before the moment in which it came back."""
        pattern = CONNECTED.format(application=re.escape(application))
        found = re.search(pattern, log, re.MULTILINE)
        assert found is not None, f"{application} has not connected"
        played: dict[str, list[tuple[datetime, str]]] = {}
        for at, name, file in PLAYING.findall(log, found.end()):
            played.setdefault(name, []).append((datetime.fromisoformat(at), Path(file).stem))
        return cls(datetime.fromisoformat(found[1]), names, played)

    def seconds(self, channel: str, file: str) -> float | None:
        """From its connection until a file began in a channel for the first time; None where it
        never did."""
        for at, each in self.played.get(self.names[channel], ()):
            if each == Path(file).stem:
                return (at - self.connected).total_seconds()
        return None
