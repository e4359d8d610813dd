"""Voices: the texts they were given, and how they fare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

from ivrkit.prompts import speaker
from ivrkit.service.metrics.labels import SECONDS
from ivrkit.service.metrics.subject import BREAKER, STATES, Look, Subject


class Voices(Subject):
    """Figures of voices, by their title."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._texts = Counter(
            "ivrkit_voice_texts",
            "Texts that voices were given, by how it went: spoken, slow, failed, unable (it has "
            "not the language, or does not know SSML).",
            ("voice", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_voice_seconds",
            "How long voices took for a text.",
            ("voice",),
            buckets=SECONDS,
            registry=registry,
        )

    def spoke(self, voice: str, outcome: speaker.Outcome, seconds: float) -> None:
        """A voice was given a text that was not there yet."""
        self._texts.labels(voice, outcome.value).inc()
        if outcome is speaker.Outcome.SPOKEN:
            self._seconds.labels(voice).observe(seconds)

    def watch(self, speakers: Callable[[], Sequence[speaker.Speaker]]) -> None:
        """Tell with every look how the voices fare then."""

        def fill(state: GaugeMetricFamily) -> None:
            # Two services may be on one host: the one that is worse off is told.
            worst: dict[str, float] = {}
            for each in speakers():
                worst[each.title] = max(worst.get(each.title, 0.0), STATES[each.state])
            for title, value in worst.items():
                state.add_metric([title], value)

        self._registry.register(Look(_families, fill))


def _families() -> tuple[GaugeMetricFamily, ...]:
    return (GaugeMetricFamily("ivrkit_voice_breaker", BREAKER, labels=("voice",)),)
