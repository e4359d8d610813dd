"""Oracle by its own ODBC driver. Built from its documentation; has not run against a server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from ivrkit.connectors.odbc.dialect import Dialect
from ivrkit.connectors.odbc.troubles import Reported, Trouble

_ORA: Final = re.compile(r"ORA-(\d{5})")
_LOST: Final = (28, 1012, 1033, 1034, 1089, 1090, 1092, 2396, 3113, 3114, 3135)
_NO_LISTENER: Final = (12153, 12170, 12514, 12516, 12528, 12537, 12541, 12543, 12547, 12571)
_BY_NUMBER: Final[dict[int, Trouble]] = {
    **dict.fromkeys((*_LOST, *_NO_LISTENER), Trouble.LOST),
    **dict.fromkeys((60, 8177), Trouble.GAVE_WAY),
    **dict.fromkeys((54, 30006), Trouble.LATE),
    1013: Trouble.STOPPED,  # user requested cancel
    **dict.fromkeys((18, 20, 1017, 1045, 12154, 28000, 28001), Trouble.FAILING),
    **dict.fromkeys((1536, 1653, 1654, 4030, 4031), Trouble.FAILING),
    **dict.fromkeys((1, 904, 942, 1031, 1400, 1438, 1456, 1722, 2290, 2291, 2292), Trouble.REFUSED),
}
"""Oracle Database Error Messages."""


class Oracle(Dialect):
    """Its driver reports most as HY000: the number in the text decides."""

    name: ClassVar[str] = "oracle"
    title: ClassVar[str] = "Oracle"
    products: ClassVar[tuple[str, ...]] = ("Oracle",)
    drivers: ClassVar[str] = "oracle|sqora"
    package: ClassVar[str] = "Oracle Instant Client ODBC"
    check: ClassVar[str] = "SELECT 1 FROM DUAL"
    upper_case: ClassVar[bool] = True

    def setup(self, *, read_only: bool, zone: str | None) -> Sequence[str]:
        return [f"ALTER SESSION SET TIME_ZONE = '{zone}'"] if zone is not None else []

    def bound(self, value: Any) -> Any:
        return int(value) if isinstance(value, bool) else value

    def trouble(self, reported: Reported) -> Trouble:
        found = _ORA.search(reported.text)
        number = int(found[1]) if found else 0
        return _BY_NUMBER.get(number) or super().trouble(reported)
