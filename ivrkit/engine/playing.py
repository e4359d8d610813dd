"""Saying a prompt: from its parts to a playback that has ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import Protocol

from ivrkit.call.channel import Channel, PlaybackEnded
from ivrkit.call.clock import Clock
from ivrkit.call.events import Said, Saying, TraceEvent
from ivrkit.call.prompt import Played, Prompt, Prompts, Rendered, stand_in
from ivrkit.call.writing import beside
from ivrkit.engine.mailbox import Mailbox
from ivrkit.engine.session import LiveSession

UNSAVED = 3
"""Playbacks in one step behind which it is saved again: fewer than
:data:`ivrkit.engine.recovery.STILL_PLAYING`, which has to find the last one."""


class Speaker:
    """Says prompts over one call's channel.

    A playback is named before it is sent, so that an engine that remembers nothing of it could
    still stop it; its end is awaited in the mailbox.
    """

    __slots__ = (
        "_channel",
        "_clock",
        "_counted",
        "_entered",
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
        self._entered, self._counted = 0, 0

    async def say(
        self,
        prompts: Sequence[Prompt],
        *,
        barge_in: bool = True,
        stopped: Callable[[], bool] | None = None,
    ) -> Played:
        """Say prompts one behind the other in one playback, to the end or until a key stops it, or
        something else does (``stopped``, which is asked whenever anything has happened).

        Each is rendered by itself, so that those that are the same in every call are ready
        whatever stands beside them. Raises PromptError when one cannot be spoken,
        ExpressionError when a part has no value.
        """
        self._mailbox.check()
        language = self._session.language
        if barge_in and len(self._mailbox.buffer):
            return self._skipped(language)
        rendered = await self._render(prompts, language)
        try:
            self._mailbox.check()
            if self._stops(barge_in, stopped):  # the caller was quicker than the voice
                return self._skipped(language)
            whole = rendered[0] if len(rendered) == 1 else as_one(rendered)
            if not whole.media:
                return Played("finished", 0.0, whole.text)
            return await self._play(whole, whole.language or language, barge_in, stopped)
        finally:
            for one in rendered:
                one.release()

    def _skipped(self, language: str) -> Played:
        self._trace(Said(text="", end="skipped", language=language))
        return Played("skipped")

    async def _render(self, prompts: Sequence[Prompt], language: str) -> list[Rendered]:
        rendered, locale = [], self._session.locale
        for prompt in prompts:
            pieces = prompt.evaluate(self._session, locale)
            if pieces:
                one = self._prompts.ready(pieces, language)
                if one is None:
                    work = self._prompts.render(pieces, language)
                    one = await self._clock.outside(work)
                other = stand_in(pieces, one, language)
                rendered.append(replace(one, fallback=other) if other else one)
        return rendered

    async def _play(
        self,
        whole: Rendered,
        language: str,
        barge_in: bool,
        stopped: Callable[[], bool] | None,
    ) -> Played:
        playback = self._name()
        text, fallback = whole.text, whole.fallback
        self._trace(
            Saying(
                text=text,
                language=language,
                fallback=fallback,
                barge_in=barge_in,
                seconds=whole.seconds,
            )
        )
        started = self._clock.time()
        end, unplayed = "failed", False
        try:
            await self._channel.play(playback, whole.media)
            end = "interrupted"
            self._note()
            ended = await self._until_end(playback, barge_in, stopped)
            if ended is None:
                end = "barge_in"
            else:
                end = "finished" if ended.ok else "failed"
                # Of one whose end was not told (``gap``, ``watchdog``), it is not known why.
                unplayed = ended.by == "failed"
        finally:
            if end in ("barge_in", "interrupted") and self._mailbox.hung_up is None:
                await self._channel.stop(playback)
            seconds = round(self._clock.time() - started, 3)
            self._trace(
                Said(
                    text=text,
                    end=end,
                    language=language,
                    fallback=fallback,
                    seconds=seconds,
                    media=whole.names,
                    unplayed=unplayed,
                )
            )
        return Played(end, seconds, text)

    def _note(self) -> None:
        """Save the call now and then. It was saved when its step was entered, and playbacks are
        counted: an engine that takes it up finds the next few of them without being told."""
        state = self._session.state
        if state.entered != self._entered:
            self._entered, self._counted = state.entered, state.operations - 1
        if state.operations - self._counted >= UNSAVED:
            self._counted = state.operations
            self._save()

    def _stops(self, barge_in: bool, stopped: Callable[[], bool] | None) -> bool:
        """Whether the caller wants to hear no more."""
        if barge_in and len(self._mailbox.buffer):
            return True
        return stopped is not None and stopped()

    async def _until_end(
        self, playback: str, barge_in: bool, stopped: Callable[[], bool] | None
    ) -> PlaybackEnded | None:
        """Its end; None when the caller wants to hear no more of it."""
        mailbox = self._mailbox
        while True:
            while (event := mailbox.take((PlaybackEnded,))) is not None:
                if isinstance(event, PlaybackEnded) and event.playback == playback:
                    mailbox.check()
                    return event
            mailbox.check()
            if self._stops(barge_in, stopped):
                return None
            await mailbox.wait(None)


def as_one(prompts: Sequence[Rendered]) -> Rendered:
    """Prompts that are played one behind the other; who releases them is another matter."""
    return Rendered(
        tuple(each for one in prompts for each in one.media),
        reduce(beside, (one.text for one in prompts), ""),
        next((one.language for one in prompts if one.language), ""),
        next((one.fallback for one in prompts if one.fallback), ""),
    )


class Names(Protocol):
    """Derives the next id for an operation of this call."""

    def __call__(self) -> str: ...


class Traces(Protocol):
    """Takes trace events."""

    def __call__(self, event: TraceEvent, /) -> None: ...
