from __future__ import annotations

import pytest

from ivrkit.connectors.reporting import QUIET_SECONDS, Report


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def report(clock: Clock) -> Report:
    return Report("database.crm", clock)


def test_an_outage_is_three_lines(report: Report, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(1, 100):
        report.failed("it is away", 30.0 if number >= 5 else 0.0)
    report.answered()
    report.answered()
    assert caplog.messages == [
        "database.crm fails: it is away",
        "database.crm is left alone, and tried again every 30 s: it has failed 5 times: it is away",
        "database.crm answers again; it had failed 99 times",
    ]


def test_one_failure_now_and_then_is_told_once_a_minute(
    report: Report, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        report.failed("too late", 0.0)
        report.answered()
    clock.now += QUIET_SECONDS
    report.failed("too late again", 0.0)
    report.answered()
    assert caplog.messages == ["database.crm fails: too late", "database.crm fails: too late again"]


def test_that_it_is_left_alone_is_told_at_any_time(
    report: Report, caplog: pytest.LogCaptureFixture
) -> None:
    report.not_done("no such table")
    report.failed("it is away", 30.0)
    report.answered()
    assert caplog.messages == [
        "database.crm has not done a request: no such table",
        "database.crm is left alone, and tried again every 30 s: it has failed once: it is away",
        "database.crm answers again; it had failed once",
    ]
