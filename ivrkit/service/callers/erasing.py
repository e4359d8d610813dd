"""Erasing a caller: by the running engine, or in its store while none runs."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from ivrkit.service.api.live import Leftovers
from ivrkit.service.beside import note, opened
from ivrkit.service.callers.matching import same_caller, shown_number
from ivrkit.service.client import ApiClient, EngineAway
from ivrkit.service.configuration import Configuration
from ivrkit.store import Holdings, Store


class ErasedCaller(msgspec.Struct, frozen=True, kw_only=True):
    """What there is, or was, of a caller: ``numbers`` are the forms in which his number stands in
    the store, ``recordings`` the sound files that Asterisk still has of his calls, ``in_progress``
    the ids of calls that are not over and are left alone. ``done``: it has been erased."""

    done: bool
    numbers: list[str]
    calls: int
    traces: int
    milestones: int
    payloads: int
    memories: int
    messages: int
    outbox: int
    recordings: int
    in_progress: list[str]

    def counts(self) -> dict[str, int]:
        """How much of what."""
        found = msgspec.structs.asdict(self)
        counts = {name: value for name, value in found.items() if type(value) is int}
        return counts | {"in_progress": len(self.in_progress)}

    @property
    def nothing(self) -> bool:
        """There is nothing to erase."""
        return not any({**self.counts(), "in_progress": 0}.values())


async def erase_caller(
    store: Store, number: str, *, really: bool, leftovers: Leftovers | None = None
) -> ErasedCaller:
    """Erase all that is kept of a caller, or (not ``really``) only tell how much that is.

    Raises StoreError, ConfigurationError, and CarrierError when Asterisk cannot be asked.
    """
    numbers = same_caller(number, await store.callers.known(number))
    over = await store.callers.over(numbers)
    names = await leftovers.recordings(over) if leftovers is not None and over else []
    if not really:
        return _told(numbers, await store.callers.holdings(numbers), len(names), done=False)
    # The sounds first: afterwards nobody knows whose they are.
    for name in names:
        assert leftovers is not None
        await leftovers.erase_recording(name)
    if leftovers is not None:
        leftovers.forget_spoken()
    return _told(numbers, await store.callers.erase(numbers, over), len(names), done=True)


def _told(numbers: list[str], found: Holdings, recordings: int, *, done: bool) -> ErasedCaller:
    there = asdict(found) | {"in_progress": list(found.in_progress)}
    return ErasedCaller(done=done, numbers=numbers, recordings=recordings, **there)


async def erase(
    configuration: Configuration, number: str, *, really: bool
) -> tuple[ErasedCaller, str]:
    """The same for a site, and where it was done if not by its engine. Raises IvrkitError."""
    try:
        async with ApiClient(configuration) as api:
            body = {"caller": number, "really": really}
            answer = await api.post("/v1/callers/erase", body)
            return msgspec.convert(answer, ErasedCaller), ""
    except EngineAway as error:
        async with opened(configuration) as store:
            found = await erase_caller(store, number, really=really)
            if really:
                note(store, "erase_caller", {"caller": shown_number(number), **found.counts()})
            return found, f"{error.message}; this is its store"
