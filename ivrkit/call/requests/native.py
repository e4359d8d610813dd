"""What is asked of a shared library: a function that the configuration names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivrkit.call.connecting import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeRequest(Request):
    """``operation`` is the function, by its name in the configuration; ``parameters`` are its
    arguments by name.

    Answers: what the function gives back, or the value of its one output, where this is all
    there is; where there are several, a record of the outputs by name, the function's own under
    ``returned``. None where there is nothing.
    """

    kind: ClassVar[str] = "native"
