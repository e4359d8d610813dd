"""Microsoft SQL Server by FreeTDS or Microsoft's driver. Built from their documentation; has not
run against a server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from ivrkit.call.requests.database import Argument, Direction
from ivrkit.call.requests.sql import Marked
from ivrkit.connectors.odbc.dialect import SESSION, Calling, Dialect, OutputsIn, procedure_name
from ivrkit.connectors.odbc.strings import ConnectionString
from ivrkit.connectors.odbc.troubles import Reported, Trouble

_BY_NUMBER: Final[dict[int, Trouble]] = {
    1205: Trouble.GAVE_WAY,  # deadlock victim
    3960: Trouble.GAVE_WAY,  # snapshot conflict
    1222: Trouble.LATE,  # lock request time-out
    **dict.fromkeys((4060, 18456, 18470, 18486, 18487, 18488), Trouble.FAILING),  # log-in
    **dict.fromkeys((1105, 9002, 701, 802, 17300, 17810), Trouble.FAILING),  # space, memory
    **dict.fromkeys((233, 6005, 10053, 10054, 10060, 40197, 40501, 40613), Trouble.LOST),
    **dict.fromkeys((547, 2601, 2627, 3906, 229, 208, 207), Trouble.REFUSED),
}
"""SQL Server, Database Engine events and errors."""


class SQLServer(Dialect):
    """Outputs of a procedure are texts in a last result set, in the form that SQL Server's own
    conversion gives them; the type of the variable reads them."""

    name: ClassVar[str] = "sqlserver"
    title: ClassVar[str] = "SQL Server"
    products: ClassVar[tuple[str, ...]] = ("Microsoft SQL Server",)
    drivers: ClassVar[str] = "freetds|tdsodbc|sql server|msodbcsql"
    package: ClassVar[str] = "tdsodbc, or Microsoft's msodbcsql18"
    refused: ClassVar[frozenset[str]] = SESSION - {"set"}  # it gives a variable its value, too

    def complete(self, string: ConnectionString, seconds: int, project: Path) -> None:
        driver = (string.get("DRIVER") or "").lower()
        if "tds" in driver:
            string.add({"TDS_Version": "7.4", "ClientCharset": "UTF-8"})

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        # A deadlock or a lost connection undoes the whole transaction, not one statement of it.
        return ["SET XACT_ABORT ON"]

    def calling(self, procedure: str, arguments: Sequence[Argument]) -> Calling:
        declared, marks, names, values, outputs = [], [], [], [], []
        for number, each in enumerate(arguments):
            if each.direction is Direction.IN:
                marks.append("?")
                values.append(each.name)
                continue
            variable = f"@ivrkit_{number}"
            inout = each.direction is Direction.INOUT
            declared.append(f"DECLARE {variable} nvarchar(4000){' = ?' if inout else ''}; ")
            names += [each.name] if inout else []
            marks.append(f"{variable} OUTPUT")
            outputs.append(variable)
        call = f"EXEC {procedure_name(procedure)} {', '.join(marks)}".rstrip()
        select = f"; SELECT {', '.join(outputs)}" if outputs else ""
        text = f"SET NOCOUNT ON; {''.join(declared)}{call}{select}"
        return Calling(
            Marked(text, (*names, *values)), OutputsIn.LAST if outputs else OutputsIn.NOWHERE
        )

    def trouble(self, reported: Reported) -> Trouble:
        return _BY_NUMBER.get(reported.native) or super().trouble(reported)
