"""``ivrkit serve`` with a keeper that keeps nothing and nobody who is told of calls.

``python -m bench.without_store FOLDER``. It shows what saving, tracing and records cost.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from ivrkit.call.events import TraceEvent
from ivrkit.service.configuration import load_configuration
from ivrkit.service.serving import calm_collector
from ivrkit.service.site import Site


class Nowhere:
    """The engine's :class:`~ivrkit.engine.keeping.Keeper` that forgets at once."""

    def describe(self, call_id: str, flow: str, version: str, channel: str) -> None:
        """Nothing is kept."""

    def save(self, call_id: str, capture: bytes) -> None:
        """Nothing is kept."""

    async def save_ahead(self, call_id: str, capture: bytes) -> None:
        """Nothing is kept."""

    def append(self, call_id: str, events: Sequence[TraceEvent]) -> None:
        """Nothing is kept."""

    def forget(self, call_id: str) -> None:
        """There is nothing to forget."""


async def main(folder: Path) -> None:
    async with Site(load_configuration(folder)) as site:
        calm_collector()
        site.engine.keeper = Nowhere()
        site.engine.observer = None
        await site.lost.wait()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
