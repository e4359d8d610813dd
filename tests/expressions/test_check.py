from __future__ import annotations

from collections.abc import Callable

import pytest

from ivrkit.expressions import Expression, FixedTypes, Problem, Type

Check = Callable[[str], tuple[Type | None, list[Problem]]]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("customer.name", "text"),
        ("customer.balance", "money"),
        ("customer.balance * 2", "money"),
        ("customer.balance / customer.balance", "number"),
        ("attempt + 1", "number"),
        ("-wait", "duration"),
        ("wait * 2", "duration"),
        ("day + days(1)", "date"),
        ("now - since", "duration"),
        ("today", "date"),
        ("reason", "choice"),
        ("reason == 'cards'", "flag"),
        ("not customer.email", "flag"),
        ("customer.email is none", "flag"),
        ("account ~ attempt", "text"),
        ("slots", "list"),
        ("slots[0]", "record"),
        ("slots[0].day", "date"),
        ("slots[attempt].id", "number"),
        ("first(slots).day", "date"),
        ("where(slots, 'id', 1)", "list"),
        ("where(slots, 'id', 1)[0].id", "number"),
        ("default(customer.email, 'none')", "text"),
        ("max(1, 2)", None),
        ("get(customer, 'balance')", "money"),
        ("get(customer, 'balance', 0)", "number"),
        ("get(customer, 'balance', 'none')", None),
        ("pluck(slots, 'day')[0]", "date"),
        ("sort(items=slots, by='day')", "list"),
        ("merge(slots, slots)[0].anything", None),
        ("part(attempt, 0)", "text"),
        ("unknown", None),
        ("unknown.field.deep[0]", None),
        ("unknown + 1", None),
        ("queues[name].wait", "duration"),
        ("queues.sales.wait > '5m'", "flag"),
        ("1 if customer.vip else 2", "number"),
        ("1 if customer.vip else customer.balance", "number"),
        ("account if customer.vip else name", "text"),
        ("1 if customer.vip else 'a'", None),
        ("1 if customer.vip", "number"),
        ("attempt if customer.vip else none", "number"),
        ("name or 'nobody'", "text"),
        ("[1, 2]", "list"),
        ("{'a': 1}.a", "number"),
        ("words[0]", "text"),
        ("account[0]", "text"),
        ("'a' in name", "flag"),
        ("1 in [1, 2]", "flag"),
        ("now > '2026-01-01'", "flag"),
        ("today < now", "flag"),
        ("account == '0123'", "flag"),
        ("other == reason", "flag"),
        ("customer.vip == true", "flag"),
        ("round(customer.balance)", "money"),
        ("none", "any"),
    ],
)
def test_types(check: Check, source: str, kind: str | None) -> None:
    type_, problems = check(source)
    assert problems == []
    assert (type_.kind if type_ else None) == kind


@pytest.mark.parametrize(
    ("source", "part", "code", "said"),
    [
        ("custmer.vip", "custmer", "undefined_name", "did you mean 'customer'?"),
        ("length", "length", "undefined_name", "a function is called: length(value)"),
        ("1 + customer.nme", "nme", "undefined_field", "did you mean 'name'?"),
        ("customer['nme']", "'nme'", "undefined_field", "did you mean 'name'?"),
        ("name.length", "length", "undefined_field", "write length(…)"),
        ("slots.day", "day", "undefined_field", "has no fields"),
        ("slots['day']", "'day'", "undefined_field", "has no fields"),
        ("customer.name.first", "first", "undefined_field", "has no fields"),
        ("attempt[0]", "attempt[0]", "wrong_type", "has no items"),
        ("slots[name]", "name", "wrong_type", "named by a number"),
        ("customer[1]", "1", "wrong_type", "named by a text"),
        ("uper(name)", "uper(name)", "unknown_function", "did you mean 'upper'?"),
        ("name | uper", "name | uper", "unknown_function", "did you mean 'upper'?"),
        ("upper()", "upper()", "arguments", "'text' is missing"),
        ("upper(name, 1)", "upper(name, 1)", "arguments", "too many"),
        ("upper(slots)", "slots", "wrong_type", "must be a text, not a list"),
        ("round(account)", "account", "wrong_type", "number(…) reads a text"),
        ("where(slots, 'dy', 1)", "'dy'", "undefined_field", "did you mean 'day'?"),
        ("sort(slots, by='dy')", "'dy'", "undefined_field", "did you mean 'day'?"),
        ("1 + customer.vip", "1 + customer.vip", "wrong_type", "number + flag"),
        ("'a' + name", "'a' + name", "wrong_type", "~ joins texts"),
        ("account + 1", "account + 1", "wrong_type", "number(…)"),
        ("day + 1", "day + 1", "wrong_type", "days(…)"),
        ("-name", "-name", "wrong_type", "has no sign"),
        ("reason == 'crds'", "'crds'", "not_a_choice", "did you mean 'cards'?"),
        ("'crds' != reason", "'crds'", "not_a_choice", "did you mean 'cards'?"),
        ("reason in ['cards', 'x']", "'x'", "not_a_choice", "balances, cards, other"),
        ("wait > '5 minutes'", "'5 minutes'", "wrong_type", "2m"),
        ("wait > 5", "wait", "wrong_type", "duration > number"),
        ("day == '02.03.2026'", "'02.03.2026'", "wrong_type", "2026-03-02"),
        ("attempt == 'two'", "'two'", "wrong_type", "not a number"),
        ("customer.vip == 'yes'", "'yes'", "wrong_type", "true or false"),
        ("customer.vip == 1", "customer.vip", "wrong_type", "flag == number"),
        ("account == 123", "123", "wrong_type", "write the number in quotes"),
        ("123 == account", "123", "wrong_type", "write the number in quotes"),
        ("customer.vip > false", "customer.vip", "wrong_type", "has no order"),
        ("slots == 'a'", "slots", "wrong_type", "cannot be compared"),
        ("1 in attempt", "attempt", "wrong_type", "nothing can be in a number"),
        ("name ~ slots", "slots", "wrong_type", "is no text"),
        ("name ~ none", "none", "always_none", "none has no text"),
    ],
)
def test_problems(check: Check, source: str, part: str, code: str, said: str) -> None:
    _, problems = check(source)
    assert [each.code for each in problems] == [code]
    found = problems[0]
    assert source[found.offset : found.offset + found.length] == part
    assert said in f"{found.message} {found.hint}"


def test_one_mistake_gives_one_problem(check: Check) -> None:
    assert len(check("custmer.balance * 2 + attempt > '5'")[1]) == 1
    assert len(check("custmer.vip and reason == 'crds'")[1]) == 2


@pytest.mark.parametrize(
    "source",
    [
        "pin",
        "pin == '1'",
        "length(pin)",
        "customer.pin",
        "customer['pin']",
        "1 if pin == '1' else 2",
        "cards[0].code",
        "first(cards).code",
        "json(cards)",
        "json(customer)",
        "pluck(cards, 'code')",
        "where(cards, 'code', '1')",
        "pluck(cards, name)",
        "cards == cards",
        "sort(cards, 'number')",
        "unknown + pin",
        "[slots, cards][1][0].code",
        "(cards if unknown else 1)[0].code",
        "get(customer, name)",
        "merge(customer, {'a': 1}).pin",
        "append([1], customer)[1].pin",
        "values(customer)[3]",
        "customer[name]",
    ],
)
def test_secrets_are_foretold(check: Check, source: str) -> None:
    type_, _ = check(source)
    assert type_ is not None
    assert type_.secret


@pytest.mark.parametrize(
    "source",
    ["customer.name", "cards[0].number", "length(cards)", "pluck(cards, 'number')", "first(cards)"],
)
def test_what_only_stands_beside_a_secret_is_none(check: Check, source: str) -> None:
    type_, problems = check(source)
    assert problems == []
    assert type_ is None or not type_.secret


def test_references() -> None:
    source = "customer.vip and queues[name].wait > x['a'].b ~ f(y, z=slots[0].id)"
    found = Expression.parse(source).names()
    assert [(each.path, source[each.offset : each.offset + each.length]) for each in found] == [
        (("customer", "vip"), "customer.vip"),
        (("queues",), "queues"),
        (("name",), "name"),
        (("x", "a", "b"), "x['a'].b"),
        (("y",), "y"),
        (("slots",), "slots"),
    ]


def test_items_by_name_of_different_types_have_no_known_type() -> None:
    types = FixedTypes({"r": {"a": "text", "b": "number"}, "n": "text"})
    assert Expression.parse("r[n]").check(types) == (None, [])
    secret = Expression.parse("s[n]").check(FixedTypes({"s": {"a": "secret"}, "n": "text"}))[0]
    assert secret is not None
    assert secret.secret
