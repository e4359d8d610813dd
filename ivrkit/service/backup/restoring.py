"""Restoring a backup into a store that is not there yet."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.backup.archive import MEDIA, SITE, STORE, Contents, unpack, written
from ivrkit.service.closing import close_left
from ivrkit.service.configuration import Configuration
from ivrkit.service.site.storing import make_private
from ivrkit.store import Store
from ivrkit.store.copying import copy, snapshot
from ivrkit.store.database import database_at

if sys.platform != "win32":
    import fcntl

UNPACKED = "restoring"
"""The folder of the state in which a backup is unpacked."""


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
    or not there; how many files that were. Raises ConfigurationError, StoreError."""
    if site.exists() and any(site.iterdir()):
        raise ConfigurationError(f"{site} is not empty", hint="name another folder")
    with tempfile.TemporaryDirectory() as folder:
        contents = unpack(path, Path(folder))
        try:
            return _take(contents, Path(folder), SITE, site)
        except StoreError:  # the folder is to be empty for the next try
            for each in site.iterdir() if site.exists() else ():
                shutil.rmtree(each) if each.is_dir() else each.unlink()
            raise


async def restore(configuration: Configuration, path: Path) -> Restored:
    """Put the store and the messages of a backup where the configuration has them. Nothing may be
    there. The store is there in the end, complete, or not at all: what fails or is killed can be
    begun again. Raises StoreError, ConfigurationError."""
    target = database_at(configuration.store_url, power_safe=configuration.store.power_safe)
    target.must_be_missing()
    make_private(configuration.state)
    with _unpacking(configuration.state) as folder:
        contents = unpack(path, folder)
        lost = await _close_calls(folder / STORE, contents.made)
        messages = _take(contents, folder, MEDIA, configuration.media_folder)
        for done in (MEDIA, SITE):  # many files, for which no transaction is to wait
            shutil.rmtree(folder / done, ignore_errors=True)
        kept = database_at(URL.create("sqlite", database=str(folder / STORE)))
        with snapshot(kept) as source, target.filled() as connection:
            copy(source, connection)
            # Who is killed behind that restores no more, and nobody would remove callers' data.
            shutil.rmtree(folder, ignore_errors=True)
    files = sum(name.startswith(SITE) for name in contents.files)
    return Restored(contents.made, contents.rows, messages, files, lost)


@contextmanager
def _unpacking(state: Path) -> Iterator[Path]:
    """An empty folder for this run alone; what one that was killed has left goes."""
    folder = state / UNPACKED
    descriptor = os.open(state, os.O_RDONLY)
    try:
        if sys.platform != "win32":
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
        with written(state):
            folder.mkdir(0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError as error:
        raise StoreError(f"a backup is being restored in {state}", hint="wait for it") from error
    finally:
        os.close(descriptor)


def _take(contents: Contents, folder: Path, prefix: str, target: Path) -> int:
    count = 0
    with written(target):
        for name in contents.files:
            if name.startswith(prefix):
                place = target / name.removeprefix(prefix)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(folder / name, place)
                if prefix == MEDIA:
                    place.chmod(0o600)
                count += 1
    return count


async def _close_calls(file: Path, made: datetime) -> int:
    """Calls that were in progress: their channels are gone, nobody goes on with them. The store of
    an earlier release is brought up to date with that."""
    store = Store(file)
    await store.open()
    try:
        return await close_left(store, ended_at=made)
    finally:
        await store.close()
