from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ivrkit.call.channel import ChannelLocation, Located
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.places import arrived, cause_for, located, party


def channel(**changes: Any) -> Channel:
    nobody = {"name": "", "number": ""}
    dialplan = changes.pop("dialplan", {})
    model = {"id": "1", "caller": nobody, "connected": nobody, "dialplan": dialplan, **changes}
    return msgspec.convert(model, Channel)


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("Stasis", "ivrkit", Located(ChannelLocation.HERE, ())),
        ("Stasis", "ivrkit,back", Located(ChannelLocation.HERE, ("back",))),
        ("Stasis", "ivrkit,flow=bank,x", Located(ChannelLocation.HERE, ("flow=bank", "x"))),
        ("Stasis", "other,back", Located(ChannelLocation.ELSEWHERE)),
        ("Stasis", "ivrkit-2", Located(ChannelLocation.ELSEWHERE)),
        ("Queue", "ivrkit,c", Located(ChannelLocation.ELSEWHERE)),
        ("", "", Located(ChannelLocation.ELSEWHERE)),
    ],
)
def test_the_dialplan_tells_where_a_channel_is(name: str, data: str, place: Located) -> None:
    assert located(channel(dialplan={"app_name": name, "app_data": data}), "ivrkit") == place


def test_none_is_gone() -> None:
    assert located(None, "ivrkit") == Located(ChannelLocation.GONE)


def test_a_channel_that_is_up_is_answered() -> None:
    up = channel(state="Up", dialplan={"app_name": "Stasis", "app_data": "ivrkit"})
    assert located(up, "ivrkit").answered


@pytest.mark.parametrize(
    ("name", "interface"),
    [
        ("PJSIP/1001-0000002a", "PJSIP/1001"),
        ("PJSIP/a-b-0000002a", "PJSIP/a-b"),
        ("Local/200@agents-0000001f;2", "Local/200@agents"),
        ("odd", "odd"),
    ],
)
def test_a_party_is_named_by_its_interface(name: str, interface: str) -> None:
    assert party(channel(name=name)) == interface


def test_a_time_in_another_form_is_none() -> None:
    assert arrived(channel(creationtime="yesterday")) is None
    assert arrived(channel(creationtime="2026-03-02T10:00:00.000+0000")) is not None


def test_a_sip_status_without_a_cause() -> None:
    assert cause_for(486) == 17
    assert cause_for(299) is None
