from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from rich.console import Console

from ivrkit.errors import NotAvailable
from ivrkit.qa.given import Given
from ivrkit.qa.outcome import Outcome, same
from ivrkit.qa.report import as_json, exit_status, show, summary
from tests.qa.conftest import Play, script

FLOW = """
    sections:
      main:
        - answer
        - say: Welcome to Acme Bank, dear caller.
        - hangup
"""


def printed(*outcomes: Outcome) -> str:
    console = Console(file=io.StringIO(), width=120)
    for outcome in outcomes:
        show(outcome, console)
    summary(outcomes, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


async def test_a_script_that_passed(play: Play) -> None:
    outcome = await play(FLOW, "- hear: dear caller")
    assert exit_status([outcome]) == 0
    text = printed(outcome)
    assert text.startswith("pass call.yaml  call")
    assert "1 passed" in text


async def test_a_script_that_failed_shows_everything(play: Play) -> None:
    outcome = await play(FLOW, "- hear: Welcome to Acme Insurance")
    assert exit_status([outcome]) == 1
    text = printed(outcome)
    assert "call.yaml:5:11: error[call-differs]: the call ended and this was not heard" in text
    assert "expected: Welcome to Acme Insurance" in text
    assert "instead:  Welcome to Acme Bank, dear caller." in text
    assert "in main/2, by main" in text
    assert "0 passed, 1 failed" in text


async def test_a_run_as_json(play: Play) -> None:
    passed = await play(FLOW, "- hear: dear caller")
    failed = await play(FLOW, "- hear: Good morning")
    run = json.loads(json.dumps(as_json([passed, failed])))
    assert (run["passed"], run["failed"], run["skipped"]) == (1, 1, 0)
    assert run["scripts"][1]["failure"]["line"] == 5
    assert run["scripts"][1]["failure"]["heard"] == [
        {"at": 0.0, "text": "Welcome to Acme Bank, dear caller."}
    ]


def test_scripts_that_cannot_be_read_and_none_at_all() -> None:
    outcome = Outcome(script("script: 1\nflow: bank\ncall: []"))
    assert exit_status([outcome], unreadable=1) == 2
    assert exit_status([]) == 2


def test_a_script_that_a_site_cannot_play() -> None:
    outcome = Outcome(script("script: 1\nflow: bank\ncall: []"), skipped="no clock here")
    assert exit_status([outcome]) == 0
    assert "skip" in printed(outcome)
    assert "no clock here" in printed(outcome)


@pytest.mark.parametrize(
    ("expected", "got", "equal"),
    [
        ("123", "123", True),
        ("true", True, True),
        ("none", None, True),
        ("12.5", 12.5, True),
        ("7", 7, True),
        ("106.80", 106.8, True),
        ("1234567.89", 1234567.89, True),
        ("106.80", Decimal("106.8"), True),
        ("106.80", "106.8", True),
        ("13.00", "13", True),
        ("0123", "123", False),
        ("012.50", "12.5", False),
        ("12.5", "12.6", False),
        ("1", True, False),
        ("8", 7, False),
        ({"a": "1"}, {"a": "1", "b": "2"}, True),
        ({"a": "1"}, {}, False),
        (["1", "2"], [1, 2], True),
        (["1"], [1, 2], False),
    ],
)
def test_values_are_compared_as_they_are_written(
    expected: object, got: object, equal: bool
) -> None:
    assert same(expected, got) is equal


def test_not_available_is_an_error_of_configuration() -> None:
    assert Given() == Given()
    assert NotAvailable.code == "not_available"
