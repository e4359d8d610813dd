"""The check of a tree before any call: names, fields, functions, kinds, choices, secrets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from ivrkit.errors import ValueRejected
from ivrkit.expressions import tree
from ivrkit.expressions.arithmetic import impossible, result_kind
from ivrkit.expressions.evaluate import children
from ivrkit.expressions.functions.registry import OPENED, Function, Parameter, functions
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.expressions.scope import Problem, Reference, TypeScope
from ivrkit.expressions.types import Type

_CALL_TIME: Final = {"now": Type("datetime"), "today": Type("date")}
_TEXTS: Final = frozenset({"text", "digits", "phone", "choice", "secret", "prompt"})
_UNORDERED: Final = frozenset({"flag", "list", "record"})
_INSIDE: Final = _TEXTS | {"list", "record", "any"}
_SIMILAR: Final = {"money": "number"} | dict.fromkeys(_TEXTS, "text")


def check_tree(root: tree.Node, types: TypeScope) -> tuple[Type | None, list[Problem]]:
    """The type of a tree (None: not known; secret if it touches a secret) and its problems."""
    check = _Check(types)
    type_ = check.type_of(root)
    if check.secret:
        type_ = (type_ or Type("any")).with_secret()
    return type_, sorted(check.problems, key=lambda each: each.offset)


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
    """One walk over a tree. ``secret`` remembers whether a secret is touched."""

    def __init__(self, types: TypeScope) -> None:
        self._types = types
        self.problems: list[Problem] = []
        self.secret = False
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

    def _complain(self, node: tree.Node, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(node.offset, node.end - node.offset, code, message, hint))

    def _touched(self, type_: Type | None) -> Type | None:
        self.secret = self.secret or (type_ is not None and type_.secret)
        return type_

    def _opened(self, type_: Type | None) -> None:
        self.secret = self.secret or (type_ is not None and type_.holds_secret())

    def _literal(self, node: tree.Literal) -> Type | None:
        kinds = {str: "text", bool: "flag", type(None): "any"}
        return Type(kinds.get(type(node.value), "number"))

    def _name(self, node: tree.Name) -> Type | None:
        if node.name in _CALL_TIME:
            return _CALL_TIME[node.name]
        try:
            return self._touched(self._types.lookup(node.name))
        except KeyError:
            hint = did_you_mean(node.name, self._types.names())
            if node.name in functions():
                hint = f"a function is called: {functions()[node.name].signature}"
            self._complain(node, "undefined_name", f"'{node.name}' is not defined", hint)
            return None

    def _field(self, node: tree.Field) -> Type | None:
        base = self.type_of(node.base)
        return self._field_of(node, base, node.name, node.end - len(node.name))

    def _field_of(self, node: tree.Node, base: Type | None, name: str, at: int) -> Type | None:
        if base is None or base.kind == "any" or (base.kind == "record" and not base.fields):
            return None
        if name in base.fields:
            return self._touched(base.fields[name])
        if base.kind == "record":
            message, hint = f"there is no field '{name}'", did_you_mean(name, base.fields)
        else:
            message = f"{base.describe()} has no fields"
            hint = f"write {name}(…)" if name in functions() else ""
        self.problems.append(Problem(at, node.end - at, "undefined_field", message, hint))
        return None

    def _item(self, node: tree.Item) -> Type | None:
        base, key = self.type_of(node.base), self.type_of(node.key)
        if isinstance(node.key, tree.Literal) and isinstance(node.key.value, str):
            return self._field_of(node.key, base, node.key.value, node.key.offset)
        if base is None or base.kind == "any":
            return None
        by_name = base.kind == "record"
        wanted = _TEXTS if by_name else {"number"}
        if not by_name and base.kind != "list" and base.kind not in _TEXTS:
            self._complain(node, "wrong_type", f"{base.describe()} has no items")
        elif key is not None and key.kind != "any" and key.kind not in wanted:
            what = "a field is named by a text" if by_name else "an item is named by a number"
            self._complain(node.key, "wrong_type", what)
        if by_name:
            types = list(base.fields.values())
            self.secret = self.secret or any(each.secret for each in types)
            return types[0] if types and all(each == types[0] for each in types) else None
        return self._touched(base.item) if base.kind == "list" else Type("text")

    def _negation(self, node: tree.Negation) -> Type | None:
        self.type_of(node.operand)
        return Type("flag")

    def _is_none(self, node: tree.IsNone) -> Type | None:
        self.type_of(node.operand)
        return Type("flag")

    def _sign(self, node: tree.Sign) -> Type | None:
        type_ = self.type_of(node.operand)
        if type_ is not None and type_.kind not in ("number", "money", "duration", "any"):
            self._complain(node, "wrong_type", f"{type_.describe()} has no sign")
        return _bare(type_)

    def _chain(self, node: tree.Chain) -> Type | None:
        left = self.type_of(node.first)
        for sign, operand in node.rest:
            right = self.type_of(operand)
            if left is None or right is None or "any" in (left.kind, right.kind):
                left = None
                continue
            kind = result_kind(sign, left.kind, right.kind)
            if kind is None:
                kinds = [_SIMILAR.get(each.kind, each.kind) for each in (left, right)]
                error = impossible(sign, *kinds)
                self._complain(node, "wrong_type", error.message, error.hint)
            left = Type(kind) if kind else None
        return left

    def _comparison(self, node: tree.Comparison) -> Type | None:
        left_node, left = node.first, self.type_of(node.first)
        for sign, right_node in node.rest:
            right = self.type_of(right_node)
            self._compare(sign, (left_node, left), (right_node, right))
            left_node, left = right_node, right
        return Type("flag")

    def _compare(
        self, sign: str, left: tuple[tree.Node, Type | None], right: tuple[tree.Node, Type | None]
    ) -> None:
        if sign in ("in", "not in"):
            return self._contained(left, right)
        for (node, type_), other in ((left, right[1]), (right, left[1])):
            self._opened(type_)
            if isinstance(node, tree.Literal) and isinstance(node.value, str):
                self._readable(node, node.value, other)
        self._alike(sign, left, right)
        return None

    def _readable(self, node: tree.Node, text: str, other: Type | None) -> None:
        """A literal text beside a typed value must be a value of that type."""
        if other is None or other.kind in (_TEXTS - {"choice"}) | {"any", "list", "record"}:
            return
        try:
            other.parse(text)
        except ValueRejected as error:
            code = "not_a_choice" if other.kind == "choice" else "wrong_type"
            self._complain(node, code, error.message, error.hint)

    def _alike(
        self, sign: str, left: tuple[tree.Node, Type | None], right: tuple[tree.Node, Type | None]
    ) -> None:
        """Kinds that can never be equal, or have no order."""
        if left[1] is None or right[1] is None or "any" in (left[1].kind, right[1].kind):
            return
        kinds = [_SIMILAR.get(each[1].kind, each[1].kind) for each in (left, right) if each[1]]
        ordered = sign not in ("==", "!=")
        if ordered and _UNORDERED.intersection(kinds):
            kind = next(each for each in kinds if each in _UNORDERED)
            self._complain(left[0], "wrong_type", f"a {kind} has no order")
        elif kinds[0] == kinds[1] or set(kinds) == {"date", "datetime"}:
            return
        elif "text" not in kinds or not _UNORDERED.isdisjoint(set(kinds) - {"flag"}):
            self._complain(
                left[0], "wrong_type", f"{kinds[0]} {sign} {kinds[1]} cannot be compared"
            )
        else:
            self._digits_as_number(left, right)

    def _digits_as_number(
        self, left: tuple[tree.Node, Type | None], right: tuple[tree.Node, Type | None]
    ) -> None:
        for (_, type_), (node, _) in ((left, right), (right, left)):
            number = isinstance(node, tree.Literal) and not isinstance(node.value, str)
            if number and type_ is not None and type_.kind in ("digits", "phone", "secret"):
                self._complain(
                    node, "wrong_type", f"{type_.kind} are a text", "write the number in quotes"
                )

    def _contained(
        self, left: tuple[tree.Node, Type | None], right: tuple[tree.Node, Type | None]
    ) -> None:
        container = right[1]
        if container is None:
            return
        if container.kind not in _INSIDE:
            self._complain(right[0], "wrong_type", f"nothing can be in {container.describe()}")
        elif container.kind == "list":
            self._opened(container)
            self._opened(left[1])
        if isinstance(right[0], tree.Listing):
            for each in right[0].items:
                if isinstance(each, tree.Literal) and isinstance(each.value, str):
                    self._readable(each, each.value, left[1])

    def _junction(self, node: tree.Junction) -> Type | None:
        return _common([self.type_of(each) for each in node.operands])

    def _condition(self, node: tree.Condition) -> Type | None:
        self.type_of(node.test)
        types = [self.type_of(node.then)]
        if node.otherwise is not None:
            types.append(self.type_of(node.otherwise))
        return _common(types)

    def _joined(self, node: tree.Joined) -> Type | None:
        for each in node.operands:
            type_ = self.type_of(each)
            if type_ is not None and type_.kind in ("list", "record"):
                self._complain(each, "wrong_type", f"{type_.describe()} is no text")
            elif isinstance(each, tree.Literal) and each.value is None:
                self._complain(each, "always_none", "none has no text")
        return Type("text")

    def _listing(self, node: tree.Listing) -> Type | None:
        types = [self.type_of(each) for each in node.items]
        return Type("list", item=_common(types))

    def _pairs(self, node: tree.Pairs) -> Type | None:
        types = {name: self.type_of(each) or Type("any") for name, each in node.pairs}
        return Type("record", fields=types)

    def _call(self, node: tree.Call) -> Type | None:
        given = [(each, self.type_of(each)) for each in node.arguments]
        named = {name: (each, self.type_of(each)) for name, each in node.named}
        declared = functions().get(node.name)
        if declared is None:
            hint = did_you_mean(node.name, functions())
            message = f"there is no function '{node.name}'"
            self._complain(node, "unknown_function", message, hint)
            return None
        try:
            places = declared.bind(len(given), tuple(name for name, _ in node.named))
        except ValueError as error:
            self._complain(node, "arguments", f"{node.name}: {error}")
            return None
        for position, place in enumerate(places):
            if place is not None:
                chosen = named[place] if isinstance(place, str) else given[place]
                first = given[0][1] if given else None
                self._argument(node, declared.parameter(position), chosen, first)
        return self._returned(declared, given)

    def _argument(
        self,
        node: tree.Call,
        parameter: Parameter,
        given: tuple[tree.Node, Type | None],
        first: Type | None,
    ) -> None:
        place, type_ = given
        if not OPENED.isdisjoint(parameter.kinds):
            self._opened(type_)
        if "field" in parameter.kinds:
            self._field_argument(place, first)
        if type_ is None or type_.kind == "any" or parameter.takes(type_.kind):
            return
        wanted = " or ".join(parameter.kinds)
        self._complain(
            place,
            "wrong_type",
            f"{node.name}: '{parameter.name}' must be a {wanted}, not {type_.describe()}",
            parameter.reader(type_.kind in _TEXTS),
        )

    def _field_argument(self, node: tree.Node, records: Type | None) -> None:
        """The name of a field, which the records of the first argument must have."""
        record = records.item if records is not None and records.kind == "list" else records
        if record is None or record.kind != "record" or not record.fields:
            return
        if isinstance(node, tree.Literal) and isinstance(node.value, str):
            self._field_of(node, record, node.value, node.offset)
        else:
            self._opened(record)

    def _returned(
        self, declared: Function, given: list[tuple[tree.Node, Type | None]]
    ) -> Type | None:
        first = given[0][1] if given else None
        if declared.returns == "same":
            return _bare(first)
        if declared.returns == "item":
            return self._touched(first.item) if first is not None else None
        if declared.returns == "common":
            return _common([each for _, each in given])
        return None if declared.returns == "any" else Type(declared.returns)


def _bare(type_: Type | None) -> Type | None:
    """The type without what belongs to the variable it comes from."""
    if type_ is None:
        return None
    return Type(type_.kind, options=type_.options, item=type_.item, fields=type_.fields)


def _common(types: list[Type | None]) -> Type | None:
    """The type that all have; texts of any kind have 'text' in common, amounts 'number'."""
    known = [_bare(each) for each in types if each is None or each.kind != "any"]
    if not known or None in known:
        return None
    if all(each == known[0] for each in known):
        return known[0]
    kinds = {_SIMILAR.get(each.kind, each.kind) for each in known if each}
    return Type(kinds.pop()) if len(kinds) == 1 and not kinds & {"list", "record"} else None
