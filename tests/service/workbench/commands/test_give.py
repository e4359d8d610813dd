from __future__ import annotations

import pytest

from tests.service.workbench.conftest import Sitting


async def test_a_queue_does_what_is_given(sit: Sitting) -> None:
    assert "queue.service: {timeout: true, after: 20s}" in await sit(
        "give queue service timeout after 20s"
    )
    await sit("goto agent", "break closed", "c")
    assert sit.path == "closed/0"
    assert sit.bench.seconds == pytest.approx(20)


async def test_anything_that_scripts_give(sit: Sitting) -> None:
    await sit("give queue.service: {answered: {agent: PJSIP/7, talk: 5s, result: sold}, after: 1s}")
    await sit("goto agent", "step", "step")
    assert await sit("show handoff.agent ~ ' ' ~ handoff.result") == "PJSIP/7 sold"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "give queue service"),
        ("queue service", "give queue service"),
        ("queue service timeuot", "✗"),
        ("qeue service timeout", "nothing is given by"),
        ("queue.service: [", "✗"),
        ("clock: 2026-01-01T10:00:00+01:00", "use at"),
    ],
)
async def test_what_cannot_be_given_is_told(sit: Sitting, given: str, told: str) -> None:
    assert told in await sit(f"give {given}")
    assert sit.desk.failures == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("database crm timeout", "database.crm: {timeout: true}"),
        ("database crm none", "database.crm: none"),
        ("database crm error after 2s", "database.crm: {error: true, after: 2s}"),
        ("http billing paid after 2s", "http.billing: {answer: paid, after: 2s}"),
        ("database.crm: {name: Ann Lee}", "database.crm: {name: Ann Lee}"),
    ],
)
async def test_what_systems_outside_answer(sit: Sitting, given: str, told: str) -> None:
    assert f"given: {told}" in await sit(f"give {given}")
    assert sit.desk.failures == 0
    assert list(sit.bench.given.connectors) == [told.partition(":")[0]]
