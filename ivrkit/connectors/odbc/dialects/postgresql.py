"""PostgreSQL by psqlodbc."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from ivrkit.call.requests.database import Argument, Direction
from ivrkit.call.requests.sql import Marked
from ivrkit.connectors.odbc.dialect import SESSION, Calling, Dialect, OutputsIn, procedure_name
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.troubles import Reported, Trouble


class PostgreSQL(Dialect):
    """Limits of time are the server's own too; a procedure gives its outputs back as a row."""

    name: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "PostgreSQL"
    products: ClassVar[tuple[str, ...]] = ("PostgreSQL",)
    drivers: ClassVar[str] = "postgres|psqlodbc"
    package: ClassVar[str] = "odbc-postgresql"
    knows_read_only: ClassVar[bool] = True
    # set_config() can undo it, for the transactions behind its own.
    read_only_again: ClassVar[str] = "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
    refused: ClassVar[frozenset[str]] = SESSION | {
        *("begin", "end", "execute", "listen", "unlisten", "load", "declare", "close", "copy")
    }

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        string.add(
            {
                # Rows come in portions; otherwise all of them are in memory before the first.
                "UseDeclareFetch": "1",
                "Fetch": "100",
                # A boolean is one, and not the text '1'.
                "BoolsAsChar": "0",
                # A machine that has vanished is noticed although it closes nothing.
                "pqopt": "application_name=ivrkit keepalives_idle=30 keepalives_interval=10 "
                "keepalives_count=3 tcp_user_timeout=30000",
            }
        )

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        told = []
        if zone is not None:
            told.append(f"SET TIME ZONE '{zone}'")
        if read_only:
            told.append(self.read_only_again)
        return told

    def limit(self, seconds: int) -> str | None:
        return f"SET statement_timeout = {seconds * 1000}"

    def calling(self, procedure: str, arguments: Sequence[Argument]) -> Calling:
        # psqlodbc makes a SELECT of {CALL …}, which is for functions; and CALL wants something
        # in the place of every output.
        marks = ", ".join("NULL" if each.direction is Direction.OUT else "?" for each in arguments)
        names = tuple(each.name for each in arguments if each.direction is not Direction.OUT)
        outputs = any(each.direction is not Direction.IN for each in arguments)
        return Calling(
            Marked(f"CALL {procedure_name(procedure)}({marks})", names),
            OutputsIn.FIRST if outputs else OutputsIn.NOWHERE,
        )

    def trouble(self, reported: Reported) -> Trouble:
        if reported.state == "08001" and "FATAL:" in reported.text:
            # The server has answered: the password, the database, the number of connections.
            return Trouble.LOST if "database system is" in reported.text else Trouble.FAILING
        return super().trouble(reported)

    def hint(self, reported: Reported) -> str:
        if reported.state == "42809":
            return "a function is asked for by a query: select name(:value)"
        if reported.state in ("42P18", "42804", "42883", "22P02"):
            return "say the type of a parameter by a cast: :value::integer"
        return ""
