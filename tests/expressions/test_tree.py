from __future__ import annotations

from decimal import Decimal

import pytest

from ivrkit.expressions import ExpressionSyntax
from ivrkit.expressions.lexer import tokenize
from ivrkit.expressions.tree import Chain, Field, Item, Joined, Junction, Literal, Node, build


def tree(source: str) -> Node:
    return build(source, tokenize(source))


def test_numbers_are_exact() -> None:
    node = tree("0.1000000000000000000000000000000000001")
    assert isinstance(node, Literal)
    assert node.value == Decimal("0.1000000000000000000000000000000000001")


def test_nothing_is_calculated_while_parsing() -> None:
    node = tree("'a' * 1000000000000")
    assert isinstance(node, Chain)
    assert isinstance(node.first, Literal)
    assert node.first.value == "a"


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("1 + customer.vip", "customer.vip"),
        ("1 + a . b", "a . b"),
        ("1 + a['b']", "a['b']"),
        ("1 + f(a, b)", "f(a, b)"),
        ("1 + f()", "f()"),
        ("1 + [a, 2]", "[a, 2]"),
        ("1 + -a", "-a"),
        ("1 + f(x, n=2)", "f(x, n=2)"),
        ("1 + {'a': 2}", "{'a': 2}"),
    ],
)
def test_a_part_knows_its_place(source: str, part: str) -> None:
    node = tree(source)
    assert isinstance(node, Chain)
    last = node.rest[-1][1]
    assert source[last.offset : last.end] == part


@pytest.mark.parametrize(
    "source", ["a is none", "a is not none", "not a", "a | f", "x if y else z"]
)
def test_a_whole_knows_its_place(source: str) -> None:
    node = tree(source)
    assert source[node.offset : node.end] == source


def test_long_chains_are_flat() -> None:
    for source, form in ((" + ".join("a" * 500), Chain), (" ~ ".join("a" * 500), Joined)):
        assert isinstance(tree(source), form)
    either = tree(" or ".join("a" * 500))
    assert isinstance(either, Junction)
    assert len(either.operands) == 500


def test_fields_and_items() -> None:
    node = tree("a.b['c'].d")
    assert isinstance(node, Field)
    assert isinstance(node.base, Item)


@pytest.mark.parametrize(
    ("source", "offset", "said"),
    [
        ("x.upper()", 2, "write upper(x)"),
        ("f()()", 1, "only functions can be called"),
        ("'a'.format(b)", 4, "write format(x)"),
        ("x[1:2]", 1, "write part(x, from, length)"),
        ("x is defined", 2, "write 'x is not none'"),
        ("x is divisibleby 3", 2, "only 'none'"),
        ("x is not even", 2, "only 'none'"),
        ("f(*x)", 1, "one by one"),
        ("f(**x)", 1, "one by one"),
        ("{1: 2}", 1, "a record's field is a text"),
        ("{a: 2}", 1, "a record's field is a text"),
        ("a = 1", 2, "use == to compare"),
        ("a b", 2, "unexpected 'b'"),
        ("a,", 1, "unexpected ','"),
        ("a ==", 4, "the expression ends too early"),
        ("a |", 3, "the expression ends too early"),
        ("1 +", 3, "something is missing at the end"),
        ("a if", 4, "something is missing at the end"),
        ("and", 0, "does not belong here"),
        ("1 in", 4, "something is missing"),
        ("f(", 1, "not closed"),
        ("a.(b)", 2, "expected name or number"),
        ("else", 0, "does not belong here"),
    ],
)
def test_what_is_not_in_the_language(source: str, offset: int, said: str) -> None:
    with pytest.raises(ExpressionSyntax) as caught:
        tree(source)
    assert said in str(caught.value)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    "source",
    [
        "-" * 3000 + "1",
        "not " * 900 + "a",
        " ".join(["a if b else"] * 300) + " c",
        "a" + ".b" * 60,
        "a" + "[0]" * 60,
        "a" + " | f" * 60,
        "f(" * 49 + "-" * 20 + "a" + ")" * 49,
    ],
)
def test_deep_trees_are_refused(source: str) -> None:
    with pytest.raises(ExpressionSyntax, match="nested too deeply"):
        tree(source)


def test_fifty_brackets_are_not_too_many() -> None:
    tree("(" * 49 + "a" + ")" * 49)
