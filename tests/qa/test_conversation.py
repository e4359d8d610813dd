from __future__ import annotations

import pytest

from ivrkit.call.events import Entered, Listening, Pressed, Said, Saying
from ivrkit.qa.conversation import Conversation, Point


@pytest.fixture
def call() -> Conversation:
    call = Conversation()
    call.feed(Entered(path="main/0", verb="say"))
    call.feed(Saying(text="Welcome to Acme.", language="en", seconds=3.0))
    return call


def test_words_are_heard_when_they_have_been_said(call: Conversation) -> None:
    found = call.search("welcome to", Point())
    assert found is not None
    assert found.at == pytest.approx(2.0)
    assert found.end == Point(0, 2)
    assert call.search("welcome", found.end) is None


def test_words_behind_the_cut_are_not_heard(call: Conversation) -> None:
    call.feed(Said(text="Welcome to Acme.", end="barge_in", language="en", seconds=1.5))
    assert call.search("welcome", Point()) is not None
    assert call.search("acme", Point()) is None


def test_words_are_found_over_the_end_of_a_prompt(call: Conversation) -> None:
    call.feed(Said(text="Welcome to Acme.", end="finished", language="en", seconds=3.0))
    call.feed(Entered(path="main/1", verb="menu", at=3.0))
    call.feed(Saying(text="For balances, press 1.", language="en", seconds=4.0, at=3.0))
    found = call.search("Acme. For balances", Point())
    assert found is not None
    assert found.at == pytest.approx(5.0)
    assert found.utterance.asks
    assert not call.said[0].asks
    assert call.texts(Point(0, 3)) == [(3.0, "For balances, press 1.")]


def test_the_point_of_a_moment(call: Conversation) -> None:
    assert call.now(1.2) == Point(0, 1)
    assert call.now(9) == Point(0, 3)


def test_it_listens_until_the_question_is_answered(call: Conversation) -> None:
    call.feed(Listening())
    assert call.listening
    call.feed(Pressed(keys="1", result="chosen"))
    assert not call.listening


def test_the_way_through_the_sections(call: Conversation) -> None:
    for path in ("main/1", "main/1/keys/1/0", "top/0", "top/0", "on_end/0"):
        call.feed(Entered(path=path, verb="set"))
    assert call.path == ["main", "top", "top"]
    assert call.section == "top"
    assert call.place == "on_end/0"


def test_nothing_is_found_by_no_words(call: Conversation) -> None:
    assert call.search("…", Point()) is None
