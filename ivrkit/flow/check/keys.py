"""Keys that compete: entries of menus and collects, flow-wide keys, shortcuts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Final

from ivrkit.call.asking import DigitCount, MenuEntry, ReadBack, words_in
from ivrkit.call.locale import is_same_language
from ivrkit.call.step import Node, Step
from ivrkit.call.targets import Mark
from ivrkit.errors import ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.flow.check.fields import entries_of, field_read_as, keys_of
from ivrkit.flow.check.subject import Check, Subject
from ivrkit.flow.codes import BAD_VALUE, define
from ivrkit.flow.holes import Hole
from ivrkit.flow.model import Flow, FlowKey
from ivrkit.input.conflicts import Conflict, ConflictKind, same_words
from ivrkit.input.entries import Entry, EntrySet, Scope

SAME_KEYS = define(
    "same-keys",
    "Two entries are chosen by the same keys or words",
    "Both match what the caller enters, and neither has more fixed keys. Make one of them more "
    "exact, or remove it.",
)
HIDDEN_KEY = define(
    "hidden-key",
    "A key can never be chosen here",
    "Another entry takes all of its keys: a menu's own entries come before flow-wide keys, these "
    "before shortcuts.",
)
KEY_BEGINS = define(
    "key-begins-another",
    "A key is the beginning of another",
    "The caller who presses the shorter one waits (`settle`) whether more keys come. Choose other "
    "keys, or set `settle`.",
)
UNTYPEABLE_KEY = define(
    "untypeable-key",
    "An entry can never be typed",
    "It holds the terminator or the restart key, which come first. Choose another terminator, or "
    "`none`.",
)

_CODES: Final = {
    ConflictKind.SAME_RANK: SAME_KEYS,
    ConflictKind.SAME_WORDS: SAME_KEYS,
    ConflictKind.HIDDEN: HIDDEN_KEY,
    ConflictKind.BEGINNING: KEY_BEGINS,
    ConflictKind.TERMINATOR: UNTYPEABLE_KEY,
    ConflictKind.RESTART: UNTYPEABLE_KEY,
}
_KINDS: Final = {
    Scope.OWN: "the entry",
    Scope.AROUND: "the key",
    Scope.FLOW: "the flow-wide key",
    Scope.SHORTCUT: "the shortcut",
}
_RESERVED: Final = frozenset({ConflictKind.TERMINATOR, ConflictKind.RESTART})
_ERRORS: Final = frozenset({SAME_KEYS, UNTYPEABLE_KEY})
"""The others work, though perhaps not as they were meant."""


class Keys(Check):
    """The entries of every question, together with the flow's own keys and shortcuts."""

    name = "keys"

    def run(self, subject: Subject) -> None:
        asked = Asked(subject.flow)
        for node in subject.nodes:
            step = node.step
            if isinstance(step, Hole) or not (step.asks or keys_of(step) is not None):
                continue
            self._confirmation(subject, node)
            try:
                for conflict in asked.conflicts(node):
                    self._report(subject, node, conflict, asked)
            except ValueRejected as error:  # terminator and restart are the same key
                mark = node.marks.get("restart") or node.marks.get("terminator") or node.mark
                subject.report(BAD_VALUE, error.message, mark, hint=error.hint, path=node.path)

    def _confirmation(self, subject: Subject, node: Node) -> None:
        """Yes and no must be two keys."""
        confirm = getattr(node.step, "confirm", None)
        if isinstance(confirm, ReadBack) and confirm.is_wanted and confirm.yes == confirm.no:
            named = (node.marks.get(f"confirm/{word}") for word in ("no", "yes"))
            mark = next(filter(None, named), node.marks.get("confirm", node.mark))
            message = f"{confirm.yes} is both yes and no"
            hint = "give one of them another key"
            subject.report(SAME_KEYS, message, mark, hint=hint, path=node.path)

    def _report(self, subject: Subject, node: Node, conflict: Conflict, asked: Asked) -> None:
        code = _CODES[conflict.kind]
        optional = {entry.pattern.text for entry in _entries(node.step) if entry.when is not None}
        several = (conflict.entry, conflict.other) if conflict.other else (conflict.entry,)
        unsure = all(each.is_own and each.label in optional for each in several)
        subject.report(
            code,
            _message(conflict, node),
            asked.mark(node, conflict.entry),
            hint=_hint(conflict),
            path=node.path,
            severity="error" if code in _ERRORS and not unsure else "warning",
        )


class Asked:
    """The flow's own keys, and the conflicts of questions; equal questions are looked at once."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._known: dict[object, list[Conflict]] = {}

    def mark(self, node: Node, entry: Entry) -> Mark:
        """The place of an entry."""
        for own in _entries(node.step):
            if entry.is_own and own.pattern.text == entry.label:
                return own.mark if own.mark.line else node.mark
        for scope, key in self._whole:
            if (scope, key.pattern.text) == (entry.scope, entry.label) and key.mark.line:
                return key.mark
        return node.mark

    def conflicts(self, node: Node) -> list[Conflict]:
        """What is wrong with the entries of a question."""
        step, home = node.step, self._flow.language
        shared = getattr(step, "flow_keys", True)
        entries = (*self._own(step, home), *(self._shared(home) if shared else ()))
        rules = _rules(step)
        key = (entries, *rules)
        if key not in self._known:
            self._known[key] = _conflicts(entries, *rules)
        return [*self._known[key], *self._elsewhere(step, shared)]

    def _elsewhere(self, step: Step, shared: bool) -> Iterator[Conflict]:
        """The same words in other languages than the flow's."""
        words = [each.words for each in _entries(step)]
        words += [key.words for _, key in self._whole] if shared else []
        for language in dict.fromkeys(tag for each in words for tag in each if tag):
            if not is_same_language(language, self._flow.language):
                shared_too = self._shared(language) if shared else ()
                yield from same_words((*self._own(step, language), *shared_too))

    @cached_property
    def _whole(self) -> tuple[tuple[Scope, FlowKey], ...]:
        """The keys of the whole flow."""
        flow = self._flow
        keys = [(Scope.FLOW, key) for key in flow.keys]
        return (*keys, *((Scope.SHORTCUT, key) for key in flow.shortcuts))

    def _shared(self, language: str) -> tuple[Entry, ...]:
        return tuple(
            Entry(key.pattern, key.pattern.text, scope, words_in(key.words, language))
            for scope, key in self._whole
        )

    def _own(self, step: Step, language: str) -> Iterator[Entry]:
        for entry in _entries(step):
            words = entry.words_in(language)
            yield Entry(entry.pattern, entry.pattern.text, words=words)
        digits = field_read_as(type(step), reading="digit_count")
        count = getattr(step, digits.attribute) if digits is not None else None
        if isinstance(count, DigitCount):
            yield Entry(count.pattern, count.pattern.text)


def _entries(step: Step) -> tuple[MenuEntry, ...]:
    """The step's own entries: those of a menu, or the keys of a step that lasts."""
    return entries_of(step) or keys_of(step) or ()


def _conflicts(
    entries: tuple[Entry, ...],
    terminator: str | None,
    restart: str | None,
    collecting: bool,
    at_once: bool,
) -> list[Conflict]:
    found = EntrySet(entries).conflicts(
        terminator=terminator, restart=restart, collecting=collecting, at_once=at_once
    )
    if not collecting:
        return found
    # In a collect, terminator and restart come before the flow's own keys: that is the rule.
    return [each for each in found if each.entry.is_own or each.kind not in _RESERVED]


def _rules(step: Step) -> tuple[str | None, str | None, bool, bool]:
    """Terminator, restart key, whether digits are collected, whether the shorter entry wins."""
    keys = []
    for name in ("terminator", "restart"):
        key = getattr(step, name, None)
        keys.append(key if key and key != "none" else None)
    settle = getattr(step, "settle", None)
    at_once = isinstance(settle, Setting) and settle.static and settle.literal == timedelta(0)
    collecting = field_read_as(type(step), reading="digit_count") is not None
    return keys[0], keys[1], collecting, at_once


def _message(conflict: Conflict, node: Node) -> str:
    own, other = _name(conflict.entry), _name(conflict.other) if conflict.other else ""
    match conflict.kind:
        case ConflictKind.SAME_RANK:
            return f"{own} and {other} both match '{conflict.keys}', and neither comes first"
        case ConflictKind.SAME_WORDS:
            return f"{own} and {other} are both chosen by '{conflict.keys}'"
        case ConflictKind.HIDDEN:
            where = "here" if conflict.entry.is_own else f"in line {node.mark.line}"
            return f"{own} can never be chosen {where}: {other} takes all of its keys"
        case ConflictKind.BEGINNING:
            return f"'{conflict.keys}' chooses {own} and begins {other}: the caller has to wait"
        case ConflictKind.TERMINATOR:
            return f"{own} can never be typed: '{conflict.keys}' is the terminator"
    return f"{own} can never be typed: '{conflict.keys}' starts the entry anew"


def _name(entry: Entry) -> str:
    return f"{_KINDS[entry.scope]} {entry.pattern.text}"


def _hint(conflict: Conflict) -> str:
    if conflict.kind in (ConflictKind.TERMINATOR, ConflictKind.RESTART):
        return "choose another key for it, or none"
    if conflict.kind is ConflictKind.BEGINNING:
        return "`settle: 0s` takes the shorter one at once"
    if conflict.kind is ConflictKind.SAME_WORDS:
        return "choose other words for one of them"
    if conflict.kind is ConflictKind.HIDDEN and not conflict.entry.is_own:
        return "choose other keys for one of them, or write `flow_keys: false` there"
    return "choose other keys for one of them"
