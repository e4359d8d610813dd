"""Reads the calendars of a flow: opening hours that belong to the flow, not to the site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode

from ivrkit.call.calendars import CalendarSettings, ExceptionSettings, HolidaySettings
from ivrkit.call.opening import Calendar
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.flow import codes
from ivrkit.flow.declarations import is_told
from ivrkit.flow.reading import Context, Rejected, plain

NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
"""How calendars are called."""

_PARTS: Final[Mapping[str, tuple[type[BaseModel], str]]] = {
    "holidays": (HolidaySettings, "a holiday"),
    "exceptions": (ExceptionSettings, "an exception"),
}


def read_calendars(context: Context, node: Node) -> dict[str, Calendar]:
    """Names and their calendars. A calendar with mistakes, which are told, is left out."""
    calendars: dict[str, Calendar] = {}
    hint = "write `calendars: {office: {zone: Europe/Berlin, week: {…}}}`"
    for key, name, value in context.pairs(node, "calendars", hint=hint):
        with suppress(Rejected):
            if not NAME.fullmatch(name):
                message = f"'{name[:40]}' is not the name of a calendar"
                hint = "write small letters, digits and hyphens"
                raise context.fail(codes.BAD_NAME, message, key, hint=hint)
            if is_told(value):
                raise context.give_up()
            try:
                calendars[name] = Calendar(CalendarSettings.model_validate(plain(value)))
            except ValidationError as error:
                for problem in _worst(error):
                    _complain(context, problem, value)
    return calendars


def calendars_schema() -> dict[str, Any]:
    """The JSON schema of the field."""
    calendar = {
        "type": "object",
        "description": "Opening hours: the week's times, holidays and exceptions.",
        "properties": {
            name: {"description": field.description}
            for name, field in CalendarSettings.model_fields.items()
        },
        "required": ["zone", "week"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME.pattern}$"},
        "additionalProperties": calendar,
        "description": "Calendars of the flow itself, for `hours`.",
        "examples": [{"office": {"zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}}}],
    }


def _worst(error: ValidationError) -> list[Mapping[str, Any]]:
    """The complaints, without those of a field that is missing where another is misspelt."""
    found = error.errors(include_url=False, include_input=False)
    strange = {each["loc"][:-1] for each in found if each["type"] == "extra_forbidden"}
    return [
        {**each} for each in found if each["type"] != "missing" or each["loc"][:-1] not in strange
    ]


def _complain(context: Context, problem: Mapping[str, Any], node: Node) -> None:
    """One of pydantic's complaints, in our words and at its place."""
    place = [each for each in problem["loc"] if isinstance(each, (str, int))]
    model, what = next(
        (_PARTS[str(each)] for each in place if each in _PARTS), (CalendarSettings, "a calendar")
    )
    name = str(place[-1]) if place else ""
    if problem["type"] == "extra_forbidden":
        names = [field.alias or each for each, field in model.model_fields.items()]
        message, hint = f"{what} has no field '{name[:40]}'", did_you_mean(name, names)
        context.fail(codes.UNKNOWN_FIELD, message, _node_at(node, place, key=True), hint=hint)
    elif problem["type"] == "missing":
        message = f"{what} needs '{name}'"
        context.fail(codes.MISSING_FIELD, message, _node_at(node, place[:-1]))
    else:
        text = problem["msg"].removeprefix("Value error, ")
        context.fail(codes.BAD_VALUE, text, _node_at(node, place))


def _node_at(node: Node, place: list[Any], *, key: bool = False) -> Node:
    """The node at a place, or the nearest around it; ``key``: that of its name."""
    for number, each in enumerate(place):
        below = None
        if isinstance(node, MappingNode):
            pairs = ((name, value) for name, value in node.value if name.value == str(each))
            found = next(pairs, None)
            if found is not None:
                below = found[0] if key and number == len(place) - 1 else found[1]
        elif isinstance(node, SequenceNode) and isinstance(each, int) and each < len(node.value):
            below = node.value[each]
        if below is not None:
            node = below
    return node
