"""PocketSphinx: small grammars, with the English model that it brings along. It works under
Python's lock, so it runs in worker processes: one that crashes or hangs costs one recognition."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from pydantic import Field

from ivrkit.call.hearing import Grammar, Hypothesis
from ivrkit.call.locale import is_same_language
from ivrkit.errors import RecognitionError, WorkerError
from ivrkit.speech import jsgf
from ivrkit.speech.pool import Pool
from ivrkit.speech.recogniser import Busy, NothingToHear, Recogniser, RecogniserSettings, Utterance
from ivrkit.speech.sphinx import RATE, SphinxQuestion, SphinxSetup
from ivrkit.workers.pool import Workers
from ivrkit.workers.process import Program, Worker

OWN_LANGUAGE: Final = "en"
ANSWER_SECONDS: Final = 4.0
"""What a worker may take for a tenth of a second of audio; then it hangs."""
TURN_SECONDS: Final = 3.0
"""How long what is said waits for a worker that is free."""


class PocketSphinxSettings(RecogniserSettings):
    """PocketSphinx's own American English, or another model: ``acoustic`` is its folder,
    ``dictionary`` its file of words, ``language_model`` what it needs for questions that take
    anything. ``processes`` is how many callers can speak at the same time. ``rate`` is 8000, or
    16000 for wideband codecs; ``even`` is the confidence of a reading that is as often right as
    wrong: flows see it as 0.5."""

    acoustic: Path | None = None
    dictionary: Path | None = None
    language_model: Path | None = None
    processes: int = Field(default=2, ge=1, le=64)
    even: float = Field(default=0.6, gt=0, lt=1)

    def placed(self, folder: Path) -> Self:
        names = ("acoustic", "dictionary", "language_model")
        paths = {name: path for name in names if (path := getattr(self, name)) is not None}
        return self.model_copy(update={name: folder / path for name, path in paths.items()})


class PocketSphinx(Recogniser[PocketSphinxSettings]):
    """The recogniser ``pocketsphinx``."""

    name = "pocketsphinx"
    settings_model = PocketSphinxSettings

    def __init__(self, language: str, settings: PocketSphinxSettings, pool: Pool) -> None:
        super().__init__(language, settings, pool)
        self._workers: Workers | None = None
        self._broken = ""
        self._talks: set[asyncio.Task[None]] = set()

    def problem(self) -> str:
        if self._broken:
            return self._broken
        if find_spec("pocketsphinx") is None:
            return (
                "the Python package pocketsphinx is not installed "
                "(pip install 'ivrkit[pocketsphinx]')"
            )
        settings = self.settings
        if settings.acoustic is None and not is_same_language(self.language, OWN_LANGUAGE):
            return (
                f"PocketSphinx brings no model for '{self.language}' "
                "(name the acoustic model, the dictionary and the language_model of one)"
            )
        if (settings.acoustic is None) != (settings.dictionary is None):
            return "acoustic and dictionary of PocketSphinx belong together (name both)"
        for path in (settings.acoustic, settings.dictionary, settings.language_model):
            if path is not None and not path.exists():
                return f"PocketSphinx's model is not complete: there is no {path} (see the path)"
        return ""

    def unknown_words(self, words: Collection[str]) -> frozenset[str]:
        known = _words(self._paths.dictionary)
        return frozenset(
            word for word in words if not jsgf.is_plain(word) or word.lower() not in known
        )

    async def start(self) -> None:
        self._broken = self._broken or self.problem()
        if self._broken:
            raise RecognitionError(self._broken)
        await self.pool.run(lambda: _words(self._paths.dictionary))
        workers = Workers(self._program(), self.settings.processes)
        try:
            await workers.look()
        except WorkerError as error:
            self._broken = f"PocketSphinx cannot be started: {error}"
            raise RecognitionError(self._broken) from None
        workers.start()
        self._workers = workers

    def utterance(self, grammar: Grammar, alternatives: int) -> Utterance:
        if self._workers is None:
            raise RecognitionError(self._broken or "PocketSphinx is not started yet")
        begin = SphinxQuestion("begin", grammar=self._grammar(grammar), alternatives=alternatives)
        made = SphinxUtterance(self._workers, begin, self.rate)
        self._talks.add(made.talk)
        made.talk.add_done_callback(self._talks.discard)
        return made

    async def close(self) -> None:
        for talk in tuple(self._talks):
            talk.cancel()
        if self._workers is not None:
            await self._workers.close()
            self._workers = None

    # ---- inside --------------------------------------------------------------------------------

    @property
    def _paths(self) -> SphinxSetup:
        settings = self.settings
        own = _own_model()
        return SphinxSetup(
            acoustic=str(settings.acoustic or own / "en-us"),
            dictionary=str(settings.dictionary or own / "cmudict-en-us.dict"),
            language_model=str(settings.language_model or own / "en-us.lm.bin"),
        )

    def _program(self) -> Program:
        return Program("ivrkit.speech.sphinx", self._paths, Path("/"))

    def _grammar(self, grammar: Grammar) -> str:
        """In JSGF; empty for anything."""
        if grammar.free:
            return ""
        unknown = self.unknown_words(grammar.vocabulary)
        phrases = [text for text in grammar.phrases if not unknown & set(text.split())]
        words = [text for text in grammar.words if not unknown & set(text.split())]
        if not phrases and not words:
            raise NothingToHear(
                "the dictionary has none of the words that are awaited",
                hint="see them with: ivrkit check --config ivrkit.yaml",
            )
        return jsgf.written(phrases, words)


class SphinxUtterance(Utterance):
    """One utterance, told to one worker from its beginning to its end. ``talk`` holds the worker
    until it can be asked something else."""

    def __init__(self, workers: Workers, begin: SphinxQuestion, rate: int) -> None:
        self._workers = workers
        self._repeats = RATE // rate
        self._worker: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._asking: asyncio.Task[Any] | None = None
        self._over = asyncio.Event()
        self.talk = asyncio.create_task(self._talk(begin), name="talk with PocketSphinx")

    async def feed(self, pcm: bytes) -> str:
        # Each sample twice: 16 kHz as the model wants it, and better understood than a clean
        # resampling, which has nothing above 4 kHz.
        wide = np.repeat(np.frombuffer(pcm, "<i2"), self._repeats).tobytes()
        return str(await self._ask(SphinxQuestion("feed", pcm=wide)))

    async def finish(self) -> Sequence[Hypothesis]:
        found = await self._ask(SphinxQuestion("finish"))
        return [Hypothesis(text, round(score, 4)) for text, score in found]

    def close(self) -> None:
        self._over.set()

    async def _ask(self, question: SphinxQuestion) -> Any:
        try:
            async with asyncio.timeout(TURN_SECONDS):
                worker = await asyncio.shield(self._worker)
        except TimeoutError:
            raise Busy(
                "no process of PocketSphinx was free in time",
                hint="raise processes: of the recogniser in ivrkit.yaml",
            ) from None
        # Who gives up waiting for an answer does not leave it in the pipe for the next question.
        self._asking = asyncio.create_task(_answered(worker, question))
        return await asyncio.shield(self._asking)

    async def _talk(self, begin: SphinxQuestion) -> None:
        try:
            async with self._workers.one() as worker:
                if self._over.is_set():
                    return
                await _answered(worker, begin)
                self._worker.set_result(worker)
                await self._over.wait()
                if self._asking is not None:
                    await self._asking
                await _answered(worker, SphinxQuestion("drop"))
        except (WorkerError, RecognitionError) as error:
            # The worker has been killed, and nobody else gets it.
            if not self._worker.done():
                self._worker.set_exception(RecognitionError(str(error)))
                self._worker.exception()  # told to who asks, if anybody does
        finally:
            self._worker.cancel()


async def _answered(worker: Worker, question: SphinxQuestion) -> Any:
    """What a worker answers. Raises RecognitionError when it does not."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reply = await worker.ask(question)
    except TimeoutError:
        raise RecognitionError("PocketSphinx hangs") from None
    except WorkerError as error:
        raise RecognitionError(f"PocketSphinx failed: {error}") from None
    if reply.error:
        raise RecognitionError(f"PocketSphinx failed: {reply.error}")
    return reply.value


def _own_model() -> Path:
    """Where the package has its model."""
    found = find_spec("pocketsphinx")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "model" / "en-us"


@lru_cache(maxsize=4)
def _words(dictionary: str) -> frozenset[str]:
    """The words of a dictionary, which has a word and its sounds in each line. Read off the loop:
    it takes a tenth of a second."""
    try:
        lines = Path(dictionary).read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise RecognitionError(
            f"the dictionary {dictionary} cannot be read: {error.strerror or error}"
        ) from None
    return frozenset(line.split(maxsplit=1)[0] for line in lines if line.strip())
