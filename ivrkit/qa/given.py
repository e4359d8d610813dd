"""What a script says of the world around the call. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from ivrkit.call.queues import QueueExit, QueueFigures
from ivrkit.call.targets import NOWHERE, Mark
from ivrkit.expressions.values import Value


@dataclass(frozen=True, slots=True)
class QueueUse:
    """What comes of one use of a queue.

    ``after`` is when it is answered or left, in seconds; None where the exit itself says it
    (a timeout comes when the flow's own limit is reached). ``talk`` is how long the agent talks,
    ``result`` what the agent's side says about the call.
    """

    exit: QueueExit = QueueExit.ANSWERED
    agent: str = "PJSIP/1001"
    talk: float = 30.0
    after: float | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class DialplanUse:
    """What comes of running a part of the dialplan: it is back ``after`` so many seconds, and has
    left ``values`` (texts by name). Not ``done``: there is no such part, or it has failed."""

    after: float = 1.0
    done: bool = True
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectorUse:
    """What comes of one request to a connector: it answers ``answer`` (plain data, made into the
    connector's answer by the request), or the step is left by ``exit`` (with the error ``text``).

    It takes ``after`` seconds: none by default, and all that the step gives for a timeout.
    ``expect`` holds the parameters that are demanded, those that matter; ``mark`` is where it is
    written.
    """

    answer: Any = None
    after: float | None = None
    expect: Mapping[str, Any] | None = None
    exit: str = ""
    text: str = ""
    mark: Mark = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Given:
    """The world of a script.

    ``clock`` is when the call begins. ``queues`` tells by name what comes of their uses: one for
    all (a single item that is not ``each``), or one after the other. ``figures`` are the live
    figures by queue. ``memories`` is what is remembered before the first call, by key.
    ``dialplan`` tells what its parts do, ``connectors`` (``database.crm``) what they answer. With
    ``open`` what is not given happens in its simplest
    form (somebody tries a flow by hand); without, it fails the script by name. ``marks`` are the
    places where each name is written (``queue.service``).
    """

    clock: datetime | None = None
    queues: Mapping[str, QueueUse | tuple[QueueUse, ...]] = field(default_factory=dict)
    figures: Mapping[str, QueueFigures] = field(default_factory=dict)
    memories: Mapping[str, Value] = field(default_factory=dict)
    dialplan: Mapping[str, DialplanUse | tuple[DialplanUse, ...]] = field(default_factory=dict)
    connectors: Mapping[str, ConnectorUse | tuple[ConnectorUse, ...]] = field(default_factory=dict)
    open: bool = False
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False)

    def with_more(self, other: Given) -> Given:
        """This, with something given on top."""
        changes: dict[str, Any] = {}
        for each in fields(Given):
            old, new = getattr(self, each.name), getattr(other, each.name)
            changes[each.name] = {**old, **new} if isinstance(new, Mapping) else new or old
        return replace(self, **changes)
