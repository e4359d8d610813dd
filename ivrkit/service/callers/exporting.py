"""All that is kept of a caller, in one file that people and programs can read."""

from __future__ import annotations

import asyncio
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ivrkit.errors import ConfigurationError
from ivrkit.service.beside import note, opened
from ivrkit.service.callers.matching import same_caller, shown_number
from ivrkit.service.configuration import Configuration
from ivrkit.service.timeline import lines_of
from ivrkit.store import CallerData
from ivrkit.store.callers import find_caller_data

INDEX = "index.txt"


async def export_caller(
    configuration: Configuration, number: str, target: Path, *, now: datetime | None = None
) -> CallerData:
    """Write a ZIP file of all that is kept of a caller; the engine may run meanwhile. The audit
    keeps that it was done.

    Raises StoreError, and ConfigurationError where the file is there already or cannot be written.
    """
    now = now or datetime.now(UTC)
    async with opened(configuration) as store:
        numbers = same_caller(number, await store.callers.known(number))
        data = await store.query(lambda c: find_caller_data(c, numbers))
        await asyncio.to_thread(_write, target, data, numbers, store.messages.folder, now)
        note(
            store,
            "export_caller",
            {"caller": shown_number(number), "calls": len(data.records)},
            lambda: now,
        )
    return data


def _write(target: Path, data: CallerData, numbers: list[str], folder: Path, now: datetime) -> None:
    """For this user alone: it is all about somebody."""
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigurationError(
            f"{target} cannot be written: {error.strerror or error}",
            hint="name a file that is not there yet",
        ) from error
    with (
        os.fdopen(descriptor, "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        sounds = {each.id: path for each in data.messages if (path := _sound(folder, each.id))}
        for name, body in _documents(data):
            archive.writestr(name, msgspec.json.format(msgspec.json.encode(body), indent=2))
        for call_id, events in data.traces.items():
            told = "\n".join(
                f"{each.at:8.2f}  {each.word:<9}  {each.text}".rstrip()
                for each in lines_of(events, details=True)
            )
            archive.writestr(f"calls/{call_id}.txt", f"{told}\n")
        for message, path in sounds.items():
            archive.write(path, f"messages/{message}.wav")
        archive.writestr(INDEX, "\n".join(_index(data, numbers, len(sounds), now)) + "\n")


def _sound(folder: Path, message: str) -> Path | None:
    path = folder / f"{message}.wav"
    return path if path.is_file() else None


def _documents(data: CallerData) -> Iterator[tuple[str, Any]]:
    yield "calls.json", data.records
    for call_id, events in data.traces.items():
        yield f"calls/{call_id}.json", events
    yield "milestones.json", [each for found in data.milestones.values() for each in found]
    yield (
        "memories.json",
        [
            {
                "key": each.key,
                "value": msgspec.Raw(each.value),
                "call": each.call_id,
                "written": each.written,
                "expires": each.expires,
            }
            for each in data.memories
        ],
    )
    yield "messages.json", data.messages
    yield (
        "handoffs.json",
        [
            {"id": each.id, "call": each.call_id, "expires": each.expires, "document": _raw(each)}
            for each in data.payloads
        ],
    )


def _raw(payload: Any) -> msgspec.Raw:
    return msgspec.Raw(payload.document or b"null")


def _index(data: CallerData, numbers: list[str], sounds: int, now: datetime) -> Iterator[str]:
    yield f"All that ivrkit keeps of the caller {', '.join(numbers) or '(nothing)'}"
    yield f"made on {now:%Y-%m-%d at %H:%M} UTC"
    yield ""
    yield f"calls.json        when, to which number, how they ended ({len(data.records)})"
    yield "calls/ID.txt      what happened in a call, to be read"
    yield "calls/ID.json     the same, for programs"
    yield f"milestones.json   named points of the calls ({sum(map(len, data.milestones.values()))})"
    yield f"memories.json     what the service remembers of the caller ({len(data.memories)})"
    yield f"messages.json     what the caller has recorded ({len(data.messages)})"
    yield f"messages/ID.wav   the same, to be heard ({sounds})"
    yield f"handoffs.json     what was given to an agent with a call ({len(data.payloads)})"
    yield ""
    yield "What was secret in a call (PINs, card numbers) was not kept, and stands here as ••••."
    if data.records:
        yield ""
    for each in data.records:
        yield f"{each.started:%Y-%m-%d %H:%M} UTC  {each.id}  to {each.number}, flow {each.flow}"
