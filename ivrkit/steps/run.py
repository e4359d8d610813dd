"""``run``: run a section or another flow, and come back."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from ivrkit.call import Assignment, Call, Exit, Invocation, Kind, Step
from ivrkit.call.asking import ArgumentsField
from ivrkit.call.fields import FlowName, SectionName, Variable
from ivrkit.call.prompt import Prompt
from ivrkit.errors import ExpressionError
from ivrkit.expressions.values import Value
from ivrkit.steps.set import assigned_value


class Run(Step):
    """Runs a section, which shares the variables, or a flow (``flow:``), which has its own.

    ``with`` gives the flow its parameters; ``into`` receives what it returns, as a record. The
    step has the flow's ``outcomes`` as exits.
    """

    verb: ClassVar[str] = "run"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "section"
    example: ClassVar[str] = """\
- run: {flow: library/survey, with: {question: "How did we do?"}, into: survey}
"""

    section: SectionName | None = None
    """The section to run."""
    flow: FlowName | None = None
    """The flow to run, by its path below the folder of flows."""
    arguments: ArgumentsField = Field(default_factory=dict, alias="with")
    """Values for the flow's `params`."""
    into: Variable | None = None
    """The variable that receives the values the flow returns, as a record."""

    def runs(self) -> str | None:
        return self.flow

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into),) if self.into is not None else ()

    async def run(self, call: Call) -> Exit:
        arguments: dict[str, Value] = {}
        for name, assigned in self.arguments.items():
            if isinstance(assigned, Prompt):
                arguments[name] = _text(call, name, assigned)
            else:
                arguments[name] = assigned_value(call, assigned)
        return Exit(
            "run",
            invoke=Invocation(self.flow, self.section or "main", arguments, self.into),
        )


def _text(call: Call, name: str, prompt: Prompt) -> str:
    """The text of a prompt that is given as an argument."""
    said = prompt.evaluate(call.session, call.session.locale)
    pieces = [each for piece in said for each in (piece.fallback or (piece,))]
    texts = [piece.value for piece in pieces if piece.form == "text"]
    if len(texts) != len(pieces):
        raise ExpressionError(f"only texts can be given for '{name}'", hint="write one text")
    return " ".join(str(text) for text in texts)
