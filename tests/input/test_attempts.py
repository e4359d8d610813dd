from __future__ import annotations

import json

import pytest

from ivrkit.errors import ValueRejected
from ivrkit.input import AskAgain, Attempts, GiveUp


def test_three_attempts_ask_three_times_and_the_first_question_counts() -> None:
    attempts = Attempts()
    assert attempts.asked == 1
    outcomes = [attempts.failed("no_input") for _ in range(3)]
    assert outcomes == [AskAgain(0), AskAgain(1), GiveUp("no_input")]
    assert attempts.asked == 3


def test_one_attempt_leaves_at_the_first_failure_without_a_retry() -> None:
    assert Attempts(no_match=1).failed("no_match") == GiveUp("no_match")


def test_silence_and_wrong_input_are_counted_apart() -> None:
    attempts = Attempts()
    failures = ("no_input", "no_match", "no_input", "no_match", "no_input")
    outcomes = [attempts.failed(failure) for failure in failures]
    assert outcomes == [AskAgain(0), AskAgain(0), AskAgain(1), AskAgain(1), GiveUp("no_input")]
    assert attempts.asked == 5


def test_total_counts_every_question() -> None:
    attempts = Attempts(no_input=2, no_match=3, total=3)
    outcomes = [attempts.failed(failure) for failure in ("no_match", "no_input", "no_match")]
    assert outcomes == [AskAgain(0), AskAgain(0), GiveUp("used_up", "no_match")]


def test_the_own_count_comes_before_total() -> None:
    attempts = Attempts(no_input=2, total=2)
    attempts.failed("no_input")
    assert attempts.failed("no_input") == GiveUp("no_input")


def test_again_counts_in_total_only() -> None:
    attempts = Attempts(no_input=2, no_match=1, total=4)
    assert [attempts.again(), attempts.again()] == [AskAgain(None), AskAgain(None)]
    assert attempts.failed("no_input") == AskAgain(0)
    assert attempts.again() == GiveUp("used_up", "no_input")
    assert attempts.asked == 4


def test_again_without_total_is_never_refused_and_without_a_failure_names_none() -> None:
    attempts = Attempts()
    assert {attempts.again() for _ in range(100)} == {AskAgain(None)}
    assert Attempts(total=1).again() == GiveUp("used_up", None)


def test_one_retry_prompt_per_attempt_and_the_last_is_reused() -> None:
    assert [AskAgain(retry).prompt(2) for retry in range(4)] == [0, 1, 1, 1]
    assert AskAgain(3).prompt(1) == 0
    assert AskAgain(0).prompt(0) is None
    assert AskAgain(None).prompt(2) is None


@pytest.mark.parametrize("limits", [{"no_input": 0}, {"no_match": -1}, {"total": 0}])
def test_a_limit_below_one_is_refused(limits: dict[str, int]) -> None:
    with pytest.raises(ValueRejected, match=next(iter(limits))):
        Attempts(**limits)


def test_the_counts_are_plain_data() -> None:
    attempts = Attempts(no_input=None, no_match=4, total=9)
    attempts.failed("no_match")
    attempts.again()
    assert Attempts.from_dict(json.loads(json.dumps(attempts.to_dict()))) == attempts
