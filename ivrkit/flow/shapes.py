"""What may stand at a place of a flow file: a walk through its JSON Schema.

A shape is all that the schema allows at a place, its references and alternatives followed. Editors
and the formatter ask it; that it is made of the schema means that whatever a verb or a part of a
prompt brings is known here without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from ivrkit.flow.schema import DEFINITIONS, NAMES, UNORDERED

Form = dict[str, Any]

_LISTS: Final = ("anyOf", "oneOf")


class Shapes:
    """The shapes of one schema."""

    def __init__(self, schema: Form) -> None:
        self.definitions: dict[str, Form] = schema.get(DEFINITIONS, {})
        self._flat: dict[int, tuple[Form, list[Form]]] = {}
        self.whole = Shape(self, [schema])

    def forms(self, schema: Form) -> list[Form]:
        """A schema's alternatives, none of which is a reference or has alternatives itself."""
        known = self._flat.get(id(schema))
        if known is None:  # the schema is kept, so that its id is not given to another
            known = self._flat[id(schema)] = (schema, list(self._flatten(schema)))
        return known[1]

    def _flatten(self, schema: Form) -> Iterator[Form]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self.forms(self.definitions[name])
        elif "properties" not in schema and any(word in schema for word in _LISTS):
            for word in _LISTS:
                for each in schema.get(word, ()):
                    yield from self.forms(each)
        else:
            yield schema


class Shape:
    """All that may stand at one place."""

    def __init__(self, shapes: Shapes, schemas: list[Form]) -> None:
        self._shapes = shapes
        self.schemas = schemas

    @property
    def forms(self) -> list[Form]:
        """The alternatives there are."""
        return [form for schema in self.schemas for form in self._shapes.forms(schema)]

    def names(self) -> set[str]:
        """What a value here names, or how it is read (``section``, ``expression``, ``text``)."""
        found = {schema[NAMES] for schema in self.schemas if NAMES in schema}
        return found | {form[NAMES] for form in self.forms if NAMES in form}

    def words(self) -> list[tuple[str, Form]]:
        """The words of which one may stand here, each with the form that names it."""
        return [
            (word, form)
            for form in self.forms
            for word in dict.fromkeys(map(str, form.get("enum", ())))
            if word not in ("True", "False")
        ]

    def mappings(self, present: Collection[str] = ()) -> list[Form]:
        """The forms that are mappings with these keys, those first that lack nothing."""
        found = [form for form in self.forms if _takes(form, present)]
        return sorted(found, key=lambda form: not set(form.get("required", ())) <= set(present))

    def keys(self, present: Collection[str] = ()) -> dict[str, Shape]:
        """The keys that may stand in a mapping here beside those that are there."""
        found: dict[str, Shape] = {}
        for form in self.mappings(present):
            for key in _allowed(form, present):
                found.setdefault(key, self.field(key, present))
        return found

    def field(self, key: str, present: Collection[str] = ()) -> Shape:
        """What may stand behind a key, in a mapping with these others."""
        known = [key, *present]
        forms = self.mappings(known) or self.mappings([key])
        schemas = [below for form in forms if (below := _below(form, key, known)) is not None]
        return Shape(self._shapes, schemas)

    def item(self) -> Shape:
        """What may stand in a list here."""
        schemas = [form["items"] for form in self.forms if isinstance(form.get("items"), dict)]
        return Shape(self._shapes, schemas)

    def order(self, present: Collection[str]) -> list[str]:
        """The keys of a mapping in the order in which they are written; none if its order means
        something (sections, keys, values)."""
        for form in self.mappings(present):
            if form.get(NAMES) == UNORDERED:
                return []
            if form.get("properties") and form.get("additionalProperties") is False:
                return list(form["properties"])
        return []

    def text(self) -> str:
        """What it is, in words."""
        return self._first("description")

    def title(self) -> str:
        """What it is called."""
        return self._first("title")

    def default(self) -> Any:
        """What is taken where nothing is written; None if that is not said."""
        return next((s["default"] for s in self._all() if "default" in s), None)

    def examples(self) -> list[Any]:
        """What is written here, for instance."""
        return next((s["examples"] for s in self._all() if s.get("examples")), [])

    def _first(self, word: str) -> str:
        return str(next((each[word] for each in self._all() if each.get(word)), ""))

    def _all(self) -> Iterator[Form]:
        """The schemas of the place, what they refer to, and their alternatives."""
        for schema in self.schemas:
            yield schema
            while "$ref" in schema:
                schema = self._shapes.definitions[schema["$ref"].rpartition("/")[2]]
                yield schema
        yield from self.forms


def _takes(form: Form, present: Collection[str]) -> bool:
    if form.get("type") != "object" and "properties" not in form:
        return False
    if form.get("additionalProperties", True) is not False:
        known = form.get("not", {}).get("anyOf", ())
        return not any(set(each["required"]) <= set(present) for each in known)
    allowed = set(_allowed(form, present, all_of_them=True))
    return allowed.issuperset(present)


def _allowed(form: Form, present: Collection[str], *, all_of_them: bool = False) -> list[str]:
    """The keys that a mapping with these may have; without those it has, if not said."""
    allowed = list(form.get("properties", ()))
    for word, more in form.get("dependencies", {}).items():
        if word in present:
            allowed = [key for key in allowed if key in more["properties"]]
    return allowed if all_of_them else [key for key in allowed if key not in present]


def _below(form: Form, key: str, present: Collection[str]) -> Form | None:
    for word, more in form.get("dependencies", {}).items():
        if word in present and isinstance(more["properties"].get(key), dict):
            return dict(more["properties"])[key]  # type: ignore[no-any-return]
    if key in form.get("properties", {}):
        return form["properties"][key]  # type: ignore[no-any-return]
    rest = form.get("additionalProperties")
    return rest if isinstance(rest, dict) else None
