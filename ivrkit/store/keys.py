"""Which keys what is sealed in a store still needs. Nothing is opened to find out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ivrkit.store.sealing import Sealer, key_id
from ivrkit.store.tables import outbox, sessions


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many ``calls`` in progress and ``messages`` that wait need an old key, and how many
    messages one that is not here at all."""

    calls: int = 0
    messages: int = 0
    unknown: int = 0


def find_key_use(connection: Connection, sealer: Sealer) -> KeyUse:
    """What needs which key."""
    captures = connection.execute(select(sessions.c.capture)).scalars()
    calls = sum(bool(sealer.needed(each)) for each in captures)
    waiting = connection.execute(
        select(outbox.c.document).where(outbox.c.sealed != 0, outbox.c.document.is_not(None))
    ).scalars()
    messages = unknown = 0
    for document in waiting:
        name = key_id(document)
        if not name or name in sealer.old_keys:
            messages += 1
        elif not sealer.is_newest(document):
            unknown += 1
    return KeyUse(calls, messages, unknown)
