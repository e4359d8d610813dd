"""ARI's models of the resource ``events``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec

from ivrkit.channels.ari.generated.bridges import Bridge
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.generated.device_states import DeviceState
from ivrkit.channels.ari.generated.endpoints import Endpoint, TextMessage
from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.generated.recordings import LiveRecording


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="type"):
    asterisk_id: str = ""


class Event(Message, frozen=True, gc=False, kw_only=True, tag="Event"):
    application: str = ""
    timestamp: str = ""


class AdditionalParam(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    parameter_name: str = ""
    parameter_value: str = ""


class ApplicationMoveFailed(
    Event, frozen=True, gc=False, kw_only=True, tag="ApplicationMoveFailed"
):
    args: list[str] = msgspec.field(default_factory=list)
    channel: Channel
    destination: str = ""


class ApplicationRegistered(
    Event, frozen=True, gc=False, kw_only=True, tag="ApplicationRegistered"
):
    pass


class ApplicationReplaced(Event, frozen=True, gc=False, kw_only=True, tag="ApplicationReplaced"):
    pass


class ApplicationUnregistered(
    Event, frozen=True, gc=False, kw_only=True, tag="ApplicationUnregistered"
):
    pass


class BridgeAttendedTransfer(
    Event, frozen=True, gc=False, kw_only=True, tag="BridgeAttendedTransfer"
):
    destination_application: str = ""
    destination_bridge: str = ""
    destination_link_first_leg: Channel | None = None
    destination_link_second_leg: Channel | None = None
    destination_threeway_bridge: Bridge | None = None
    destination_threeway_channel: Channel | None = None
    destination_type: str = ""
    is_external: bool = False
    replace_channel: Channel | None = None
    result: str = ""
    transfer_target: Channel | None = None
    transferee: Channel | None = None
    transferer_first_leg: Channel
    transferer_first_leg_bridge: Bridge | None = None
    transferer_second_leg: Channel
    transferer_second_leg_bridge: Bridge | None = None


class BridgeBlindTransfer(Event, frozen=True, gc=False, kw_only=True, tag="BridgeBlindTransfer"):
    bridge: Bridge | None = None
    channel: Channel
    context: str = ""
    exten: str = ""
    is_external: bool = False
    replace_channel: Channel | None = None
    result: str = ""
    transferee: Channel | None = None


class BridgeCreated(Event, frozen=True, gc=False, kw_only=True, tag="BridgeCreated"):
    bridge: Bridge


class BridgeDestroyed(Event, frozen=True, gc=False, kw_only=True, tag="BridgeDestroyed"):
    bridge: Bridge


class BridgeMerged(Event, frozen=True, gc=False, kw_only=True, tag="BridgeMerged"):
    bridge: Bridge
    bridge_from: Bridge


class BridgeVideoSourceChanged(
    Event, frozen=True, gc=False, kw_only=True, tag="BridgeVideoSourceChanged"
):
    bridge: Bridge
    old_video_source_id: str = ""


class CallBroadcast(Event, frozen=True, gc=False, kw_only=True, tag="CallBroadcast"):
    called: str = ""
    caller: str = ""
    channel: Channel


class CallClaimed(Event, frozen=True, gc=False, kw_only=True, tag="CallClaimed"):
    channel: Channel
    winner_app: str = ""


class ChannelCallerId(Event, frozen=True, gc=False, kw_only=True, tag="ChannelCallerId"):
    caller_presentation: int = 0
    caller_presentation_txt: str = ""
    channel: Channel


class ChannelConnectedLine(Event, frozen=True, gc=False, kw_only=True, tag="ChannelConnectedLine"):
    channel: Channel


class ChannelCreated(Event, frozen=True, gc=False, kw_only=True, tag="ChannelCreated"):
    channel: Channel


class ChannelDestroyed(Event, frozen=True, gc=False, kw_only=True, tag="ChannelDestroyed"):
    cause: int = 0
    cause_txt: str = ""
    channel: Channel
    tech_cause: int = 0


class ChannelDialplan(Event, frozen=True, gc=False, kw_only=True, tag="ChannelDialplan"):
    channel: Channel
    dialplan_app: str = ""
    dialplan_app_data: str = ""


class ChannelDtmfReceived(Event, frozen=True, gc=False, kw_only=True, tag="ChannelDtmfReceived"):
    channel: Channel
    digit: str = ""
    duration_ms: int = 0


class ChannelEnteredBridge(Event, frozen=True, gc=False, kw_only=True, tag="ChannelEnteredBridge"):
    bridge: Bridge
    channel: Channel | None = None


class ChannelHangupRequest(Event, frozen=True, gc=False, kw_only=True, tag="ChannelHangupRequest"):
    cause: int = 0
    channel: Channel
    soft: bool = False
    tech_cause: int = 0


class ChannelHold(Event, frozen=True, gc=False, kw_only=True, tag="ChannelHold"):
    channel: Channel
    musicclass: str = ""


class ChannelLeftBridge(Event, frozen=True, gc=False, kw_only=True, tag="ChannelLeftBridge"):
    bridge: Bridge
    channel: Channel


class ChannelStateChange(Event, frozen=True, gc=False, kw_only=True, tag="ChannelStateChange"):
    channel: Channel


class ChannelTalkingFinished(
    Event, frozen=True, gc=False, kw_only=True, tag="ChannelTalkingFinished"
):
    channel: Channel
    duration: int = 0


class ChannelTalkingStarted(
    Event, frozen=True, gc=False, kw_only=True, tag="ChannelTalkingStarted"
):
    channel: Channel


class ChannelToneDetected(Event, frozen=True, gc=False, kw_only=True, tag="ChannelToneDetected"):
    channel: Channel


class ChannelTransfer(Event, frozen=True, gc=False, kw_only=True, tag="ChannelTransfer"):
    refer_to: ReferTo
    referred_by: ReferredBy
    state: str = ""


class ChannelUnhold(Event, frozen=True, gc=False, kw_only=True, tag="ChannelUnhold"):
    channel: Channel


class ChannelUserevent(Event, frozen=True, gc=False, kw_only=True, tag="ChannelUserevent"):
    bridge: Bridge | None = None
    channel: Channel | None = None
    endpoint: Endpoint | None = None
    eventname: str = ""
    userevent: dict[str, Any] = msgspec.field(default_factory=dict)


class ChannelVarset(Event, frozen=True, gc=False, kw_only=True, tag="ChannelVarset"):
    channel: Channel | None = None
    value: str = ""
    variable: str = ""


class ContactInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    aor: str = ""
    contact_status: str = ""
    roundtrip_usec: str = ""
    uri: str = ""


class ContactStatusChange(Event, frozen=True, gc=False, kw_only=True, tag="ContactStatusChange"):
    contact_info: ContactInfo
    endpoint: Endpoint


class DeviceStateChanged(Event, frozen=True, gc=False, kw_only=True, tag="DeviceStateChanged"):
    device_state: DeviceState


class Dial(Event, frozen=True, gc=False, kw_only=True, tag="Dial"):
    caller: Channel | None = None
    dialstatus: str = ""
    dialstring: str = ""
    forward: str = ""
    forwarded: Channel | None = None
    peer: Channel


class EndpointStateChange(Event, frozen=True, gc=False, kw_only=True, tag="EndpointStateChange"):
    endpoint: Endpoint


class MissingParams(Message, frozen=True, gc=False, kw_only=True, tag="MissingParams"):
    params: list[str] = msgspec.field(default_factory=list)


class Peer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    address: str = ""
    cause: str = ""
    peer_status: str = ""
    port: str = ""
    time: str = ""


class PeerStatusChange(Event, frozen=True, gc=False, kw_only=True, tag="PeerStatusChange"):
    endpoint: Endpoint
    peer: Peer


class PlaybackContinuing(Event, frozen=True, gc=False, kw_only=True, tag="PlaybackContinuing"):
    playback: Playback


class PlaybackFinished(Event, frozen=True, gc=False, kw_only=True, tag="PlaybackFinished"):
    playback: Playback


class PlaybackStarted(Event, frozen=True, gc=False, kw_only=True, tag="PlaybackStarted"):
    playback: Playback


class RESTHeader(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str = ""
    value: str = ""


class RESTQueryStringParameter(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str = ""
    value: str = ""


class RESTRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    content_type: str = ""
    message_body: str = ""
    method: str = ""
    query_strings: list[RESTQueryStringParameter] = msgspec.field(default_factory=list)
    request_id: str = ""
    transaction_id: str = ""
    type: str = ""
    uri: str = ""


class RESTResponse(Event, frozen=True, gc=False, kw_only=True, tag="RESTResponse"):
    content_type: str = ""
    message_body: str = ""
    reason_phrase: str = ""
    request_id: str = ""
    status_code: int = 0
    transaction_id: str = ""
    uri: str = ""


class RecordingFailed(Event, frozen=True, gc=False, kw_only=True, tag="RecordingFailed"):
    recording: LiveRecording


class RecordingFinished(Event, frozen=True, gc=False, kw_only=True, tag="RecordingFinished"):
    recording: LiveRecording


class RecordingStarted(Event, frozen=True, gc=False, kw_only=True, tag="RecordingStarted"):
    recording: LiveRecording


class ReferTo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    bridge: Bridge | None = None
    connected_channel: Channel | None = None
    destination_channel: Channel | None = None
    requested_destination: RequiredDestination


class ReferredBy(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    bridge: Bridge | None = None
    connected_channel: Channel | None = None
    source_channel: Channel


class RequiredDestination(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    additional_protocol_params: list[AdditionalParam] = msgspec.field(default_factory=list)
    destination: str = ""
    protocol_id: str = ""


class StasisEnd(Event, frozen=True, gc=False, kw_only=True, tag="StasisEnd"):
    channel: Channel


class StasisStart(Event, frozen=True, gc=False, kw_only=True, tag="StasisStart"):
    args: list[str] = msgspec.field(default_factory=list)
    channel: Channel
    replace_channel: Channel | None = None


class TextMessageReceived(Event, frozen=True, gc=False, kw_only=True, tag="TextMessageReceived"):
    endpoint: Endpoint | None = None
    message: TextMessage
