"""What is given in vain."""

from __future__ import annotations

from ivrkit.qa.given import ConnectorUse, DialplanUse, Given, QueueUse
from ivrkit.qa.report import FAILED, PASSED, exit_status
from ivrkit.qa.unused import unused
from tests.qa.conftest import Play

FLOW = """
    on_error: sorry
    sections:
      main:
        - answer
        - queue: service
          exits: {else: hangup}
        - dialplan: barrier
        - say: It is open.
        - hangup
      sorry:
        - say: Sorry.
        - hangup
"""
GIVEN = """
    queue.service: [answered, unstaffed]
    queue.cards: full
    dialplan.barrier: {after: 1s}
"""


def told(given: Given, used: dict[str, int], *, left_over: bool = True) -> list[str]:
    return [each.message for each in unused(given, used, left_over=left_over)]


def test_names_and_the_ends_of_lists() -> None:
    answer = ConnectorUse()
    given = Given(
        queues={"service": QueueUse()},
        dialplan={"barrier": DialplanUse()},
        connectors={"database.crm": (answer, answer, answer), "database.crn": answer},
    )
    used = {"database.crm": 1, "database.crn": 0, "queue.service": 3, "dialplan.barrier": 0}
    assert told(given, used) == [
        "database.crm lists 3 answers, and the calls used 1",
        "database.crn is given, and no call used it",
        "dialplan.barrier is given, and no call used it",
    ]
    assert len(told(given, used, left_over=False)) == 2
    assert told(given, {}) == []
    assert told(given, dict.fromkeys(used, 3)) == []


async def test_a_call_that_leaves_answers_over(play: Play) -> None:
    outcome = await play(FLOW, "- hear: It is open", given=GIVEN)
    assert outcome.failure is None
    assert [(each.mark.line, each.message) for each in outcome.unused] == [
        (6, "queue.service lists 2 answers, and the calls used 1"),
        (7, "queue.cards is given, and no call used it"),
    ]
    assert outcome.as_dict()["unused"][1]["line"] == 7
    assert exit_status([outcome]) == PASSED
    assert exit_status([outcome], strict=True) == FAILED


async def test_a_call_that_went_wrong_leaves_answers_over_for_that(play: Play) -> None:
    outcome = await play(FLOW, "- hear: It is shut", given=GIVEN)
    assert outcome.failure is not None
    assert outcome.unused == ()


async def test_a_name_that_is_mistyped_is_told_beside_the_one_that_is_missing(play: Play) -> None:
    mistyped = GIVEN.replace("barrier", "barier")
    outcome = await play(FLOW, "- hear: It is open", given=mistyped)
    assert outcome.failure is not None
    assert "does not give what 'barrier' of the dialplan does" in outcome.failure.message
    assert "dialplan.barier is given, and no call used it" in [
        each.message for each in outcome.unused
    ]
