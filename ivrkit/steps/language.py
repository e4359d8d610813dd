"""``language``: speak another language from here on."""

from __future__ import annotations

from typing import ClassVar

from ivrkit.call import Call, Exit, Kind, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import LanguageChoice, LanguageNames
from ivrkit.steps.choosing import chosen_name


class Language(Step):
    """Changes the call's language: everything that is said from here on, also by the flows that
    are run, is said in it. Keys typed ahead stay.

    A language that comes from data needs `among`, the languages that are possible; another value
    is an error of the step.
    """

    verb: ClassVar[str] = "language"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "language"
    example: ClassVar[str] = """\
- language: en
"""

    language: LanguageChoice
    """The language, as a tag: `en`, `de`, `de-AT`."""
    among: LanguageNames = ()
    """The languages that are possible, where the language comes from data."""

    async def run(self, call: Call) -> Exit:
        call.session.language = chosen_name(call, self.language, self.among, "language")
        return GO_ON
