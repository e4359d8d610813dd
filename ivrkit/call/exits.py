"""How a step ends: every end is an exit, declared in the step's model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivrkit.errors import IvrkitError
from ivrkit.expressions.values import Value

NEXT = "next"
ERROR = "error"
TIMEOUT = "timeout"
NOT_FOUND = "not_found"
REFUSED = "refused"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ExitSpec:
    """An exit that a verb declares.

    ``technical`` ones (error, failed, unknown …) fall through to ``on_error``; the others are
    outcomes of the caller or the other party, and the check demands a target for each, unless
    they are ``optional`` (they fall back to another exit: ``otherwise``, empty where it is that of
    the last failure).
    """

    name: str
    text: str
    technical: bool = False
    optional: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a ``run`` step asks the engine to put on the stack.

    ``flow`` is None for a section of the same flow, which then shares the variables.
    ``into`` names the variable that receives the whole record of returned values.
    """

    flow: str | None
    section: str = "main"
    arguments: Mapping[str, Value] = field(default_factory=dict)
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """How a step ended.

    ``name`` is the way it leaves by: ``next``, a declared exit (``no_input``), or the path of a
    way inside the step (``keys/1``, ``then``, ``cases/card``). ``invoke`` asks for a frame
    (``run``); ``outcome`` and ``values`` are what a ``return`` hands back; ``reenter`` makes the
    branch that the way leads to come back into this step, with its entry state, instead of
    going on behind it (``check`` by steps, loops). ``otherwise`` is the exit to take where
    nothing is said about ``name``: ``used_up`` falls back to the last failure's, a value that is
    no case of a ``switch`` to ``else``. ``because`` is the failure that the exit stands for: the
    flow finds it in ``error``.
    """

    name: str = NEXT
    invoke: Invocation | None = None
    outcome: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    reenter: bool = False
    otherwise: str | None = None
    because: IvrkitError | None = None


GO_ON = Exit()
