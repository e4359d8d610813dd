"""MariaDB and MySQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from ivrkit.call.requests.database import LARGEST_MOST, Argument, Direction
from ivrkit.call.requests.sql import Marked
from ivrkit.connectors.odbc.dialect import SESSION, Calling, Dialect, OutputsIn, procedure_name
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.troubles import Reported, Trouble

_BY_NUMBER: Final[dict[int, Trouble]] = {
    **dict.fromkeys((1053, 1077, 1927, 2002, 2003, 2006, 2013, 2055), Trouble.LOST),
    **dict.fromkeys((1317, 1969, 3024), Trouble.STOPPED),
    1205: Trouble.LATE,  # waited too long for a lock
    1213: Trouble.GAVE_WAY,  # deadlock
    **dict.fromkeys((1021, 1040, 1041, 1129, 1130, 1203, 1226), Trouble.FAILING),
}
"""MariaDB Error Code Reference; those above 2000 are the client's."""


class MariaDB(Dialect):
    """The client reads all rows before it gives the first: the server is told to send no more
    than any answer may have."""

    name: ClassVar[str] = "mariadb"
    title: ClassVar[str] = "MariaDB"
    products: ClassVar[tuple[str, ...]] = ("MariaDB",)
    drivers: ClassVar[str] = "maria|maodbc"
    package: ClassVar[str] = "odbc-mariadb"
    # Connector/ODBC 3.1 writes texts that come in portions twice (measured), so they do not.
    longest_bound: ClassVar[int] = 1 << 30
    # Between UTF-16 and UTF-8 it loses ends of texts with emoji (measured).
    utf8: ClassVar[bool] = True
    knows_read_only: ClassVar[bool] = True
    # LOAD DATA LOCAL reads files of this machine; EXECUTE IMMEDIATE runs any of the others.
    refused: ClassVar[frozenset[str]] = SESSION | {
        *("load", "execute", "begin", "xa", "lock", "unlock", "install", "handler")
    }

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        # It takes no time limit from ODBC, and waits for ever for a server that is mute. Option 2:
        # rows count as changed when they were found, as everywhere else.
        string.add({"CONN_TIMEOUT": str(seconds), "CHARSET": "utf8mb4", "OPTION": "2"})

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        told = [f"SET SESSION sql_select_limit = {LARGEST_MOST + 1}"]
        if zone is not None:
            told.append(f"SET SESSION time_zone = '{zone}'")
        if read_only:
            told.append("SET SESSION TRANSACTION READ ONLY")
        return told

    def limit(self, seconds: int) -> str | None:
        return f"SET SESSION max_statement_time = {seconds}"

    def calling(self, procedure: str, arguments: Sequence[Argument]) -> Calling:
        # Outputs go into user variables: the driver gives none back.
        before, marks, names, outputs = [], [], [], []
        for number, each in enumerate(arguments):
            if each.direction is Direction.IN:
                marks.append("?")
                names.append(each.name)
                continue
            variable = f"@ivrkit_{number}"
            given = (each.name,) if each.direction is Direction.INOUT else ()
            before.append(Marked(f"SET {variable} = {'?' if given else 'NULL'}", given))
            marks.append(variable)
            outputs.append(variable)
        call = Marked(f"CALL {procedure_name(procedure)}({', '.join(marks)})", tuple(names))
        if not outputs:
            return Calling(call)
        after = f"SELECT {', '.join(outputs)}"
        return Calling(call, OutputsIn.AFTER, tuple(before), after)

    def trouble(self, reported: Reported) -> Trouble:
        if reported.state == "HY018":  # cancelled
            return Trouble.STOPPED
        return _BY_NUMBER.get(reported.native) or super().trouble(reported)


class MySQL(MariaDB):
    """MySQL by its own Connector/ODBC."""

    name: ClassVar[str] = "mysql"
    title: ClassVar[str] = "MySQL"
    products: ClassVar[tuple[str, ...]] = ("MySQL",)
    drivers: ClassVar[str] = "mysql|myodbc"
    package: ClassVar[str] = "MySQL Connector/ODBC"
    longest_bound: ClassVar[int] = 0
    utf8: ClassVar[bool] = False

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        string.add({"CHARSET": "utf8mb4", "FOUND_ROWS": "1"})

    def limit(self, seconds: int) -> str | None:
        return f"SET SESSION max_execution_time = {seconds * 1000}"
