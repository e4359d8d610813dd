"""A recogniser for simulated callers: it understands what they are made to say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ivrkit.call.channel import Channel
from ivrkit.call.clock import Clock
from ivrkit.call.hearing import DeliverSpeech, Ear, Grammar, Hearing
from ivrkit.channels.simulator.channel import SimulatedChannel
from ivrkit.channels.simulator.ear import SimulatedEar


class SimulatedRecognition:
    """The port :class:`~ivrkit.call.hearing.Recognition` of simulated calls. ``channel`` finds one
    by its id. ``problems`` are the languages in which nothing is understood, with the reason."""

    def __init__(
        self,
        clock: Clock,
        channel: Callable[[str], SimulatedChannel],
        problems: Mapping[str, str] | None = None,
    ) -> None:
        self._clock = clock
        self._channel = channel
        self.problems = dict(problems or {})

    def problem(self, language: str) -> str:
        """Why nothing is understood in this language."""
        return self.problems.get(language, "")

    def unknown_words(self, grammar: Grammar) -> Collection[str]:
        """What is said is given as words: all are known."""
        return ()

    def listen(self, channel: Channel, ear: str, hearing: Hearing, deliver: DeliverSpeech) -> Ear:
        """Listen to a simulated caller from now on."""
        listening = SimulatedEar(ear, hearing, self._clock, deliver)
        self._channel(channel.id).listen(listening)
        return listening
