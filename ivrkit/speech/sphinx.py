"""``python -m ivrkit.speech.sphinx``: a worker that understands one caller at a time."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ivrkit.workers.frames import Reply, Setup
from ivrkit.workers.serving import Answer, serve

RATE: Final = 16000
"""Samples a second that PocketSphinx's models want."""
GRAMMAR, ANYTHING = "grammar", "anything"
MOST_LOOKED_AT: Final = 50
"""Readings that are looked at for different ones: most of them differ in pauses alone."""


class SphinxSetup(Setup, kw_only=True):
    """The files of a model."""

    acoustic: str
    dictionary: str
    language_model: str


class SphinxQuestion(msgspec.Struct, omit_defaults=True):
    """What the worker is to do: ``begin`` with a grammar (empty: anything), ``feed`` it audio,
    ``finish``, or ``drop`` what was begun, if it was."""

    do: str
    grammar: str = ""
    pcm: bytes = b""
    alternatives: int = 1


class Decoding:
    """The decoder, and the utterance that it is told."""

    def __init__(self, setup: SphinxSetup) -> None:
        from pocketsphinx import Decoder

        self._setup = setup
        self._decoder: Any = Decoder(
            hmm=setup.acoustic, dict=setup.dictionary, lm=None, samprate=RATE, loglevel="FATAL"
        )
        self._grammar: str | None = None
        self._alternatives = 1
        self._listens = False

    def answer(self, question: SphinxQuestion) -> Any:
        """What comes of a question: the text so far, or the readings with their scores."""
        if question.do == "begin":
            return self._begin(question)
        if question.do == "feed":
            self._decoder.process_raw(question.pcm, False, False)
            return self._text()
        return self._end(question.do == "finish")

    def _begin(self, question: SphinxQuestion) -> None:
        self._end(False)
        if question.grammar != self._grammar:
            self._search(question.grammar)
            self._grammar = question.grammar
        self._alternatives = question.alternatives
        self._decoder.start_utt()
        self._listens = True

    def _search(self, grammar: str) -> None:
        if grammar:
            self._decoder.add_jsgf_string(GRAMMAR, grammar)
            self._decoder.activate_search(GRAMMAR)
        else:
            self._decoder.add_lm_file(ANYTHING, self._setup.language_model)
            self._decoder.activate_search(ANYTHING)

    def _text(self) -> str:
        found = self._decoder.hyp()
        return found.hypstr if found is not None else ""

    def _end(self, wanted: bool) -> list[tuple[str, float]]:
        if not self._listens:
            return []
        self._listens = False
        self._decoder.end_utt()
        best = self._decoder.hyp()
        if not wanted or best is None or not best.hypstr:
            return []
        sure = _share(best.score)
        readings = {best.hypstr: sure}
        for each, _ in zip(self._decoder.nbest(), range(MOST_LOOKED_AT), strict=False):
            if len(readings) >= self._alternatives:
                break
            if each is not None and each.hypstr:
                readings.setdefault(each.hypstr, min(sure, _share(each.score)))
        return list(readings.items())


def prepare(settings: bytes) -> Answer:
    """Load the model."""
    decoding = Decoding(msgspec.msgpack.decode(settings, type=SphinxSetup))
    questions = msgspec.msgpack.Decoder(SphinxQuestion)

    def answer(question: bytes) -> Reply:
        try:
            return Reply(value=decoding.answer(questions.decode(question)))
        except Exception as error:  # of the decoder, which may be half way: another takes over
            return Reply(error=str(error) or type(error).__name__, fails=True, leaves=True)

    return answer


def _share(score: float) -> float:
    """PocketSphinx's scores of what it has heard lie between 0 and 1."""
    return min(1.0, max(0.0, score))


if __name__ == "__main__":
    serve(prepare)
