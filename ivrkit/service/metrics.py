"""Figures for Prometheus. No label ever holds a caller, a number or a value of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ivrkit.connectors.connector import Connector
from ivrkit.connectors.guard import Fare
from ivrkit.prompts import speaker
from ivrkit.speech.guard import Outcome
from ivrkit.speech.service import SpeechService
from ivrkit.workers.breaker import BreakerState

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""
_STATES: Final = {BreakerState.CLOSED: 0.0, BreakerState.TRYING: 1.0, BreakerState.OPEN: 2.0}
_BREAKER: Final = "Its circuit breaker: 0 closed, 1 the next request tries, 2 open."
_SECONDS: Final = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """What an engine counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "ivrkit_connector_requests",
            "Requests to a connector, by the exit they ended with (next is success).",
            ("connector", "exit"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "ivrkit_connector_seconds",
            "How long requests to a connector took.",
            ("connector",),
            buckets=_SECONDS,
            registry=self.registry,
        )

        self._recognitions = Counter(
            "ivrkit_recognitions",
            "What callers said, by language and how it ended: understood, nothing (a noise), "
            "failed, refused (not listened to).",
            ("language", "outcome"),
            registry=self.registry,
        )
        self._recognition_seconds = Histogram(
            "ivrkit_recognition_seconds",
            "From the end of what a caller said to its result.",
            ("language",),
            buckets=_SECONDS,
            registry=self.registry,
        )

        self._voice_texts = Counter(
            "ivrkit_voice_texts",
            "Texts that voices were given, by how it went: spoken, slow, failed, unable (it has "
            "not the language, or does not know SSML).",
            ("voice", "outcome"),
            registry=self.registry,
        )
        self._voice_seconds = Histogram(
            "ivrkit_voice_seconds",
            "How long voices took for a text.",
            ("voice",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def watch(self, fares: Callable[[], Sequence[Fare]]) -> None:
        """Tell with every look how connectors fare then."""
        self.registry.register(_Fares(fares))

    def asked(self, connector: Connector[Any], outcome: str, seconds: float) -> None:
        """A connector was asked."""
        name = f"{connector.kind}.{connector.name}"
        self._requests.labels(name, outcome).inc()
        self._seconds.labels(name).observe(seconds)

    def recognised(self, language: str, outcome: Outcome, seconds: float) -> None:
        """Something was said, or could not be listened to."""
        self._recognitions.labels(language, outcome.value).inc()
        if outcome in (Outcome.UNDERSTOOD, Outcome.NOTHING):
            self._recognition_seconds.labels(language).observe(seconds)

    def spoke(self, voice: str, outcome: speaker.Outcome, seconds: float) -> None:
        """A voice was given a text that was not there yet."""
        self._voice_texts.labels(voice, outcome.value).inc()
        if outcome is speaker.Outcome.SPOKEN:
            self._voice_seconds.labels(voice).observe(seconds)

    def voices(self, speakers: Callable[[], Sequence[speaker.Speaker]]) -> None:
        """Tell with every look how the voices fare then."""
        self.registry.register(_Voices(speakers))

    def hear(self, speech: SpeechService) -> None:
        """Tell with every look how many questions listen, and how the recognisers fare."""
        self.registry.register(_Hearing(speech))

    def exposition(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


class _Fares(Collector):
    """Figures that are looked at when somebody asks."""

    def __init__(self, fares: Callable[[], Sequence[Fare]]) -> None:
        self._fares = fares

    def describe(self) -> Iterator[Metric]:
        return iter(self._families())

    def collect(self) -> Iterator[Metric]:
        state, busy, waiting, unsent = families = self._families()
        for fare in self._fares():
            state.add_metric([fare.name], _STATES[fare.state])
            busy.add_metric([fare.name], fare.busy)
            waiting.add_metric([fare.name], fare.waiting)
            unsent.add_metric([fare.name], fare.unsent)
        return iter(families)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, ...]:
        def gauge(name: str, text: str) -> GaugeMetricFamily:
            return GaugeMetricFamily(f"ivrkit_connector_{name}", text, labels=("connector",))

        return (
            gauge("breaker", _BREAKER),
            gauge("busy", "Requests under way."),
            gauge("waiting", "Requests that wait for their turn."),
            gauge("unsent", "Messages in the outbox."),
        )


class _Voices(Collector):
    """Whether voices are asked, looked at when somebody asks."""

    def __init__(self, speakers: Callable[[], Sequence[speaker.Speaker]]) -> None:
        self._speakers = speakers

    def describe(self) -> Iterator[Metric]:
        yield self._family()

    def collect(self) -> Iterator[Metric]:
        state = self._family()
        # Two services may be on one host: the one that is worse off is told.
        worst: dict[str, float] = {}
        for each in self._speakers():
            worst[each.title] = max(worst.get(each.title, 0.0), _STATES[each.state])
        for title, value in worst.items():
            state.add_metric([title], value)
        yield state

    @staticmethod
    def _family() -> GaugeMetricFamily:
        return GaugeMetricFamily("ivrkit_voice_breaker", _BREAKER, labels=("voice",))


class _Hearing(Collector):
    """How speech fares, looked at when somebody asks."""

    def __init__(self, speech: SpeechService) -> None:
        self._speech = speech

    def describe(self) -> Iterator[Metric]:
        return iter(self._families())

    def collect(self) -> Iterator[Metric]:
        listening, stuck, state = families = self._families()
        listening.add_metric([], self._speech.listening)
        stuck.add_metric([], self._speech.stuck)
        for guard in self._speech.guards:
            state.add_metric([guard.language], _STATES[guard.state])
        return iter(families)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, ...]:
        return (
            GaugeMetricFamily("ivrkit_listening", "Questions that listen to their callers."),
            GaugeMetricFamily("ivrkit_recogniser_stuck", "Threads that hang in a recogniser."),
            GaugeMetricFamily("ivrkit_recogniser_breaker", _BREAKER, labels=("language",)),
        )
