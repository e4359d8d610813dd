"""Restoring a backup into a store that is not there yet."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import URL

from ivrkit.call.events import Ended
from ivrkit.engine.interrupts import LOST
from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.backup.archive import MEDIA, SITE, STORE, Contents, unpack
from ivrkit.service.configuration import Configuration
from ivrkit.service.site.storing import make_private
from ivrkit.store import RecordQuery, Store
from ivrkit.store.copying import copy, snapshot
from ivrkit.store.database import Database, database_at

PAGE = 500


@dataclass(frozen=True)
class Restored:
    """What came out of a backup. ``lost``: calls that were in progress when it was made."""

    made: datetime
    rows: int
    messages: int
    files: int
    lost: int


def files_of(path: Path, site: Path) -> int:
    """Put the configuration, the flows and the recordings of a backup into a folder that is empty,
    or not there; how many files that were. Raises ConfigurationError."""
    if site.exists() and any(site.iterdir()):
        raise ConfigurationError(f"{site} is not empty", hint="name another folder")
    with tempfile.TemporaryDirectory() as folder:
        contents = unpack(path, Path(folder))
        return _take(contents, Path(folder), SITE, site)


async def restore(configuration: Configuration, path: Path) -> Restored:
    """Put the store and the messages of a backup where the configuration has them. Nothing may be
    there. Raises StoreError, ConfigurationError."""
    target = database_at(configuration.store_url, power_safe=configuration.store.power_safe)
    if target.exists():
        raise StoreError(
            f"the store {target.name} is there already: nothing was restored",
            hint="move it away, or name another one under store:",
        )
    make_private(configuration.state)
    with tempfile.TemporaryDirectory(dir=configuration.state) as folder:
        contents = unpack(path, Path(folder))
        rows = _fill(target, Path(folder, STORE))
        messages = _take(contents, Path(folder), MEDIA, configuration.media_folder)
        files = sum(name.startswith(SITE) for name in contents.files)
    store = Store(configuration.store_url, media=configuration.media_folder)
    await store.open()
    try:
        lost = await _close_calls(store, contents.made)
        await store.flush()
    finally:
        await store.close()
    return Restored(contents.made, rows, messages, files, lost)


def _fill(target: Database, file: Path) -> int:
    """Copy the store of a backup; one of an earlier release is brought up to date before."""
    kept = database_at(URL.create("sqlite", database=str(file)))
    kept.connect().close()
    with snapshot(kept) as source:
        connection = target.connect()
        try:
            with connection.begin():
                return copy(source, connection)
        except Exception as error:
            raise target.complaint(error) from error
        finally:
            connection.close()


def _take(contents: Contents, folder: Path, prefix: str, target: Path) -> int:
    count = 0
    for name in contents.files:
        if name.startswith(prefix):
            place = target / name.removeprefix(prefix)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(folder / name, place)
            if prefix == MEDIA:
                place.chmod(0o600)
            count += 1
    return count


async def _close_calls(store: Store, made: datetime) -> int:
    """Calls that were in progress: their channels are gone, nobody goes on with them."""
    count = 0
    while records := await store.records(RecordQuery(limit=PAGE, live=True)):
        for record in records:
            store.put_record(msgspec.structs.replace(record, ended=LOST, ended_at=made))
            trace = await store.trace(record.id)
            at = trace[-1].at if trace else 0.0
            store.append(record.id, [Ended(at=at, ended=LOST)])
        await store.flush()
        count += len(records)
    return count
