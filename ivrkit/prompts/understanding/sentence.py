"""What was said, in the form in which it is searched for values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ivrkit.call.hearing import Found
from ivrkit.expressions.values import Value
from ivrkit.input.phrases import tokens
from ivrkit.prompts.heard_words import HeardWords
from ivrkit.prompts.language import Language
from ivrkit.prompts.words import Utterance

ValueT = TypeVar("ValueT")
Ends = Iterator[tuple[int, ValueT]]
"""Where something that begins at a place ends, and what it is."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words without the spaces between them, so that it does not matter where a recogniser puts
    some ("einund zwanzig"). ``begins`` and ``ends`` tell which word (by its number among the
    ``count`` tokens of the text) begins or ends at a place."""

    run: str
    begins: Mapping[int, int]
    ends: Mapping[int, int]
    count: int


class Spelling:
    """How a language's words are compared: folded, and without those that mean nothing."""

    def __init__(self, heard: HeardWords, rules: Language) -> None:
        self._folds = str.maketrans(dict(heard.folds))
        self._rules = rules
        self._fillers = frozenset(each.translate(self._folds) for each in heard.fillers)

    def tokens(self, text: str) -> list[str]:
        """The words of a text."""
        return [token.translate(self._folds) for token in tokens(text)]

    def run(self, text: str) -> str:
        """A text as it stands in a table."""
        return "".join(each for each in self.tokens(text) if each not in self._fillers)

    def runs(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Several, without those of which nothing is left."""
        return tuple(dict.fromkeys(filter(None, map(self.run, texts))))

    def said(self, utterance: Utterance) -> str:
        """What a rule says, as it stands in a table."""
        return self.run(self._rules.speech(utterance.words))

    def sentence(self, text: str) -> Sentence:
        """A text that is searched."""
        every = self.tokens(text)
        run, begins, ends = "", {}, {}
        for number, token in enumerate(every):
            if token in self._fillers:
                continue
            begins[len(run)] = number
            run += token
            ends[len(run)] = number + 1
        return Sentence(run, begins, ends, len(every))


class Table(Generic[ValueT]):
    """Runs of letters and what they mean; those that begin at a place are found at once."""

    __slots__ = ("_lengths", "known")

    def __init__(self, known: Mapping[str, ValueT]) -> None:
        self.known = {run: value for run, value in known.items() if run}
        self._lengths = sorted({len(run) for run in self.known}, reverse=True)

    def at(self, run: str, begin: int) -> Ends[ValueT]:
        """Each that begins there, the longest first."""
        known = self.known
        for length in self._lengths:
            found = known.get(run[begin : begin + length]) if begin + length <= len(run) else None
            if found is not None:
                yield begin + length, found


def forms_at(forms: Sequence[str], run: str, begin: int) -> Iterator[int]:
    """Where each of these forms ends that begins there."""
    for form in forms:
        if run.startswith(form, begin):
            yield begin + len(form)


def past(forms: Sequence[str], run: str, begin: int) -> int:
    """The place behind a word that may stand there."""
    return next(forms_at(forms, run, begin), begin)


def search(
    sentence: Sentence, at: Callable[[str, int], Iterable[tuple[int, tuple[Value, bool]]]]
) -> list[Found]:
    """All values of a sentence, from left to right: at each word the longest one that begins there
    and ends with a word. ``at`` gives the ends, and for each the value and whether it is bare."""
    found: list[Found] = []
    behind = 0
    for begin, number in sentence.begins.items():
        if begin < behind:
            continue
        ends = [each for each in at(sentence.run, begin) if each[0] in sentence.ends]
        if ends:
            # max() keeps the first of equals: what a reader thinks of first.
            behind, (value, bare) = max(ends, key=lambda each: each[0])
            found.append(Found(value, number, sentence.ends[behind], bare))
    return found
