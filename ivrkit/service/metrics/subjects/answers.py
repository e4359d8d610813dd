"""What callers answer: keys or words, silence, what was not understood, how soon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry

from ivrkit.call.events import KeyLost, Listening, Pressed, Recognised, Said, TraceEvent
from ivrkit.service.metrics.labels import PATIENCE, one_of
from ivrkit.service.metrics.subject import Handler, Seen, Subject
from ivrkit.service.metrics.tallies import Counter, Histogram

RESULTS: Final = frozenset(
    {"chosen", "understood", "default", "no_input", "no_match", "key", "shortcut", "ignored"}
)
REASONS: Final = frozenset({"unknown", "too_short", "too_long", "unsure", "check"})
ENDS: Final = frozenset({"finished", "barge_in", "skipped", "failed", "interrupted"})


class Answers(Subject):
    """Figures of questions, by the flow in which the call began."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "ivrkit_answers",
            "Answers to questions, by keys or speech: chosen, understood, default, no_input, "
            "no_match, key (of the whole flow), shortcut, ignored (said without a meaning).",
            ("flow", "by", "result"),
            registry=registry,
        )
        self._wrong = Counter(
            "ivrkit_no_match",
            "Answers that fitted nothing, by why: unknown, too_short, too_long, unsure.",
            ("flow", "reason"),
            registry=registry,
        )
        self._seconds = Histogram(
            "ivrkit_answer_seconds",
            "From the end of a question to its whole answer; answers over the prompt are none.",
            ("by",),
            buckets=PATIENCE,
            registry=registry,
        )
        self._prompts = Counter(
            "ivrkit_prompts",
            "Prompts, by how they ended: finished, barge_in (the caller stopped it), skipped "
            "(keys were waiting), failed, interrupted (a hang-up or a limit).",
            ("flow", "end"),
            registry=registry,
        )
        self._unplayed = Counter(
            "ivrkit_prompts_unplayed",
            "Prompts that Asterisk could not play to a caller who was there; the log names them.",
            ("flow",),
            registry=registry,
        )
        self._lost = Counter(
            "ivrkit_keys_lost",
            "Times that keys of a caller could not be taken: the buffer was full, or the call in "
            "other hands.",
            registry=registry,
        )[()]

    def handlers(self) -> Mapping[type[TraceEvent], Handler]:
        return {
            Listening: self._listens,
            Pressed: self._pressed,
            Recognised: self._recognised,
            Said: self._said,
            KeyLost: self._key_lost,
        }

    def _listens(self, seen: Seen, event: Listening) -> None:
        seen.listening = None if event.passing else event.at

    def _pressed(self, seen: Seen, event: Pressed) -> None:
        self._count(seen, "keys", event)

    def _recognised(self, seen: Seen, event: Recognised) -> None:
        self._count(seen, "speech", event)

    def _count(self, seen: Seen, by: str, event: Pressed | Recognised) -> None:
        result = one_of(RESULTS, event.result)
        self._answers[seen.flow, by, result].inc()
        if result == "no_match":
            self._wrong[seen.flow, one_of(REASONS, event.reason)].inc()
        if result == "ignored":
            return  # the question goes on
        began, seen.listening = seen.listening, None
        if began is not None and result != "no_input":
            self._seconds[by].observe(event.at - began)

    def _said(self, seen: Seen, event: Said) -> None:
        self._prompts[seen.flow, one_of(ENDS, event.end)].inc()
        if event.unplayed:
            self._unplayed[seen.flow].inc()

    def _key_lost(self, seen: Seen, event: KeyLost) -> None:
        self._lost.inc()
