"""Connectors as scripts give them: each script gives its own answers, in real time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivrkit.call.call import Call
from ivrkit.call.connecting import Request
from ivrkit.qa.connectors import ScriptedConnectors, Site
from ivrkit.qa.differing import Differs
from ivrkit.qa.given import Given


class GivenConnectors:
    """The port :class:`~ivrkit.call.connecting.Connectors` for calls of many scripts at the same
    time. ``given`` tells by a call's channel what its script gives; the calls of one share it."""

    def __init__(self, given: Mapping[str, Given], site: Site) -> None:
        self._given = given
        self._site = site
        self._of: dict[int, tuple[Given, ScriptedConnectors]] = {}

    async def ask(self, call: Call, request: Request) -> Any:
        """What the script of the call gives. Raises ConnectorError."""
        given = self._given.get(call.channel.id) or Given()
        return await self._scripted(given).ask(call, request)

    def only_reads(self, kind: str, name: str) -> bool:
        """Whether the site says so; see the port."""
        connector, _, operation = name.partition(".")
        return self._site.reads(kind, connector, operation)

    def cannot(self, given: Given) -> str:
        """What of a script cannot be brought about, in words."""
        return self._site.cannot(given)

    def missing(self, given: Given) -> Sequence[str]:
        """What the calls of a script needed and it does not give."""
        return self._scripted(given).missing

    def differences(self, given: Given) -> Sequence[Differs]:
        """What they asked otherwise than it says."""
        return self._scripted(given).differences

    def used(self, given: Given) -> Mapping[str, int]:
        """How often they used each connector that it gives."""
        return self._scripted(given).used

    def _scripted(self, given: Given) -> ScriptedConnectors:
        found = self._of.get(id(given))
        if found is None:
            found = self._of[id(given)] = (given, ScriptedConnectors(given, self._site))
        return found[1]
