"""What the check of a tree gathers: problems, and whether a secret is touched."""

from __future__ import annotations

from typing import Final, NamedTuple

from ivrkit.expressions.functions.registry import functions
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.scope import Problem
from ivrkit.expressions.tree import Node
from ivrkit.expressions.types import Type

TEXTS: Final = frozenset({"text", "digits", "phone", "choice", "secret", "prompt"})
"""The kinds whose values are texts."""
SIMILAR: Final = {"money": "number"} | dict.fromkeys(TEXTS, "text")
"""Kinds whose values are of one class, by the name of it."""


class Typed(NamedTuple):
    """A node with its type; None where it is not known."""

    node: Node
    type: Type | None


class Findings:
    """The problems of one tree so far. ``secret``: its value touches a secret, or may."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.secret = False

    def complain(self, node: Node, code: str, message: str, hint: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(node.offset, node.end - node.offset, code, message, hint))

    def touched(self, type_: Type | None) -> Type | None:
        """A value of the type is looked at from outside; what is in it is not."""
        self.secret = self.secret or (type_ is not None and type_.secret)
        return type_

    def opened(self, type_: Type | None) -> None:
        """A value of the type is looked through, or its type is lost."""
        self.secret = self.secret or (type_ is not None and type_.holds_secret())

    def field(self, node: Node, base: Type | None, name: str, at: int) -> Type | None:
        """The type of a field, whose name stands at an offset inside of a node."""
        if base is None or base.kind == "any" or (base.kind == "record" and not base.fields):
            return None
        if name in base.fields:
            return self.touched(base.fields[name])
        if base.kind == "record":
            message, hint = f"there is no field '{name}'", did_you_mean(name, base.fields)
        else:
            message = f"{base.describe()} has no fields"
            hint = f"write {name}(…)" if name in functions() else ""
        self.problems.append(Problem(at, node.end - at, "undefined_field", message, hint))
        return None

    def common(self, types: list[Type | None]) -> Type | None:
        """The type that all have; texts of any kind have 'text' in common, amounts 'number'."""
        known = [bare(each) for each in types if each is None or each.kind != "any"]
        if known and None not in known:
            if all(each == known[0] for each in known):
                return known[0]
            kinds = {SIMILAR.get(each.kind, each.kind) for each in known if each}
            if len(kinds) == 1 and not kinds & {"list", "record"}:
                return Type(kinds.pop())
        for each in types:
            self.opened(each)
        return None


def bare(type_: Type | None) -> Type | None:
    """The type without what belongs to the variable it comes from."""
    if type_ is None:
        return None
    return Type(type_.kind, options=type_.options, item=type_.item, fields=type_.fields)
