"""Entries that a menu makes from a list, and what it says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ivrkit.call import Call, Prompt
from ivrkit.call.asking import EntriesFrom
from ivrkit.call.events import Noted
from ivrkit.call.locale import Locale
from ivrkit.call.prompt import Part, Piece
from ivrkit.errors import ExpressionError, ValueRejected
from ivrkit.expressions.expression import Template
from ivrkit.expressions.scope import Scope, Within
from ivrkit.expressions.secrets import Secret
from ivrkit.expressions.values import Value, truth
from ivrkit.input.entries import Entry
from ivrkit.input.patterns import Pattern

MOST: Final = 9
"""Entries that are made if `most` does not say otherwise: as many as there are digits but 0."""


class BoundPart(Part):
    """A part of a prompt in which the names of one item hold."""

    form = "bound"
    example = "{text: Monday}"

    part: Any
    values: Any

    def evaluate(self, scope: Scope) -> Piece:
        piece: Piece = self.part.evaluate(Within(self.values, scope))
        return piece

    def pieces(self, scope: Scope, locale: Locale) -> Sequence[Piece]:
        inside = Within(self.values, scope)
        if self.part.when is not None and not truth(self.part.when.value(inside)):
            return ()
        found: Sequence[Piece] = self.part.pieces(inside, locale)
        return found

    def speaks(self, locale: Locale) -> bool:
        return bool(self.part.speaks(locale))


@dataclass(frozen=True, slots=True)
class Made:
    """An entry that was made for an item."""

    entry: Entry
    item: Value
    say: Prompt | None
    label: str


def made_entries(call: Call, source: EntriesFrom, taken: Sequence[Entry]) -> list[Made]:
    """The entries for the items of the list as it is now.

    An item whose key is that of another entry is not offered, nor are those beyond the most there
    may be; that some were left out is noted in the trace, once for each entry into the menu.
    Raises ExpressionError for what is no list or no key.
    """
    most = MOST if source.most is None else call.session.setting(source.most)
    used = {entry.pattern.text for entry in taken}
    made: list[Made] = []
    left_out = 0
    for names, item in _items(call, source):
        scope = Within(names, call.session)
        if source.when is not None and not truth(source.when.value(scope)):
            continue
        key = _text(source.key, scope)
        pattern = _pattern(key)
        if pattern.text in used or len(made) >= most:  # type: ignore[operator]
            left_out += 1
            continue
        used.add(pattern.text)
        label = pattern.text if source.label is None else _text(source.label, scope)
        entry = Entry(pattern, pattern.text)  # shared by calls: it holds nothing of this one
        made.append(Made(entry, item, _bound(source.say, names), label))
    if left_out and call.session.entry.data.get("attempt", 1) == 1:
        call.trace(Noted(text=f"{left_out} items of {source.each.items.source} have no key"))
    return made


def _items(call: Call, source: EntriesFrom) -> Iterator[tuple[dict[str, Value], Value]]:
    expression = source.each.items
    items = call.session.value(expression)
    if isinstance(items, Secret):
        raise ExpressionError(f"{expression.source} is secret and cannot be announced")
    if items is None:
        return
    if not isinstance(items, (list, tuple)):
        raise ExpressionError(f"{expression.source} is no list", hint="keys_from needs a list")
    for number, item in enumerate(items, 1):
        loop = {"index": Decimal(number), "last": number == len(items)}
        yield {source.each.name: item, "loop": loop}, item


def _text(template: Template, scope: Scope) -> str:
    text = template.text(scope)
    if isinstance(text, Secret):
        raise ExpressionError("a secret can be no key and no label", hint="use loop.index")
    return text


def _pattern(key: str) -> Pattern:
    try:
        pattern = Pattern.parse(key)
    except ValueRejected as error:
        raise ExpressionError(f"'{key}' is no key: {error.message}", hint=error.hint) from None
    if pattern.is_open or pattern.rank != len(pattern.steps):
        raise ExpressionError(
            f"'{key}' stands for several keys", hint="an item needs one of its own"
        )
    return pattern


def _bound(say: Prompt | None, names: Mapping[str, Value]) -> Prompt | None:
    if say is None:
        return None
    return Prompt(
        tuple(
            BoundPart(
                part=each,
                values=names,
                voice=each.voice,
                language=each.language,
                speed=each.speed,
            )
            for each in say.parts
        ),
        say.mark,
    )
