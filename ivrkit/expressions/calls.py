"""Calls of functions: which argument goes where, what kind it has, what may go wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions.elsewhere import what_is_meant
from ivrkit.expressions.functions.registry import OPENED, Function, Parameter, functions
from ivrkit.expressions.run import Evaluator, Run, fits
from ivrkit.expressions.tree import Call, Node
from ivrkit.expressions.values import kind_of


def prepared(node: Call, compiled: Callable[[Node], Evaluator]) -> Evaluator:
    """The evaluator of a call; ``compiled`` makes those of its arguments.

    A function that does not exist, or other arguments than it takes, fail when they are evaluated:
    the check has complained of them before.
    """
    declared = functions().get(node.name)
    if declared is None:
        hint = what_is_meant(node.name, functions())
        return _failing(ExpressionError(f"there is no function '{node.name}'", hint=hint))
    named = {name: compiled(each) for name, each in node.named}
    try:
        places = declared.bind(len(node.arguments), tuple(name for name, _ in node.named))
    except ValueError as error:
        return _failing(ExpressionError(f"{node.name}: {error}"))
    given = [compiled(each) for each in node.arguments]
    arguments = [
        None
        if place is None
        else _argument(
            declared,
            declared.parameter(n),
            named[place] if isinstance(place, str) else given[place],
        )
        for n, place in enumerate(places)
    ]
    return _calling(declared, arguments)


def _failing(error: ExpressionError) -> Evaluator:
    def evaluate(run: Run) -> Any:
        raise ExpressionError(error.message, hint=error.hint)

    return evaluate


def _calling(declared: Function, arguments: list[Evaluator | None]) -> Evaluator:
    body, name = declared.body, declared.name

    def evaluate(run: Run) -> Any:
        values = [argument(run) if argument else None for argument in arguments]
        try:
            result = run.touch(body(run, *values) if declared.with_run else body(*values))
            if result.__class__ is str:
                fits(len(result))
            return result
        except ExpressionError as error:
            raise type(error)(f"{name}: {error.message}", hint=error.hint) from None
        except ValueRejected as error:  # its text may repeat a secret, its hint does not
            raise ExpressionError(f"{name}: this value cannot be read", hint=error.hint) from None
        except RecursionError:
            raise BudgetExceeded(f"{name}: this data is nested too deeply") from None
        except Exception as error:
            raise ExpressionError(f"{name} failed ({type(error).__name__})") from None

    return evaluate


def _argument(declared: Function, parameter: Parameter, given: Evaluator) -> Evaluator:
    """Evaluates an argument and sees to its kind."""
    classes, spoken_too = parameter.classes, "text" in parameter.kinds
    opened = not OPENED.isdisjoint(parameter.kinds)
    wanted = " or ".join({"items": "list"}.get(kind, kind) for kind in parameter.kinds)

    def evaluate(run: Run) -> Any:
        value = given(run)
        if opened:
            value = run.opened(value)
        if value.__class__ in classes or (value is None and parameter.optional):
            return value
        if spoken_too and not isinstance(value, list | dict | None):
            return run.text(value)
        hint = "write default(…)" if value is None else parameter.reader(isinstance(value, str))
        raise ExpressionError(
            f"{declared.name}: '{parameter.name}' must be a {wanted}, not {kind_of(value)}",
            hint=hint,
        )

    return evaluate
