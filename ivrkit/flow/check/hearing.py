"""Words that callers may say: in the languages of their calls, and such as can be heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ivrkit.call.asking import Words
from ivrkit.call.hearing import Grammar, Recognition
from ivrkit.call.locale import is_same_language
from ivrkit.call.targets import Mark
from ivrkit.flow.check.fields import entries_of
from ivrkit.flow.check.listening import choices_in, listens_for_values, typed
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.languages import languages_of, languages_written
from ivrkit.input.phrases import spoken_form

WORDS_ELSEWHERE = define(
    "words-elsewhere",
    "Words in a language that calls of this flow never get",
    "They are listened for only in calls of their language. The languages of a flow are its own, "
    "those that `language` steps can set, and those that its texts are written in.",
)
NOT_UNDERSTOOD = define(
    "not-understood",
    "Words that nothing here understands",
    "There is no recogniser for this language, or it lacks its model or its package. The keys work "
    "all the same. `doctor` tells what is missing.",
)
UNKNOWN_WORD = define(
    "unknown-word",
    "A word that the recogniser does not know",
    "It can never be heard: a recogniser knows the words of its model. Take another word that "
    "means the same, or write it as it is spoken (`twenty one` for 21).",
)


class Spoken(NamedTuple):
    """One phrase that may be said (empty: a value): its language (empty: any), where it stands,
    and the path of its step."""

    text: str
    language: str
    mark: Mark
    path: str


class SpokenWords(Check):
    """The words of the entries of every question, and of the flow's own keys."""

    name = "hearing"

    def run(self, subject: Subject) -> None:
        spoken = list(_spoken(subject))
        self._values(subject)
        if not spoken:
            return
        if not subject.part:  # what runs it may speak another language
            self._elsewhere(subject, spoken)
        recognition = subject.world.recognition
        if recognition is not None:
            self._heard(subject, spoken, recognition)

    def _elsewhere(self, subject: Subject, spoken: Sequence[Spoken]) -> None:
        known = languages_of(subject.flow.name, subject.flows)
        known += [tag for flow in subject.flows.values() for tag in languages_written(flow)]
        told: set[tuple[str, Mark]] = set()
        for each in spoken:
            there = any(is_same_language(each.language, tag) for tag in known)
            if not each.language or there or (each.language, each.mark) in told:
                continue
            told.add((each.language, each.mark))
            subject.report(
                WORDS_ELSEWHERE,
                f"no call of this flow is in '{each.language}'",
                each.mark,
                hint=f"its languages are {', '.join(known)}: set '{each.language}' with a "
                "`language` step, or leave these words out",
                path=each.path,
                severity="warning",
            )

    def _values(self, subject: Subject) -> None:
        """Values are understood by the rules of a language alone."""
        if subject.world.speaks(subject.flow.language) is not False:
            return
        for node in subject.nodes:
            if isinstance(node.step, Hole) or not listens_for_values(node.step):
                continue
            subject.report(
                NOT_UNDERSTOOD,
                f"values in '{subject.flow.language}' are not understood: it has no rules here",
                node.marks.get("type") or node.mark,
                hint="callers go on with keys; ask for `choices`",
                path=node.path,
                severity="warning",
            )

    def _heard(self, subject: Subject, spoken: Sequence[Spoken], recognition: Recognition) -> None:
        by_language: dict[str, list[Spoken]] = {}
        for each in spoken:
            by_language.setdefault(each.language or subject.flow.language, []).append(each)
        for language, phrases in by_language.items():
            problem = recognition.problem(language)
            if problem:
                subject.report(
                    NOT_UNDERSTOOD,
                    f"words in '{language}' are not understood here: {problem}",
                    phrases[0].mark,
                    hint="callers go on with keys; see `speech` in ivrkit.yaml",
                    path=phrases[0].path,
                    severity="warning",
                )
                continue
            texts = tuple(dict.fromkeys(spoken_form(each.text) for each in phrases if each.text))
            unknown = frozenset(recognition.unknown_words(Grammar(language, texts)))
            if unknown:
                self._unknown(subject, phrases, language, unknown)

    def _unknown(
        self, subject: Subject, phrases: Sequence[Spoken], language: str, unknown: frozenset[str]
    ) -> None:
        for each in phrases:
            lacking = [word for word in spoken_form(each.text).split() if word in unknown]
            if lacking:
                words = ", ".join(f"'{word}'" for word in dict.fromkeys(lacking))
                subject.report(
                    UNKNOWN_WORD,
                    f"the recogniser of '{language}' does not know {words}",
                    each.mark,
                    hint="take another word, or write it as it is spoken",
                    path=each.path,
                    severity="warning",
                )


def _spoken(subject: Subject) -> Iterator[Spoken]:
    for node in subject.nodes:
        if isinstance(node.step, Hole):
            continue
        if listens_for_values(node.step) and (entries_of(node.step) or typed(subject, node.step)):
            yield Spoken("", "", node.mark, node.path)
        for place, choices in choices_in(node.step):
            for label, words in choices.items():
                mark = node.marks.get(f"{place}/{label}") or node.marks.get(place) or node.mark
                for text, language, _ in _phrases(words, ""):
                    yield Spoken(text, language, mark, node.path)
        for entry in entries_of(node.step):
            place = f"{entry.way}/words"
            for text, language, path in _phrases(entry.words, place):
                above = path.rpartition("/")[0]
                mark = node.marks.get(path) or node.marks.get(above) or entry.mark
                yield Spoken(text, language, mark if mark.line else node.mark, node.path)
    for key in (*subject.flow.keys, *subject.flow.shortcuts):
        for text, language, _ in _phrases(key.words, ""):
            yield Spoken(text, language, key.mark, "")


def _phrases(words: Words, path: str) -> Iterator[tuple[str, str, str]]:
    for language, texts in words.items():
        below = f"{path}/{language}" if language else path
        for number, text in enumerate(texts):
            yield text, language, f"{below}/{number}"
