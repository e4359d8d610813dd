"""Who did what: from the running engine, or from its store while none runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ivrkit.service.api.routes.audit import ShownAction, shown
from ivrkit.service.client import ApiClient, EngineAway
from ivrkit.service.configuration import Configuration
from ivrkit.service.history import note_of, read_store
from ivrkit.store import AuditQuery
from ivrkit.store.audit import find_audit


@dataclass(frozen=True)
class Actions:
    """Actions, newest first; ``note`` says where they come from if not from the engine."""

    actions: Sequence[ShownAction]
    note: str = ""


async def list_actions(configuration: Configuration, query: AuditQuery) -> Actions:
    """The actions that a query asks for. Raises StoreError, ConfigurationError."""
    try:
        async with ApiClient(configuration) as api:
            answer = await api.get("/v1/audit", **_asked(query))
            return Actions(msgspec.convert(answer["actions"], list[ShownAction]))
    except EngineAway as error:
        entries = await read_store(configuration, lambda found: find_audit(found, query))
        return Actions([shown(each) for each in entries], note_of(error))


def _asked(query: AuditQuery) -> dict[str, str]:
    asked = {name: getattr(query, name) for name in ("token", "action", "target", "outcome")}
    return {name: value for name, value in asked.items() if value} | {"limit": str(query.limit)}
