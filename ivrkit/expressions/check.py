"""The check of a tree before any call: names, fields, functions, kinds, choices, secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from ivrkit.expressions import tree
from ivrkit.expressions.arithmetic import impossible, result_kind
from ivrkit.expressions.check_calls import check_call
from ivrkit.expressions.check_comparison import check_comparison
from ivrkit.expressions.evaluate import children
from ivrkit.expressions.findings import SIMILAR, TEXTS, Findings, Typed, bare
from ivrkit.expressions.functions.registry import functions
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.scope import Problem, Reference, TypeScope
from ivrkit.expressions.types import Type

_CALL_TIME: Final = {"now": Type("datetime"), "today": Type("date")}


def check_tree(root: tree.Node, types: TypeScope) -> tuple[Type | None, list[Problem]]:
    """The type of a tree (None: not known; secret if it touches a secret) and its problems."""
    check = _Check(types)
    type_ = check.type_of(root)
    if check.findings.secret:
        type_ = (type_ or Type("any")).with_secret()
    return type_, sorted(check.findings.problems, key=lambda each: each.offset)


def references(root: tree.Node) -> list[Reference]:
    """The variables of a tree, each with the fields named behind it, in the order of the text."""
    return sorted(_references(root), key=lambda each: each.offset)


def _references(node: tree.Node) -> Iterable[Reference]:
    path = _path(node)
    if path:
        yield Reference(path, node.offset, node.end - node.offset)
    else:
        for child in children(node):
            yield from _references(child)


def _path(node: tree.Node) -> tuple[str, ...]:
    match node:
        case tree.Name(name=name):
            return (name,)
        case tree.Field(base=base, name=name):
            path = _path(base)
            return (*path, name) if path else ()
        case tree.Item(base=base, key=tree.Literal(value=str() as name)):
            path = _path(base)
            return (*path, name) if path else ()
    return ()


class _Check:
    """One walk over a tree, a method per form of node."""

    def __init__(self, types: TypeScope) -> None:
        self._types = types
        self.findings = Findings()
        self._forms: dict[type[tree.Node], Callable[[Any], Type | None]] = {
            tree.Literal: self._literal,
            tree.Name: self._name,
            tree.Field: self._field,
            tree.Item: self._item,
            tree.Negation: self._negation,
            tree.Sign: self._sign,
            tree.Chain: self._chain,
            tree.Comparison: self._comparison,
            tree.Junction: self._junction,
            tree.Condition: self._condition,
            tree.Joined: self._joined,
            tree.Listing: self._listing,
            tree.Pairs: self._pairs,
            tree.IsNone: self._is_none,
            tree.Call: self._call,
        }

    def type_of(self, node: tree.Node) -> Type | None:
        return self._forms[type(node)](node)

    def _literal(self, node: tree.Literal) -> Type | None:
        kinds = {str: "text", bool: "flag", type(None): "any"}
        return Type(kinds.get(type(node.value), "number"))

    def _name(self, node: tree.Name) -> Type | None:
        if node.name in _CALL_TIME:
            return _CALL_TIME[node.name]
        try:
            return self.findings.touched(self._types.lookup(node.name))
        except KeyError:
            hint = did_you_mean(node.name, self._types.names())
            if node.name in functions():
                hint = f"a function is called: {functions()[node.name].signature}"
            self.findings.complain(node, "undefined_name", f"'{node.name}' is not defined", hint)
            return None

    def _field(self, node: tree.Field) -> Type | None:
        base = self.type_of(node.base)
        return self.findings.field(node, base, node.name, node.end - len(node.name))

    def _item(self, node: tree.Item) -> Type | None:
        base, key = self.type_of(node.base), self.type_of(node.key)
        if isinstance(node.key, tree.Literal) and isinstance(node.key.value, str):
            return self.findings.field(node.key, base, node.key.value, node.key.offset)
        if base is None or base.kind == "any":
            return None
        by_name = base.kind == "record"
        wanted = TEXTS if by_name else {"number"}
        if not by_name and base.kind != "list" and base.kind not in TEXTS:
            self.findings.complain(node, "wrong_type", f"{base.describe()} has no items")
        elif key is not None and key.kind != "any" and key.kind not in wanted:
            what = "a field is named by a text" if by_name else "an item is named by a number"
            self.findings.complain(node.key, "wrong_type", what)
        if by_name:
            types = list(base.fields.values())
            for each in types:
                self.findings.touched(each)
            return self.findings.common(list(types))
        return self.findings.touched(base.item) if base.kind == "list" else Type("text")

    def _negation(self, node: tree.Negation) -> Type | None:
        self.type_of(node.operand)
        return Type("flag")

    def _is_none(self, node: tree.IsNone) -> Type | None:
        self.type_of(node.operand)
        return Type("flag")

    def _sign(self, node: tree.Sign) -> Type | None:
        type_ = self.type_of(node.operand)
        if type_ is not None and type_.kind not in ("number", "money", "duration", "any"):
            self.findings.complain(node, "wrong_type", f"{type_.describe()} has no sign")
        return bare(type_)

    def _chain(self, node: tree.Chain) -> Type | None:
        left = self.type_of(node.first)
        for sign, operand in node.rest:
            right = self.type_of(operand)
            if left is None or right is None or "any" in (left.kind, right.kind):
                left = None
                continue
            kind = result_kind(sign, left.kind, right.kind)
            if kind is None:
                kinds = [SIMILAR.get(each.kind, each.kind) for each in (left, right)]
                error = impossible(sign, *kinds)
                self.findings.complain(node, "wrong_type", error.message, error.hint)
            left = Type(kind) if kind else None
        return left

    def _comparison(self, node: tree.Comparison) -> Type | None:
        left = Typed(node.first, self.type_of(node.first))
        for sign, each in node.rest:
            right = Typed(each, self.type_of(each))
            check_comparison(self.findings, sign, left, right)
            left = right
        return Type("flag")

    def _junction(self, node: tree.Junction) -> Type | None:
        return self.findings.common([self.type_of(each) for each in node.operands])

    def _condition(self, node: tree.Condition) -> Type | None:
        self.type_of(node.test)
        types = [self.type_of(node.then)]
        if node.otherwise is not None:
            types.append(self.type_of(node.otherwise))
        return self.findings.common(types)

    def _joined(self, node: tree.Joined) -> Type | None:
        for each in node.operands:
            type_ = self.type_of(each)
            if type_ is not None and type_.kind in ("list", "record"):
                self.findings.complain(each, "wrong_type", f"{type_.describe()} is no text")
            elif isinstance(each, tree.Literal) and each.value is None:
                self.findings.complain(each, "always_none", "none has no text")
        return Type("text")

    def _listing(self, node: tree.Listing) -> Type | None:
        types = [self.type_of(each) for each in node.items]
        return Type("list", item=self.findings.common(types))

    def _pairs(self, node: tree.Pairs) -> Type | None:
        types = {name: self.type_of(each) or Type("any") for name, each in node.pairs}
        return Type("record", fields=types)

    def _call(self, node: tree.Call) -> Type | None:
        given = [Typed(each, self.type_of(each)) for each in node.arguments]
        named = {name: Typed(each, self.type_of(each)) for name, each in node.named}
        return check_call(self.findings, node, given, named)
