"""The keys of the store: whether there is one, and whether those of before are still needed."""

from __future__ import annotations

import asyncio

from ivrkit.errors import ConfigurationError, IvrkitError
from ivrkit.service.configuration import Configuration
from ivrkit.service.doctor.findings import Finding, fail, ok, warning
from ivrkit.store import Sealer
from ivrkit.store.database import database_at
from ivrkit.store.keys import KeyUse, find_key_use
from ivrkit.store.reading import Reader

NAME = "store key"


async def sealing(configuration: Configuration) -> Finding:
    """How it stands with the keys."""
    try:
        keys = configuration.store_keys()
    except ConfigurationError as error:
        return fail(NAME, error.message, error.hint or "see store: key in ivrkit.yaml")
    if not keys:
        return ok(
            NAME,
            "none: what is secret in a call is lost when the engine restarts "
            "(`openssl rand -hex 32` makes one, for store: key)",
        )
    sealer = Sealer(keys[0], keys[1:])
    try:
        used = await _used(configuration, sealer)
    except IvrkitError:  # the finding about the store says what is wrong with it
        return ok(NAME, "secrets are sealed; which keys are still needed cannot be told now")
    return _told(sealer, used)


def _told(sealer: Sealer, used: KeyUse) -> Finding:
    if used.unknown:
        return warning(
            NAME,
            f"{used.unknown} messages that wait in the store were sealed under a key that is not "
            "here",
            "put the key of before behind the new one, see docs/privacy.md",
        )
    if not sealer.old_keys:
        return ok(NAME, "secrets are sealed in the store")
    needed = used.calls + used.messages
    if needed:
        return ok(
            NAME,
            "secrets are sealed under the newest key; a key of before is still needed by "
            f"{used.calls} calls in progress and {used.messages} messages that wait",
        )
    return warning(
        NAME,
        f"nothing in the store needs the old keys any more ({', '.join(sealer.old_keys)})",
        "take all but the first one away",
    )


async def _used(configuration: Configuration, sealer: Sealer) -> KeyUse:
    database = database_at(configuration.store_url)
    if not await asyncio.to_thread(database.exists):
        return KeyUse()
    reader = Reader(database)
    try:
        return await reader.run(lambda connection: find_key_use(connection, sealer))
    finally:
        reader.close()
