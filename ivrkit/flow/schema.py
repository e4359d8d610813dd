"""The JSON Schema of the parts of a flow file, made of the same models and readings that read it.

Editors complete and explain with it; what it cannot say (names, types, paths) the check says. It
is written in draft 7, which every editor's YAML support understands; ``x-ivrkit`` beside the words
of the standard tells what a value names (``section``, ``variable``, ``queue`` …), for our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from ivrkit.call.exits import ERROR, ExitSpec
from ivrkit.call.targets import Word
from ivrkit.expressions.types import WORDS
from ivrkit.flow.names import KEBAB, LANGUAGE
from ivrkit.flow.order import BESIDE, fields_in_order, in_order
from ivrkit.flow.schema_texts import (
    default_of,
    examples_of,
    field_examples,
    field_texts,
    plain_example,
    text_of,
)

if TYPE_CHECKING:
    from ivrkit.flow.plans import FieldPlan, Language, Plan
    from ivrkit.flow.reading import Reading

DEFINITIONS: Final = "definitions"
"""Where what occurs in many places is defined once."""
NAMES: Final = "x-ivrkit"
"""The keyword that says what a value names, or that it is an ``expression`` or a ``text``."""
UNORDERED: Final = "unordered"
"""What is said in ``x-ivrkit`` of a mapping whose keys stand in whatever order its author likes."""
SCALAR: Final[dict[str, Any]] = {"type": ["string", "number", "boolean"]}
"""Any single value: YAML readers other than ours take some texts for numbers or flags."""
COMPUTED: Final = r"\s*\{\{[\s\S]*\}\}\s*"
"""A setting that is one whole ``{{ }}``."""
DURATION: Final = r"([0-9]+(\.[0-9]{1,3})?(ms|s|m|h|d))+"

_TEXT: Final = {"type": "string"}
_FLAG: Final = {"enum": [True, False, "true", "false"]}
_BESIDE: Final = {
    "when": "The step is skipped while this is false.",
    "name": "A name of this step for reports and traces.",
    "exits": "Where each outcome leads, other than the usual one; `else` stands for all others.",
    "then": "Where it leads if the condition holds.",
    "else": "Where it leads in all other cases.",
    "cases": "Where each value leads.",
    "do": "What is repeated.",
}
_ROLES: Final = {
    "label": "balances",
    "language": "en",
    "milestone": "identified",
    "voice": "en-GB",
    "queue": "service",
    "calendar": "office",
}
"""Examples of names that have no form of their own."""
_ALWAYS_EXITS: Final = (
    ExitSpec(ERROR, "Something in the step failed."),
    ExitSpec("else", "All outcomes that are not named."),
)


def named(schema: dict[str, Any], what: str) -> dict[str, Any]:
    """The schema of a value that names something, or is read in a way editors should know."""
    return {NAMES: what, **schema}


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
        return {"$ref": f"#/{DEFINITIONS}/{name}"}

    def target(self) -> dict[str, Any]:
        """A section's name, steps in place, or a reserved word."""
        return self.define("target", self._target)

    def _target(self) -> dict[str, Any]:
        name = {"type": "string", "pattern": f"^{KEBAB.pattern}$", "examples": self._words()}
        name = named(name, "target")
        return {"anyOf": [name, self.steps()], "description": "Where it leads."}

    def _words(self) -> list[str]:
        return [str(word) for word in Word]

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
        beside = {
            "when": named({**SCALAR, "examples": ["customer.vip"]}, "expression"),
            "name": {**_TEXT, "examples": ["first question"]},
            "exits": self.targets(),
        }
        words: dict[str, Any] = dict(beside)
        only: dict[str, Any] = {}
        for verb in verbs:
            own = self.language.verbs[verb].beside
            for word, is_mapping in own.items():
                words[word] = self.targets() if is_mapping else self.target()
            allowed: dict[str, Any] = dict.fromkeys([verb, *beside, *own], True)
            allowed["exits"] = self.exits(self.language.verbs[verb].exits)
            only[verb] = {"properties": allowed, "additionalProperties": False}
        words = {
            word: {**words[word], "description": _BESIDE.get(word, "Where it leads.")}
            for word in in_order(words, BESIDE)
        }
        values = {verb: self.define(f"verb.{verb}", self._maker(verb)) for verb in verbs}
        step = {
            "type": "object",
            "properties": {**values, **words},
            "anyOf": [{"required": [verb]} for verb in verbs],
            "dependencies": only,
            "additionalProperties": False,
        }
        return {"anyOf": [step, named({"enum": bare}, "step")]} if bare else step

    def exits(self, specs: Iterable[ExitSpec]) -> dict[str, Any]:
        """The exits of a verb, each with its text. One that runs a flow may have more."""
        names = {
            spec.name: {**self.target(), "description": spec.text}
            for spec in (*specs, *_ALWAYS_EXITS)
        }
        return {"type": "object", "properties": names, "additionalProperties": self.target()}

    def _maker(self, verb: str) -> Callable[[], dict[str, Any]]:
        return lambda: self._verb(verb)

    def _verb(self, verb: str) -> dict[str, Any]:
        plan = self.language.verb(verb)
        schema = self.form_of(plan)
        if not plan.required:
            schema = {"anyOf": [schema, {"type": "null"}]}
        examples = examples_of(self.language.verbs[verb].example, verb)
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
        return {"anyOf": [self.value(plan.main.reading), fields]}

    def fields(self, plan: Plan) -> dict[str, Any]:
        """The fields of a model, each with its text, default and example."""
        texts = field_texts(plan.model)
        shown = field_examples(plan.model, plan.what)
        schema = {
            "type": "object",
            "properties": {
                field.key: self._field(field, texts.get(field.attribute, ""), shown)
                for field in fields_in_order(plan)
            },
            "additionalProperties": False,
        }
        required = [field.key for field in plan.required]
        return {**schema, "required": required} if required else schema

    def value(self, reading: Reading) -> dict[str, Any]:
        """What a reading takes, with what it names."""
        schema = reading.schema(self)
        role = reading.reads.role or reading.reads.reading
        if "$ref" in schema or role in ("list", "mapping", "form"):
            return schema
        return named(schema, role)

    def _field(self, field: FieldPlan, text: str, shown: dict[str, Any]) -> dict[str, Any]:
        schema = dict(self.value(field.reading))
        text = field.info.description or text or field.reading.reads.text
        if text:
            schema["description"] = text
        default = default_of(field)
        if default is not None:
            schema["default"] = default
        example = shown.get(field.key) or self._named_example(field)
        if example is None and field.reading.example:
            example = plain_example(field.reading.example)
        if example is None and default is not None:
            example = default
        if example is None and schema.get("items", {}).get("examples"):
            example = schema["items"]["examples"]
        if example is not None:
            schema.setdefault("examples", [example])
        return schema

    @staticmethod
    def _named_example(field: FieldPlan) -> Any:
        """A name of the field's kind, in a list where it takes several."""
        reads = field.reading.reads
        name = _ROLES.get(reads.role)
        return [name] if name is not None and reads.reading == "names" else name

    def prompt(self) -> dict[str, Any]:
        """A text, a part, or a list of them."""
        return self.define("prompt", self._prompt)

    def _prompt(self) -> dict[str, Any]:
        forms = sorted(self.language.parts)
        parts = [self.define(f"part.{form}", self._part_maker(form)) for form in forms]
        text, languages = named(SCALAR, "text"), self._languages()
        return {
            "description": "What is said: a text, a part, or a list of parts.",
            "anyOf": [
                text,
                {"type": "array", "items": {"anyOf": [text, *parts, *languages]}, "minItems": 1},
                *parts,
                *languages,
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
        texts = {"$ref": f"#/{DEFINITIONS}/prompt"}
        return [{"type": "object", "propertyNames": names, "additionalProperties": texts}]

    def retry(self) -> dict[str, Any]:
        """One prompt, one per attempt, or the long form."""
        return self.define("retry", self._retry)

    def _retry(self) -> dict[str, Any]:
        say = {**self.prompt(), "description": "What is said before the question is asked again."}
        repeats = {**_FLAG, "default": True, "description": "Whether the question is repeated."}
        long = {
            "type": "object",
            "properties": {"say": say, "reprompt": repeats},
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
        this = {"$ref": f"#/{DEFINITIONS}/type"}
        forms = {
            "choice": {
                "type": "array",
                "items": SCALAR,
                "minItems": 1,
                "description": "One of these words.",
                "examples": [["cards", "other"]],
            },
            "list": {**this, "description": "A list; the type of its items.", "examples": ["text"]},
            "type": {**this, "description": "The type, beside its details.", "examples": ["text"]},
        }
        details: dict[str, Any] = {
            "default": {
                **SCALAR,
                "description": "The value it has at the beginning.",
                "examples": ["other"],
            },
            "optional": {**_FLAG, "description": "It may be none.", "default": False},
            "secret": {
                "enum": [*_FLAG["enum"], "never_stored"],
                "description": "It is never shown, logged or stored in the clear.",
                "default": False,
            },
        }
        detailed = [
            {
                "type": "object",
                "properties": {form: schema, **details},
                "required": [form],
                "additionalProperties": False,
            }
            for form, schema in forms.items()
        ]
        record = {
            "type": "object",
            "not": {"anyOf": [{"required": [form]} for form in forms]},
            "additionalProperties": this,
            "minProperties": 1,
        }
        return {
            "description": "A type: a word, a choice, a list, a record, or a type with details.",
            "anyOf": [named({"enum": sorted(WORDS)}, "type"), *detailed, record],
        }
