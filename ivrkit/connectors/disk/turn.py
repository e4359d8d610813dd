"""One request on its thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ivrkit.call.requests.file import FileRequest, segments
from ivrkit.errors import RequestRefused, ValueRejected


@dataclass(frozen=True, slots=True)
class Turn:
    """A request whose turn it is. ``begin`` is called right before something changes, and raises
    where nobody waits any more. ``deadline`` is on the monotonic clock."""

    request: FileRequest
    deadline: float
    begin: Callable[[], None]

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The rows that are to be written. Raises RequestRefused for what is none."""
        given = self.request.parameters.get("rows")
        rows = [self.request.parameters.get("row")] if given is None else given
        if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
            raise RequestRefused("rows are a list of records")
        return rows

    @property
    def find(self) -> Mapping[str, Any] | None:
        """What the wanted rows have; None where no rows are looked for."""
        wanted = self.request.parameters.get("find")
        return wanted if isinstance(wanted, dict) else None

    def names(self, parameter: str = "path") -> tuple[str, ...]:
        """The names of a path. Raises RequestRefused for one that leads elsewhere."""
        try:
            return segments(str(self.request.parameters[parameter]))
        except ValueRejected as error:
            raise RequestRefused(error.message, hint=error.hint) from None

    def place(self, parameter: str = "path") -> tuple[Sequence[str], str]:
        """The folders of a path, and the name at its end. Raises RequestRefused for the root."""
        names = self.names(parameter)
        if not names:
            raise RequestRefused("this is the root itself", hint="write a name")
        return names[:-1], names[-1]
