from __future__ import annotations

import json
import logging

import pytest

from ivrkit.channels.ari import events
from ivrkit.channels.ari.generated.events import ChannelDtmfReceived, RESTResponse, StasisStart

CHANNEL = {
    "id": "1.1",
    "name": "PJSIP/x-00000001",
    "caller": {"name": "", "number": "1"},
    "connected": {"name": "", "number": ""},
    "dialplan": {"context": "ivrkit", "exten": "801", "priority": 1},
}


def test_an_event_of_an_older_asterisk_lacks_fields() -> None:
    event = events.decode(
        json.dumps({"digit": "5", "channel": CHANNEL, "type": "ChannelDtmfReceived"}).encode()
    )
    assert isinstance(event, ChannelDtmfReceived)
    assert (event.digit, event.duration_ms, event.channel.tenantid) == ("5", 0, "")


def test_an_event_of_a_newer_asterisk_has_more_of_them() -> None:
    more = {**CHANNEL, "mood": {"good": True}}
    event = events.decode(
        json.dumps({"type": "StasisStart", "args": ["a"], "channel": more, "x": [1]}).encode()
    )
    assert isinstance(event, StasisStart)
    assert event.args == ["a"]


def test_a_reply_is_among_them() -> None:
    message = b'{"type":"RESTResponse","transaction_id":"7","status_code":204}'
    event = events.decode(message)
    assert isinstance(event, RESTResponse)
    assert (event.transaction_id, event.status_code, event.message_body) == ("7", 204, "")


def test_unknown_events_are_none_and_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    assert events.decode(b'{"type":"ChannelVarset","variable":"PIN","value":"1234"}') is None
    assert events.decode(b'{"type":"Tomorrow"}') is None
    assert not caplog.records


@pytest.mark.parametrize(
    "message",
    [b"", b"no json", b"[]", b'{"type":"ChannelDtmfReceived","digit":"4711"}', b"\xff\xfe"],
)
def test_what_cannot_be_read_is_said_without_its_content(
    message: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert events.decode(message) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "4711" not in caplog.text


def test_what_is_filtered_is_what_means_nothing() -> None:
    filtered = {item["type"] for item in events.unwanted()}
    assert "ChannelVarset" in filtered
    assert not {"StasisStart", "RESTResponse", "Dial", "Event", "Message"} & filtered
