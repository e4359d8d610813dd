"""Which verbs may have a time limit, and what to say of one at the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivrkit.call.exits import TIMEOUT
from ivrkit.call.kinds import Kind
from ivrkit.call.step import Step

if TYPE_CHECKING:
    from ivrkit.flow.plans import Plan


def has_timeout(verb: type[Step]) -> bool:
    """Whether a step of this verb may have a time limit: one of its own, or that of all steps."""
    above = verb.__mro__[: verb.__mro__.index(Step)]
    return verb.lasts() or any(TIMEOUT in vars(e).get("__annotations__", {}) for e in above)


def no_time_limit(plan: Plan, name: str) -> tuple[str, str] | None:
    """What to say, and the remedy, where a verb cannot have the time limit that it is given."""
    verb = plan.model
    if name != TIMEOUT or name in plan.fields or not issubclass(verb, Step):
        return None
    if verb.kind is Kind.AWAY:
        why = f"{plan.what} gives the call into other hands: how long it stays there is up to them"
        return f"{plan.what} has no 'timeout'", why
    hint = "`timeout:` is for steps that wait, and for run, repeat and each"
    return f"{plan.what} takes no time that could be limited", hint
