"""Keys that a question announces, and keys that it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ivrkit.call.asking import DigitCount, MenuEntry, ReadBack
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Reserved, Word
from ivrkit.flow.check.fields import entries_of, field_read_as, fields_of
from ivrkit.flow.check.said import Listener, Said, question, retries
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import define
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow
from ivrkit.input.patterns import Pattern

UNMAPPED_KEY = define(
    "unmapped-key",
    "A text announces a key that the question does not have",
    "The caller who does as told hears that it is wrong. Map the key, or correct the text. An "
    "entry with `say` is announced by the menu itself, so that the two cannot differ.",
)
UNANNOUNCED_KEY = define(
    "unannounced-key",
    "A menu has a key that it never announces",
    "The menu announces others of its keys and not this one, so that only those press it who know "
    "it. Give the entry `say`, or name the key in the prompt. Keys of the whole flow, those that "
    "lead to `again`, and patterns are not looked at.",
)
RETRY_ANNOUNCES_OTHER = define(
    "retry-announces-other",
    "A retry text announces a key that the question does not",
    "Who heard the question hears of this key only after a mistake: one of the two texts is older "
    "than the other. Announce the key in the question too, or leave it out here.",
)

_NUMBER: Final = re.compile(r"[0-9*#]+")
_RANGE: Final = re.compile(r"([0-9])\s*(?:[^\w\s]|\w+)?\s*([0-9])")


class Announcing(Check):
    """The texts of every question beside its keys."""

    name = "announcing"
    whole = True

    def run(self, subject: Subject) -> None:
        listener = Listener(subject.world)
        whole = list(_of_flow(subject.flow))
        for node in subject.nodes:
            step = node.step
            if not step.asks or isinstance(step, Hole) or not _takes_keys(step):
                continue
            asked = question(step, subject.flow.language)
            again = retries(node, subject.flow.language)
            self._unmapped(subject, node, listener, [*asked, *again], whole)
            if entries_of(step):
                self._entries(subject, node, listener, asked, again)

    def _unmapped(
        self,
        subject: Subject,
        node: Node,
        listener: Listener,
        parts: list[Said],
        whole: list[Pattern],
    ) -> None:
        known: list[Pattern] | None = None
        for part in parts:
            for announced in listener.announced(part):
                if known is None:
                    known = [*_patterns(node.step)]
                    known += whole if getattr(node.step, "flow_keys", True) else ()
                if not _is_mapped(announced.keys, known):
                    subject.report(
                        UNMAPPED_KEY,
                        f"{announced.keys} is announced, and {node.step.verb} does not have it",
                        part.mark(node, announced.offset, announced.length),
                        hint=f"map {announced.keys}, or correct the text",
                        path=node.path,
                        severity="warning",
                    )

    def _entries(
        self,
        subject: Subject,
        node: Node,
        listener: Listener,
        asked: list[Said],
        again: list[Said],
    ) -> None:
        entries = entries_of(node.step)
        if not all(part.whole for part in asked):
            return
        strict = {each.keys for part in asked for each in listener.announced(part)}
        spoken = {each.pattern.text for each in entries if each.say is not None}
        own = [entry.pattern for entry in entries]
        if not spoken and not any(_is_mapped(keys, own) for keys in strict):
            return
        heard = strict | spoken | _mentioned(asked)
        self._unannounced(subject, node, heard | _mentioned(again), entries)
        heard |= {key.pattern.text for key in (*subject.flow.keys, *subject.flow.shortcuts)}
        for part in again:
            for announced in listener.announced(part):
                keys = announced.keys
                if keys not in heard and _is_mapped(keys, own):
                    subject.report(
                        RETRY_ANNOUNCES_OTHER,
                        f"{keys} is announced here, and not in the question",
                        part.mark(node, announced.offset, announced.length),
                        hint="announce it in the question too",
                        path=node.path,
                        severity="warning",
                    )

    def _unannounced(
        self, subject: Subject, node: Node, heard: set[str], entries: Iterable[MenuEntry]
    ) -> None:
        for entry in entries:
            pattern = entry.pattern
            fixed = pattern.rank == len(pattern.steps) and not pattern.is_open
            repeats = isinstance(entry.to, Reserved) and entry.to.word is Word.AGAIN
            if not fixed or repeats or entry.when is not None or pattern.text in heard:
                continue
            subject.report(
                UNANNOUNCED_KEY,
                f"{pattern.text} is never announced",
                entry.mark if entry.mark.line else node.mark,
                hint="give the entry `say`, or name the key in the prompt",
                path=node.path,
                severity="warning",
            )


def _takes_keys(step: Step) -> bool:
    """Whether all keys that the step takes are written in it."""
    if getattr(step, "keys_from", None) is not None:
        return False
    reads = {field.reads.reading for field in fields_of(type(step))}
    return not reads.isdisjoint({"entries", "digit_count"})


def _patterns(step: Step) -> Iterator[Pattern]:
    """Everything that can be typed at a question."""
    for entry in entries_of(step):
        yield entry.pattern
    if field_read_as(type(step), reading="digit_count") is not None:
        count = getattr(step, "digits", None)
        yield count.pattern if isinstance(count, DigitCount) else Pattern.digits(1, 20)
    confirm = getattr(step, "confirm", None)
    keys = [getattr(step, "terminator", None), getattr(step, "restart", None)]
    if isinstance(confirm, ReadBack):
        keys += [confirm.yes, confirm.no]
    for key in keys:
        if key and key != "none":
            yield Pattern.parse(key)


def _of_flow(flow: Flow) -> Iterator[Pattern]:
    for key in (*flow.keys, *flow.shortcuts):
        yield key.pattern


def _is_mapped(keys: str, patterns: Iterable[Pattern]) -> bool:
    return any(each.matches(keys) or each.may_continue(keys) for each in patterns)


def _mentioned(parts: Iterable[Said]) -> set[str]:
    """The keys that stand anywhere in texts, and those between two of them (``1 to 5``)."""
    found: set[str] = set()
    for part in parts:
        found.update(_NUMBER.findall(part.text))
        for first, last in _RANGE.findall(part.text):
            found.update(str(digit) for digit in range(int(first), int(last) + 1))
    return found
