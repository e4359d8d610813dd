"""The JSON Schema of a whole flow file, for one version of the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ivrkit.flow.calendars import calendars_schema
from ivrkit.flow.fields.entries import context_plan
from ivrkit.flow.names import FLOW, KEBAB, LANGUAGE, SNAKE
from ivrkit.flow.schema import DEFINITIONS, DURATION, NAMES, SCALAR, UNORDERED, Schemas, named

if TYPE_CHECKING:
    from ivrkit.flow.plans import Language

DIALECT: Final = "http://json-schema.org/draft-07/schema#"


def flow_schema(language: Language) -> dict[str, Any]:
    """The schema of a flow file for these verbs and parts."""
    schemas = Schemas(language)
    properties = flow_properties(schemas)
    return {
        "$schema": DIALECT,
        "title": "A flow of ivrkit, version 1 of the language",
        "type": "object",
        "properties": properties,
        "required": ["sections"],
        "additionalProperties": False,
        DEFINITIONS: schemas.definitions,
    }


def flow_properties(schemas: Schemas) -> dict[str, Any]:
    """The fields of a flow, each with its text and an example."""
    return {
        **_heading(),
        **_declarations(schemas),
        **_ways(schemas),
        "max_call": {
            "type": "string",
            "pattern": f"^{DURATION}$",
            "default": "1h",
            "examples": ["20m"],
            "description": "The caller's longest time with the flow, queues not counted.",
        },
        "sections": {
            "type": "object",
            "propertyNames": {"pattern": f"^{KEBAB.pattern}$"},
            "additionalProperties": schemas.steps(),
            "description": "Lists of steps by their names; a call begins at `main`.",
            "examples": [{"main": ["answer", {"say": "Welcome."}]}],
        },
    }


def _heading() -> dict[str, Any]:
    return {
        "ivrkit": {
            "enum": [1, "1"],
            "description": "The version of the language in which the file is written.",
            "examples": [1],
        },
        "flow": {
            "type": "string",
            "pattern": f"^{FLOW.pattern}$",
            "description": "Its name: that of the file, or with its folder in front.",
            "examples": ["bank"],
        },
        "title": {**SCALAR, "description": "What it is, for people.", "examples": ["Acme Bank"]},
        "language": {
            "type": "string",
            "pattern": f"^{LANGUAGE.pattern}$",
            "default": "en",
            "description": "The language in which it speaks.",
            "examples": ["en", "de-AT"],
        },
    }


def _declarations(schemas: Schemas) -> dict[str, Any]:
    types = {
        "type": "object",
        "propertyNames": {"pattern": f"^{SNAKE.pattern}$"},
        "additionalProperties": schemas.type(),
    }
    account = {"account": "digits"}
    outcome = {"type": "string", "pattern": f"^{SNAKE.pattern}$"}
    section = named({"type": "string", "pattern": f"^{KEBAB.pattern}$"}, "section")
    return {
        "params": {
            **types,
            "description": "What it is given when it is run: names and types.",
            "examples": [account],
        },
        "returns": {
            **types,
            "description": "The values it hands back: names and types.",
            "examples": [account],
        },
        "outcomes": {
            "type": "array",
            "items": outcome,
            "description": "Its exits besides the usual one.",
            "examples": [["refused"]],
        },
        "entry": {
            "type": "array",
            "items": section,
            "description": "Sections at which a call may be started, besides `main`.",
            "examples": [["appointment"]],
        },
        "data": {
            "type": "object",
            "propertyNames": {"pattern": f"^{SNAKE.pattern}$"},
            "description": "Constants: values, tables and lists.",
            "examples": [{"branches": ["Bonn", "Trier"]}],
        },
        "variables": {
            **types,
            "description": "Its variables and their types.",
            "examples": [account],
        },
        "payload": {
            **types,
            "description": "What an agent's screen receives: names and types.",
            "examples": [account],
        },
        "calendars": calendars_schema(),
    }


def _ways(schemas: Schemas) -> dict[str, Any]:
    keys = schemas.entries(context_plan(schemas.language.plan, whole=True))
    target, targets = schemas.target(), schemas.targets()
    return {
        "keys": {
            **keys,
            "description": "Keys understood in every menu and collect of the flow and of those "
            "it runs.",
            "examples": [{"0": {"say": "For a person", "to": "agent"}}],
        },
        "shortcuts": {
            **keys,
            "description": "Keys understood in every menu, however deep.",
            "examples": [{"*31": "cards"}],
        },
        "defaults": _defaults(schemas),
        "exits": {
            **targets,
            "description": "Where outcomes lead in every step that does not say otherwise.",
            "examples": [{"no_input": "agent"}],
        },
        "on_error": {
            **target,
            "description": "Where a step that failed goes, if its own exits do not say.",
            "examples": ["apology"],
        },
        "on_end": {
            **target,
            "description": "Runs once when the call is over, however it ended.",
            "examples": ["wrap-up"],
        },
    }


def _defaults(schemas: Schemas) -> dict[str, Any]:
    """Fields per verb, and fields of all verbs that have them."""
    language = schemas.language
    shared: dict[str, list[Any]] = {}
    for verb in sorted(language.verbs):
        for name, schema in schemas.fields(language.verb(verb))["properties"].items():
            if schema not in shared.setdefault(name, []):
                shared[name].append(schema)
    fields = {
        name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in shared.items()
    }
    verbs = {
        verb: schemas.define(f"defaults.{verb}", _defaults_maker(schemas, verb))
        for verb in sorted(language.verbs)
    }
    return {
        NAMES: UNORDERED,
        "type": "object",
        "properties": {**fields, **verbs},
        "additionalProperties": False,
        "description": "Values of fields where a step does not say: per verb, or for all verbs "
        "that have the field.",
        "examples": [{"menu": {"attempts": 2}}],
    }


def _defaults_maker(schemas: Schemas, verb: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        fields = schemas.fields(schemas.language.verb(verb))
        return {key: value for key, value in fields.items() if key != "required"}

    return make
