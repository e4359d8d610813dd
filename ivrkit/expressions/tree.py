"""The tree of an expression, made of what Jinja2's parser read; it serves the check and the run.

What is not in this file is not in the language: every other node of Jinja2 is an error that names
what to write instead.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NoReturn

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from ivrkit.expressions.lexer import MOST_NESTING, Number, Tokens
from ivrkit.expressions.scope import ExpressionSyntax


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression, from ``offset`` up to ``end`` of the text."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: text, number, flag or none."""

    value: str | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """A field of a record, by name: ``base.name``."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Item(Node):
    """A field or an item by a computed key: ``base[key]``."""

    base: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """``not x``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Sign(Node):
    """``-x`` or ``+x``."""

    operand: Node
    minus: bool


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """Arithmetic from left to right: the first operand, then operators with their operands."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``a < b <= c``: each pair of neighbours must hold."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """``a and b and c`` or ``a or b``: the first operand that decides is the value."""

    every: bool
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """``a if test else b``; none where there is no ``else``."""

    test: Node
    then: Node
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class Joined(Node):
    """``a ~ b``: the texts of the operands, one after the other."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Listing(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pairs(Node):
    """``{'a': x}``."""

    pairs: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class IsNone(Node):
    """``x is none``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``f(x)`` or ``x | f``."""

    name: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


_ENVIRONMENT: Final = Environment()  # noqa: S701 - only its parser is used, nothing is rendered
_RESERVED: Final = frozenset({"and", "or", "not", "in", "is", "if", "else"})
_ARITHMETIC: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "floordiv": "//"} | {
    "mod": "%",
    "pow": "**",
}
_COMPARISONS: Final = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">"} | {
    "gteq": ">=",
    "in": "in",
    "notin": "not in",
}
_UNEXPECTED: Final = {
    "'='": "use == to compare",
    "end of": "something is missing at the end",
    "'else'": "write 'a if condition else b'",
}


def build(text: str, tokens: Tokens) -> Node:
    """Parse the tokens of one expression and make its tree.

    Raises:
        ExpressionSyntax: no expression, or a form that is not in the language.
    """
    parser = Parser(_ENVIRONMENT, "")
    parser.stream = TokenStream(iter(tokens.tokens), None, None)
    try:
        parsed = parser.parse_expression()
        left = parser.stream.current
        if left.type != "eof":
            parser.fail(f"unexpected '{left.value}'", left.lineno)
        return _Builder(text, tokens).build(parsed, 0)
    except TemplateSyntaxError as error:
        raise _complaint(error, tokens) from None
    except RecursionError:
        raise ExpressionSyntax("nested too deeply", hint="use a variable") from None


def _complaint(error: TemplateSyntaxError, tokens: Tokens) -> ExpressionSyntax:
    message = error.message or "this is no expression"
    offset = error.lineno
    hint = next((hint for sign, hint in _UNEXPECTED.items() if sign in message), "")
    if "end of" in message:
        message = "the expression ends too early"
    length = tokens.ends.get(offset, offset + 1) - offset
    return ExpressionSyntax(message, hint=hint, offset=offset, length=length)


class _Builder:
    """Turns Jinja2's nodes into ours, by class."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self._text = text
        self._ends = tokens.ends
        self._starts = sorted(tokens.ends)
        self._forms: dict[type[nodes.Node], Callable[[Any, int], Node]] = {
            nodes.Const: self._literal,
            nodes.Name: self._name,
            nodes.Getattr: self._field,
            nodes.Getitem: self._item,
            nodes.Not: self._not,
            nodes.Neg: self._sign,
            nodes.Pos: self._sign,
            nodes.Compare: self._comparison,
            nodes.And: self._junction,
            nodes.Or: self._junction,
            nodes.CondExpr: self._condition,
            nodes.Concat: self._joined,
            nodes.List: self._listing,
            nodes.Tuple: self._listing,
            nodes.Dict: self._pairs,
            nodes.Test: self._test,
            nodes.Call: self._call,
            nodes.Filter: self._call,
        }

    def build(self, node: nodes.Node, depth: int) -> Node:
        if depth > MOST_NESTING:
            self._refuse(node, "nested too deeply", "use a variable")
        if isinstance(node, nodes.BinExpr) and node.operator in _ARITHMETIC.values():
            return self._chain(node, depth)
        form = self._forms.get(type(node))
        if form is None:
            self._refuse(node, f"'{type(node).__name__.lower()}' is not in the language")
        return form(node, depth)

    def _refuse(self, node: nodes.Node, message: str, hint: str = "") -> NoReturn:
        end = self._ends.get(node.lineno, node.lineno + 1)
        raise ExpressionSyntax(message, hint=hint, offset=node.lineno, length=end - node.lineno)

    def _end(self, offset: int) -> int:
        return self._ends.get(offset, offset)

    def _literal(self, node: nodes.Const, depth: int) -> Node:
        value = Decimal(node.value) if isinstance(node.value, Number) else node.value
        return Literal(node.lineno, self._end(node.lineno), value)

    def _name(self, node: nodes.Name, depth: int) -> Node:
        if node.name in _RESERVED:
            self._refuse(node, f"'{node.name}' does not belong here")
        return Name(node.lineno, self._end(node.lineno), node.name)

    def _field(self, node: nodes.Getattr, depth: int) -> Node:
        base = self.build(node.node, depth + 1)
        return Field(base.offset, self._end(self._next(node.lineno)), base, node.attr)

    def _next(self, offset: int) -> int:
        """Where the token after the one at ``offset`` begins (the name behind a dot)."""
        following = bisect_right(self._starts, offset)
        return self._starts[min(following, len(self._starts) - 1)]

    def _item(self, node: nodes.Getitem, depth: int) -> Node:
        if isinstance(node.arg, nodes.Slice):
            self._refuse(node, "slices are not in the language", "write part(x, from, length)")
        base, key = self.build(node.node, depth + 1), self.build(node.arg, depth + 1)
        return Item(base.offset, self._closing(key.end), base, key)

    def _closing(self, end: int) -> int:
        """The end of the bracket that closes behind ``end``, if it stands right there."""
        return end + 1 if self._text[end : end + 1] in ("]", ")", "}") else end

    def _not(self, node: nodes.Not, depth: int) -> Node:
        operand = self.build(node.node, depth + 1)
        return Negation(min(node.lineno, operand.offset), operand.end, operand)

    def _sign(self, node: nodes.UnaryExpr, depth: int) -> Node:
        operand = self.build(node.node, depth + 1)
        return Sign(node.lineno, operand.end, operand, isinstance(node, nodes.Neg))

    def _chain(self, node: nodes.Node, depth: int) -> Node:
        rest: list[tuple[str, nodes.Node]] = []
        while isinstance(node, nodes.BinExpr) and node.operator in _ARITHMETIC.values():
            rest.append((node.operator, node.right))
            node = node.left
        first = self.build(node, depth + 1)
        built = tuple((sign, self.build(each, depth + 1)) for sign, each in reversed(rest))
        return Chain(first.offset, built[-1][1].end, first, built)

    def _comparison(self, node: nodes.Compare, depth: int) -> Node:
        first = self.build(node.expr, depth + 1)
        rest = tuple((_COMPARISONS[each.op], self.build(each.expr, depth + 1)) for each in node.ops)
        return Comparison(first.offset, rest[-1][1].end, first, rest)

    def _junction(self, node: nodes.BinExpr, depth: int) -> Node:
        kind = type(node)
        operands: list[nodes.Node] = []
        left: nodes.Node = node
        while type(left) is kind:
            assert isinstance(left, nodes.BinExpr)
            operands.append(left.right)
            left = left.left
        built = tuple(self.build(each, depth + 1) for each in (left, *reversed(operands)))
        return Junction(built[0].offset, built[-1].end, kind is nodes.And, built)

    def _condition(self, node: nodes.CondExpr, depth: int) -> Node:
        then, test = self.build(node.expr1, depth + 1), self.build(node.test, depth + 1)
        otherwise = self.build(node.expr2, depth + 1) if node.expr2 else None
        return Condition(then.offset, (otherwise or test).end, test, then, otherwise)

    def _joined(self, node: nodes.Concat, depth: int) -> Node:
        built = tuple(self.build(each, depth + 1) for each in node.nodes)
        return Joined(built[0].offset, built[-1].end, built)

    def _listing(self, node: nodes.List | nodes.Tuple, depth: int) -> Node:
        built = tuple(self.build(each, depth + 1) for each in node.items)
        end = self._closing(built[-1].end if built else self._end(node.lineno))
        return Listing(node.lineno, end, built)

    def _pairs(self, node: nodes.Dict, depth: int) -> Node:
        pairs = []
        for pair in node.items:
            key = pair.key.value if isinstance(pair.key, nodes.Const) else None
            if not isinstance(key, str) or isinstance(key, Number):
                self._refuse(pair.key, "a record's field is a text", "write {'name': value}")
            pairs.append((str(key), self.build(pair.value, depth + 1)))
        end = self._closing(pairs[-1][1].end if pairs else self._end(node.lineno))
        return Pairs(node.lineno, end, tuple(pairs))

    def _test(self, node: nodes.Test, depth: int) -> Node:
        if node.name not in ("none", "None") or node.args or node.kwargs:
            hint = "write 'x is not none'" if node.name in ("defined", "undefined") else ""
            self._refuse(
                node, "after 'is' only 'none' or 'not none' stands", hint or "compare with =="
            )
        operand = self.build(node.node, depth + 1)
        last = self._next(node.lineno)
        if self._text.startswith("not", last):
            last = self._next(last)
        return IsNone(operand.offset, self._end(last), operand)

    def _call(self, node: nodes.Call | nodes.Filter, depth: int) -> Node:
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self._refuse(node, "arguments are written one by one")
        arguments = [self.build(each, depth + 1) for each in node.args]
        if isinstance(node, nodes.Filter):
            assert node.node is not None  # only in a filter block
            piped = self.build(node.node, depth + 1)
            name, offset, arguments = node.name, piped.offset, [piped, *arguments]
        else:
            name, offset = self._called(node.node)
        named = tuple((str(each.key), self.build(each.value, depth + 1)) for each in node.kwargs)
        last = max(
            [each.end for each in arguments] + [each.end for _, each in named],
            default=self._end(node.lineno),
        )
        end = self._closing(max(last, self._end(node.lineno)))
        return Call(offset, end, name, tuple(arguments), named)

    def _called(self, node: nodes.Node) -> tuple[str, int]:
        if isinstance(node, nodes.Name):
            return node.name, node.lineno
        if isinstance(node, nodes.Getattr):
            node.lineno = self._next(node.lineno)
            self._refuse(node, "data has no methods", f"write {node.attr}(x)")
        self._refuse(node, "only functions can be called", "write f(x)")
