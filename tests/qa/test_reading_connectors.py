"""What may stand in `given:` for a system outside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.qa.given import ConnectorUse
from ivrkit.qa.reading import read_script
from tests.qa.asking import desks


@pytest.fixture(autouse=True)
def _desks() -> Iterator[None]:
    with desks():
        yield


def read(given: str) -> Any:
    found, wrong = read_script(
        "a.yaml", f"script: 1\nflow: x\ncall: []\ngiven:\n  desk.crm: {given}"
    )
    assert found is not None, [str(each) for each in wrong]
    return found.given.connectors["desk.crm"]


@pytest.mark.parametrize(
    ("written", "use"),
    [
        ("Ann Lee", ConnectorUse("Ann Lee")),
        ("12.50", ConnectorUse(Decimal("12.50"))),
        ("'12.50'", ConnectorUse("12.50")),
        ("0123", ConnectorUse("0123")),
        ("+4930", ConnectorUse("+4930")),
        ("true", ConnectorUse(True)),
        ("'true'", ConnectorUse("true")),
        ("none", ConnectorUse(None)),
        ("''", ConnectorUse("")),
        ("2026-03-02", ConnectorUse("2026-03-02")),
        ("1" * 50, ConnectorUse("1" * 50)),
        ("{name: Ann, vip: false}", ConnectorUse({"name": "Ann", "vip": False})),
        ("{error: declined, code: 12}", ConnectorUse({"error": "declined", "code": Decimal(12)})),
        ("{answer: {error: declined}}", ConnectorUse({"error": "declined"})),
        ("{rows: []}", ConnectorUse([])),
        ("{after: 2s}", ConnectorUse(None, after=2.0)),
        ("{answer: x, after: 300ms}", ConnectorUse("x", after=0.3)),
        ("{rows: [{n: 1}], expect: {a: 5}}", ConnectorUse([{"n": 1}], expect={"a": 5})),
        ("{timeout: true}", ConnectorUse(exit="timeout")),
        ("{timeout: true, after: 1s}", ConnectorUse(exit="timeout", after=1.0)),
        ("{error: no such table}", ConnectorUse(exit="error", text="no such table")),
        ("{exit: declined}", ConnectorUse(exit="declined")),
        (
            "[a, [], {unknown: true}]",
            (ConnectorUse("a"), ConnectorUse([]), ConnectorUse(exit="unknown")),
        ),
    ],
)
def test_what_is_read(written: str, use: Any) -> None:
    assert read(written) == use


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        (
            "desk.crm: {after: 2s, name: Ann}",
            "`name` cannot stand beside `after`",
            "under `answer:`",
        ),
        ("desk.crm: {answer: x, agter: 2s}", "`agter` cannot stand", "did you mean 'after'?"),
        ("desk.crm: {timeout: true, name: x}", "`name` cannot stand beside `timeout`", "answer:"),
        ("desk.crm: {timeout: true, answer: x}", "it is one of timeout and answer", "keep one"),
        ("desk.crm: {timeout: 2s}", "timeout takes true", "write `{timeout: true}`"),
        ("desk.crm: {after: soon}", "soon", "write a duration"),
        ("desk.crm: []", "the list has no answer in it", "{rows: []}"),
        ("desk.crm: [a, not_found]", "`not_found` alone would be the text", "{not_found: true}"),
        ("dsk.crm: x", "nothing is given by 'dsk.crm'", "did you mean 'desk.crm'?"),
    ],
)
def test_mistakes_are_told_with_what_to_write(written: str, message: str, hint: str) -> None:
    found, wrong = read_script("a.yaml", f"script: 1\nflow: x\ncall: []\ngiven: {{{written}}}")
    assert found is None
    (error,) = wrong
    assert message in error.message
    assert hint in error.hint
    assert error.mark.line == 4
