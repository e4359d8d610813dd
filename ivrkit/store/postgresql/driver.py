"""A connection of psycopg whose waiting for a server ends."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ivrkit.errors import NotAvailable

if TYPE_CHECKING:
    import psycopg

ANSWER_SECONDS = 10.0
"""How long a statement may take: then the server hangs, or the way to it."""


@cache
def limited_driver() -> type[psycopg.Connection[Any]]:
    """psycopg's connection, whose waiting for a server ends. Raises NotAvailable."""
    try:
        import psycopg
        from psycopg.errors import OperationalError
    except ImportError as error:
        raise NotAvailable(
            f"a store in PostgreSQL needs the driver psycopg ({error})",
            hint="pip install 'ivrkit[postgresql]'",
        ) from None

    class Limited(psycopg.Connection[Any]):
        limit = ANSWER_SECONDS

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, timeout or self.limit)
            except OperationalError as error:
                if error.sqlstate is None:  # cut, or mute: nothing can be said to it any more
                    self.pgconn.finish()
                raise

        def rollback(self) -> None:
            if not self.closed:  # else it would hide why it was closed
                super().rollback()

    return Limited
