"""A prompt that Asterisk cannot play is told of, and a busy line does not flood the log with it."""

from __future__ import annotations

import logging

import pytest

from ivrkit.call.events import Said, TraceEvent
from ivrkit.service.logs.unplayed import MOST, QUIET_SECONDS, Unplayed

TEXT = "Your balance is 12 euros."


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def unplayed(time: Time, caplog: pytest.LogCaptureFixture) -> Unplayed:
    caplog.set_level(logging.WARNING, "ivrkit.prompts")
    return Unplayed(time)


def said(*media: str, unplayed: bool = True) -> TraceEvent:
    end = "failed" if unplayed else "finished"
    return Said(text=TEXT, end=end, language="en", media=media, unplayed=unplayed)


def test_the_call_and_the_file_are_named_and_not_the_text(
    unplayed: Unplayed, caplog: pytest.LogCaptureFixture
) -> None:
    unplayed.heard("c1", said("first.wav", "last.wav"))
    unplayed.heard("c1", said("other.wav", unplayed=False))
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.__dict__["call"] == "c1"
    assert "last.wav" in record.getMessage()
    assert TEXT not in record.getMessage()


def test_a_file_is_told_of_once_in_a_while(
    unplayed: Unplayed, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        unplayed.heard("c1", said("a.wav"))
        unplayed.heard("c2", said("b.wav"))
    assert len(caplog.records) == 2
    time.now += QUIET_SECONDS
    unplayed.heard("c3", said("a.wav"))
    assert len(caplog.records) == 3


def test_where_nothing_can_be_played_a_few_files_say_enough(
    unplayed: Unplayed, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10 * MOST):
        unplayed.heard("c1", said(f"{number}.wav"))
    assert len(caplog.records) == MOST
    time.now += QUIET_SECONDS
    unplayed.heard("c1", said("new.wav"))
    assert len(caplog.records) == MOST + 1
