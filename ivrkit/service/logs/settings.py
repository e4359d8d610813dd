"""The section ``log`` of ``ivrkit.yaml``."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field

from ivrkit.call.settings import Section


class LogLevel(StrEnum):
    """From which weight on something is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogRoom(StrEnum):
    """What can have a level of its own."""

    ACCESS = "access"
    ARI = "ari"
    AUDIT = "audit"
    CALLS = "calls"
    CONNECTORS = "connectors"
    ENGINE = "engine"
    HANDOFF = "handoff"
    PROMPTS = "prompts"
    SERVICE = "service"
    SPEECH = "speech"
    STORE = "store"


class LogFormat(StrEnum):
    """How a line looks."""

    TEXT = "text"
    JSON = "json"


class LogSettings(Section):
    """What is logged, and how. ``level`` holds for everything, ``rooms`` for parts: `calls` tells
    at `info` of each call that arrives and ends, `access` at `debug` of each request to the API.
    ``format`` is `text` for people or `json` for a collector; ``file`` takes the lines instead of
    the standard error, and is opened anew when it was moved away (logrotate)."""

    level: LogLevel = LogLevel.WARNING
    rooms: dict[LogRoom, LogLevel] = Field(default_factory=dict)
    format: LogFormat = LogFormat.TEXT
    file: Path | None = None

    def placed(self, folder: Path) -> Self:
        """The same with its path counted from a folder."""
        if self.file is None:
            return self
        return self.model_copy(update={"file": folder / self.file})
