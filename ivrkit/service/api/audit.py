"""Who did what: every action that changes something is written down."""

from __future__ import annotations

import logging

from ivrkit.service.api.requests import Question

AUDIT = logging.getLogger("ivrkit.audit")


def audit(question: Question, action: str, target: str, outcome: str) -> None:
    """Write down that the token of a request has done this, or tried to."""
    AUDIT.info(
        "action=%s target=%s by=%s tenant=%s from=%s outcome=%r",
        action,
        target,
        question.token.name,
        question.token.tenant or "-",
        question.request.remote,
        outcome,
    )
