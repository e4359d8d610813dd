"""What an error of a database means: a table of SQLSTATEs (ISO/IEC 9075-2, ODBC Programmer's
Reference, appendix A), to which each dialect adds what its driver reports in its own way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Trouble(Enum):
    """The classes of errors.

    LOST: the connection is gone, or cannot be made. STOPPED: the statement was cancelled. LATE:
    the database itself gave it up (its own time limit, a lock). GAVE_WAY: it lost against another
    transaction and may be tried again. REFUSED: the statement cannot be done, the database works.
    FAILING: the database or what it needs does not work as it should (a password, a full disk).
    UNCLEAR: the driver does not say.
    """

    LOST = auto()
    STOPPED = auto()
    LATE = auto()
    GAVE_WAY = auto()
    REFUSED = auto()
    FAILING = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Reported:
    """An error as the driver reports it: the SQLSTATE, the number of the database behind the
    text (0 without one), the text."""

    state: str
    native: int
    text: str

    @classmethod
    def of(cls, error: Exception) -> Reported:
        """Of a ``pyodbc.Error``, whose arguments are the SQLSTATE and the text."""
        parts = [str(each) for each in error.args]
        state, text = (parts[0], parts[1]) if len(parts) > 1 else ("HY000", " ".join(parts))
        numbers = _NATIVE.findall(text)
        return cls(state.upper(), int(numbers[-1]) if numbers else 0, text)

    @property
    def short(self) -> str:
        """The text in one line without the brackets of the drivers, without what follows the
        first line: PostgreSQL's DETAIL quotes data."""
        text = _PLACES.sub("", self.text.strip())
        line = _BEHIND.sub("", text.splitlines()[0] if text else "").rstrip(" ;")
        return f"{line} ({self.state})" if line else self.state


_NATIVE: Final = re.compile(r"\((-?\d+)\) \(SQL\w+\)")
_PLACES: Final = re.compile(r"\A(?:\s*\[[^\]]*\])+\s*")
_BEHIND: Final = re.compile(r"(?:\s*\(-?\d+\))*\s*(?:\(SQL\w+\).*)?\Z")

_BY_STATE: Final[dict[str, Trouble]] = {
    "57014": Trouble.STOPPED,  # query_canceled
    "HY008": Trouble.STOPPED,  # operation canceled
    "HYT00": Trouble.LATE,
    "HYT01": Trouble.LOST,
    "55P03": Trouble.LATE,  # lock_not_available
    "40001": Trouble.GAVE_WAY,  # serialization_failure
    "40P01": Trouble.GAVE_WAY,  # deadlock_detected
    "40003": Trouble.LOST,  # statement completion unknown
    "57P01": Trouble.LOST,  # admin_shutdown
    "57P02": Trouble.LOST,  # crash_shutdown
    "57P03": Trouble.LOST,  # cannot_connect_now
    "57P05": Trouble.LOST,  # idle_session_timeout
    "25P03": Trouble.LOST,  # idle_in_transaction_session_timeout
    "57P04": Trouble.FAILING,  # database_dropped
    "01000": Trouble.FAILING,  # the driver manager cannot load the driver
    "HY000": Trouble.UNCLEAR,
    "HY001": Trouble.FAILING,  # memory
    "HY013": Trouble.FAILING,
    "HY014": Trouble.FAILING,
}
_BY_CLASS: Final[dict[str, Trouble]] = {
    "08": Trouble.LOST,
    "28": Trouble.FAILING,  # invalid authorization
    "3D": Trouble.FAILING,  # no such database
    "53": Trouble.FAILING,  # insufficient resources
    "58": Trouble.FAILING,  # system error
    "57": Trouble.FAILING,
    "XX": Trouble.FAILING,  # internal error
    "F0": Trouble.FAILING,
    "IM": Trouble.FAILING,  # driver manager
    **dict.fromkeys(
        ("01", "02", "07", "0A", "21", "22", "23", "24", "25", "27", "2B", "2F", "34", "38"),
        Trouble.REFUSED,
    ),
    **dict.fromkeys(
        ("39", "3B", "3C", "3F", "40", "42", "44", "45", "54", "55", "P0", "HY", "S0", "S1"),
        Trouble.REFUSED,
    ),
}


def by_state(state: str) -> Trouble:
    """What an SQLSTATE means, whatever the database."""
    return _BY_STATE.get(state) or _BY_CLASS.get(state[:2], Trouble.UNCLEAR)
