"""All recognisers of a site, and the port :class:`~ivrkit.call.hearing.Recognition`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from ivrkit.call.channel import Capability, Channel
from ivrkit.call.hearing import DeliverSpeech, Ear, Grammar, Hearing
from ivrkit.call.locale import nearest_tag
from ivrkit.errors import RecognitionError
from ivrkit.speech.endpointing import detector, detector_problem
from ivrkit.speech.guard import Guard, Observe, Outcome, nobody
from ivrkit.speech.listening import Listening, Refused
from ivrkit.speech.pool import Pool
from ivrkit.speech.recogniser import Recogniser, registry
from ivrkit.speech.settings import SpeechSettings

LOG = logging.getLogger(__name__)

CLOSING: Final = 10.0
"""Seconds in which all that is still listened to is given back when the engine ends."""


class SpeechService:
    """Understands callers, each language by the recogniser that the settings name for it."""

    def __init__(
        self,
        settings: SpeechSettings,
        observe: Observe = nobody,
        engines: Mapping[str, type[Recogniser[Any]]] | None = None,
    ) -> None:
        self._settings = settings
        self._observe = observe
        self._pool = Pool(settings.threads)
        self._patience = settings.patience.total_seconds()
        found = registry() if engines is None else engines
        self._guards = {
            language: Guard(language, found[each.engine](language, each, self._pool), observe)
            for language, each in settings.recognisers.items()
        }
        self._ears: dict[asyncio.Task[None], Listening] = {}

    async def start(self) -> Sequence[str]:
        """Load what is large, off the loop. What cannot be loaded is returned, and understands
        nothing: calls go on with keys."""
        if self._guards and not detector_problem():
            await self._pool.run(detector)  # imported here, not with the first question
        await asyncio.gather(*(guard.start() for guard in self._guards.values()))
        return [
            f"speech in '{language}': {problem}"
            for language in self._guards
            if (problem := self.problem(language))
        ]

    async def close(self) -> None:
        """Stop listening, and give all back."""
        tasks = tuple(self._ears)
        for listening in tuple(self._ears.values()):
            listening.close()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSING)
            if late:
                LOG.warning("%d questions were not given back in time", len(late))
        for guard in self._guards.values():
            await guard.recogniser.close()
        self._pool.close()

    @property
    def guards(self) -> Collection[Guard]:
        """The recognisers of all languages."""
        return self._guards.values()

    @property
    def listening(self) -> int:
        """How many questions listen. One that is over and still gives back what it took is none:
        the next question of the same call takes its place."""
        return sum(not each.is_over for each in self._ears.values())

    @property
    def stuck(self) -> int:
        """How many threads hang in a recogniser."""
        return self._pool.stuck

    # ---- the port ------------------------------------------------------------------------------

    def problem(self, language: str) -> str:
        """Why nothing is understood in this language here; see the port."""
        guard = self._guard(language)
        if guard is None:
            return _nobody_understands(language)
        return detector_problem() or guard.problem

    def unknown_words(self, grammar: Grammar) -> Collection[str]:
        """The words that can never be heard; see the port. Loads the model where :meth:`start` did
        not. Empty where nothing is understood at all, which :meth:`problem` tells."""
        guard = self._guard(grammar.language)
        if guard is None or guard.problem:
            return frozenset()
        try:
            return guard.recogniser.unknown_words(grammar.vocabulary)
        except RecognitionError:
            return frozenset()

    def listen(self, channel: Channel, ear: str, hearing: Hearing, deliver: DeliverSpeech) -> Ear:
        """Listen to the caller from now on; see the port."""
        language = hearing.grammar.language
        guard = self._guard(language)
        reason = self._refusal(channel, language, guard)
        if guard is None or reason:
            LOG.debug("%s: not listened to: %s", ear, reason)  # the figures and the trace tell it
            self._observe(guard.language if guard else language, Outcome.REFUSED, 0.0)
            return Refused(ear, reason, deliver)
        listening = Listening(channel, ear, hearing, deliver, guard, self._patience)
        self._ears[listening.task] = listening
        listening.task.add_done_callback(self._ended)
        return listening

    # ---- inside --------------------------------------------------------------------------------

    def _refusal(self, channel: Channel, language: str, guard: Guard | None) -> str:
        """Why a question may not listen; empty if it may, and then it has entered."""
        if guard is None:
            return _nobody_understands(language)
        if Capability.LISTEN not in channel.capabilities:
            return "callers cannot be listened to here"
        problem = detector_problem()
        if problem:
            return problem
        most = self._settings.at_once
        if len(self._ears) >= most and self.listening >= most:
            return f"{most} questions listen already (speech: at_once)"
        return guard.enter()

    def _guard(self, language: str) -> Guard | None:
        tag = nearest_tag(language, self._guards)
        return None if tag is None else self._guards[tag]

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._ears[task]
        if not task.cancelled() and task.exception() is not None:
            LOG.error("%s failed", task.get_name(), exc_info=task.exception())


def _nobody_understands(language: str) -> str:
    return (
        f"no recogniser understands '{language}' here "
        f"(name one under speech: recognisers: {language}: in ivrkit.yaml)"
    )
