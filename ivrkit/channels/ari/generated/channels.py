"""ARI's models of the resource ``channels``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec


class CallerID(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    name: str = ""
    number: str = ""


class Channel(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    accountcode: str = ""
    caller: CallerID
    caller_rdnis: str = ""
    channelvars: dict[str, Any] = msgspec.field(default_factory=dict)
    connected: CallerID
    creationtime: str = ""
    dialplan: DialplanCEP
    id: str = ""
    language: str = ""
    name: str = ""
    protocol_id: str = ""
    state: str = ""
    tenantid: str = ""


class Dialed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    pass


class DialplanCEP(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    app_data: str = ""
    app_name: str = ""
    context: str = ""
    exten: str = ""
    priority: int = 0


class RTPstat(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    channel_uniqueid: str = ""
    local_maxjitter: float = 0.0
    local_maxrxploss: float = 0.0
    local_minjitter: float = 0.0
    local_minrxploss: float = 0.0
    local_normdevjitter: float = 0.0
    local_normdevrxploss: float = 0.0
    local_ssrc: int = 0
    local_stdevjitter: float = 0.0
    local_stdevrxploss: float = 0.0
    maxrtt: float = 0.0
    minrtt: float = 0.0
    normdevrtt: float = 0.0
    remote_maxjitter: float = 0.0
    remote_maxrxploss: float = 0.0
    remote_minjitter: float = 0.0
    remote_minrxploss: float = 0.0
    remote_normdevjitter: float = 0.0
    remote_normdevrxploss: float = 0.0
    remote_ssrc: int = 0
    remote_stdevjitter: float = 0.0
    remote_stdevrxploss: float = 0.0
    rtt: float = 0.0
    rxcount: int = 0
    rxjitter: float = 0.0
    rxoctetcount: int = 0
    rxploss: int = 0
    stdevrtt: float = 0.0
    txcount: int = 0
    txjitter: float = 0.0
    txoctetcount: int = 0
    txploss: int = 0
