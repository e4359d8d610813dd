"""What databases do each in their own way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from ivrkit.call.requests.database import Argument, Direction
from ivrkit.call.requests.sql import Marked
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.troubles import Reported, Trouble, by_state
from ivrkit.errors import RequestRefused
from ivrkit.flow.registry import Registry

_PROCEDURE: Final = re.compile(r"[^\W\d][\w$#]*(?:\.[^\W\d][\w$#]*){0,3}")


SESSION: Final = frozenset(
    {
        *("set", "reset", "use", "discard", "prepare", "deallocate"),
        *("start", "commit", "rollback", "savepoint", "release", "abort"),
    }
)
"""Words of statements that change the connection, which is used by all calls."""


READS: Final = frozenset({"select", "with", "values", "table", "show", "describe", "explain"})
"""Words of statements that read."""


class OutputsIn(Enum):
    """Where the outputs of a procedure come back: in the first or the last result set of the call,
    or in that of a statement after it."""

    NOWHERE = auto()
    FIRST = auto()
    LAST = auto()
    AFTER = auto()


@dataclass(frozen=True, slots=True)
class Calling:
    """How a procedure is called: ``before`` and ``after`` are statements around the call."""

    call: Marked
    outputs: OutputsIn = OutputsIn.NOWHERE
    before: tuple[Marked, ...] = ()
    after: str = ""


class Dialect:
    """A database as ODBC knows it, and the plain case: what any driver should understand.

    A subclass per database; ``products`` is what its driver reports as SQL_DBMS_NAME, ``drivers``
    matches the names of its drivers.
    """

    name: ClassVar[str] = "other"
    title: ClassVar[str] = "database"
    products: ClassVar[tuple[str, ...]] = ()
    drivers: ClassVar[str] = ""
    package: ClassVar[str] = "the ODBC driver of the database"
    """What brings the driver, by Debian's names."""
    check: ClassVar[str] = "SELECT 1"
    """A statement that any user may run and that takes no time."""
    longest_bound: ClassVar[int] = 0
    """``pyodbc.Connection.maxwrite``: texts up to so many bytes are bound as a whole; 0 leaves it
    to the driver."""
    utf8: ClassVar[bool] = False
    """Whether statements and texts go there and back as UTF-8 instead of ODBC's UTF-16."""
    upper_case: ClassVar[bool] = False
    """Whether names that were not quoted come back in upper case."""
    knows_read_only: ClassVar[bool] = False
    """Whether the server itself sees to it that a session only reads (:meth:`setup`)."""
    read_only_again: ClassVar[str] = ""
    """A statement before each request of such a session, where a function can undo it."""
    refused: ClassVar[frozenset[str]] = SESSION
    """The words with which no statement of a flow begins."""

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        """Add to a connection string what it does not say: at least a time limit for connecting
        where the driver does not take it from ODBC."""
        return

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        """What a new session is told."""
        return ()

    def limit(self, seconds: int) -> str | None:
        """A statement that makes the server itself end what takes longer, if it can."""
        return None

    def bound(self, value: Any) -> Any:
        """A parameter (text, bool, int, Decimal, date …) as the driver takes it."""
        return value

    def examine(self, statement: Marked, *, read_only: bool = False) -> None:
        """Look at a statement of a flow before it is run. Raises RequestRefused for one that would
        change the connection, or lead around what the configuration allows."""
        if read_only and (
            len(statement.commands) > 1
            or (not self.knows_read_only and not READS.issuperset(statement.commands))
        ):
            raise RequestRefused(
                "where nothing may be changed, one query at a time is run",
                hint="write one statement that begins with SELECT or WITH",
            )
        for command in statement.commands:
            if command in self.refused:
                raise RequestRefused(
                    f"no flow runs {command.upper()} on {self.title}",
                    hint="a connection serves all calls: what it may do stands in ivrkit.yaml, and "
                    "transactions are made by `execute`",
                )

    def calling(self, procedure: str, arguments: Sequence[Argument]) -> Calling:
        """How a procedure is called. Raises RequestRefused for what the database lacks."""
        if any(each.direction is not Direction.IN for each in arguments):
            raise RequestRefused(
                f"{self.title} gives no output values of a procedure through ODBC",
                hint="write a function, and ask for it by a query",
            )
        marks = ", ".join("?" * len(arguments))
        names = tuple(each.name for each in arguments)
        return Calling(Marked(f"{{CALL {procedure_name(procedure)}({marks})}}", names))

    def trouble(self, reported: Reported) -> Trouble:
        """What an error means."""
        return by_state(reported.state)

    def hint(self, reported: Reported) -> str:
        """What may be done about an error; empty if nothing is known."""
        return ""


def procedure_name(text: str) -> str:
    """The name of a procedure, with its schema perhaps. It becomes a part of the statement, so
    nothing but a name is let through. Raises RequestRefused."""
    if not _PROCEDURE.fullmatch(text):
        raise RequestRefused(
            f"'{text[:60]}' is no name of a procedure", hint="write name or schema.name"
        )
    return text


@cache
def dialects() -> Mapping[str, type[Dialect]]:
    """All dialects by name."""
    from ivrkit.connectors.odbc import dialects as folder

    return Registry.find(Dialect, "name", folder)


def of_driver(driver: str) -> Dialect:
    """The dialect that goes with a driver's name or file."""
    for found in dialects().values():
        if found.drivers and re.search(found.drivers, driver, re.IGNORECASE):
            return found()
    return Dialect()


def of_product(product: str, expected: Dialect) -> Dialect:
    """The dialect of the database that has answered; ``expected`` if none is known by this
    name."""
    if product in expected.products:
        return expected
    for found in dialects().values():
        if product in found.products:
            return found()
    return expected
