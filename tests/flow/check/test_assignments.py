"""What steps put into variables, and the types of these."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow

ASKED = """
variables: {entry: %s}
sections:
  main:
    - answer
    - collect: %s
      exits: {else: hangup}
    - log: done
"""


@pytest.mark.parametrize("type_", ["digits", "number", "money", "date", "time", "phone", "secret"])
def test_a_question_takes_the_type_of_its_variable(findings: CheckFlow, type_: str) -> None:
    assert findings(ASKED % (type_, "{into: entry, prompt: Please type it.}")) == []


@pytest.mark.parametrize("type_", ["flag", "datetime", "duration", "{list: digits}"])
def test_what_cannot_be_typed_is_no_variable_of_a_question(findings: CheckFlow, type_: str) -> None:
    found = findings(ASKED % (type_, "{into: entry, prompt: Please type it.}"))
    assert [each.code for each in found] == ["wrong-type"]


def test_a_type_of_its_own_has_to_fit_the_variable(findings: CheckFlow) -> None:
    found = findings(ASKED % ("date", "{into: entry, type: time, prompt: Please type it.}"))
    assert [each.message for each in found] == ["entry: a time where a date is wanted"]


SAID = """
variables: {entry: {type: %s, optional: true}}
sections:
  main:
    - answer
    - collect: {into: entry, type: %s, prompt: Type it.}
      exits: {else: hangup}
    - say: [{%s: entry}]
"""


@pytest.mark.parametrize(
    ("type_", "part", "refused"),
    [
        ("digits", "digits", ""),
        ("digits", "spell", ""),
        ("number", "number", ""),
        ("number", "ordinal", ""),
        ("money", "money", ""),
        ("phone", "digits", ""),
        ("date", "date", ""),
        ("time", "time", ""),
        (
            "date",
            "number",
            "this is a date, and number says numbers; for what was typed, take digits",
        ),
        (
            "digits",
            "number",
            "this is digits, and number says numbers; for what was typed, take digits",
        ),
        ("number", "date", "this is a number, and date says dates"),
        ("date", "datetime", "this is a date, and datetime says dates with a time"),
        ("number", "duration", "this is a number, and duration says durations"),
    ],
)
def test_a_part_says_what_it_can(findings: CheckFlow, type_: str, part: str, refused: str) -> None:
    found = findings(SAID % (type_, type_, part))
    assert [each.message for each in found] == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("type_", "refused"), [("number", []), ("digits", ["this is digits, and count takes numbers"])]
)
def test_a_number_is_counted(findings: CheckFlow, type_: str, refused: list[str]) -> None:
    found = findings(SAID % (type_, type_, "one: one, other: more, count"))
    assert [each.message for each in found] == refused


@pytest.mark.parametrize(
    ("confirm", "codes"),
    [
        ("{yes: 1, no: 1}", ["same-keys"]),
        ("{no: 1}", ["same-keys"]),
        ("{yes: 3}", []),
        ("{wanted: false, no: 1}", []),
    ],
)
def test_yes_and_no_are_two_keys(findings: CheckFlow, confirm: str, codes: list[str]) -> None:
    found = findings(ASKED % ("digits", f"{{into: entry, prompt: Type it., confirm: {confirm}}}"))
    assert [each.code for each in found] == codes


TAKEN = """
variables: {found: {name: text, price: money}, one: text, several: {list: {name: text}}}
on_error: hangup
exits: {not_found: hangup}
sections:
  main:
    - answer
    - %s
    - log: "{{ found is none }} {{ one is none }} {{ several is none }}"
"""


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("http: {service: a, get: /, take: {nme: /n, price: /p}, into: found}", "nme"),
        ("http: {service: a, get: /, take: {price: /p}, into: found}", ""),
        ("http: {service: a, get: /, take: {name: /n, price: /p, more: /m}, into: found}", ""),
        ("socket: {host: a, send: X, reads: true, pattern: '(?P<nam>x)', into: found}", "nam"),
        (
            'socket: {host: a, send: X, reads: true, split: ";", names: [nm, price], into: found}',
            "nm",
        ),
        (
            'socket: {host: a, send: X, reads: true, split: ";", names: [x, name, price], '
            "into: found}",
            "",
        ),
        ("socket: {host: a, send: X, reads: true, fields: {pric: 1-3}, into: found}", "pric"),
        ("database: {source: a, call: p, reads: true, out: [nam], into: found}", "nam"),
        ("database: {source: a, call: p, reads: true, out: [name, price], into: found}", ""),
    ],
)
def test_what_a_step_takes_is_a_field_of_the_record(
    findings: CheckFlow, step: str, told: str
) -> None:
    found = [each.message for each in findings(TAKEN % step)]
    assert found == ([f"'found' has no field '{told}'"] if told else [])


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("file: {root: a, read: x.csv, into: found}", "found: a list (of record) where a record"),
        ("file: {root: a, read: x.csv, find: {a: b}, into: several}", "several: a record where"),
        ("file: {root: a, read: x.csv, find: {a: b}, into: found}", ""),
        ("file: {root: a, read: x.jsonl, into: several}", ""),
        ("file: {root: a, read: x.json, into: found}", ""),
        ("http: {service: a, get: /, take: {name: /n}, into: one}", "one: a record (name) where"),
    ],
)
def test_what_is_read_fits_the_variable(findings: CheckFlow, step: str, message: str) -> None:
    found = [each.message for each in findings(TAKEN % step)]
    assert [each.startswith(message) for each in found] == [True] * bool(message)


def test_an_expression_without_braces_is_told_of(findings: CheckFlow) -> None:
    (found,) = findings(
        "sections: {main: [{set: {n: 'round(2.5)'}}, {log: '{{ n }}'}]}\nvariables: {n: number}"
    )
    assert found.hint == 'an expression stands in braces: "{{ round(2.5) }}"'


def test_an_exit_that_the_step_has_not_as_it_is_written(findings: CheckFlow) -> None:
    step = "file: {root: a, read: x.json, into: found}\n      exits: {full: hangup}"
    (found,) = findings(TAKEN % step)
    assert found.message == "this step is never left by 'full', as it is written"


def test_a_literal_that_does_not_fit_is_told_of_with_its_form(findings: CheckFlow) -> None:
    (found,) = findings(
        "variables: {d: date}\nsections: {main: [{set: {d: 31.12.2026}}, {log: '{{ d }}'}]}"
    )
    assert (found.message, found.hint) == (
        "d: '31.12.2026' is not a date",
        "write it as 2026-03-02",
    )
