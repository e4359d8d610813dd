from __future__ import annotations

import json

import pytest

from ivrkit.input import Key, Put, Swallow, TypeAhead
from ivrkit.input.buffer import CAPACITY


def filled(keys: str, start: float = 0.0) -> TypeAhead:
    buffer = TypeAhead()
    for place, key in enumerate(keys):
        buffer.put(Key(key, start + place))
    return buffer


def rest(buffer: TypeAhead) -> str:
    keys = ""
    while (key := buffer.take()) is not None:
        keys += key.key
    return keys


def test_keys_come_out_in_the_order_pressed() -> None:
    assert rest(filled("213")) == "213"
    assert TypeAhead().take() is None


def test_a_full_buffer_drops_what_comes_and_says_so() -> None:
    buffer = filled("1" * CAPACITY)
    assert buffer.put(Key("2")) is Put.DROPPED
    assert rest(buffer) == "1" * CAPACITY


def test_wrong_input_or_flush_the_buffer_is_emptied() -> None:
    buffer = filled("123")
    assert buffer.empty() == 3
    assert not buffer
    assert buffer.put(Key("4")) is Put.KEPT


def test_a_terminator_that_follows_within_between_digits_is_swallowed() -> None:
    for at in (4.0, 6.9, 7.0):
        buffer = TypeAhead()
        assert not buffer.swallow(Swallow("#", until=7.0))
        assert buffer.put(Key("#", at)) is Put.SWALLOWED
        assert not buffer
        assert buffer.put(Key("#", at)) is Put.KEPT  # one only


def test_a_terminator_that_comes_later_counts() -> None:
    buffer = TypeAhead()
    buffer.swallow(Swallow("#", until=7.0))
    assert buffer.put(Key("#", 7.1)) is Put.KEPT


def test_a_terminator_behind_another_key_counts() -> None:
    buffer = TypeAhead()
    buffer.swallow(Swallow("#", until=7.0))
    assert buffer.put(Key("1", 5.0)) is Put.KEPT
    assert buffer.put(Key("#", 5.5)) is Put.KEPT


def test_a_terminator_that_was_typed_ahead_is_swallowed() -> None:
    buffer = filled("#2")
    assert buffer.swallow(Swallow("#", until=1.0))
    assert rest(buffer) == "2"


@pytest.mark.parametrize("until", [-1.0, 9.0])
def test_a_key_typed_ahead_ends_the_swallowing(until: float) -> None:
    buffer = filled("2" if until > 0 else "#")
    assert not buffer.swallow(Swallow("#", until))
    assert buffer.put(Key("#", 1.0)) is Put.KEPT


def test_emptying_leaves_the_swallowing_as_it_is() -> None:
    buffer = TypeAhead()
    buffer.swallow(Swallow("#", until=7.0))
    buffer.empty()
    assert buffer.put(Key("#", 5.0)) is Put.SWALLOWED


def test_a_restart_of_the_engine_keeps_the_buffer() -> None:
    buffer = filled("*12", start=0.25)
    again = TypeAhead.from_dict(json.loads(json.dumps(buffer.to_dict())))
    assert again.to_dict() == buffer.to_dict()
    assert again.take() == Key("*", 0.25)
    waiting = TypeAhead()
    waiting.swallow(Swallow("#", until=7.0))
    again = TypeAhead.from_dict(json.loads(json.dumps(waiting.to_dict())))
    assert again.put(Key("#", 7.0)) is Put.SWALLOWED


def test_the_keys_do_not_show_themselves() -> None:
    assert repr(filled("4711")) == "TypeAhead(4 keys)"
