"""``hangup``: end the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Reserved, Step, Target, Word

HANGUP: Mapping[str, Target] = {"hangup": Reserved(Word.HANGUP)}


class Hangup(Step):
    """Hangs up. ``on_end`` runs, then the call is over."""

    verb: ClassVar[str] = "hangup"
    kind: ClassVar[Kind] = Kind.INNER
    ends: ClassVar[bool] = True
    example: ClassVar[str] = "- hangup\n"

    def ways(self) -> Mapping[str, Target]:
        return HANGUP

    async def run(self, call: Call) -> Exit:
        return Exit("hangup")
