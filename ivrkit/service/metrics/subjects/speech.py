"""What callers say: how it is understood, and how the recognisers fare."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from ivrkit.service.metrics.labels import SECONDS
from ivrkit.service.metrics.subject import BREAKER, STATES, Look, Subject
from ivrkit.speech.guard import Outcome
from ivrkit.speech.service import SpeechService


class Speech(Subject):
    """Figures of recognition, by language."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._recognitions = Counter(
            "ivrkit_recognitions",
            "What callers said, by language and how it ended: understood, nothing (a noise), "
            "failed, refused (not listened to).",
            ("language", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_recognition_seconds",
            "From the end of what a caller said to its result.",
            ("language",),
            buckets=SECONDS,
            registry=registry,
        )

    def recognised(self, language: str, outcome: Outcome, seconds: float) -> None:
        """Something was said, or could not be listened to."""
        self._recognitions.labels(language, outcome.value).inc()
        if outcome in (Outcome.UNDERSTOOD, Outcome.NOTHING):
            self._seconds.labels(language).observe(seconds)

    def hear(self, speech: SpeechService) -> None:
        """Tell with every look how many questions listen, and how the recognisers fare."""

        def fill(*families: GaugeMetricFamily) -> None:
            listening, stuck, state = families
            listening.add_metric([], speech.listening)
            stuck.add_metric([], speech.stuck)
            for guard in speech.guards:
                state.add_metric([guard.language], STATES[guard.state])

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily, ...]:
    return (
        GaugeMetricFamily("ivrkit_listening", "Questions that listen to their callers."),
        GaugeMetricFamily("ivrkit_recogniser_stuck", "Threads that hang in a recogniser."),
        GaugeMetricFamily("ivrkit_recogniser_breaker", BREAKER, labels=("language",)),
    )
