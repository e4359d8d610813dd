"""Values that are exactly the name of a variable, and have no braces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type
from ivrkit.flow.check.scopes import FlowScope, declared_type
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.names import SNAKE

NAME_AS_VALUE = define(
    "name-as-value",
    "A value is exactly the name of a variable",
    "Without braces it is the text: `with: {account: account}` sends the word “account”. "
    'Write `"{{ account }}"` for what the variable holds; where the word itself is meant, '
    "`\"{{ 'account' }}\"`.",
)
_MOMENTS: Final = frozenset({"now", "today"})


class Braces(Check):
    """``with: {account: account}`` where ``"{{ account }}"`` was meant. A word that a choice of the
    flow, or of one that it runs, has among its options is that word."""

    name = "braces"

    def run(self, subject: Subject) -> None:
        flow = subject.flow
        names = {*flow.variables, *flow.params, *_MOMENTS}
        words = set(_words(subject))
        for placed in subject.steps:
            for checked in placed.fields:
                value = checked.use.value
                if not isinstance(value, Setting) or not value.static or value.type.kind != "any":
                    continue
                text = value.literal
                if not isinstance(text, str) or text in words:
                    continue
                if text in names or _is_field(placed.scope, text):
                    subject.report(
                        NAME_AS_VALUE,
                        f"'{text}' is a text here, and the name of a variable",
                        placed.mark_of(checked.use.path),
                        hint=f'write "{{{{ {text} }}}}"',
                        path=placed.path,
                        severity="warning",
                    )


def _is_field(scope: FlowScope, text: str) -> bool:
    """Whether a text names a field of a record that is known: ``call.from``."""
    first, *fields = text.split(".")
    if not fields or not all(SNAKE.fullmatch(each) for each in (first, *fields)):
        return False
    try:
        return declared_type(scope, text) is not None
    except KeyError:
        return False


def _words(subject: Subject) -> Iterator[str]:
    """The options of all choices."""
    flows = [subject.flow]
    for node in subject.nodes:
        ran = subject.flows.get(node.step.runs() or "")
        if ran is not None:
            flows.append(ran)
    for flow in flows:
        for declared in (flow.variables, flow.params, flow.returns):
            yield from _options(each.type for each in declared.values())


def _options(types: Iterable[Type | None]) -> Iterator[str]:
    for type_ in types:
        if type_ is not None:
            yield from type_.options
            yield from _options((type_.item, *type_.fields.values()))
