"""The check of comparisons: texts that are no value of the other's type, kinds without an order."""

from __future__ import annotations

from typing import Final

from ivrkit.errors import ValueRejected
from ivrkit.expressions.findings import SIMILAR, TEXTS, Findings, Typed
from ivrkit.expressions.tree import Listing, Literal, Node
from ivrkit.expressions.types import Type

_UNORDERED: Final = frozenset({"flag", "list", "record"})
_INSIDE: Final = TEXTS | {"list", "record", "any"}


def check_comparison(findings: Findings, sign: str, left: Typed, right: Typed) -> None:
    """Complain of a comparison that can never hold, or fails when it is evaluated."""
    if sign in ("in", "not in"):
        _contained(findings, left, right)
        return
    for (node, type_), other in ((left, right.type), (right, left.type)):
        findings.opened(type_)
        if isinstance(node, Literal) and isinstance(node.value, str):
            _readable(findings, node, node.value, other)
    _alike(findings, sign, left, right)


def _readable(findings: Findings, node: Node, text: str, other: Type | None) -> None:
    """A literal text beside a typed value must be a value of that type."""
    if other is None or other.kind in (TEXTS - {"choice"}) | {"any", "list", "record"}:
        return
    try:
        other.parse(text)
    except ValueRejected as error:
        code = "not_a_choice" if other.kind == "choice" else "wrong_type"
        findings.complain(node, code, error.message, error.hint)


def _alike(findings: Findings, sign: str, left: Typed, right: Typed) -> None:
    """Kinds that can never be equal, or have no order."""
    if left.type is None or right.type is None or "any" in (left.type.kind, right.type.kind):
        return
    kinds = [SIMILAR.get(each.type.kind, each.type.kind) for each in (left, right) if each.type]
    ordered = sign not in ("==", "!=")
    if ordered and _UNORDERED.intersection(kinds):
        kind = next(each for each in kinds if each in _UNORDERED)
        findings.complain(left.node, "wrong_type", f"a {kind} has no order")
    elif kinds[0] == kinds[1] or set(kinds) == {"date", "datetime"}:
        return
    elif "text" not in kinds or not _UNORDERED.isdisjoint(set(kinds) - {"flag"}):
        findings.complain(
            left.node, "wrong_type", f"{kinds[0]} {sign} {kinds[1]} cannot be compared"
        )
    else:
        _digits_as_number(findings, left, right)


def _digits_as_number(findings: Findings, left: Typed, right: Typed) -> None:
    for (_, type_), (node, _) in ((left, right), (right, left)):
        number = isinstance(node, Literal) and not isinstance(node.value, str)
        if number and type_ is not None and type_.kind in ("digits", "phone", "secret"):
            findings.complain(
                node, "wrong_type", f"{type_.kind} are a text", "write the number in quotes"
            )


def _contained(findings: Findings, left: Typed, right: Typed) -> None:
    container = right.type
    findings.opened(left.type)
    if container is None:
        return
    if container.kind not in _INSIDE:
        findings.complain(right.node, "wrong_type", f"nothing can be in {container.describe()}")
    elif container.kind == "list":
        findings.opened(container)
    if isinstance(right.node, Listing):
        for each in right.node.items:
            if isinstance(each, Literal) and isinstance(each.value, str):
                _readable(findings, each, each.value, left.type)
