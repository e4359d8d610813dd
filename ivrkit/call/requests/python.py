"""What is asked of a plug-in: a Python function that the configuration names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivrkit.call.connecting import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRequest(Request):
    """``operation`` is the function; ``parameters`` are its arguments by name.

    Answers: what it returns, as plain data.
    """

    kind: ClassVar[str] = "python"
