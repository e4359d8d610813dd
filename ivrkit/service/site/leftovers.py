"""What an engine has of callers outside its store: in Asterisk, and among its sounds."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.channels.ari.client import AriClient
from ivrkit.prompts.service import PromptService


class SiteLeftovers:
    """See :class:`~ivrkit.service.api.live.Leftovers`."""

    def __init__(self, client: AriClient, prompts: PromptService) -> None:
        self._client = client
        self._prompts = prompts

    async def recordings(self, calls: Sequence[str]) -> list[str]:
        """A recording is named by its call and its step: ``<call>.<entry>.<n>``."""
        there = await self._client.recordings()
        mine = set(calls)
        return [name for name in there if name.rpartition("/")[2].partition(".")[0] in mine]

    async def erase_recording(self, name: str) -> None:
        """One that has gone meanwhile is no error."""
        await self._client.erase_recording(name)

    def forget_spoken(self) -> None:
        """Those that may be in somebody's ear now go a minute later."""
        self._prompts.forget_dynamic()
