"""Comparisons with a text that a variable can never be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ivrkit.call.asking import DigitCount
from ivrkit.call.step import Node
from ivrkit.errors import ValueRejected
from ivrkit.expressions import tree
from ivrkit.expressions.evaluate import children
from ivrkit.expressions.expression import Expression, Setting, Template
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.values import Value, spoken
from ivrkit.flow.check.effects import condition_of
from ivrkit.flow.check.expressions import NEVER_HOLDS
from ivrkit.flow.check.fields import entries_of, field_read_as
from ivrkit.flow.check.needs import path_of
from ivrkit.flow.check.scopes import declared_type
from ivrkit.flow.check.subject import Check, Checked, Placed, Subject

_DIGITS: Final = frozenset({"digits", "secret", "phone"})
_TEXTS: Final = _DIGITS | {"text"}


@dataclass(slots=True)
class Possible:
    """The texts that a variable may be: written ones, and digits of some lengths. ``open``: it
    may be anything; so may one that nothing is known to set."""

    texts: set[str] = field(default_factory=set)
    lengths: list[DigitCount] = field(default_factory=list)
    open: bool = False

    def may_be(self, text: str) -> bool:
        """Whether the variable may be this text."""
        if self.open or text in self.texts or not (self.texts or self.lengths):
            return True
        counted = any(each.least <= len(text) <= each.most for each in self.lengths)
        return counted and text.isdecimal()


class Comparisons(Check):
    """Variables that only menus, questions for digits and written values set."""

    name = "possible"
    whole = True

    def run(self, subject: Subject) -> None:
        known: dict[str, Possible] | None = None
        clean: set[int] = set()
        for placed in subject.steps:
            for checked in placed.live:
                if checked.problems:
                    continue
                for expression in checked.expressions:
                    if id(expression) in clean:
                        continue
                    compared = list(_compared(expression.root))
                    if not compared:
                        clean.add(id(expression))
                        continue
                    known = known if known is not None else _possible(subject)
                    for path, literal in compared:
                        self._literal(subject, placed, checked, path, literal, known)
            if placed.node is not None and "cases" in placed.node.step.beside:
                known = known if known is not None else _possible(subject)
                self._cases(subject, placed.node, known)

    def _literal(
        self,
        subject: Subject,
        placed: Placed,
        checked: Checked,
        path: tuple[str, ...],
        literal: tree.Literal,
        known: dict[str, Possible],
    ) -> None:
        text = str(literal.value)
        why, hint = self._never(subject, placed, path, text, known)
        if why:
            subject.report(
                NEVER_HOLDS,
                why,
                subject.place_of(placed, checked.use, literal.offset, literal.end - literal.offset),
                hint=hint,
                path=placed.path,
                severity="warning",
            )

    def _never(
        self,
        subject: Subject,
        placed: Placed,
        path: tuple[str, ...],
        text: str,
        known: dict[str, Possible],
    ) -> tuple[str, str]:
        """Why a variable is never this text, and what may be meant; empty if it may be."""
        name = ".".join(path)
        try:
            type_ = declared_type(placed.scope, name)
        except KeyError:
            return "", ""
        if type_ is None or type_.kind not in _TEXTS:
            return "", ""
        if type_.kind in _DIGITS:
            try:
                type_.parse(text)
            except ValueRejected:
                return f"{name} is {type_.describe()}, never '{text}'", "write the digits alone"
        if name in known and not known[name].may_be(text):
            hint = did_you_mean(text, known[name].texts)
            return f"nothing sets {name} to '{text}'", hint
        return "", ""

    def _cases(self, subject: Subject, node: Node, known: dict[str, Possible]) -> None:
        value = condition_of(node.step)
        path = path_of(value.root) if isinstance(value, Expression) else ()
        possible = known.get(".".join(path))
        declared = subject.flow.variables.get(path[0]) if path else None
        if possible is None or declared is None or declared.type.kind not in _TEXTS:
            return
        for way, target in node.targets.items():
            case = way.removeprefix("cases/")
            if case != way and case != "none" and not possible.may_be(case):
                subject.report(
                    NEVER_HOLDS,
                    f"nothing sets {path[0]} to '{case}'",
                    node.marks.get(way, target.mark),
                    hint=did_you_mean(case, possible.texts),
                    path=f"{node.path}/{way}",
                    severity="warning",
                )


def _compared(node: tree.Node) -> Iterator[tuple[tuple[str, ...], tree.Literal]]:
    """Variables with the written texts that they are compared with."""
    if isinstance(node, tree.Comparison):
        left = node.first
        for sign, right in node.rest:
            if sign in ("==", "!="):
                yield from _pair(left, right)
                yield from _pair(right, left)
            elif sign in ("in", "not in") and isinstance(right, tree.Listing):
                for item in right.items:
                    yield from _pair(left, item)
            left = right
    for child in children(node):
        yield from _compared(child)


def _pair(one: tree.Node, other: tree.Node) -> Iterator[tuple[tuple[str, ...], tree.Literal]]:
    path = path_of(one)
    if path and isinstance(other, tree.Literal) and isinstance(other.value, str):
        yield path, other


def _possible(subject: Subject) -> dict[str, Possible]:
    """What each declared variable of the flow may be."""
    found = {name: Possible() for name in subject.flow.variables}
    for name, variable in subject.flow.variables.items():
        if variable.type.default is not None:
            _add_value(found[name], variable.type.default)
    for node in subject.nodes:
        for assignment in node.step.assigns():
            possible = found.get(assignment.name.partition(".")[0])
            if possible is not None:
                _add(possible, node, assignment.name)
    return found


def _add(possible: Possible, node: Node, name: str) -> None:
    """What a step may set a variable to."""
    step = node.step
    written = field_read_as(type(step), reading="assignments")
    if written is not None and not step.ends:
        value = getattr(step, written.attribute).get(name)
        if isinstance(value, Setting | Template) and value.static and "." not in name:
            _add_value(possible, value.literal)
        else:
            possible.open = True
        return
    digits = field_read_as(type(step), reading="digit_count")
    count = getattr(step, digits.attribute) if digits is not None else None
    if isinstance(count, DigitCount) and getattr(step, "default", None) is None:
        possible.lengths.append(count)
        return
    entries = entries_of(step)
    possible.open = possible.open or not entries or getattr(step, "keys_from", None) is not None
    for entry in entries:
        fixed = entry.pattern.rank == len(entry.pattern.steps) and not entry.pattern.is_open
        if entry.label is None and not fixed:
            possible.open = True
        else:
            possible.texts.add(entry.label or entry.pattern.text)


def _add_value(possible: Possible, value: Value) -> None:
    """A written value; what has no text may be anything."""
    if isinstance(value, dict | list):
        possible.open = True
    elif value is not None:
        possible.texts.add(spoken(value))
