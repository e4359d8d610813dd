"""SQLite by sqliteodbc."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final

from ivrkit.call.requests.database import Argument
from ivrkit.call.requests.sql import Marked
from ivrkit.connectors.odbc.dialect import SESSION, Calling, Dialect
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.troubles import Reported, Trouble
from ivrkit.errors import RequestRefused

_BY_NUMBER: Final[dict[int, Trouble]] = {
    **dict.fromkeys((1, 8, 12, 18, 19, 20, 21, 23, 25), Trouble.REFUSED),
    **dict.fromkeys((5, 6), Trouble.LATE),  # busy, locked
    9: Trouble.STOPPED,  # interrupted
    **dict.fromkeys((2, 3, 4, 7, 10, 11, 13, 14, 15, 17, 22, 26), Trouble.FAILING),
}
"""SQLite result codes; the driver gives all of them the SQLSTATE HY000."""
_OTHER_FILES: Final = re.compile(r"load_extension|blob_import|blob_export|fts3_tokenizer", re.I)
"""Functions of SQLite and of its driver that read and write any file, and load any library."""


class SQLite(Dialect):
    """A file. It is not created where there is none, and its path counts from the project."""

    name: ClassVar[str] = "sqlite"
    title: ClassVar[str] = "SQLite"
    products: ClassVar[tuple[str, ...]] = ("SQLite",)
    drivers: ClassVar[str] = "sqlite"
    package: ClassVar[str] = "libsqliteodbc"
    # Between UTF-16 and UTF-8 the driver loses ends of statements with emoji, and mistakes
    # characters of the highest planes (measured).
    utf8: ClassVar[bool] = True
    knows_read_only: ClassVar[bool] = True
    refused: ClassVar[frozenset[str]] = SESSION | {
        *("attach", "detach", "pragma", "vacuum", "begin", "end")
    }

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        file = string.get("Database")
        if file and not file.startswith((":memory:", "file:")):
            string.set("Database", str((project / file).resolve()))
        string.add({"Timeout": str(seconds * 1000), "NoCreat": "1"})

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        # A view or trigger of a file that somebody else has written reads and writes no other file.
        told = ["PRAGMA trusted_schema = 0"]
        return [*told, "PRAGMA query_only = 1"] if read_only else told

    def examine(self, statement: Marked, *, read_only: bool = False) -> None:
        super().examine(statement, read_only=read_only)
        found = _OTHER_FILES.search(statement.sql)
        if found is not None:
            raise RequestRefused(
                f"no flow runs {found[0].lower()}() on SQLite",
                hint="it leads to other files of this machine",
            )

    def bound(self, value: Any) -> Any:
        # SQLite has no exact decimals, and a number bound as text is larger than any number.
        if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
            return float(value)
        return value

    def calling(self, procedure: str, arguments: Sequence[Argument]) -> Calling:
        raise RequestRefused("SQLite has no procedures", hint="write the statements")

    def trouble(self, reported: Reported) -> Trouble:
        return _BY_NUMBER.get(reported.native) or super().trouble(reported)
