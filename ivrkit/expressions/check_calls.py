"""The check of calls: functions there are not, arguments they do not take, what they return."""

from __future__ import annotations

from ivrkit.expressions.elsewhere import what_is_meant
from ivrkit.expressions.findings import TEXTS, Findings, Typed, bare
from ivrkit.expressions.functions.registry import OPENED, Function, Parameter, functions
from ivrkit.expressions.tree import Call, Literal
from ivrkit.expressions.types import Type


def check_call(
    findings: Findings, node: Call, given: list[Typed], named: dict[str, Typed]
) -> Type | None:
    """The type of what a call returns; its arguments have been checked as expressions already."""
    declared = functions().get(node.name)
    if declared is None:
        hint = what_is_meant(node.name, functions())
        message = f"there is no function '{node.name}'"
        findings.complain(node, "unknown_function", message, hint)
        return None
    try:
        places = declared.bind(len(given), tuple(name for name, _ in node.named))
    except ValueError as error:
        findings.complain(node, "arguments", f"{node.name}: {error}")
        return None
    bound = [
        None if place is None else named[place] if isinstance(place, str) else given[place]
        for place in places
    ]
    first = bound[0].type if bound and bound[0] else None
    for position, argument in enumerate(bound):
        if argument is not None:
            _check_argument(findings, node, declared.parameter(position), argument, first)
    return _returned(findings, declared, [each for each in bound if each is not None])


def _check_argument(
    findings: Findings, node: Call, parameter: Parameter, given: Typed, first: Type | None
) -> None:
    type_ = given.type
    if not OPENED.isdisjoint(parameter.kinds):
        findings.opened(type_)
    if "field" in parameter.kinds:
        _field_of(findings, given, first)
    if type_ is None or type_.kind == "any" or parameter.takes(type_.kind):
        return
    wanted = " or ".join(parameter.kinds)
    findings.complain(
        given.node,
        "wrong_type",
        f"{node.name}: '{parameter.name}' must be a {wanted}, not {type_.describe()}",
        parameter.reader(type_.kind in TEXTS),
    )


def _field_of(findings: Findings, name: Typed, records: Type | None) -> Type | None:
    """The type of a field by its name, which the records of the first argument must have."""
    record = records.item if records is not None and records.kind == "list" else records
    if isinstance(name.node, Literal) and isinstance(name.node.value, str):
        return findings.field(name.node, record, name.node.value, name.node.offset)
    findings.opened(record)
    return None


def _returned(findings: Findings, declared: Function, given: list[Typed]) -> Type | None:
    """What a function returns; where types are lost, it may be any secret that was given to it."""
    if declared.returns in ("any", "list", "record"):
        for each in given:
            findings.opened(each.type)
    return _derived(findings, declared, given)


def _derived(findings: Findings, declared: Function, given: list[Typed]) -> Type | None:
    first = given[0].type if given else None
    match declared.returns:
        case "any":
            return None
        case "same":
            return _same(declared.parameters[0], first)
        case "item":
            return findings.touched(first.item) if first is not None else None
        case "inner" if len(given) > 1:
            return bare(_field_of(Findings(), given[1], first))
        case "inner":
            return findings.touched(first.item) if first is not None else None
        case "common":
            return findings.common([each.type for each in given])
        case "field" | "fields" as form:
            fields = Findings()  # the name itself has been checked as an argument
            field = _field_of(fields, given[1], first)
            if form == "fields":
                return Type("list", item=bare(field))
            return findings.common([field, *(each.type for each in given[2:])])
    return Type(declared.returns)


def _same(parameter: Parameter, given: Type | None) -> Type | None:
    """The type of the argument; what a text parameter has been given is a text afterwards."""
    if given is None or given.kind == "any" or given.kind in parameter.kinds:
        return bare(given)
    return Type("text") if "text" in parameter.kinds else bare(given)
