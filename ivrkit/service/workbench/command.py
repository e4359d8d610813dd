"""What a command of the workbench is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from ivrkit.service.workbench.desk import Desk


class Command(ABC):
    """A command. ``usage`` shows its arguments, ``help`` says what it does (the first line alone
    stands in the list). ``repeats``: an empty line does it once more."""

    name: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    usage: ClassVar[str] = ""
    help: ClassVar[str]
    repeats: ClassVar[bool] = False

    @abstractmethod
    async def run(self, desk: Desk, arguments: str) -> None:
        """Do it. Raises IvrkitError for what cannot be done, with what to do instead."""

    def words(self, desk: Desk) -> Iterable[str]:
        """What may be its first argument, for completion."""
        return ()
