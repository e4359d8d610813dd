"""Which variables an expression needs, and what a condition tells about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ivrkit.expressions import tree
from ivrkit.expressions.evaluate import children
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.functions.registry import functions

Path = tuple[str, ...]
Known = frozenset[Path]

_NOTHING: Final[Known] = frozenset()
_ORDERS: Final = frozenset({"<", "<=", ">", ">="})
_ACCEPT_NONE: Final = frozenset({"any", "data"})


class Need(NamedTuple):
    """A variable without which an expression is none or fails. ``offset`` points into the text."""

    path: Path
    offset: int
    length: int


class Facts(NamedTuple):
    """The variables that surely have a value when a condition holds, and when it does not."""

    true: Known
    false: Known


@lru_cache(maxsize=16_384)
def needs(expression: Expression) -> tuple[Need, ...]:
    """The variables that must not be none if the value is not to be. Those that the expression
    itself looks after (``x if x else …``, ``x or …``, ``default(x, …)``) are not among them."""
    return tuple(sorted(set(_needs(expression.root, _NOTHING)), key=lambda each: each.offset))


@lru_cache(maxsize=16_384)
def failing(expression: Expression) -> tuple[Need, ...]:
    """The variables without which the expression cannot be worked out at all: those that are
    calculated with, compared by order, joined, or given to a function that wants a value."""
    return tuple(sorted(set(_failing(expression.root, _NOTHING)), key=lambda each: each.offset))


@lru_cache(maxsize=16_384)
def facts(condition: Expression) -> Facts:
    """What is known behind a condition."""
    return _facts(condition.root)


def path_of(node: tree.Node) -> Path:
    """A variable with the fields named behind it; empty for anything else."""
    match node:
        case tree.Name(name=name):
            return (name,)
        case tree.Field(base=base, name=name):
            path = path_of(base)
            return (*path, name) if path else ()
        case tree.Item(base=base, key=tree.Literal(value=str() as name)):
            path = path_of(base)
            return (*path, name) if path else ()
    return ()


def _needs(node: tree.Node, known: Known) -> Iterator[Need]:
    path = path_of(node)
    if path:
        if not is_known(path, known):
            yield Need(path, node.offset, node.end - node.offset)
        return
    match node:
        case tree.Condition(test=test, then=then, otherwise=otherwise):
            told = _facts(test)
            yield from _needs(then, known | told.true)
            if otherwise is not None:
                yield from _needs(otherwise, known | told.false)
        case tree.Junction(every=False, operands=operands):
            yield from _needs(operands[-1], known)
        case tree.Junction(operands=operands) | tree.Joined(operands=operands):
            yield from _all(operands, known)
        case tree.Chain(first=first, rest=rest):
            yield from _all((first, *(each for _, each in rest)), known)
        case tree.Sign(operand=one) | tree.Field(base=one):
            yield from _needs(one, known)
        case tree.Item(base=base, key=key):
            yield from _all((base, key), known)
        case tree.Call():
            yield from _of_call(node, known)


def _all(nodes: Iterable[tree.Node], known: Known) -> Iterator[Need]:
    for each in nodes:
        yield from _needs(each, known)


def _of_call(node: tree.Call, known: Known) -> Iterator[Need]:
    declared = functions().get(node.name)
    if declared is None or not node.arguments:
        return
    if declared.returns == "common":  # the first of its arguments that has a value
        yield from _needs(node.arguments[-1], known)
        return
    for position, argument in enumerate(node.arguments):
        if _ACCEPT_NONE.isdisjoint(declared.parameter(position).kinds):
            yield from _needs(argument, known)


def _failing(node: tree.Node, known: Known) -> Iterator[Need]:
    match node:
        case tree.Literal() | tree.Name():
            return
        case tree.Condition(test=test, then=then, otherwise=otherwise):
            told = _facts(test)
            yield from _failing(test, known)
            yield from _failing(then, known | told.true)
            if otherwise is not None:
                yield from _failing(otherwise, known | told.false)
            return
        case tree.Junction(every=every, operands=operands):
            for each in operands:
                yield from _failing(each, known)
                told = _facts(each)
                known = known | (told.true if every else told.false)
            return
        case tree.Chain(first=first, rest=rest):
            yield from _all((first, *(each for _, each in rest)), known)
        case tree.Comparison(first=first, rest=rest):
            left = first
            for sign, right in rest:
                if sign in _ORDERS:
                    yield from _all((left, right), known)
                left = right
        case tree.Joined() | tree.Sign() | tree.Call():
            yield from _needs(node, known)
    for child in children(node):
        yield from _failing(child, known)


def is_known(path: Path, known: Known) -> bool:
    """Whether a variable, or the record that it is a field of, surely has a value."""
    return any(path[:length] in known for length in range(1, len(path) + 1))


def _facts(node: tree.Node) -> Facts:
    path = path_of(node)
    if path:
        return Facts(frozenset({path}), _NOTHING)
    match node:
        case tree.Negation(operand=operand):
            told = _facts(operand)
            return Facts(told.false, told.true)
        case tree.IsNone(operand=operand):
            return Facts(_NOTHING, _paths([operand]))
        case tree.Junction(every=every, operands=operands):
            return _of_junction(every, [_facts(each) for each in operands])
        case tree.Comparison(first=first, rest=rest):
            return _of_comparison([first, *(each for _, each in rest)], [sign for sign, _ in rest])
    return Facts(_NOTHING, _NOTHING)


def _of_junction(every: bool, told: list[Facts]) -> Facts:
    true, false = [each.true for each in told], [each.false for each in told]
    if every:
        return Facts(_NOTHING.union(*true), false[0].intersection(*false))
    return Facts(true[0].intersection(*true), _NOTHING.union(*false))


def _of_comparison(operands: list[tree.Node], signs: list[str]) -> Facts:
    nothing = any(isinstance(each, tree.Literal) and each.value is None for each in operands)
    if nothing:
        if signs == ["!="]:
            return Facts(_paths(operands), _NOTHING)
        return Facts(_NOTHING, _paths(operands) if signs == ["=="] else _NOTHING)
    if signs == ["!="]:
        literal = any(isinstance(each, tree.Literal) for each in operands)
        return Facts(_NOTHING, _paths(operands) if literal else _NOTHING)
    if "!=" in signs or "not in" in signs:
        return Facts(_NOTHING, _NOTHING)
    literal = any(isinstance(each, tree.Literal) for each in operands)
    return Facts(_paths(operands) if literal or "==" not in signs else _NOTHING, _NOTHING)


def _paths(nodes: Iterable[tree.Node]) -> Known:
    return frozenset(path for path in map(path_of, nodes) if path)
