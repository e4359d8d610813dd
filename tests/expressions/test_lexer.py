from __future__ import annotations

import pytest

from ivrkit.expressions import ExpressionSyntax
from ivrkit.expressions.lexer import Number, tokenize


def test_each_token_knows_its_place() -> None:
    cut = tokenize("a.b >= 12.50")
    assert [(each.lineno, each.type) for each in cut.tokens] == [
        (0, "name"),
        (1, "dot"),
        (2, "name"),
        (4, "gteq"),
        (7, "float"),
        (12, "eof"),
    ]
    assert cut.ends[7] == 12


def test_numbers_keep_their_digits() -> None:
    number = tokenize("12.50").tokens[0].value
    assert isinstance(number, Number)
    assert number == "12.50"
    assert not isinstance(tokenize("'12.50'").tokens[0].value, Number)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r"'a\nb'", "a\nb"),
        (r"'it\'s'", "it's"),
        (r'"\""', '"'),
        (r"'\d+'", r"\d+"),
        (r"'\\'", "\\"),
        ("'}}'", "}}"),
    ],
)
def test_texts(source: str, value: str) -> None:
    assert tokenize(source).tokens[0].value == value


@pytest.mark.parametrize(
    ("source", "offset", "length", "said"),
    [
        ("a & b", 2, 1, "use 'and'"),
        ("a ? b", 2, 1, "if condition else"),
        ("x == “a”", 5, 1, "plain quotation marks"),
        ("x == 'a", 5, 1, "closing ' is missing"),
        ("wait > 5m", 7, 2, "'5m' in quotes"),
        ("0123 + 1", 0, 4, "digits are a text"),
        ("1 + 1e3", 4, 3, "not a number"),
        ("0x1f", 0, 4, "not a number"),
        ("1_0", 0, 3, "not a number"),
        ("9" * 41, 0, 41, "40 digits"),
        ("(a", 0, 1, "not closed"),
        ("(a]", 2, 1, "closes nothing"),
        ("a)", 1, 1, "closes nothing"),
        ("(" * 51, 50, 1, "nested too deeply"),
        ("a" * 4001, 0, 1, "4000 characters"),
        ("a" + " " * 4000, 0, 1, "4000 characters"),
        ("$x", 0, 1, "without '$'"),
        ("a\0", 1, 1, "does not belong here"),
    ],
)
def test_errors(source: str, offset: int, length: int, said: str) -> None:
    with pytest.raises(ExpressionSyntax) as caught:
        tokenize(source)
    assert (caught.value.offset, caught.value.length) == (offset, length)
    assert said in str(caught.value)


def test_braces_end_where_no_bracket_is_open() -> None:
    source = "x {{ {'a': {'b': '}}'}} }} y"
    cut = tokenize(source, 4, within_braces=True)
    assert source[cut.end :] == "}} y"
    with pytest.raises(ExpressionSyntax, match="is missing"):
        tokenize("{{ a", 2, within_braces=True)
