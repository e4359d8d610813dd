"""Whether new calls should be sent to an engine."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.engine.engine import Engine
from ivrkit.store import Store


def unready(problems: Sequence[str], engine: Engine, store: Store, *, serving: bool) -> list[str]:
    """Why they should not, a line each: what is wrong, that the application is not this engine's,
    that calls of the engine before are still being taken up (until it is ``serving``), that it is
    being drained, and that it is full."""
    found = list(problems)
    if not store.holds:
        found.append("the application is not this engine's")
    if not serving:
        found.append("the calls of the engine before are being taken up")
    if engine.admission.draining:
        found.append("the engine is being drained")
    if len(engine.live()) >= engine.admission.most:
        found.append("all calls of limits: calls are in progress")
    return found
