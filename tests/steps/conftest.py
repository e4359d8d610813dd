"""Verbs are tried as callers meet them: in a flow, on a simulated line, in virtual time."""

from __future__ import annotations

from tests.engine.conftest import Bench, bench

__all__ = ["Bench", "bench"]
