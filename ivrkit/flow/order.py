"""The order in which things are written: that of the language's description, so that files of many
hands read alike. The schema lists fields in it, editors offer them and the formatter lays them so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ivrkit.call.step import Step

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan, Plan

ENTRY: Final = "an entry"
"""What the long form of a menu's entry is called."""
BESIDE: Final = ("name", "when", "then", "cases", "else", "do", "exits")
"""The words beside a verb, behind it."""

_QUESTION: Final[tuple[str, ...]] = (
    *("into", "intro", "prompt", "keys_from", "keys", "slots", "type", "digits"),
    *("terminator", "restart", "confirm", "check", "default", "attempts", "first_digit"),
    *("between_digits", "settle", "first_word", "end_silence", "longest", "confidence"),
    *("barge_in", "barge_in_by", "flow_keys", "flush", "no_input", "no_match"),
)
"""A verb that asks: what it fills, says and takes, how, and what it says of mistakes."""
_ENTRY: Final[tuple[str, ...]] = ("label", "say", "words", "to", "when")
"""What can be pressed: what it is called, where it leads, and when it is there."""
_LATE: Final = ("reveal", "voice", "language", "speed", "timeout", "meanwhile", "keys", "when")
_WHOLE: Final = "a flow-wide key"


def in_order(names: Iterable[str], order: tuple[str, ...]) -> list[str]:
    """Names in an order; those that it does not know follow as they stand."""
    rank = {name: number for number, name in enumerate(order)}
    return sorted(names, key=lambda name: rank.get(name, len(order)))


def fields_in_order(plan: Plan) -> list[FieldPlan]:
    """A model's fields as they are written: its main one, its own, those that its next of kin
    have, those that all its kind have, and at the end how long it may last and when it holds."""
    line = [vars(each).get("__annotations__", ()) for each in plan.model.__mro__]
    fields = sorted(
        plan.fields.values(),
        key=lambda each: (
            each is not plan.main,
            next(at for at, names in enumerate(line) if each.attribute in names),
        ),
    )
    if plan.what in (ENTRY, _WHOLE):
        order = _ENTRY
    elif issubclass(plan.model, Step) and plan.model.asks:
        order = _QUESTION
    else:
        late = {name: number for number, name in enumerate(_LATE, 1)}
        return sorted(fields, key=lambda each: (each is not plan.main) * late.get(each.key, 0))
    keyed = {each.key: each for each in fields}
    return [keyed[name] for name in in_order(keyed, order)]
