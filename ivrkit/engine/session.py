"""The session of a running call: the scope of its expressions, over captured state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from ivrkit.call.clock import Clock
from ivrkit.call.events import VariableSet
from ivrkit.call.locale import Locale
from ivrkit.call.opening import Calendar
from ivrkit.call.session import EntryState
from ivrkit.engine.stack import Stack
from ivrkit.engine.state import Frame, SessionState
from ivrkit.engine.values import Seals, guarded, plain, restored, shown
from ivrkit.errors import ExpressionError
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value
from ivrkit.flow.model import Flow


class Traces(Protocol):
    """Takes trace events."""

    def __call__(self, event: VariableSet, /) -> None: ...


class LiveSession:
    """Variables, language and payload of one call; see :class:`ivrkit.call.session.Session`.

    ``state`` is what is captured. Values are kept twice: wrapped in the state, so that a capture
    costs no walk over them, and as they are, for the expressions.
    """

    def __init__(
        self, state: SessionState, stack: Stack, clock: Clock, seals: Seals, trace: Traces
    ) -> None:
        self.state = state
        self.stack = stack
        self.entry = EntryState()
        self._clock = clock
        self._seals = seals
        self._trace = trace
        self._locale: Locale | None = None
        self._locals: dict[tuple[int, str], tuple[Any, Value]] = {}
        self._provided: dict[str, Value] = {
            name: restored(value, seals) for name, value in state.provided.items()
        }

    # ---- scope -------------------------------------------------------------------------------

    def lookup(self, name: str) -> Value:
        """The value of a name. Raises KeyError when nothing has that name."""
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return builtin(self)
        for entry in self.stack.holders():
            if name in entry.names:
                return self._held(entry, name)
        frame = self.stack.flow_frame
        live = self._live(frame)
        if name in live:
            return live[name]
        flow = self.stack.version.flows[frame.flow]
        if name in flow.data:
            return flow.data[name]
        if name in self._provided:
            return self._provided[name]
        if name in _PROVIDED:
            return {}
        if name in flow.variables or name in flow.params:
            return None
        raise KeyError(name)

    def now(self) -> datetime:
        """The time of the call's clock."""
        return self._clock.now()

    def random(self) -> float:
        """Chance from the call's clock."""
        return self._clock.random()

    # ---- reading -----------------------------------------------------------------------------

    @property
    def language(self) -> str:
        """The language spoken now."""
        return self.state.language

    @language.setter
    def language(self, language: str) -> None:
        self.state.language = language

    @property
    def flow(self) -> Flow:
        """The flow whose variables hold now."""
        return self.stack.flow

    @property
    def locale(self) -> Locale:
        """The language of the call, that of the flow, and the phrases of its version."""
        language, home = self.state.language, self.stack.flow.language
        known = self._locale
        if known is None or known.language != language or known.home != home:
            known = self._locale = Locale(language, home, self.stack.version.phrases)
        return known

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars of the flow that runs now."""
        return self.flow.calendars

    @property
    def payload(self) -> Mapping[str, Type]:
        """The payload's declaration in the flow."""
        return {name: declared.type for name, declared in self.flow.payload.items()}

    def value(self, expression: Expression) -> Value:
        """The value of a bare expression."""
        return expression.value(self)

    def text(self, template: Template) -> str | Secret:
        """The text of a template."""
        return template.text(self)

    def setting(self, setting: Setting) -> Value:
        """The value of a setting, of its type. Never a secret."""
        value = setting.value(self)
        if isinstance(value, Secret):
            raise ExpressionError("a secret cannot be a setting", hint="settings are traced")
        return value

    @property
    def flow_name(self) -> str:
        """The name of the flow that runs now."""
        return self.stack.top.flow

    def declared(self, name: str) -> Type | None:
        """The declared type of a variable or of one field of it; None if it has none."""
        variable, *fields = name.split(".")
        found = self.flow.variables.get(variable) or self.flow.params.get(variable)
        type_ = found.type if found is not None else None
        for field in fields:
            type_ = type_.fields.get(field) if type_ is not None else None
        return type_

    # ---- writing -----------------------------------------------------------------------------

    def set(self, name: str, value: Value) -> None:
        """Set a variable or one field of it."""
        variable, _, field = name.partition(".")
        frame = self.stack.flow_frame
        live = self._live(frame)
        declared = self.declared(variable)
        if field:
            value = self._with_field(live.get(variable), declared, name, value)
        elif declared is not None:
            value = declared.accept(value)
        if declared is not None:
            value = guarded(value, declared)
        live[variable] = value
        assert frame.variables is not None
        frame.variables[variable] = plain(value, self._seals)
        self._trace(VariableSet(name=variable, value=shown(value)))

    def hold(self, values: Mapping[str, Value]) -> None:
        """Give names a value that holds only in the branches of the step that runs now."""
        present = {frame.entry.number for frame in self.stack.frames if frame.entry is not None}
        self._locals = {key: value for key, value in self._locals.items() if key[0] in present}
        entry, before = self.entry, self.entry.names
        entry.names = {}
        for name, value in values.items():
            wrapped, held = self._locals.get((entry.number, name), (None, None))
            if held is not value or before.get(name) is not wrapped:
                wrapped = plain(value, self._seals)
            entry.names[name] = wrapped
            self._locals[entry.number, name] = (wrapped, value)

    def held(self, name: str) -> Value:
        """What the step that runs now holds under a name."""
        return self._held(self.entry, name)

    def provide(self, name: str, value: Value) -> None:
        """Set one of the names that are always there (``input``, ``handoff``, ``error``)."""
        self._provided[name] = value
        self.state.provided[name] = plain(value, self._seals)

    def offer(self, name: str, value: Value) -> None:
        """Set such a name for this moment only (``queues``): nothing is saved."""
        self._provided[name] = value

    def frame(
        self, flow: Flow, section: str, given: Mapping[str, Value], into: str | None
    ) -> Frame:
        """A frame in which a flow runs with these arguments; see :func:`flow_frame`."""
        return flow_frame(flow, section, given, self._seals, into)

    def expected(self, frame: Frame) -> EntryState:
        """What the state of a frame's step will be if it is entered now."""
        return EntryState(visit=self.state.visits.get(f"{frame.flow}:{frame.position}", 0) + 1)

    def entered(self, frame: Frame) -> EntryState:
        """Count an entry into a frame's step and make its state."""
        state, name = self.state, f"{frame.flow}:{frame.position}"
        visit = state.visits[name] = state.visits.get(name, 0) + 1
        state.entered += 1
        frame.entry = entry = EntryState(visit=visit, number=state.entered)
        return entry

    def returned(self, flow: Flow, given: Mapping[str, Value]) -> dict[str, Value]:
        """What a flow hands back: a record of all that it ``returns``, each of its type. Raises
        ValueRejected."""
        return {
            name: declared.type.accept(given.get(name, declared.type.default))
            for name, declared in flow.returns.items()
        }

    # ---- inside ------------------------------------------------------------------------------

    def _held(self, entry: EntryState, name: str) -> Value:
        """A name that holds in branches: as it was set, or, after a restart and where ``back`` has
        led into an earlier round, as it was saved."""
        key, wrapped = (entry.number, name), entry.names[name]
        kept = self._locals.get(key)
        if kept is None or kept[0] is not wrapped:
            kept = self._locals[key] = (wrapped, restored(wrapped, self._seals))
        return kept[1]

    def _live(self, frame: Frame) -> dict[str, Value]:
        try:
            return frame.live  # type: ignore[attr-defined,no-any-return]
        except AttributeError:
            stored = frame.variables or {}
            return _alive(frame, {name: restored(v, self._seals) for name, v in stored.items()})

    def _with_field(
        self, record: Value, declared: Type | None, name: str, value: Value
    ) -> dict[str, Any]:
        """A copy of a record with one field, however deep, set."""
        first, *rest = name.split(".")[1:]
        copy = dict(record) if isinstance(record, dict) else {}
        inner = declared.fields.get(first) if declared is not None else None
        if rest:
            copy[first] = self._with_field(copy.get(first), inner, name.partition(".")[2], value)
        else:
            copy[first] = inner.accept(value) if inner is not None else value
        return copy

    def _attempt(self) -> Value:
        """The attempt of the question that asks, or in whose branch the call stands."""
        for depth in range(len(self.stack.frames) - 1, -1, -1):
            frame = self.stack.frames[depth]
            if frame.entry is not None and self.stack.holder(depth).step.asks:
                return _number(frame.entry.data.get("attempt", 1))
            if frame.kind != "block":
                break
        return _number(1)

    def _visit(self) -> Value:
        return _number(self.entry.visit)

    def _visits(self) -> Value:
        flow = self.stack.flow.name
        return {
            name: _number(self.state.visits.get(f"{flow}:{name}", 0))
            for name in self.stack.flow.sections
        }

    def _call(self) -> Value:
        state = self.state
        return {
            "id": state.call,
            "from": state.caller,
            "to": state.number,
            "answered": datetime.fromisoformat(state.answered_at) if state.answered_at else None,
            "started": datetime.fromisoformat(state.arrived),
            "ended": state.ended or None,
            "path": " > ".join(state.path),
        }


def flow_frame(
    flow: Flow, section: str, given: Mapping[str, Value], seals: Seals, into: str | None = None
) -> Frame:
    """The frame of a flow that is run with these arguments. Raises ExpressionError for one that
    is missing and ValueRejected for one of the wrong type."""
    values: dict[str, Value] = {}
    for name, variable in (*flow.variables.items(), *flow.params.items()):
        value = given.get(name, variable.type.default)
        if value is None and name in flow.params and not variable.type.optional:
            raise ExpressionError(
                f"flow {flow.name} needs a value for '{name}'", hint="give it in with:"
            )
        if value is not None:
            values[name] = guarded(variable.type.accept(value), variable.type)
    variables = {name: plain(value, seals) for name, value in values.items()}
    frame = Frame("flow", flow.name, section, variables=variables, into=into)
    _alive(frame, values)
    return frame


def _alive(frame: Frame, values: dict[str, Value]) -> dict[str, Value]:
    """Keep the values themselves beside the wrapped ones."""
    frame.live = values  # type: ignore[attr-defined]
    return values


_BUILTINS: Mapping[str, Callable[[LiveSession], Value]] = {
    "call": LiveSession._call,
    "attempt": LiveSession._attempt,
    "visit": LiveSession._visit,
    "visits": LiveSession._visits,
    "language": lambda session: session.language,
}
"""The names that the session itself knows."""
_PROVIDED = frozenset({"input", "handoff", "error", "queues", "loop", "hours"})


def _number(count: int) -> Value:
    return Decimal(count)
