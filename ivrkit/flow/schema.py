"""The JSON Schema (2020-12) of a flow file, made of the same models and readings that read it.

Editors complete and explain with it; what it cannot say (names, types, paths) the check says.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import yaml
from pydantic import BaseModel

from ivrkit.call.targets import Word
from ivrkit.errors import IvrkitError
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.scope import Scope
from ivrkit.expressions.types import WORDS
from ivrkit.expressions.values import spoken
from ivrkit.flow.names import FLOW, KEBAB, LANGUAGE, SNAKE

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan, Language, Plan

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean"]}
"""Any single value: YAML readers other than ours take some texts for numbers or flags."""

_DURATION: Final = {"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$"}
_TEXT: Final = {"type": "string"}


def flow_schema(language: Language) -> dict[str, Any]:
    """The schema of a flow file for these verbs and parts."""
    schemas = Schemas(language)
    properties = _flow_properties(schemas)
    return {
        "$schema": DIALECT,
        "title": "A flow of ivrkit",
        "type": "object",
        "properties": properties,
        "required": ["sections"],
        "additionalProperties": False,
        "$defs": schemas.definitions,
    }


class Schemas:
    """The schemas of one language; what occurs in many places is defined once."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.definitions: dict[str, Any] = {}

    def define(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """A reference to a definition, which is made at its first use."""
        if name not in self.definitions:
            self.definitions[name] = {}  # it may refer to itself
            self.definitions[name] = make()
        return {"$ref": f"#/$defs/{name}"}

    def target(self) -> dict[str, Any]:
        """A section's name, steps in place, or a reserved word."""
        return self.define("target", self._target)

    def _target(self) -> dict[str, Any]:
        name = {"type": "string", "pattern": f"^{KEBAB.pattern}$", "examples": self._words()}
        return {"anyOf": [name, self.steps()], "description": "Where it leads."}

    def _words(self) -> list[str]:
        return [word for word in map(str, Word) if word not in self.language.later.targets]

    def targets(self) -> dict[str, Any]:
        """Names and targets: ``exits``, ``cases``."""
        return {"type": "object", "additionalProperties": self.target()}

    def steps(self) -> dict[str, Any]:
        """A list of steps."""
        return self.define("steps", lambda: {"type": "array", "items": self.step()})

    def step(self) -> dict[str, Any]:
        """One step: exactly one verb, and what may stand beside it."""
        return self.define("step", self._step)

    def _step(self) -> dict[str, Any]:
        verbs = sorted(self.language.verbs)
        bare = [verb for verb in verbs if not self.language.verb(verb).required]
        beside = {"when": SCALAR, "name": _TEXT, "exits": self.targets()}
        words: dict[str, Any] = dict(beside)
        only: dict[str, Any] = {}
        for verb in verbs:
            own = self.language.verbs[verb].beside
            for word, is_mapping in own.items():
                words[word] = self.targets() if is_mapping else self.target()
            allowed = dict.fromkeys([verb, *beside, *own], True)
            only[verb] = {"properties": allowed, "additionalProperties": False}
        values = {verb: self.define(f"verb.{verb}", self._maker(verb)) for verb in verbs}
        step = {
            "type": "object",
            "properties": {**values, **words},
            "anyOf": [{"required": [verb]} for verb in verbs],
            "dependentSchemas": only,
            "additionalProperties": False,
        }
        return {"anyOf": [step, {"enum": bare}]} if bare else step

    def _maker(self, verb: str) -> Callable[[], dict[str, Any]]:
        return lambda: self._verb(verb)

    def _verb(self, verb: str) -> dict[str, Any]:
        plan = self.language.verb(verb)
        schema = self.form_of(plan)
        if not plan.required:
            schema = {"anyOf": [schema, {"type": "null"}]}
        examples = _examples(self.language.verbs[verb].example, verb)
        described = {"title": verb, "description": text_of(plan.model), **schema}
        return {**described, "examples": examples} if examples else described

    def form(self, plan: Plan) -> dict[str, Any]:
        """A form, defined once under its class's name."""
        return self.define(f"form.{plan.model.__name__}", lambda: self.form_of(plan))

    def form_of(self, plan: Plan) -> dict[str, Any]:
        """The fields of a model, or what is short for the main one."""
        fields = self.fields(plan)
        if plan.main is None:
            return fields
        return {"anyOf": [plan.main.reading.schema(self), fields]}

    def fields(self, plan: Plan) -> dict[str, Any]:
        """The fields of a model, each with its text, default and example."""
        texts = field_texts(plan.model)
        schema = {
            "type": "object",
            "properties": {
                field.key: self._field(field, texts.get(field.attribute, ""))
                for field in plan.fields.values()
            },
            "additionalProperties": False,
        }
        required = [field.key for field in plan.required]
        return {**schema, "required": required} if required else schema

    def _field(self, field: FieldPlan, text: str) -> dict[str, Any]:
        schema = dict(field.reading.schema(self))
        text = field.info.description or text or field.reading.reads.text
        if text:
            schema["description"] = text
        default = _default(field)
        if default is not None:
            schema["default"] = default
        if field.reading.example:
            schema.setdefault("examples", [_plain(field.reading.example)])
        return schema

    def prompt(self) -> dict[str, Any]:
        """A text, a part, or a list of them."""
        return self.define("prompt", self._prompt)

    def _prompt(self) -> dict[str, Any]:
        forms = sorted(self.language.parts)
        parts = [self.define(f"part.{form}", self._part_maker(form)) for form in forms]
        return {
            "description": "What is said: a text, a part, or a list of parts.",
            "anyOf": [
                SCALAR,
                {"type": "array", "items": {"anyOf": [SCALAR, *parts]}, "minItems": 1},
                *parts,
                *self._languages(),
            ],
        }

    def _part_maker(self, form: str) -> Callable[[], dict[str, Any]]:
        def make() -> dict[str, Any]:
            plan = self.language.part(form)
            return {"title": form, "description": text_of(plan.model), **self.fields(plan)}

        return make

    def _languages(self) -> list[dict[str, Any]]:
        if "languages" not in self.language.parts:
            return []
        names = {"pattern": f"^{LANGUAGE.pattern}$"}
        texts = {"$ref": "#/$defs/prompt"}
        return [{"type": "object", "propertyNames": names, "additionalProperties": texts}]

    def retry(self) -> dict[str, Any]:
        """One prompt, one per attempt, or the long form."""
        flag = {"enum": [True, False, "true", "false"]}
        long = {
            "type": "object",
            "properties": {"say": self.prompt(), "reprompt": {**flag, "default": True}},
            "additionalProperties": False,
        }
        one = {"anyOf": [self.prompt(), long]}
        return {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]}

    def entries(self, plan: Plan) -> dict[str, Any]:
        """Keys and where they lead, in the short or the long form."""
        entry = self.define(f"form.{plan.model.__name__}", lambda: self.fields(plan))
        return {"type": "object", "additionalProperties": {"anyOf": [self.target(), entry]}}

    def type(self) -> dict[str, Any]:
        """The type of a variable."""
        return self.define("type", self._type)

    def _type(self) -> dict[str, Any]:
        word = {"enum": sorted(WORDS)}
        this = {"$ref": "#/$defs/type"}
        choice = {"type": "array", "items": SCALAR, "minItems": 1}
        return {
            "description": "A type: a word, a choice, a list, a record, or a type with details.",
            "anyOf": [
                word,
                {
                    "type": "object",
                    "properties": {"choice": choice, "list": this, "type": this},
                    "minProperties": 1,
                },
            ],
        }


def _flow_properties(schemas: Schemas) -> dict[str, Any]:
    names = {"pattern": f"^{SNAKE.pattern}$"}
    types = {
        "type": "object",
        "propertyNames": names,
        "additionalProperties": schemas.type(),
    }
    plan = _entry_plan(schemas)
    keys = schemas.entries(plan)
    sections = {
        "type": "object",
        "propertyNames": {"pattern": f"^{KEBAB.pattern}$"},
        "additionalProperties": schemas.steps(),
    }
    verbs = {
        verb: schemas.define(f"defaults.{verb}", _defaults_maker(schemas, verb))
        for verb in sorted(schemas.language.verbs)
    }
    listed = {"type": "array", "items": {"type": "string"}}
    return {
        "ivrkit": {"enum": [1, "1"], "description": "The version of the language."},
        "flow": {"type": "string", "pattern": f"^{FLOW.pattern}$", "description": "Its name."},
        "title": {**SCALAR, "description": "What it is, for people."},
        "language": {
            "type": "string",
            "pattern": f"^{LANGUAGE.pattern}$",
            "default": "en",
            "description": "The language in which it speaks.",
        },
        "params": {**types, "description": "What it is given when it is run."},
        "returns": {**types, "description": "The values it hands back."},
        "outcomes": {**listed, "description": "Its exits besides the usual one."},
        "entry": {**listed, "description": "Sections at which a call may be started."},
        "data": {"type": "object", "description": "Constants: tables and lists."},
        "variables": {**types, "description": "Its variables and their types."},
        "payload": {**types, "description": "What an agent's screen receives."},
        "keys": {**keys, "description": "Keys understood in every menu and collect."},
        "shortcuts": {**keys, "description": "Keys understood in every menu, however deep."},
        "defaults": {"type": "object", "properties": verbs, "description": "Fields of all steps."},
        "exits": {**schemas.targets(), "description": "For every step that does not say."},
        "on_error": {**schemas.target(), "description": "Where a step that failed goes."},
        "on_end": {**schemas.target(), "description": "Runs once when the call is over."},
        "max_call": {**_DURATION, "default": "1h", "description": "The caller's longest time."},
        "sections": {**sections, "description": "Lists of steps; a call begins at `main`."},
    }


def _entry_plan(schemas: Schemas) -> Plan:
    from ivrkit.flow.fields.entries import Entry  # the readings import this module

    return schemas.language.plan(Entry, "an entry", main="to")


def _defaults_maker(schemas: Schemas, verb: str) -> Callable[[], dict[str, Any]]:
    def make() -> dict[str, Any]:
        fields = schemas.fields(schemas.language.verb(verb))
        return {key: value for key, value in fields.items() if key != "required"}

    return make


def text_of(model: type[BaseModel]) -> str:
    """The first paragraph of a model's docstring, on one line."""
    text = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0]
    return " ".join(text.split()).replace("``", "`")


@lru_cache(maxsize=512)
def field_texts(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below a model's fields, those of its bases included."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts.update(_own_texts(base))
    return texts


def _own_texts(model: type[BaseModel]) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    except (OSError, TypeError, SyntaxError):  # made without a source file
        return {}
    texts = {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, text in pairwise(body):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as written)),
            ):
                texts[name] = " ".join(written.split()).replace("``", "`")
    return texts


def _default(field: FieldPlan) -> Any:
    """A field's default as it would be written; None where there is none to show."""
    default = field.info.get_default(call_default_factory=False)
    if isinstance(default, bool | str | int) and default != "":
        return default
    if isinstance(default, Decimal):
        return str(default)
    if isinstance(default, Setting) and default.static:
        return spoken(default.value(cast(Scope, None)))  # a literal asks its scope for nothing
    return None


def _examples(written: str, verb: str) -> list[Any]:
    steps = _plain(written)
    steps = steps if isinstance(steps, list) else [steps]
    return [step[verb] for step in steps if isinstance(step, dict) and verb in step]


def _plain(written: str) -> Any:
    """An example as plain data whose scalars are texts."""
    try:
        return yaml.load(written, Loader=yaml.CBaseLoader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, IvrkitError):
        return written
