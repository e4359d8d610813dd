"""What a way through a step changes: variables that get a value, lose it, are known to have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ivrkit.call.exits import ERROR, NEXT
from ivrkit.call.step import Assignment, Node, Step
from ivrkit.expressions.expression import Expression, Setting
from ivrkit.flow.check.fields import check_way, field_read_as, fields_of
from ivrkit.flow.check.graph import DURING, MEANWHILE, PERHAPS
from ivrkit.flow.check.needs import Known, Path, facts
from ivrkit.flow.check.scopes import declared_type
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow, Variable

if TYPE_CHECKING:
    from ivrkit.flow.check.subject import Subject

ANSWERED: Final = 1
"""The call is answered."""
OPEN_INPUT: Final = 2
"""What was typed last is no secret."""


@dataclass(slots=True)
class Bits:
    """A bit for each variable, and for each field of one that is set by itself."""

    masks: dict[str, int] = field(default_factory=dict)

    @property
    def every(self) -> int:
        """All bits: nothing is asked of a way that is not known."""
        return ANSWERED | OPEN_INPUT | sum(self.masks.values())

    @classmethod
    def of(cls, flow: Flow, nodes: Iterable[Node]) -> Bits:
        """The bits of a flow's variables."""
        names = dict.fromkeys((*flow.variables, *flow.params))
        for node in nodes:
            for assignment in node.step.assigns():
                names.setdefault(assignment.name.partition(".")[0])
                names.setdefault(assignment.name)
        return cls({name: 4 << place for place, name in enumerate(names)})

    def at_start(self, flow: Flow) -> int:
        """What has a value when a call comes in: defaults, and parameters that must be given."""
        state = OPEN_INPUT
        for name, variable in (*flow.variables.items(), *flow.params.items()):
            if variable.type.default is not None or (name in flow.params and _needed(variable)):
                state |= self.masks[name]
        if flow.gaps is not None:  # a declaration that could not be read may have a default
            for name, mask in self.masks.items():
                if flow.may_have(name.partition(".")[0], "variables", "params"):
                    state |= mask
        return state

    def of_path(self, path: Path) -> int:
        """The bits of which one must be set for a variable or field to have a value; 0 for what
        is no variable."""
        mask = 0
        for length in range(1, len(path) + 1):
            mask |= self.masks.get(".".join(path[:length]), 0)
        return mask

    def told(self, known: Known) -> int:
        """The bits that a condition tells to be set."""
        mask = 0
        for path in known:
            mask |= self.masks.get(".".join(path), 0) or self.masks.get(path[0], 0)
        return mask

    def below(self, name: str) -> int:
        """The bits of a variable and of its fields."""
        return sum(
            mask
            for other, mask in self.masks.items()
            if other == name or other.startswith(f"{name}.")
        )


def _needed(variable: Variable) -> bool:
    return not variable.type.optional


@dataclass(slots=True)
class Effects:
    """What the ways out of one step do to a state (``state & keep | gain``).

    ``keep`` and ``gain`` are of the usual ways, ``ways`` adds what single ways gain. ``exits`` is
    what the other exits keep and gain, ``always`` what every way gains once the step has begun,
    ``skipped`` what is known when its ``when`` does not hold.
    """

    keep: int = ~0
    gain: int = 0
    ways: dict[str, int] = field(default_factory=dict)
    exits: tuple[int, int] = (~0, 0)
    always: int = 0
    skipped: int = 0
    unclear: bool = False

    @property
    def idle(self) -> bool:
        """Whether no way changes anything."""
        return self is _NOTHING

    def on(self, way: str) -> tuple[int, int]:
        """``keep`` and ``gain`` of a way."""
        if way == "when":
            return ~0, self.skipped
        keep, gain = self.keep, self.gain
        if way.startswith("exits/"):
            keep, gain = self.exits if way != _ERROR else (~0, 0)
        elif way in ("keys", "run", MEANWHILE, DURING):
            keep, gain = ~0, 0
        if self.unclear:
            keep &= ~OPEN_INPUT
        return keep, gain | self.always | self.ways.get(way, 0)


_ERROR: Final = f"exits/{ERROR}"
_NOTHING: Final = Effects()


def effects_of(subject: Subject, node: Node | None, bits: Bits) -> Effects:
    """The effects of a step; those of a point that is no step are none."""
    if node is None:
        return _NOTHING
    step = node.step
    if isinstance(step, Hole):
        return _of_hole(subject, node, step, bits)
    assigns, ran = step.assigns(), step.runs()
    idle = not (assigns or ran or step.beside or node.when)
    if idle and not (step.asks or step.answers or step.answered):
        return _NOTHING
    effects = Effects()
    _call(subject, step, assigns, effects)
    for assignment in assigns:
        _assign(node, effects, bits, assignment)
    for name in emptied(step):
        mask = bits.below(name)
        effects.keep &= ~mask
        effects.gain &= ~mask
    if check_way(node) is not None:
        for assignment in assigns:
            effects.exits = (effects.exits[0] & ~bits.below(assignment.name), 0)
    elif ran is not None:
        effects.gain |= subject.answering.gain(ran)
        effects.exits = (effects.keep, effects.gain)
    _conditions(node, effects, bits)
    return effects


def _of_hole(subject: Subject, node: Node, step: Hole, bits: Bits) -> Effects:
    """A step that could not be read sets whatever it names, and may have answered the call. Where
    it goes on only perhaps (one of its branches may be the way on, or it runs a section that sets
    something), nothing is missing behind it."""
    known, words = step.model, step.words
    effects = Effects(always=ANSWERED | OPEN_INPUT, ways={PERHAPS: bits.every})
    named = [mask for name, mask in bits.masks.items() if not words.isdisjoint(_names(name))]
    effects.always |= sum(named)
    into = None if known is None else field_read_as(known, "assignments", "variable")
    if not named if known is None else into is not None and into.attribute not in step.values:
        effects.always = bits.every  # the name itself could not be read
    runs = known is None or field_read_as(known, role="section") is not None
    if node.targets or (runs and not words.isdisjoint(subject.flow.sections)):
        effects.ways["next"] = bits.every
    if node.when is not None:
        effects.skipped = bits.told(facts(node.when).false)
    return effects


def _names(name: str) -> tuple[str, str]:
    return name, name.partition(".")[0]


def _call(subject: Subject, step: Step, assigns: tuple[Assignment, ...], effects: Effects) -> None:
    """What the step does to the call: answers it, takes keys."""
    if step.answers:
        effects.gain |= ANSWERED
    if step.answered:
        effects.always |= ANSWERED
    if step.asks:
        effects.unclear = any(is_secret(subject, each) for each in assigns)
        effects.always |= 0 if effects.unclear else OPEN_INPUT


def is_secret(subject: Subject, assignment: Assignment) -> bool:
    """Whether what is assigned is a secret."""
    if assignment.type is not None and assignment.type.secret:
        return True
    try:
        type_ = declared_type(subject.scope, assignment.name)
    except KeyError:
        return False
    return type_ is not None and type_.secret


def _assign(node: Node, effects: Effects, bits: Bits, assignment: Assignment) -> None:
    mask = bits.masks.get(assignment.name, 0)
    if not assignment.exits:
        effects.gain |= mask
    for name in assignment.exits:
        way = name if name == NEXT or name in node.targets else f"exits/{name}"
        effects.ways[way] = effects.ways.get(way, 0) | mask


def emptied(step: Step) -> Iterator[str]:
    """The variables that the step sets to none."""
    found = field_read_as(type(step), reading="assignments")
    if found is None or step.ends:
        return
    values: Mapping[str, object] = getattr(step, found.attribute)
    for name, value in values.items():
        if isinstance(value, Setting) and is_none(value):
            yield name


def is_none(value: Setting) -> bool:
    """Whether a setting is written as none."""
    if value.expression is not None:
        return value.expression.source == "none"
    return value.literal is None


def condition_of(step: Step) -> Expression | None:
    """The main expression of a step: what ``if`` asks, what ``switch`` looks at."""
    for each in fields_of(type(step)):
        if each.attribute == step.main:
            value = getattr(step, each.attribute)
            return value if isinstance(value, Expression) else None
    return None


def _conditions(node: Node, effects: Effects, bits: Bits) -> None:
    """What ``when``, ``if`` and ``switch`` tell about variables."""
    if node.when is not None:
        known = facts(node.when)
        effects.always |= bits.told(known.true)
        effects.skipped = bits.told(known.false)
    condition = condition_of(node.step) if node.step.beside else None
    if condition is None:
        return
    true, false = (bits.told(each) for each in facts(condition))
    told: dict[str, int] = {"then": true}
    if "then" in node.targets:
        told |= {"else": false, "next": false}
    elif "else" in node.targets:
        told |= {"else": false, "next": true}
    for way in node.targets:
        if way.startswith("cases/"):
            told = {**told, way: true if way != "cases/none" else 0, "else": 0, "next": 0}
    for way, mask in told.items():
        effects.ways[way] = effects.ways.get(way, 0) | mask
