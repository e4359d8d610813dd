"""ARI's models of the resource ``asterisk``. Generated; see ``generate.py``."""

from __future__ import annotations

from typing import Any

import msgspec


class AsteriskInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    build: BuildInfo | None = None
    config: ConfigInfo | None = None
    status: StatusInfo | None = None
    system: SystemInfo | None = None


class AsteriskPing(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    asterisk_id: str = ""
    ping: str = ""
    timestamp: str = ""


class BuildInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    date: str = ""
    kernel: str = ""
    machine: str = ""
    options: str = ""
    os: str = ""
    user: str = ""


class ConfigInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    default_language: str = ""
    max_channels: int = 0
    max_load: float = 0.0
    max_open_files: int = 0
    name: str = ""
    setid: SetId


class ConfigTuple(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    attribute: str = ""
    value: str = ""


class LogChannel(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    channel: str = ""
    configuration: str = ""
    status: str = ""
    type: str = ""


class Module(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    description: str = ""
    name: str = ""
    status: str = ""
    support_level: str = ""
    use_count: int = 0


class SetId(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    group: str = ""
    user: str = ""


class StatusInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    last_reload_time: str = ""
    startup_time: str = ""


class SystemInfo(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    entity_id: str = ""
    version: str = ""


class Variable(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    value: str = ""


class Variables(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
