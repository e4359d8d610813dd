"""Where the call stands in a distributed trace, for those who ask other systems on its behalf.

The value travels with the context of the call's task: into the tasks and threads that work for it,
and into no other.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

TRACEPARENT: Final[ContextVar[str]] = ContextVar("ivrkit_traceparent", default="")
"""The header of W3C Trace Context, section 3.2, whose parent is the step that is running; empty
where nothing is traced."""


def trace_headers() -> dict[str, str]:
    """The headers that let another system's trace go on where the call stands now."""
    parent = TRACEPARENT.get()
    return {"traceparent": parent} if parent else {}
