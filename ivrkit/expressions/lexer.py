"""Cuts an expression into the tokens of Jinja2's parser, each with its place in the text.

Jinja2's own lexer knows lines but no columns, reads numbers as floats and takes Python's escapes
apart. Here a token's ``lineno`` is its offset in the text, so that everything the parser makes or
complains of has a place; numbers keep their digits.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from jinja2.lexer import TOKEN_EOF, Token

from ivrkit.expressions.decimals import DIGITS
from ivrkit.expressions.scope import ExpressionSyntax

MOST_SOURCE: Final = 4_000
"""Most characters of one expression."""
MOST_NESTING: Final = 50
"""How deep brackets, and whatever nests without them, may go."""

_OPERATORS: Final = {
    "//": "floordiv",
    "**": "pow",
    "==": "eq",
    "!=": "ne",
    ">=": "gteq",
    "<=": "lteq",
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "%": "mod",
    "~": "tilde",
    ">": "gt",
    "<": "lt",
    "=": "assign",
    "(": "lparen",
    ")": "rparen",
    "[": "lbracket",
    "]": "rbracket",
    "{": "lbrace",
    "}": "rbrace",
    ",": "comma",
    ":": "colon",
    ".": "dot",
    "|": "pipe",
}
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_TOKEN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<tail>[\w]*)"
    r"""|(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"|(?P<operator>" + "|".join(map(re.escape, _OPERATORS)) + ")",
    re.DOTALL,
)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_HINTS: Final = {
    "&": "use 'and'",
    "!": "use 'not' or '!='",
    "?": "write 'a if condition else b'",
    "“": "use plain quotation marks",
    "”": "use plain quotation marks",
    "‘": "use plain quotation marks",
    "’": "use plain quotation marks",
    "„": "use plain quotation marks",
    "`": "use plain quotation marks",
    "'": "the closing ' is missing",
    '"': 'the closing " is missing',
    "$": "names stand without '$'",
    ";": "one expression stands alone",
}


class Number(str):
    """The digits of a number, told from a text by their class."""

    __slots__ = ()


class Tokens(NamedTuple):
    """The tokens of an expression, where each ends by where it begins, and the end of them all."""

    tokens: list[Token]
    ends: dict[int, int]
    end: int


def tokenize(text: str, start: int = 0, *, within_braces: bool = False) -> Tokens:
    """Cut up the text from ``start``: to its end, or to the ``}}`` that is not inside brackets.

    Raises:
        ExpressionSyntax: a character that belongs to no token, brackets that do not match, an
            expression that is too long or nested too deeply.
    """
    tokens: list[Token] = []
    ends: dict[int, int] = {}
    brackets: list[tuple[str, int]] = []
    at = start
    while at < len(text):
        if within_braces and not brackets and text.startswith("}}", at):
            break
        found = _TOKEN.match(text, at)
        if found is None or found.end() - start > MOST_SOURCE:
            raise _unreadable(text, at, start)
        if found.lastgroup != "space":
            token = _token(found)
            if token.type != "string":
                _match_brackets(token.value, at, brackets)
            tokens.append(token)
            ends[at] = found.end()
        at = found.end()
    else:
        if within_braces:
            raise ExpressionSyntax("the closing '}}' is missing", offset=start - 2, length=2)
    if brackets:
        bracket, offset = brackets[-1]
        raise ExpressionSyntax(f"this '{bracket}' is not closed", offset=offset)
    tokens.append(Token(at, TOKEN_EOF, ""))
    return Tokens(tokens, ends, at)


def _token(found: re.Match[str]) -> Token:
    at = found.start()
    if found["name"]:
        return Token(at, "name", found["name"])
    if found["number"]:
        return _number(found)
    if found["string"]:
        return Token(at, "string", _ESCAPE.sub(_unescape, found["string"][1:-1]))
    return Token(at, _OPERATORS[found["operator"]], found["operator"])


def _number(found: re.Match[str]) -> Token:
    digits, tail, at = found["number"], found["tail"], found.start()
    message, hint = "", f"write '{found[0][:40]}' in quotes"
    if tail:
        message = f"'{found[0][:40]}' is not a number"
    elif len(digits) > DIGITS:
        message, hint = f"a number may have {DIGITS} digits at most", ""
    elif len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        message, hint = "a number does not begin with 0", f"digits are a text: '{digits}'"
    if message:
        raise ExpressionSyntax(message, hint=hint, offset=at, length=len(found[0]))
    return Token(at, "float" if "." in digits else "integer", Number(digits))


def _unescape(found: re.Match[str]) -> str:
    """A known escape as its character; others (``\\d`` of a pattern) stay as they are."""
    return _ESCAPES.get(found[1], found[0])


def _match_brackets(value: str, at: int, brackets: list[tuple[str, int]]) -> None:
    if value in ("(", "[", "{"):
        brackets.append((value, at))
        if len(brackets) > MOST_NESTING:
            raise ExpressionSyntax("nested too deeply", hint="use a variable", offset=at)
    elif value in _CLOSING and (not brackets or brackets.pop()[0] != _CLOSING[value]):
        raise ExpressionSyntax(f"this '{value}' closes nothing", offset=at)


def _unreadable(text: str, at: int, start: int) -> ExpressionSyntax:
    if at - start > MOST_SOURCE or _TOKEN.match(text, at):
        return ExpressionSyntax(
            f"an expression may have {MOST_SOURCE} characters at most", offset=start
        )
    return ExpressionSyntax(
        f"{text[at]} does not belong here", hint=_HINTS.get(text[at], ""), offset=at
    )
