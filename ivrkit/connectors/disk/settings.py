"""The settings of the connector ``file``."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ivrkit.connectors.connector import ConnectorSettings


def _encoding(name: str) -> str:
    try:
        codecs.lookup(name)
        "".encode(name)
    except (LookupError, UnicodeError):
        raise ValueError(f"there is no encoding '{name}'; write utf-8") from None
    return name


class FileSettings(ConnectorSettings):
    """A folder that flows may use. ``root`` is its path, from the folder of ivrkit.yaml on;
    ``create`` makes it where it is not there.

    ``megabytes`` and ``files`` are how much it may hold in all, folders counted as files;
    ``largest`` is the size of one file, in megabytes, to write or to look through. ``mode`` are
    the permissions of new files; folders get those that go with it.

    ``encoding`` is that of texts (a byte order mark is skipped); ``byte_order_mark`` puts one in
    front of new CSV files, as spreadsheets want it. ``separator`` divides the cells of CSV.
    ``formulas: text`` puts an apostrophe before a cell that a spreadsheet would run as a formula,
    and takes it away when it is read; ``keep`` leaves it as it is.
    """

    root: Path
    create: bool = False
    megabytes: float = Field(default=100, gt=0)
    files: int = Field(default=10_000, ge=1, le=1_000_000)
    largest: float = Field(default=10, gt=0)
    mode: Annotated[str, Field(pattern="^0?[0-7]{3}$")] = "0640"
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    byte_order_mark: bool = False
    separator: Annotated[str, Field(min_length=1, max_length=1)] = ","
    formulas: Literal["text", "keep"] = "text"

    @property
    def file_mode(self) -> int:
        """The permissions of a new file."""
        return int(self.mode, 8)

    @property
    def folder_mode(self) -> int:
        """Those of a new folder: who may read may look into it."""
        return self.file_mode | 0o100 | (self.file_mode & 0o444) >> 2
