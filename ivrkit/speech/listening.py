"""One question that listens: audio in, events out."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable
from time import monotonic
from typing import Final, TypeVar

from ivrkit.call.channel import Channel
from ivrkit.call.hearing import (
    DeliverSpeech,
    Hearing,
    HearingFailed,
    Hypothesis,
    SpeechBegan,
    SpeechEvent,
    SpeechHeard,
)
from ivrkit.errors import CarrierError, ChannelGone, RecognitionError
from ivrkit.speech.endpointing import Began, Ended, Endpointer, Piece
from ivrkit.speech.guard import Guard, Outcome
from ivrkit.speech.readings import calibrated, legible
from ivrkit.speech.recogniser import Busy, NothingToHear

LOG = logging.getLogger(__name__)
T = TypeVar("T")

AT_ONCE: Final = 0.1
"""Seconds of speech that the recogniser is given at once: each way to a thread and back costs."""
MOST_WAITING: Final = 10.0
"""Seconds of speech that may wait for the recogniser; when there are more, it does not keep up."""
UNTAP_SECONDS: Final = 5.0
"""How long the carrier may take to give its part back."""


class Listening:
    """An ear (see :class:`~ivrkit.call.hearing.Ear`). It listens as a task of its own from the
    moment it is made; ``task`` ends when all is given back."""

    def __init__(
        self,
        channel: Channel,
        ear: str,
        hearing: Hearing,
        deliver: DeliverSpeech,
        guard: Guard,
        patience: float,
    ) -> None:
        self._channel = channel
        self._ear = ear
        self._hearing = hearing
        self._deliver = deliver
        self._guard = guard
        self._patience = patience
        self._rate = guard.recogniser.rate
        self._endpointer = Endpointer(self._rate, hearing.end_silence, hearing.longest)
        self._pieces: deque[Piece] = deque()
        self._waiting = 0
        self._something = asyncio.Event()
        self._trouble: Exception | None = None
        self._ended_at = 0.0
        self._over = False
        self.task = asyncio.create_task(self._run(), name=f"listen {ear}")
        # Behind the task, not in it: one that is cancelled at once never runs.
        self.task.add_done_callback(lambda _: guard.left())

    @property
    def is_over(self) -> bool:
        """Whether it listens no more."""
        return self._over

    def close(self) -> None:
        """Stop, at once."""
        if not self._over:
            self._over = True
            self.task.cancel()

    # ---- the audio, in the loop ----------------------------------------------------------------

    def _take(self, pcm: bytes) -> None:
        if self._over or self._trouble is not None:
            return
        try:
            if not pcm:
                raise CarrierError("it has broken off")
            for piece in self._endpointer.feed(pcm):
                self._put(piece)
        except Exception as error:  # a channel is no place for them
            self._trouble = error
            self._something.set()

    def _put(self, piece: Piece) -> None:
        self._pieces.append(piece)
        if isinstance(piece, Ended):
            self._ended_at = monotonic()
            self._something.set()
            return
        self._waiting += len(piece.pcm)
        if self._waiting > MOST_WAITING * 2 * self._rate:
            self._trouble = RecognitionError("the recogniser does not keep up with the caller")
        if isinstance(piece, Began) or self._waiting >= AT_ONCE * 2 * self._rate:
            self._something.set()

    # ---- the task ------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._channel.tap(self._ear, self._take, self._rate)
            while True:
                await self._understand()
        except ChannelGone:
            LOG.debug("%s: the caller has hung up", self._ear)
        except CarrierError as error:
            self._fail(f"the audio of the call cannot be had: {error}")
        except (NothingToHear, Busy) as error:
            self._guard.told(Outcome.REFUSED)
            self._fail(str(error), logging.DEBUG)  # the figures and the trace tell it
        except RecognitionError as error:
            self._guard.told(Outcome.FAILED)
            self._fail(str(error))
        except Exception as error:  # of the recogniser, whatever it is: the call goes on with keys
            # Never its text: it may hold what was said.
            last = traceback.extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            LOG.error("%s: a %s at %s:%s", self._ear, kind, last.filename, last.lineno)
            self._guard.told(Outcome.FAILED)
            self._fail("the recogniser failed; the log of the engine says how")
        finally:
            self._over = True
            await self._give_back()

    async def _understand(self) -> None:
        """Wait for the caller to speak, and tell what is said."""
        pcm, ended = await self._more()
        self._tell(SpeechBegan(self._ear))
        utterance = self._guard.recogniser.utterance(
            self._hearing.grammar, self._hearing.alternatives
        )
        so_far = ""
        try:
            while True:
                text = legible(await self._within(utterance.feed(pcm)))
                if text and text != so_far:
                    so_far = text
                    self._tell(SpeechHeard(self._ear, (Hypothesis(text, 0.0),)))
                if ended:
                    break
                pcm, ended = await self._more()
            ended_at = self._ended_at
            even = self._guard.recogniser.settings.even
            found = calibrated(await self._within(utterance.finish()), even)
        finally:
            utterance.close()
        seconds = monotonic() - ended_at
        self._guard.told(Outcome.UNDERSTOOD if found else Outcome.NOTHING, seconds)
        self._tell(SpeechHeard(self._ear, found, final=True))

    async def _more(self) -> tuple[bytes, bool]:
        """What is said meanwhile, as far as the end of this utterance; whether it is over."""
        await self._something.wait()
        self._something.clear()
        if self._trouble is not None:
            raise self._trouble
        said = bytearray()
        while self._pieces:
            piece = self._pieces.popleft()
            if isinstance(piece, Ended):
                if self._pieces:
                    self._something.set()
                return bytes(said), True
            said += piece.pcm
            self._waiting -= len(piece.pcm)
        return bytes(said), False

    async def _within(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await work
        except TimeoutError:
            raise RecognitionError(
                f"the recogniser gave nothing within {self._patience:g} s"
            ) from None

    def _tell(self, event: SpeechEvent) -> None:
        if not self._over:
            self._deliver(event)

    def _fail(self, reason: str, level: int = logging.WARNING) -> None:
        LOG.log(level, "%s: nothing is understood any more: %s", self._ear, reason)
        self._tell(HearingFailed(self._ear, reason))

    async def _give_back(self) -> None:
        """To the carrier, what listening took of it."""
        try:
            async with asyncio.timeout(UNTAP_SECONDS):
                await self._channel.untap(self._ear)
        except TimeoutError:
            LOG.warning("%s: the carrier did not stop listening in time", self._ear)
        except CarrierError as error:
            LOG.warning("%s: %s", self._ear, error)


class Refused:
    """An ear that hears nothing: the reason is delivered, by itself, behind the start."""

    def __init__(self, ear: str, reason: str, deliver: DeliverSpeech) -> None:
        loop = asyncio.get_running_loop()
        self._handle = loop.call_soon(deliver, HearingFailed(ear, reason))

    def close(self) -> None:
        """The reason is of no interest any more."""
        self._handle.cancel()
