"""What an Asterisk can do, told from its version where it cannot be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivrkit.channels.ari.generated.asterisk import SystemInfo

MANY_VARIABLES = {20: (20, 20, 0), 22: (22, 10, 0), 23: (23, 4, 0)}
"""``POST channels/{id}/variables``. Like the other table: what every later branch has, and from
which release on those branches that came before."""
INHERITABLE_HEADERS = {20: (20, 19, 0), 22: (22, 9, 0), 23: (23, 3, 0)}
"""The dialplan function ``PJSIP_INHERITABLE_HEADER``."""
REST_OVER_WEBSOCKET = {20: (20, 14, 0), 21: (21, 9, 0), 22: (22, 4, 0)}
"""Requests over the WebSocket of the events."""
WEBSOCKET_MEDIA = {20: (20, 20, 0), 22: (22, 10, 0), 23: (23, 4, 0)}
"""``chan_websocket`` without the known crashes of its first releases."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of Asterisk; nothing is assumed of one that cannot be read (built from git)."""

    number: tuple[int, int, int] = (0, 0, 0)

    @classmethod
    def of(cls, system: SystemInfo | None) -> Version:
        """The version in ``GET asterisk/info``: ``22.10.1~dfsg-1``, ``certified/20.7-cert3``."""
        text = system.version if system else ""
        match = re.match(r"(?:certified[/-])?(\d+)\.(\d+)(?:\.(\d+))?", text)
        if match is None:
            return cls()
        return cls((int(match[1]), int(match[2]), int(match[3] or 0)))

    @property
    def many_variables(self) -> bool:
        return self._since(MANY_VARIABLES)

    @property
    def inheritable_headers(self) -> bool:
        return self._since(INHERITABLE_HEADERS)

    @property
    def rest_over_websocket(self) -> bool:
        return self._since(REST_OVER_WEBSOCKET)

    @property
    def websocket_media(self) -> bool:
        return self._since(WEBSOCKET_MEDIA)

    def _since(self, branches: dict[int, tuple[int, int, int]]) -> bool:
        branch = self.number[0]
        first = branches.get(branch)
        return branch > max(branches) if first is None else self.number >= first
