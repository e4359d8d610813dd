"""What a script gives and no call has used: a name that is mistyped, a way that was not taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.qa.given import Given


@dataclass(frozen=True, slots=True)
class Unused:
    """Something that was given in vain: what, and where it is written."""

    message: str
    mark: Mark = NOWHERE

    def __str__(self) -> str:
        return f"{self.mark.file}:{self.mark.line}: {self.message}"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"message": self.message, "file": self.mark.file, "line": self.mark.line}


def unused(given: Given, used: Mapping[str, int], *, left_over: bool = True) -> list[Unused]:
    """What was given in vain. ``used`` tells how often each name (``database.crm``) was used;
    what is not in it is not known. ``left_over``: answers at the end of lists, too."""
    found = []
    for name, answers in _answers(given):
        times, mark = used.get(name), given.marks.get(name, NOWHERE)
        listed = len(answers) if isinstance(answers, tuple) else 0
        if times == 0:
            found.append(Unused(f"{name} is given, and no call used it", mark))
        elif left_over and times is not None and listed > times:
            message = f"{name} lists {listed} answers, and the calls used {times}"
            found.append(Unused(message, mark))
    return sorted(found, key=lambda each: each.mark.line)


def _answers(given: Given) -> Iterator[tuple[str, object]]:
    yield from given.connectors.items()
    for kind, answers in (("queue", given.queues), ("dialplan", given.dialplan)):
        yield from ((f"{kind}.{name}", each) for name, each in answers.items())
