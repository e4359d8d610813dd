"""Who did what: every action that changes something is written down, in the log and in the store.

The server does so for each route that has an ``action``, whatever comes of it; what is done
without the API (a signal, a file that has changed) is noted by whoever does it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ivrkit.store import AuditEntry, Store

AUDIT = logging.getLogger("ivrkit.audit")

DONE, NOT_FOUND, REFUSED, FAILED = "done", "not_found", "refused", "failed"


class Audit:
    """Takes what was done. ``now`` is the time."""

    def __init__(
        self, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._now = now

    def note(
        self,
        action: str,
        outcome: str,
        *,
        by: str,
        tenant: str = "",
        target: str = "",
        address: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Somebody has done this, or tried to; ``by`` is the name of a token, or of a signal."""
        AUDIT.info(
            "action=%s target=%s by=%s tenant=%s from=%s outcome=%s",
            action,
            target or "-",
            by,
            tenant or "-",
            address or "-",
            outcome,
        )
        self._store.put_audit(
            AuditEntry(
                at=self._now(),
                token=by,
                action=action,
                outcome=outcome,
                tenant=tenant,
                target=target,
                address=address,
                details=dict(details or {}),
            )
        )


def outcome_of(status: int) -> str:
    """What came of an action, by the status of its answer."""
    if status < 400:
        return DONE
    if status == 404:
        return NOT_FOUND
    return REFUSED if status < 500 else FAILED
