"""All subjects together: who is told of what, and the exposition."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from ivrkit.call.events import Ended, Resumed, TraceEvent
from ivrkit.connectors.connector import Connector
from ivrkit.connectors.guard import Fare
from ivrkit.prompts import speaker
from ivrkit.service.metrics.subject import Handler, Seen, Subject
from ivrkit.service.metrics.subjects.answers import Answers
from ivrkit.service.metrics.subjects.asterisk import Asterisk
from ivrkit.service.metrics.subjects.calls import Calls
from ivrkit.service.metrics.subjects.connectors import Connectors
from ivrkit.service.metrics.subjects.continuity import Continuity
from ivrkit.service.metrics.subjects.flows import Flows
from ivrkit.service.metrics.subjects.handoffs import HandOffs
from ivrkit.service.metrics.subjects.loop import Loop
from ivrkit.service.metrics.subjects.process import Process
from ivrkit.service.metrics.subjects.spans import Exported
from ivrkit.service.metrics.subjects.speech import Speech
from ivrkit.service.metrics.subjects.steps import Steps
from ivrkit.service.metrics.subjects.store import Storing
from ivrkit.service.metrics.subjects.voices import Voices
from ivrkit.speech.guard import Outcome
from ivrkit.speech.service import SpeechService

LOG = logging.getLogger(__name__)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""


class Metrics:
    """What an engine counts, in a registry of its own. Those who know how things are now are given
    to the subjects ``calls``, ``loop``, ``store``, ``asterisk``, ``flows``, ``spans`` by their
    ``watch``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seen: dict[str, Seen] = {}
        self.calls = Calls(self.registry, self._seen.values)
        self.loop = Loop(self.registry)
        self.store = Storing(self.registry)
        self.asterisk = Asterisk(self.registry)
        self.flows = Flows(self.registry)
        self.spans = Exported(self.registry)
        self._connectors = Connectors(self.registry)
        self._speech = Speech(self.registry)
        self._voices = Voices(self.registry)
        subjects: tuple[Subject, ...] = (
            Steps(self.registry),  # it keeps the steps that the others look at
            self.calls,
            Answers(self.registry),
            HandOffs(self.registry),
            Continuity(self.registry),
            self._connectors,
            self._speech,
            self._voices,
            self.loop,
            self.store,
            self.asterisk,
            self.flows,
            self.spans,
            Process(self.registry),
        )
        handlers: dict[type[TraceEvent], list[Handler]] = {}
        for subject in subjects:
            for event, handler in subject.handlers().items():
                handlers.setdefault(event, []).append(handler)
        self._handlers = {event: tuple(each) for event, each in handlers.items()}

    @property
    def kinds(self) -> Collection[type[TraceEvent]]:
        """The kinds of events that count for something."""
        return self._handlers.keys()

    def heard(self, call_id: str, event: TraceEvent) -> None:
        """Count a trace event: what :meth:`ivrkit.engine.engine.Engine.subscribe` calls."""
        handlers = self._handlers.get(event.__class__)
        if handlers is None:
            return
        seen = self._seen.get(call_id)
        if seen is None or event.__class__ is Resumed:
            seen = self._seen[call_id] = Seen()
        try:
            for handle in handlers:
                handle(seen, event)
        except Exception:  # whatever is wrong with a figure, the call goes on
            LOG.exception("a figure could not be counted")
        if event.__class__ is Ended:
            del self._seen[call_id]

    def asked(self, connector: Connector[Any], outcome: str, seconds: float) -> None:
        """A connector was asked."""
        self._connectors.asked(connector, outcome, seconds)

    def watch(self, fares: Callable[[], Sequence[Fare]]) -> None:
        """Tell with every look how connectors fare then."""
        self._connectors.watch(fares)

    def recognised(self, language: str, outcome: Outcome, seconds: float) -> None:
        """Something was said, or could not be listened to."""
        self._speech.recognised(language, outcome, seconds)

    def hear(self, speech: SpeechService) -> None:
        """Tell with every look how many questions listen, and how the recognisers fare."""
        self._speech.hear(speech)

    def spoke(self, voice: str, outcome: speaker.Outcome, seconds: float) -> None:
        """A voice was given a text that was not there yet."""
        self._voices.spoke(voice, outcome, seconds)

    def voices(self, speakers: Callable[[], Sequence[speaker.Speaker]]) -> None:
        """Tell with every look how the voices fare then."""
        self._voices.watch(speakers)

    def exposition(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)
