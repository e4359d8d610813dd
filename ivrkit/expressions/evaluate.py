"""Makes a tree ready to be evaluated: one closure per node, built once, run many times.

Fields and items are looked up in the data only, never as attributes of an object.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from ivrkit.errors import BudgetExceeded, ExpressionError, ValueRejected
from ivrkit.expressions import tree
from ivrkit.expressions.arithmetic import arithmetic
from ivrkit.expressions.calls import prepared
from ivrkit.expressions.comparison import compare
from ivrkit.expressions.functions.registry import functions
from ivrkit.expressions.run import Evaluator, Run, fits, undefined
from ivrkit.expressions.values import KINDS, kind_of, truth

_READY: Final = frozenset(KINDS)
_PLAIN: Final = frozenset({str, Decimal, bool})


def compiled(node: tree.Node) -> Evaluator:
    """The evaluator of a tree."""
    return _MAKERS[type(node)](node)


def size(node: tree.Node) -> int:
    """How many nodes a tree has: the steps it takes at most, apart from lists."""
    return 1 + sum(size(each) for each in children(node))


def children(node: tree.Node) -> list[tree.Node]:
    """The nodes right below a node."""
    match node:
        case tree.Field(base=one) | tree.Negation(operand=one) | tree.Sign(operand=one):
            return [one]
        case tree.IsNone(operand=one):
            return [one]
        case tree.Item(base=base, key=key):
            return [base, key]
        case tree.Chain(first=first, rest=rest) | tree.Comparison(first=first, rest=rest):
            return [first, *(each for _, each in rest)]
        case tree.Junction(operands=many) | tree.Joined(operands=many) | tree.Listing(items=many):
            return list(many)
        case tree.Pairs(pairs=pairs):
            return [each for _, each in pairs]
        case tree.Condition(test=test, then=then, otherwise=otherwise):
            return [test, then, *([otherwise] if otherwise else [])]
        case tree.Call(arguments=many, named=named):
            return [*many, *(each for _, each in named)]
    return []


def _literal(node: tree.Literal) -> Evaluator:
    value = node.value
    return lambda run: value


def _name(node: tree.Name) -> Evaluator:
    name = node.name
    if name == "now":
        return lambda run: run.touch(run.scope.now())
    if name == "today":
        return lambda run: run.touch(run.scope.now().date())

    def evaluate(run: Run) -> Any:
        try:
            value = run.scope.lookup(name)
        except KeyError:
            raise undefined(name) from None
        return value if value.__class__ in _READY else run.touch(value)

    return evaluate


def _field(node: tree.Field) -> Evaluator:
    base, name = compiled(node.base), node.name

    def evaluate(run: Run) -> Any:
        record = base(run)
        if record.__class__ is dict and name in record:
            value = record[name]
            return value if value.__class__ in _READY else run.touch(value)
        return _absent(record, name)

    return evaluate


def _absent(record: Any, name: str) -> None:
    """A field that is not there: none in none, an error elsewhere."""
    if record is None:
        return
    if isinstance(record, dict):
        raise ExpressionError(f"there is no field '{name}'", hint=f"write get(…, '{name}')")
    hint = f"write {name}(…)" if name in functions() else ""
    raise ExpressionError(f"a {kind_of(record)} has no field '{name}'", hint=hint)


def _item(node: tree.Item) -> Evaluator:
    base, key = compiled(node.base), compiled(node.key)

    def evaluate(run: Run) -> Any:
        container, at = base(run), key(run)
        if isinstance(container, dict) and isinstance(at, str):
            if at in container:
                return run.touch(container[at])
            raise ExpressionError("there is no such field", hint="write get(…, name)")
        if isinstance(container, list | str) and isinstance(at, Decimal):
            if at == at.to_integral_value() and -len(container) <= at < len(container):
                return run.touch(container[int(at)])
            raise ExpressionError(f"this {kind_of(container)} has no such item")
        if container is None:
            return None
        raise ExpressionError(f"a {kind_of(container)} has no item by {kind_of(at)}")

    return evaluate


def _negation(node: tree.Negation) -> Evaluator:
    operand = compiled(node.operand)
    return lambda run: not truth(operand(run))


def _sign(node: tree.Sign) -> Evaluator:
    operand, minus = compiled(node.operand), node.minus

    def evaluate(run: Run) -> Any:
        value = operand(run)
        if KINDS.get(value.__class__) not in ("number", "duration"):
            raise ExpressionError(f"a {kind_of(value)} has no sign")
        return -value if minus else value

    return evaluate


def _chain(node: tree.Chain) -> Evaluator:
    first = compiled(node.first)
    rest = tuple((sign, compiled(each)) for sign, each in node.rest)

    def evaluate(run: Run) -> Any:
        value = first(run)
        for sign, operand in rest:
            value = arithmetic(sign, value, operand(run))
        return value

    return evaluate


def _comparison(node: tree.Comparison) -> Evaluator:
    first = compiled(node.first)
    if len(node.rest) == 1:
        return _single(first, node.rest[0][0], compiled(node.rest[0][1]))
    rest = tuple((sign, compiled(each)) for sign, each in node.rest)

    def evaluate(run: Run) -> bool:
        left = first(run)
        for sign, operand in rest:
            right = operand(run)
            if not compare(sign, left, right, run):
                return False
            left = right
        return True

    return evaluate


def _single(first: Evaluator, sign: str, second: Evaluator) -> Evaluator:
    """One comparison: most conditions of a flow are one."""
    if sign not in ("==", "!="):
        return lambda run: compare(sign, first(run), second(run), run)
    wanted = sign == "=="

    def evaluate(run: Run) -> bool:
        left, right = first(run), second(run)
        if left.__class__ is right.__class__ and left.__class__ in _PLAIN:
            return (left == right) is wanted
        return compare(sign, left, right, run)

    return evaluate


def _junction(node: tree.Junction) -> Evaluator:
    operands = tuple(compiled(each) for each in node.operands)
    every = node.every

    def evaluate(run: Run) -> Any:
        value = None
        for operand in operands:
            value = operand(run)
            if truth(value) is not every:
                break
        return value

    return evaluate


def _condition(node: tree.Condition) -> Evaluator:
    test, then = compiled(node.test), compiled(node.then)
    otherwise = compiled(node.otherwise) if node.otherwise else lambda run: None
    return lambda run: then(run) if truth(test(run)) else otherwise(run)


def _joined(node: tree.Joined) -> Evaluator:
    operands = tuple(compiled(each) for each in node.operands)

    def evaluate(run: Run) -> str:
        texts = [run.text(operand(run)) for operand in operands]
        fits(sum(map(len, texts)))
        return "".join(texts)

    return evaluate


def _listing(node: tree.Listing) -> Evaluator:
    items = tuple(compiled(each) for each in node.items)
    return lambda run: [item(run) for item in items]


def _pairs(node: tree.Pairs) -> Evaluator:
    pairs = tuple((name, compiled(each)) for name, each in node.pairs)
    return lambda run: {name: value(run) for name, value in pairs}


def _is_none(node: tree.IsNone) -> Evaluator:
    operand = compiled(node.operand)
    return lambda run: operand(run) is None


def _call(node: tree.Call) -> Evaluator:
    return prepared(node, compiled)


_MAKERS: Final[dict[type[tree.Node], Callable[[Any], Evaluator]]] = {
    tree.Literal: _literal,
    tree.Name: _name,
    tree.Field: _field,
    tree.Item: _item,
    tree.Negation: _negation,
    tree.Sign: _sign,
    tree.Chain: _chain,
    tree.Comparison: _comparison,
    tree.Junction: _junction,
    tree.Condition: _condition,
    tree.Joined: _joined,
    tree.Listing: _listing,
    tree.Pairs: _pairs,
    tree.IsNone: _is_none,
    tree.Call: _call,
}


def evaluated(evaluator: Evaluator, scope: Any, steps: int) -> tuple[Any, bool]:
    """Run an evaluator: its value, and whether it touched a secret.

    Raises:
        ExpressionError: whatever goes wrong; no other error leaves an evaluation.
    """
    run = Run(scope, steps)
    try:
        return evaluator(run), run.secret
    except RecursionError:
        raise BudgetExceeded("this data is nested too deeply") from None
    except ArithmeticError:
        raise ExpressionError("this cannot be calculated") from None
    except ValueRejected as error:
        raise ExpressionError("this value cannot be read", hint=error.hint) from None
