"""A database to begin with: a file of SQLite, made of a script."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ivrkit.errors import ConfigurationError


def make_database(script: Path, file: Path) -> None:
    """Make the file anew of the statements in ``script``; one that is there is replaced, and never
    found half made.

    Raises ConfigurationError.
    """
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.unlink(missing_ok=True)
        with closing(sqlite3.connect(beside)) as database:
            database.executescript(script.read_text("utf-8"))
            database.commit()
        beside.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(
            f"the database {file} cannot be made of {script}: {error}",
            hint="check the statements, and owner and rights of the folder",
        ) from error
