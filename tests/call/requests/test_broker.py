"""Where messages may go, and what headers may hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.call.requests.broker import BrokerRequest, checked_destination, checked_header
from ivrkit.errors import ValueRejected


@given(st.text(max_size=300))
def test_a_destination_means_one_place(text: str) -> None:
    try:
        kept = checked_destination(text)
    except ValueRejected:
        return
    assert kept == text
    assert re.fullmatch(r"[A-Za-z0-9_.:/-]{1,255}", text)


@pytest.mark.parametrize("text", ["", "a b", "a.#", "a.*", "a/+", "$SYS/x", "ä", "a\n", "a" * 256])
def test_these_are_none(text: str) -> None:
    with pytest.raises(ValueRejected):
        checked_destination(text)


@given(st.text(max_size=50), st.text(max_size=5000))
def test_a_header_is_one_line(name: str, text: str) -> None:
    try:
        assert checked_header(name, text) == text
    except ValueRejected:
        return
    assert re.fullmatch(r"[A-Za-z0-9_.-]+", name)
    assert not re.search(r"[\x00-\x1f\x7f]", text)
    assert len(text) <= 4096


def test_what_scripts_give() -> None:
    sent = BrokerRequest(connector="events", operation="publish", to="orders")
    assert [sent.given(each) for each in (None, {}, True, "sent")] == [None] * 4
    with pytest.raises(ValueRejected, match="nothing is answered"):
        sent.given({"price": 1})
    asked = BrokerRequest(connector="events", operation="request", to="orders", answered=True)
    assert asked.given({"price": 1}) == {"price": 1}
