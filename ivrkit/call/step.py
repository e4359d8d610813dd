"""The step: a verb with its fields, and the place where it stands in a flow."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from ivrkit.call.exits import TIMEOUT, Exit, ExitSpec
from ivrkit.call.fields import Duration
from ivrkit.call.kinds import Kind
from ivrkit.call.targets import NOWHERE, Branch, Mark, Target
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.types import Type

if TYPE_CHECKING:
    from ivrkit.call.asking import DigitCount
    from ivrkit.call.call import Call
    from ivrkit.call.prompt import Prompt, Prompts


class FieldError(ValueError):
    """What a validator of a step or form finds wrong with one field of it; ``field`` is the path of
    the field (``take/balance``), at which it is told. Behind ``; hint:`` stands what to do."""

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message}; hint: {hint}" if hint else message)
        self.field = field


class Form(BaseModel):
    """A mapping inside a verb (``confirm: {prompt, yes, no}``), read like the verb itself.

    ``main`` names the field that a scalar or list in its place is short for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    main: ClassVar[str | None] = None

    def local_names(self) -> Mapping[str, Type]:
        """Names that hold in its fields only (the item of ``keys_from``)."""
        return {}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable that a step sets when it leaves by one of ``exits`` (empty: the usual one)."""

    name: str
    type: Type | None = None
    exits: tuple[str, ...] = ()
    adapts: Collection[str] = ()
    """Kinds of variables whose own type the step reads instead of ``type``."""
    place: str = ""
    """The path of the field that names the variable, where it is not the step's own ``into``."""
    takes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Fields of a record that the step names itself, and the paths at which it does. Where the
    variable has a field that is not among them, and they have one that it has not, a name is
    wrong. One without a path is the verb's own."""


class Step(BaseModel):
    """A verb. A subclass per verb, found in a registry by ``verb``; its fields are annotated with
    the names of :mod:`ivrkit.call.fields` or with a :class:`Form`."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    verb: ClassVar[str]
    kind: ClassVar[Kind]
    exits: ClassVar[tuple[ExitSpec, ...]] = ()
    needs: ClassVar[tuple[type, ...]] = ()
    main: ClassVar[str | None] = None
    """The field that ``verb: value`` is short for; None for a verb without fields."""
    beside: ClassVar[Mapping[str, bool]] = {}
    """The words beside the verb that hold targets (``then``, ``else``, ``do``, ``cases``); True
    where the word holds a mapping of targets (``cases``)."""
    asks: ClassVar[bool] = False
    """``again`` and ``wrong`` in its branches refer to it."""
    chooses: ClassVar[bool] = False
    """The caller chooses in it where to go: ``back`` leads to it."""
    loops: ClassVar[bool] = False
    """What stands beside it (``do``) is repeated: ``break`` in there refers to it. Its exits are
    outside. The branch comes back into it (``Exit.reenter``)."""
    answered: ClassVar[bool] = False
    """Needs a call that has been answered."""
    answers: ClassVar[bool] = False
    """The call is answered behind it."""
    ends: ClassVar[bool] = False
    """The flow never goes on behind it by ``next`` (goto, return, hangup, again …)."""
    person: ClassVar[bool] = False
    """Hands the call over to a person."""
    destroys: ClassVar[bool] = False
    """Something that was kept is gone behind it, and cannot be had back."""
    limits_itself: ClassVar[bool] = False
    """It keeps to its ``timeout`` itself, because only it knows by which exit to leave then."""
    asks_kind: ClassVar[str] = ""
    """The kind of connector that it asks (``database``), which is the role of the field that names
    it too; empty: none."""
    meant: ClassVar[Mapping[str, str]] = {}
    """Fields that the verb does not have and that are written all the same (``url``, ``sql``), and
    what to write instead."""
    example: ClassVar[str]
    """YAML of one or more steps, shown in the reference and run by a test."""

    timeout: Duration | None = None
    """The longest time for all that this step does, what it runs and the steps in place in it
    included; then it is left by `timeout`. Time in other hands (a queue) does not count."""

    @classmethod
    def lasts(cls) -> bool:
        """Whether a step of this verb can take time that is its own to limit: it waits for
        somebody, or runs or repeats steps. A verb that gives the call into other hands limits
        these itself."""
        if cls.kind is Kind.INNER:
            return cls.loops or cls.runs is not Step.runs
        return cls.kind is not Kind.AWAY

    @property
    def overlaid(self) -> bool:
        """Whether other steps may run, or keys have a meaning, while this one goes on; see
        :mod:`ivrkit.call.lasting`."""
        return False

    def says(self, wording: Prompts, language: str) -> Iterable[Prompt]:
        """What it says in the language's own wording, besides the prompts in its fields: these
        are spoken when the flow is loaded, never while a caller waits."""
        return ()

    @property
    def repeatable(self) -> bool:
        """Whether an ``outside`` step that may have run can simply be run again (a read)."""
        return False

    @property
    def reads(self) -> bool:
        """Whether what it asks of a connector changes nothing."""
        return False

    def may_run_again(self, call: Call) -> bool:
        """The same, where the site has a say in it (a source that only reads)."""
        return self.repeatable

    def ways(self) -> Mapping[str, Target]:
        """The targets inside the verb, by their path (``keys/1``)."""
        return {}

    def goes_on(self, ways: Collection[str]) -> bool:
        """Whether this very step, with these ways beside and inside it, can leave by ``next``
        itself (``if`` with both branches cannot: it always leaves by one of them)."""
        return not self.ends

    def outcomes(self) -> tuple[ExitSpec, ...]:
        """The exits that this very step can take (by default all that its verb declares)."""
        return self.exits

    def assigns(self) -> tuple[Assignment, ...]:
        """The variables that this step sets."""
        return ()

    def typed(self, declared: Type | None) -> DigitCount | None:
        """How many digits the caller types in it, where they are no entries. ``declared`` is the
        type of the variable that receives them."""
        return None

    def local_names(self) -> Mapping[str, Type]:
        """Names that hold only in what stands beside it (the item of ``each``, ``loop``); type
        ``any`` where the fields tell more. They get their values by ``Session.hold``."""
        return {}

    @property
    def begins(self) -> bool:
        """Whether a loop surely runs what it repeats, once at least."""
        return False

    def runs(self) -> str | None:
        """The flow that this step runs by name: it belongs to the closure."""
        return None

    @abstractmethod
    async def run(self, call: Call) -> Exit:
        """Do it, and say by which exit it ended."""


_TIME_IS_UP = tuple(
    ExitSpec(TIMEOUT, "The longest time for this step is over.", technical=technical)
    for technical in (False, True)
)
"""The exit of a time limit: a technical one where it was not the caller's time."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step in its place: what stands beside the verb, its path, and where things lead.

    ``targets`` holds every way: those of the verb (``keys/1``), the words beside it (``then``,
    ``cases/card``) and ``exits/<name>``. ``marks`` gives the place of each field by its path
    inside the verb (``prompt/0/money``), ``""`` being the verb itself.
    """

    step: Step
    path: str
    targets: Mapping[str, Target] = field(default_factory=dict)
    when: Expression | None = None
    name: str | None = None
    mark: Mark = NOWHERE
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def outcomes(self) -> tuple[ExitSpec, ...]:
        """The exits that this step can take besides the usual one and ``error``: those of its
        verb, and ``timeout`` where it has a time limit."""
        step = self.step
        own = step.outcomes()
        if step.timeout is None or any(spec.name == TIMEOUT for spec in own):
            return own
        return (*own, _TIME_IS_UP[step.kind is Kind.OUTSIDE])

    def branches(self) -> Iterator[tuple[str, Branch]]:
        """The steps in place that hang on this one, by their way."""
        for way, target in self.targets.items():
            if isinstance(target, Branch):
                yield way, target
