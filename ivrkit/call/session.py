"""The session: what a call knows. Plain data, captured after every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ivrkit.call.locale import Locale
from ivrkit.call.opening import Calendar
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value


@dataclass(slots=True)
class EntryState:
    """What a step keeps while it is entered: it lives until the step is left.

    ``how`` is ``entered`` (from elsewhere), ``again`` or ``wrong`` (from inside, ``data`` is what
    was counted), ``reentered`` (a branch with ``Exit.reenter`` has ended) or ``resumed`` (an
    ``away`` or ``outside`` step of an engine that died). ``visit`` counts the entries of this
    step in this call; ``number`` counts all entries of the call and so names this one in ids.
    ``data`` is plain (JSON) and belongs to the step. ``names`` are those that hold only in the
    step's branches, as the engine stores them (:meth:`Session.hold`). ``deadline`` is when the
    time of the step is over, on :meth:`Clock.time`.
    """

    how: str = "entered"
    visit: int = 1
    number: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    deadline: float | None = None


class Session(Scope, Protocol):
    """Variables, language and payload, read and set by declared names. It is the scope in which
    expressions are evaluated."""

    language: str
    entry: EntryState

    def value(self, expression: Expression) -> Value: ...

    def text(self, template: Template) -> str | Secret: ...

    def setting(self, setting: Setting) -> Value: ...

    @property
    def flow_name(self) -> str:
        """The name of the flow that runs now."""

    @property
    def locale(self) -> Locale:
        """The language of the call, that of the flow, and the phrases of its version."""

    def declared(self, name: str) -> Type | None:
        """The declared type of a variable or of one field of it; None if it has none."""

    def set(self, name: str, value: Value) -> None:
        """Set a variable or one field of it (``task.step``); typed, traced, masked if secret."""

    def provide(self, name: str, value: Value) -> None:
        """Set one of the names that are always there (``input``, ``handoff``, ``error``)."""

    def hold(self, values: Mapping[str, Value]) -> None:
        """Give names a value that holds only in the branches of the step that runs now, until it
        is left or holds others; see :meth:`~ivrkit.call.step.Step.local_names`."""

    def held(self, name: str) -> Value:
        """What the step that runs now holds under a name. Raises KeyError."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars of the flow that runs now."""

    @property
    def payload(self) -> Mapping[str, Type]:
        """The payload's declaration in the flow: field name to type."""
