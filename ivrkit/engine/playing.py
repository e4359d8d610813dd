"""Saying a prompt: from its parts to a playback that has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivrkit.call.channel import Channel, PlaybackEnded
from ivrkit.call.clock import Clock
from ivrkit.call.events import Said, Saying, TraceEvent
from ivrkit.call.prompt import Played, Prompt, Prompts, Rendered
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.session import LiveSession


class Speaker:
    """Says prompts over one call's channel.

    A playback is named before it is sent, so that an engine that remembers nothing of it could
    still stop it; its end is awaited in the mailbox.
    """

    __slots__ = (
        "_channel",
        "_clock",
        "_mailbox",
        "_name",
        "_prompts",
        "_save",
        "_session",
        "_trace",
    )

    def __init__(
        self,
        *,
        channel: Channel,
        mailbox: Mailbox,
        session: LiveSession,
        clock: Clock,
        prompts: Prompts,
        name: Names,
        trace: Traces,
        save: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._mailbox = mailbox
        self._session = session
        self._clock = clock
        self._prompts = prompts
        self._name = name
        self._trace = trace
        self._save = save

    async def say(self, prompt: Prompt, *, barge_in: bool = True) -> Played:
        """Say a prompt to its end, or until a key stops it. Raises PromptError when it cannot be
        spoken, ExpressionError when a part of it has no value."""
        mailbox = self._mailbox
        mailbox.check()
        language = self._session.language
        if barge_in and len(mailbox.buffer):
            played = Played("skipped")
            self._trace(Said(text="", end="skipped", language=language))
            return played
        pieces = prompt.evaluate(self._session)
        if not pieces:
            return Played("finished")
        rendered = await self._clock.outside(self._prompts.render(pieces, language))
        mailbox.check()
        if not rendered.media:
            return Played("finished", 0.0, rendered.text)
        return await self._play(rendered, language, barge_in)

    async def _play(self, rendered: Rendered, language: str, barge_in: bool) -> Played:
        playback = self._name()
        self._trace(Saying(text=rendered.text, language=language, barge_in=barge_in))
        started = self._clock.time()
        await self._channel.play(playback, rendered.media)
        self._save()
        end = "interrupted"
        try:
            end = await self._until_end(playback, barge_in)
        finally:
            if end in ("barge_in", "interrupted") and self._mailbox.hung_up is None:
                await self._channel.stop(playback)
            seconds = round(self._clock.time() - started, 3)
            media = tuple(each.path.name for each in rendered.media)
            self._trace(
                Said(text=rendered.text, end=end, language=language, seconds=seconds, media=media)
            )
        return Played(end, seconds, rendered.text)

    async def _until_end(self, playback: str, barge_in: bool) -> str:
        mailbox = self._mailbox
        while True:
            while (event := mailbox.take((PlaybackEnded,))) is not None:
                if isinstance(event, PlaybackEnded) and event.playback == playback:
                    mailbox.check()
                    return "finished" if event.ok else "failed"
            mailbox.check()
            if barge_in and len(mailbox.buffer):
                return "barge_in"
            await mailbox.wait(None)


class Names(Protocol):
    """Derives the next id for an operation of this call."""

    def __call__(self) -> str: ...


class Traces(Protocol):
    """Takes trace events."""

    def __call__(self, event: TraceEvent, /) -> None: ...
