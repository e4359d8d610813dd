"""What PostgreSQL and the way to it complain of, in our words."""

from __future__ import annotations


def said(error: BaseException) -> str:
    """What the server or the driver said, in one line. The details of the server's errors hold
    values."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = (primary or str(error)).strip().splitlines()
    return lines[0].strip() if lines else type(error).__name__


NOT_THE_ENTRY = ("25006", "3F000", "42501", "42P01", "58030")
"""States of the server that are no operational errors to the driver, but no fault of what was
written either."""
RIGHTS = "make its user the owner of the database, or of a schema in it"
_WRONG = {
    "25006": ("cannot be written", "the server is a standby, or set to be only read"),
    "28": ("refuses the user", "check user and password in the URL"),
    "3D000": ("is not there", "make the database: createdb -O USER DATABASE"),
    "3F000": ("has lost its schema", "make the schema, or restore it from a backup"),
    "42501": ("may not be used as it must be", RIGHTS),
    "42P01": ("has lost a table", "start the engine again, or restore it from a backup"),
    "53100": ("cannot grow: the server's disk is full", "make room on the server's disk"),
    "53300": ("has no connection left", "raise max_connections of the server; an engine takes 4"),
    "53": ("has not enough of what it needs", "look into the server's log"),
    "55P03": ("is locked by another program", "look at pg_locks who holds the tables"),
    "57014": ("does not answer in time", "look at pg_stat_activity what the server does"),
    "57": ("is stopped", "start the server; calls are saved again when it runs"),
    "58": ("cannot be read or written", "look into the server's log, and at its disk"),
    "XX": ("is damaged", "look into the server's log; restore it from a backup"),
}
_CONNECTING = (
    ("authentication failed", _WRONG["28"]),
    ("no pg_hba.conf entry", ("refuses us", "let this machine in: pg_hba.conf of the server")),
    ("too many clients", _WRONG["53300"]),
    ("remaining connection slots", _WRONG["53300"]),
    ("starting up", ("is about to start", "wait; calls are saved again when it runs")),
    ("shutting down", _WRONG["57"]),
    ("wait timeout", ("does not answer", "look whether the server hangs, or the way to it")),
    ("timeout", ("does not answer", "look whether the server hangs, or the way to it")),
    ("does not exist", _WRONG["3D000"]),
)
"""libpq tells no state where connecting fails: the server's words in English, as most have it."""


def wrong(error: BaseException) -> tuple[str, str]:
    """What is wrong, and what can be done about it."""
    state = getattr(error, "sqlstate", None)
    if state:
        unknown = ("cannot be used", "look into the server's log")
        return _WRONG.get(state) or _WRONG.get(state[:2]) or unknown
    text = str(error)
    for part, found in _CONNECTING:
        if part in text:
            return found
    return "cannot be reached", "check host and port in the URL, and whether the server runs"
