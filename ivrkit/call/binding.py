"""Statements in a language of another system, with values that are bound to names in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from ivrkit.call.fields import Reads
from ivrkit.expressions.expression import Expression


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement as it is written (SQL), with its ``:names``.

    A name stands for the variable of that name, or for a field of one (``:customer.name``):
    ``values`` has them. Names that get their value in another way (``with:``) are ``given`` and
    not among these. Values travel beside the text and are never put into it.
    """

    text: str
    values: Mapping[str, Expression]
    given: frozenset[str] = frozenset()

    def without(self, given: Collection[str]) -> Bound:
        """The same, with these names given."""
        left = {name: value for name, value in self.values.items() if name not in given}
        return replace(self, values=left, given=self.given | (self.values.keys() & set(given)))


StatementField = Annotated[Bound, Reads("statement", secrets=True)]
"""SQL with ``:names`` of variables."""
