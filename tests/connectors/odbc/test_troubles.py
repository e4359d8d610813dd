"""What the errors of drivers mean: the texts are those that the drivers wrote."""

from __future__ import annotations

import pytest

from ivrkit.connectors.odbc.dialect import Dialect, dialects
from ivrkit.connectors.odbc.troubles import Reported, Trouble, by_state

CASES = [
    ("postgresql", "57014", "ERROR: canceling statement due to user request;", Trouble.STOPPED),
    ("postgresql", "57P01", "FATAL: terminating connection due to administrator", Trouble.LOST),
    ("postgresql", "08S01", "server closed the connection unexpectedly", Trouble.LOST),
    ("postgresql", "08001", "connection to server at failed: Connection refused", Trouble.LOST),
    ("postgresql", "08001", 'FATAL:  password authentication failed for "x"', Trouble.FAILING),
    ("postgresql", "08001", "FATAL:  the database system is starting up", Trouble.LOST),
    ("postgresql", "08001", "FATAL:  sorry, too many clients already", Trouble.FAILING),
    ("postgresql", "23505", "duplicate key value violates unique constraint", Trouble.REFUSED),
    ("postgresql", "25006", "cannot execute DELETE in a read-only transaction", Trouble.REFUSED),
    ("postgresql", "40P01", "deadlock detected", Trouble.GAVE_WAY),
    ("postgresql", "55P03", "canceling statement due to lock timeout", Trouble.LATE),
    ("postgresql", "53100", "disk full", Trouble.FAILING),
    ("mariadb", "HY018", "Query was interrupted (1317) (SQLExecDirectW)", Trouble.STOPPED),
    ("mariadb", "HY000", "Can't connect (115) (2002) (SQLDriverConnect)", Trouble.LOST),
    ("mariadb", "08S01", "Lost connection to server (2013) (SQLExecDirectW)", Trouble.LOST),
    ("mariadb", "08003", "Connection not open (0) (SQLAllocHandle)", Trouble.LOST),
    ("mariadb", "HY000", "Lock wait timeout exceeded (1205) (SQLExecDirectW)", Trouble.LATE),
    ("mariadb", "40001", "Deadlock found (1213) (SQLExecDirectW)", Trouble.GAVE_WAY),
    ("mariadb", "28000", "Access denied for user (1045) (SQLDriverConnect)", Trouble.FAILING),
    ("mariadb", "42S02", "Table 'ivr.nix' doesn't exist (1146) (SQLExecDirectW)", Trouble.REFUSED),
    ("mariadb", "HY000", "Something else (1364) (SQLExecDirectW)", Trouble.UNCLEAR),
    ("mysql", "HY000", "maximum statement time exceeded (3024) (SQLFetch)", Trouble.STOPPED),
    ("sqlite", "HY000", "[SQLite]no such table: nix (1) (1) (SQLExecDirectW)", Trouble.REFUSED),
    ("sqlite", "HY000", "[SQLite]UNIQUE failed: t.id (19) (19) (SQLExecDirectW)", Trouble.REFUSED),
    ("sqlite", "HY000", "[SQLite]database is locked (5) (5) (SQLExecDirectW)", Trouble.LATE),
    ("sqlite", "HY000", "[SQLite]interrupted (9) (9) (SQLExecDirectW)", Trouble.STOPPED),
    ("sqlite", "HY000", "[SQLite]connect failed (14) (SQLDriverConnect)", Trouble.FAILING),
    ("sqlserver", "08S01", "[FreeTDS][SQL Server]Unable to connect (0) (SQLx)", Trouble.LOST),
    ("sqlserver", "HYT00", "[FreeTDS][SQL Server]Timeout expired (0) (SQLx)", Trouble.LATE),
    ("sqlserver", "40001", "chosen as the deadlock victim (1205) (SQLExecute)", Trouble.GAVE_WAY),
    ("sqlserver", "42000", "Login failed (18456) (SQLDriverConnect)", Trouble.FAILING),
    ("sqlserver", "42000", "Lock request time out (1222) (SQLExecDirectW)", Trouble.LATE),
    ("sqlserver", "HY008", "Operation canceled (0) (SQLExecDirectW)", Trouble.STOPPED),
    ("sqlserver", "42S02", "Invalid object name (208) (SQLExecDirectW)", Trouble.REFUSED),
    ("oracle", "HY000", "[Oracle][ODBC][Ora]ORA-03113: end-of-file (3113) (SQLx)", Trouble.LOST),
    ("oracle", "HY000", "ORA-12541: TNS:no listener (12541) (SQLDriverConnect)", Trouble.LOST),
    ("oracle", "HY000", "ORA-00060: deadlock detected (60) (SQLExecute)", Trouble.GAVE_WAY),
    ("oracle", "HY000", "ORA-01013: user requested cancel (1013) (SQLx)", Trouble.STOPPED),
    ("oracle", "28000", "ORA-01017: invalid username/password (1017) (SQLx)", Trouble.FAILING),
    ("oracle", "23000", "ORA-00001: unique constraint violated (1) (SQLx)", Trouble.REFUSED),
    ("other", "IM002", "Data source name not found", Trouble.FAILING),
    ("other", "01000", "Can't open lib 'x' : file not found", Trouble.FAILING),
    ("other", "HYT01", "Connection timeout expired", Trouble.LOST),
    ("other", "ZZ999", "what is this", Trouble.UNCLEAR),
]


@pytest.mark.parametrize(("name", "state", "text", "trouble"), CASES)
def test_classes(name: str, state: str, text: str, trouble: Trouble) -> None:
    dialect = dialects().get(name, Dialect)()
    reported = Reported.of(Exception(state, f"[{state}] {text}"))
    assert dialect.trouble(reported) is trouble


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (
            "[42S02] [ma-3.1.15][10.11.19-MariaDB]Table 'x' doesn't exist (1146) (SQLExecDirectW)",
            "Table 'x' doesn't exist (42S02)",
        ),
        (
            "[42S02] ERROR: duplicate key\nDETAIL: Key (id)=(1) already exists.;\nError (1) (SQLx)",
            "ERROR: duplicate key (42S02)",
        ),
        ("[42S02] [SQLite]no such table: x (1) (1) (SQLExecDirectW)", "no such table: x (42S02)"),
        ("[42S02] [unixODBC][Driver Manager]Can't (0) (SQLDriverConnect)", "Can't (42S02)"),
        ("", "42S02"),
        ("x" * 1000, "x" * 1000 + " (42S02)"),  # it is cut off behind the hiding of values
    ],
)
def test_messages_are_one_line_and_hold_no_data(text: str, short: str) -> None:
    assert Reported.of(Exception("42S02", text)).short == short


def test_an_error_without_a_state() -> None:
    assert Reported.of(Exception("what")) == Reported("HY000", 0, "what")
    assert by_state("HY000") is Trouble.UNCLEAR
