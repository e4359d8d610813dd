from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest

from ivrkit.errors import ValueRejected
from ivrkit.expressions import Secret, Type, plain

CUSTOMER = {
    "name": "text",
    "balance": "money",
    "note": {"type": "text", "optional": "true"},
    "pin": "secret",
}


@pytest.mark.parametrize("word", ["text", "digits", "number", "flag", "phone", "prompt"])
def test_a_word(word: str) -> None:
    assert Type.read(word) == Type(word)


def test_secret_is_digits_that_are_secret() -> None:
    assert Type.read("secret") == Type("secret", secret=True)
    assert Type.read({"type": "text", "secret": "true"}) == Type("text", secret=True)
    never = Type.read({"type": "secret", "secret": "never_stored"})
    assert (never.secret, never.stored) == (True, False)


def test_a_choice_with_a_default_beside_it() -> None:
    read = Type.read({"choice": ["balances", "cards"], "default": "cards"})
    assert read == Type("choice", options=("balances", "cards"), default="cards")


def test_lists_and_records() -> None:
    read = Type.read({"list": {"name": "text", "tags": {"list": "text"}}})
    assert read.item is not None
    assert read.item.fields["tags"].item == Type("text")
    assert Type.read({"type": {"name": "text"}, "optional": "true"}).optional
    assert Type.read(read) is read


def test_defaults_are_read_as_the_type() -> None:
    assert str(Type.read({"type": "money", "default": "12.50"}).default) == "12.50"
    assert Type.read({"type": {"list": "number"}, "default": ["1", "2"]}).default == [1, 2]
    assert Type.read({"type": "flag", "default": "true"}).default is True


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("txt", "did you mean 'text'"),
        ("list", "there is no type 'list'"),
        (None, "a word or a mapping"),
        (["text"], "a word or a mapping"),
        ({}, "a record needs a field"),
        ({"choice": []}, "needs its words"),
        ({"choice": "a"}, "needs its words"),
        ({"choice": ["a", "a"]}, "stands twice"),
        ({"choice": ["a"], "default": "b"}, "default: 'b' is not one of a"),
        ({"type": "number", "default": "x"}, "default: 'x' is not a number"),
        ({"type": "text", "optinal": "true"}, "did you mean 'optional'"),
        ({"type": "text", "name": "text"}, "cannot have a field named type"),
        ({"type": "text", "optional": "yes"}, "write true or false"),
        ({"type": "text", "secret": "maybe"}, "never_stored"),
        ({"type": "secret", "default": "1234"}, "a secret has no default"),
        ({"list": "text", "choice": ["a"]}, "not several"),
        ({"name": "txt"}, "did you mean 'text'"),
    ],
)
def test_what_is_no_type(raw: object, message: str) -> None:
    with pytest.raises(ValueRejected, match=re.escape(message)):
        Type.read(raw)


def test_types_are_not_nested_without_end() -> None:
    raw: object = "text"
    for _ in range(100):
        raw = {"list": raw}
    with pytest.raises(ValueRejected, match="too deeply"):
        Type.read(raw)


@pytest.mark.parametrize(
    ("wanted", "given", "admitted"),
    [
        ("text", "number", True),
        ("number", "money", True),
        ("number", "text", True),
        ("number", "flag", False),
        ("date", "time", False),
        ("duration", "number", False),
        ("digits", "secret", True),
        ("text", {"list": "text"}, False),
        ({"list": "number"}, {"list": "flag"}, False),
        ({"list": "number"}, {"list": "text"}, True),
        ({"choice": ["a", "b"]}, {"choice": ["b"]}, True),
        ({"choice": ["a", "b"]}, {"choice": ["c"]}, False),
        ({"a": "number"}, {"a": "flag"}, False),
        ({"a": "number"}, {"b": "flag"}, True),
        ({"a": "number"}, "text", False),
    ],
)
def test_admits(wanted: object, given: object, admitted: bool) -> None:
    assert Type.read(wanted).admits(Type.read(given)) is admitted


def test_what_is_not_known_is_admitted() -> None:
    assert Type("number").admits(None)
    assert Type("number").admits(Type("any"))


def test_missing_names_the_paths_of_what_is_none() -> None:
    read = Type.read(CUSTOMER)
    assert read.missing(None) == [""]
    assert read.missing(read.accept({"name": "Ann"})) == ["balance", "pin"]
    many = Type.read({"list": {"a": "text"}})
    assert many.missing(many.accept([{"a": "x"}, {}]), "slots") == ["slots[1].a"]


def test_holds_secret() -> None:
    assert Type.read(CUSTOMER).holds_secret()
    assert Type.read({"list": CUSTOMER}).holds_secret()
    assert not Type.read({"list": "text"}).holds_secret()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("number", "a number"),
        ("digits", "digits"),
        ({"choice": ["a", "b"]}, "one of a, b"),
        ({"list": "text"}, "a list (of text)"),
        ({"a": "text"}, "a record (a)"),
    ],
)
def test_describe(raw: object, words: str) -> None:
    assert Type.read(raw).describe() == words


def test_a_value_written_plainly_fits_the_schema() -> None:
    raw: dict[str, Any] = {
        "name": "text",
        "account": "digits",
        "balance": "money",
        "count": "number",
        "vip": "flag",
        "day": "date",
        "at": "time",
        "since": "datetime",
        "wait": "duration",
        "tel": "phone",
        "reason": {"choice": ["a", "b"]},
        "tags": {"list": "text"},
        "note": {"type": "text", "optional": "true"},
    }
    given = {
        "name": "Ann",
        "account": "0123",
        "balance": "12.50",
        "count": 3,
        "vip": "true",
        "day": "2026-03-02",
        "at": "10:30",
        "since": "2026-03-02T10:30:00+01:00",
        "wait": "90s",
        "tel": "+49 30 1234",
        "reason": "a",
        "tags": ["x"],
    }
    read = Type.read(raw)
    document = {name: each for name, each in plain(read.accept(given)).items() if each is not None}
    schema = read.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema)
    assert "note" not in schema["required"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"reason": "c"}, schema)


def test_types_can_be_keys() -> None:
    assert len({Type.read(CUSTOMER), Type.read(CUSTOMER)}) == 1


def test_secrets_are_wrapped() -> None:
    taken = Type.read("secret").parse("4711")
    assert isinstance(taken, Secret)
    assert taken.reveal() == "4711"
