"""Expressions, texts with expressions in them, and settings: parsed once, checked, evaluated."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions import tree
from ivrkit.expressions.check import check_tree, references
from ivrkit.expressions.evaluate import compiled, evaluated, size
from ivrkit.expressions.lexer import tokenize
from ivrkit.expressions.run import Evaluator, fits
from ivrkit.expressions.scope import ExpressionSyntax, Problem, Reference, Scope, TypeScope
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.types import Type
from ivrkit.expressions.values import Value, spoken

_REMEMBERED: Final = 16_384
"""How many different texts are kept parsed; flows have fewer, callers cannot add any."""

_BLOCKS: Final = (
    ("{%", "%}", "use the steps if, switch, each and set"),
    ("{#", "#}", "comments begin with # outside the text"),
)


class Expression:
    """A bare expression: ``customer.vip and attempt < 3``."""

    __slots__ = ("_evaluator", "_size", "_tree", "source")

    def __init__(self, source: str, root: tree.Node) -> None:
        self.source = source
        self._tree = root
        self._size = size(root)
        self._evaluator: Evaluator | None = None

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Parse an expression; equal texts are parsed once.

        Raises:
            ExpressionSyntax: no expression; its ``offset`` points into the text.
        """
        return _expression(text)

    @property
    def evaluator(self) -> Evaluator:
        """The expression made ready to run, at its first use."""
        if self._evaluator is None:
            self._evaluator = compiled(self._tree)
        return self._evaluator

    def value(self, scope: Scope) -> Value:
        """Evaluate; the result is a ``Secret`` if a secret was touched on the way.

        Raises:
            ExpressionError: it cannot be evaluated. The text never holds a value of the call.
        """
        try:
            value, secret = evaluated(self._evaluator or self.evaluator, scope, self._size)
        except ExpressionError as error:
            raise type(error)(f"{error.message}, in '{self._shown()}'", hint=error.hint) from None
        return Secret(value) if secret else value

    def names(self) -> list[Reference]:
        """Every variable it uses, in the order of the text."""
        return references(self._tree)

    def check(self, types: TypeScope) -> tuple[Type | None, list[Problem]]:
        """The type of its value (None: not known) and what is wrong with it, without running it."""
        return check_tree(self._tree, types)

    @property
    def root(self) -> tree.Node:
        """Its tree, for walks that ask more than :meth:`check` tells."""
        return self._tree

    @property
    def place(self) -> tuple[int, int]:
        """Its offset in the text it was parsed from, and its length."""
        return self._tree.offset, self._tree.end - self._tree.offset

    def _shown(self) -> str:
        return self.source if len(self.source) <= 60 else f"{self.source[:59]}…"

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


@lru_cache(maxsize=_REMEMBERED)
def _expression(text: str) -> Expression:
    bare = text.strip()
    if not bare:
        raise ExpressionSyntax("the expression is empty")
    if bare.startswith("{{"):
        raise ExpressionSyntax(
            "this is an expression already", hint="leave out {{ and }}", offset=text.index("{{")
        )
    return Expression(bare, tree.build(text, tokenize(text)))


class Template:
    """A text with ``{{ }}`` parts. Texts without them are never parsed.

    ``static`` tells that it has none; ``literal`` is then the whole text, else empty.
    """

    __slots__ = ("_parts", "literal", "source", "static")

    def __init__(self, source: str, parts: tuple[str | Expression, ...]) -> None:
        self.source = source
        self._parts = parts
        self.static = not any(isinstance(each, Expression) for each in parts)
        self.literal = source if self.static else ""

    @classmethod
    def parse(cls, text: str) -> Template:
        """Parse a text; equal texts are parsed once.

        Raises:
            ExpressionSyntax: a part is no expression, or the text holds ``{% %}`` or ``{# #}``.
        """
        return _template(text)

    @property
    def parts(self) -> tuple[str | Expression, ...]:
        """What is written and its ``{{ }}`` parts, in order."""
        return self._parts

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Its ``{{ }}`` parts, in order."""
        return tuple(each for each in self._parts if isinstance(each, Expression))

    def text(self, scope: Scope, quoted: Callable[[str], str] | None = None) -> str | Secret:
        """The text with its parts filled in; a ``Secret`` if any part touched one. ``quoted``
        makes of the text of a part what stands in its place (``%20`` in a path).

        Raises:
            ExpressionError: a part cannot be evaluated, is none, or cannot be spoken.
        """
        if self.static:
            return self.source
        texts, secret = [], False
        for part in self._parts:
            if isinstance(part, Expression):
                value = part.value(scope)
                if isinstance(value, Secret):
                    secret, value = True, value.reveal()
                spoken_part = _spoken(value, part)
                texts.append(quoted(spoken_part) if quoted is not None else spoken_part)
            else:
                texts.append(part)
        fits(sum(map(len, texts)))
        whole = "".join(texts)
        return Secret(whole) if secret else whole

    def references(self) -> list[Reference]:
        """Every variable its parts use; offsets point into the whole text."""
        return [each for part in self.expressions for each in part.names()]

    def check(self, types: TypeScope) -> tuple[Type, list[Problem]]:
        """Its type, a text that is secret if a part may be, and what is wrong with its parts."""
        problems: list[Problem] = []
        secret = False
        for part in self.expressions:
            type_, found = part.check(types)
            problems += found
            secret = secret or (type_ is not None and type_.secret)
            if not found and type_ is not None and type_.kind in ("list", "record"):
                problems.append(_unspeakable(part, type_))
        return Type("text", secret=secret), problems

    def __repr__(self) -> str:
        return f"Template({self.source!r})"


def _spoken(value: Any, part: Expression) -> str:
    try:
        return spoken(value)
    except ExpressionError as error:
        raise ExpressionError(f"{error.message}: '{part.source}'", hint=error.hint) from None


def _unspeakable(part: Expression, type_: Type) -> Problem:
    hint = "name one of its fields" if type_.kind == "record" else "write join(…, ', ')"
    place = part.place
    return Problem(*place, "wrong_type", f"{type_.describe()} is no text", hint)


@lru_cache(maxsize=_REMEMBERED)
def _template(text: str) -> Template:
    parts: list[str | Expression] = []
    at = 0
    while (opening := text.find("{{", at)) >= 0:
        _refuse_blocks(text, at, opening)
        if opening > at:
            parts.append(text[at:opening])
        part, at = _part(text, opening)
        parts.append(part)
    _refuse_blocks(text, at, len(text))
    if at < len(text):
        parts.append(text[at:])
    return Template(text, tuple(parts))


def _refuse_blocks(text: str, start: int, end: int) -> None:
    """Jinja2's blocks and comments would otherwise be read out to callers."""
    for opening, closing, hint in _BLOCKS:
        at = text.find(opening, start, end)
        if at >= 0 and closing in text[at:]:
            raise ExpressionSyntax(f"'{opening}' is not in the language", hint=hint, offset=at)


def _part(text: str, opening: int) -> tuple[Expression, int]:
    """The expression behind ``{{`` at ``opening``, and where the text goes on behind it."""
    tokens = tokenize(text, opening + 2, within_braces=True)
    source = text[opening + 2 : tokens.end]
    if source[:1] == "-" or source[-1:] == "-":
        raise ExpressionSyntax(
            "'{{-' and '-}}' are not in the language", hint="write '{{ -x }}'", offset=opening
        )
    return Expression(source.strip(), tree.build(text, tokens)), tokens.end + 2


class Setting:
    """A literal, or one whole ``{{ }}`` whose type is kept: ``5s`` or ``{{ patience }}``."""

    __slots__ = ("_expression", "_value", "type")

    def __init__(self, type_: Type, value: Value, expression: Expression | None) -> None:
        self.type = type_
        self._value = value
        self._expression = expression

    @classmethod
    def parse(cls, text: str, type_: Type) -> Setting:
        """Read a setting of a type.

        Raises:
            ValueRejected: the literal is no value of the type.
            ExpressionSyntax: no expression, or a text with an expression in the middle.
        """
        if "{{" not in text:
            return cls(type_, type_.parse(text), None)
        parts = Template.parse(text.strip())._parts
        if len(parts) == 1 and isinstance(parts[0], Expression):
            return cls(type_, None, parts[0])
        raise ExpressionSyntax(
            "a setting is a literal or one whole {{ }}",
            hint="join texts inside: {{ a ~ b }}",
            offset=text.find("{{"),
            length=2,
        )

    @property
    def static(self) -> bool:
        """Whether it is a literal."""
        return self._expression is None

    @property
    def literal(self) -> Value:
        """The value of a literal; none for an expression."""
        return self._value

    @property
    def expression(self) -> Expression | None:
        """Its expression, if it is not a literal."""
        return self._expression

    def value(self, scope: Scope) -> Value:
        """Its value, of its type; none if its expression is none.

        Raises:
            ExpressionError: the expression fails, or its value is not of the type.
        """
        if self._expression is None:
            return self._value
        value = self._expression.value(scope)
        try:
            return self.type.accept(value)
        except ValueRejected as error:
            raise ExpressionError(
                f"'{self._expression.source}' is not {self.type.describe()}", hint=error.hint
            ) from None

    def references(self) -> list[Reference]:
        """Every variable it uses."""
        return self._expression.names() if self._expression else []

    def check(self, types: TypeScope) -> tuple[Type | None, list[Problem]]:
        """The type of its expression and what is wrong, another type than wanted included."""
        if self._expression is None:
            return self.type, []
        type_, problems = self._expression.check(types)
        if not problems and not self.type.admits(type_):
            assert type_ is not None
            message = f"{type_.describe()} where {self.type.describe()} is wanted"
            problems = [Problem(*self._expression.place, "wrong_type", message)]
        return type_, problems
