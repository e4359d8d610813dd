"""Making a backup, while calls are served."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import URL

import ivrkit
from ivrkit.errors import StoreError
from ivrkit.service.backup.archive import (
    FORM,
    LIST,
    MEDIA,
    SITE,
    STORE,
    Contents,
    Writing,
    writing,
)
from ivrkit.service.configuration import Configuration
from ivrkit.store.copying import copy, kept_messages, snapshot
from ivrkit.store.database import database_at
from ivrkit.store.messages import SUFFIX


@dataclass(frozen=True)
class Made:
    """What a backup holds."""

    path: Path
    rows: int
    messages: int
    files: int


def make_backup(configuration: Configuration, path: Path) -> Made:
    """The store, the messages of callers, and the files of the site, in the archive ``path``.
    Raises StoreError."""
    source = database_at(configuration.store_url)
    if not source.exists():
        raise StoreError(f"there is no store {source.name}", hint="has an engine served here yet?")
    with writing(path) as archive, tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = datetime.now(UTC)
        target = database_at(URL.create("sqlite", database=str(Path(folder, STORE))))
        with snapshot(source) as current:
            connection = target.connect()
            try:
                with connection.begin():
                    rows = copy(current, connection)
            finally:
                connection.close()
            ids = kept_messages(current)
        archive.add(STORE, Path(folder, STORE))
        sounds = [f"{each}{SUFFIX}" for each in ids]
        found = sum(archive.add(MEDIA + each, configuration.media_folder / each) for each in sounds)
        files = _add_site(archive, configuration)
        contents = Contents(
            form=FORM,
            made=made,
            ivrkit=ivrkit.__version__,
            application=configuration.asterisk.application,
            rows=rows,
            files=archive.files,
        )
        archive.add_text(LIST, msgspec.json.encode(contents))
    return Made(path, rows, found, files)


def _add_site(archive: Writing, configuration: Configuration) -> int:
    """Configuration, flows, phrases and recordings."""
    count = 0
    file = configuration.file
    if file is not None:
        archive.add_text(f"{SITE}{file.name}", configuration.shown().encode())
        count += 1
    for name, folder in (("flows", configuration.flows), ("prompts", configuration.prompts.folder)):
        for each in sorted(folder.rglob("*")):
            if each.is_file() and not each.name.startswith("."):
                count += archive.add(f"{SITE}{name}/{each.relative_to(folder).as_posix()}", each)
    return count
