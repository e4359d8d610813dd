"""Vosk: streaming recognition on this machine, with grammars made at run time. One model serves all
calls of a language; libvosk works without Python's lock."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from ivrkit.call.hearing import Grammar, Hypothesis
from ivrkit.errors import RecognitionError
from ivrkit.input.phrases import is_unspaced
from ivrkit.speech.pool import Pool
from ivrkit.speech.readings import Reading, joined, normalised
from ivrkit.speech.recogniser import NothingToHear, Recogniser, RecogniserSettings, Utterance

if TYPE_CHECKING:
    from vosk import KaldiRecognizer, Model

WHERE: Final = "https://alphacephei.com/vosk/models"
UNKNOWN: Final = "[unk]"
"""The word for all that a grammar does not have, in models that have one."""
ONLY_ERRORS: Final = -2
"""Of what Kaldi, which is inside, writes to the standard error output: libvosk 0.3.45 takes no
other place for it, and -1 leaves a warning for each utterance."""
LEAST_ALTERNATIVES: Final = 5
"""Readings that Vosk is asked for at least: how sure it is shows in how the others compare."""
_LOADING = threading.Lock()
"""Models are loaded one after the other: each may take all the memory and all the disk for it."""


class VoskSettings(RecogniserSettings):
    """``model`` is the folder of a model that was downloaded and unpacked. ``rate`` is how many
    samples a second it is given, whatever it was trained with: 8000, or 16000 for wideband codecs.
    ``even`` is the confidence of a reading that is as often right as wrong: flows see it as 0.5."""

    model: Path

    def placed(self, folder: Path) -> Self:
        return self.model_copy(update={"model": folder / self.model})


class Vosk(Recogniser[VoskSettings]):
    """The recogniser ``vosk``."""

    name = "vosk"
    tried_first = True
    settings_model = VoskSettings

    def __init__(self, language: str, settings: VoskSettings, pool: Pool) -> None:
        super().__init__(language, settings, pool)
        self._model: Model | None = None
        self._broken = ""

    def problem(self) -> str:
        if self._model is not None or self._broken:
            return self._broken
        if find_spec("vosk") is None:
            return "the Python package vosk is not installed (pip install 'ivrkit[vosk]')"
        return folder_problem(self.settings.model)

    def advice(self) -> str:
        if takes_grammars(self.settings.model):
            return ""
        return (
            "the model cannot be told what a question awaits: take one with a dynamic graph "
            "(graph/HCLr.fst, as the small ones have)"
        )

    def unknown_words(self, words: Collection[str]) -> frozenset[str]:
        listed = _vocabulary(self.settings.model) if self._model is None else None
        if listed is not None:
            return _unknown(words, lambda word: _lists(listed, word))
        find = self._loaded().vosk_model_find_word
        return _unknown(words, lambda word: find(word) >= 0)

    async def start(self) -> None:
        await self.pool.run(self._loaded)

    def utterance(self, grammar: Grammar, alternatives: int) -> Utterance:
        return VoskUtterance(self, self._grammar(grammar), alternatives)

    def recognizer(self, grammar: str) -> KaldiRecognizer:
        """What decodes one utterance: the model is the large part, and shared."""
        from vosk import KaldiRecognizer

        model = self._loaded()
        arguments = (grammar,) if grammar else ()
        return KaldiRecognizer(model, self.rate, *arguments)

    async def close(self) -> None:
        self._model = None

    # ---- inside --------------------------------------------------------------------------------

    def _grammar(self, grammar: Grammar) -> str:
        """As Vosk has it: a list of texts that may follow one another; empty: anything."""
        if self._model is None:
            raise RecognitionError(self._broken or "the model is not loaded yet")
        if grammar.free:
            return ""
        find = self._model.vosk_model_find_word

        def knows(word: str) -> bool:
            return bool(find(word) >= 0)

        every = (*grammar.phrases, *grammar.words)
        texts = dict.fromkeys(fitted(spelled(text), knows) for text in every)
        known = [text for text in texts if all(map(knows, text.split()))]
        if not known:
            raise NothingToHear(
                "the model knows none of the words that are awaited",
                hint="see them with: ivrkit check --config ivrkit.yaml",
            )
        if find(UNKNOWN) >= 0:
            known.append(UNKNOWN)
        return json.dumps(known, ensure_ascii=False)

    def _loaded(self) -> Model:
        """The model. Loads it, which takes long, where that is still to be done."""
        with _LOADING:
            if self._model is None:
                self._broken = self._broken or self.problem()
                if self._broken:
                    raise RecognitionError(self._broken)
                self._load()
            assert self._model is not None
            return self._model

    def _load(self) -> None:
        from vosk import Model, SetLogLevel

        SetLogLevel(ONLY_ERRORS)
        try:
            # Never by a language or a name: for those it would go to the network.
            self._model = Model(str(self.settings.model))
        except Exception:  # Vosk raises nothing more exact
            self._broken = (
                f"the Vosk model {self.settings.model} cannot be loaded "
                f"(download it again from {WHERE}, and unpack it)"
            )
            raise RecognitionError(self._broken) from None


class VoskUtterance(Utterance):
    """One utterance. Vosk ends parts of it by itself, which belong together all the same."""

    def __init__(self, vosk: Vosk, grammar: str, alternatives: int) -> None:
        self._vosk = vosk
        self._grammar = grammar
        self._alternatives = alternatives
        self._recognizer: KaldiRecognizer | None = None
        self._parts: list[list[Reading]] = []
        self._bytes = 0

    async def feed(self, pcm: bytes) -> str:
        return await self._vosk.pool.run(lambda: self._fed(pcm))

    async def finish(self) -> Sequence[Hypothesis]:
        return await self._vosk.pool.run(self._finished)

    def _fed(self, pcm: bytes) -> str:
        if self._recognizer is None:
            self._recognizer = self._vosk.recognizer(self._grammar)
            self._recognizer.SetMaxAlternatives(max(self._alternatives, LEAST_ALTERNATIVES))
        self._bytes += len(pcm)
        if self._recognizer.AcceptWaveform(pcm):
            self._end_part(self._recognizer.Result())
            so_far = ""
        else:
            so_far = json.loads(self._recognizer.PartialResult()).get("partial", "")
        heard = (*(part[0].text for part in self._parts), so_far)
        return " ".join(_known_words(" ".join(heard)))

    def _finished(self) -> Sequence[Hypothesis]:
        if self._recognizer is None:
            return ()
        self._end_part(self._recognizer.FinalResult())
        self._recognizer = None
        return normalised(joined(self._parts), _known_words)[: self._alternatives]

    def _end_part(self, result: str) -> None:
        seconds, self._bytes = self._bytes / 2 / self._vosk.rate, 0
        found: list[dict[str, Any]] = json.loads(result).get("alternatives", [])
        readings = [Reading(each["text"], each["confidence"], seconds) for each in found]
        if readings and readings[0].text:
            self._parts.append(readings)


def spelled(text: str) -> str:
    """A text as models write it: in small letters."""
    return " ".join(text.lower().split())


def fitted(text: str, knows: Callable[[str], bool]) -> str:
    """A text in the words of a model: Chinese and Japanese are written without spaces, and models
    have them in words. What a model does not know as it stands is taken apart into the longest
    words that it knows, from the left (maximum matching); what cannot be stays as it is."""
    return " ".join(_apart(word, knows) for word in text.split())


def _apart(word: str, knows: Callable[[str], bool]) -> str:
    if knows(word) or not is_unspaced(word):
        return word
    parts, begin = [], 0
    while begin < len(word):
        ends = range(len(word), begin, -1)
        end = next((each for each in ends if knows(word[begin:each])), None)
        if end is None:
            return word
        parts.append(word[begin:end])
        begin = end
    return " ".join(parts)


def _unknown(words: Collection[str], knows: Callable[[str], bool]) -> frozenset[str]:
    """Those that a model cannot hear."""
    return frozenset(
        word
        for word in words
        if not word.strip() or not all(map(knows, fitted(spelled(word), knows).split()))
    )


def folder_problem(folder: Path) -> str:
    """Why a folder is no model; empty if it looks like one. Vosk itself ends the whole process over
    some files that are missing."""
    if not folder.is_dir():
        return (
            f"there is no folder {folder} (download a model from {WHERE}, unpack it, and name "
            "its folder under speech: recognisers: model: in ivrkit.yaml)"
        )
    if not _has(folder, "final.mdl", "am"):
        below = next((each.parent.parent for each in folder.glob("*/am/final.mdl")), None)
        remedy = f"did you mean {below}?" if below else f"a model from {WHERE} has one"
        return f"{folder} is no Vosk model: it has no am/final.mdl ({remedy})"
    if _has(folder, "HCLG.fst", "graph") or takes_grammars(folder):
        return ""
    return (
        f"the Vosk model {folder} is not complete: graph/ has neither HCLG.fst nor HCLr.fst with "
        f"Gr.fst (download it again from {WHERE}, and unpack it)"
    )


def takes_grammars(folder: Path) -> bool:
    """Whether a model can be told what is awaited; else it always listens for all that it knows."""
    return all(_has(folder, name, "graph") for name in ("HCLr.fst", "Gr.fst"))


@lru_cache(maxsize=4)
def _vocabulary(folder: Path) -> bytes | None:
    """The words of a model that has them in a file, a line each with its number: so that a check
    need not load what is large. None where they are in the model itself."""
    try:
        return b"\n" + (folder / "graph" / "words.txt").read_bytes()
    except OSError:
        return None


def _lists(vocabulary: bytes, word: str) -> bool:
    return f"\n{word} ".encode() in vocabulary


def _has(folder: Path, name: str, inside: str) -> bool:
    """Whether a model has a file; the oldest ones have no folders inside."""
    return any(each.is_file() for each in (folder / inside / name, folder / name))


def _known_words(text: str) -> Iterable[str]:
    return [word for word in text.split() if word != UNKNOWN]
