"""An example of every field, as one writes it: what the schema shows to editors too."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import yaml

from docs.generator.markdown import code
from ivrkit.flow.plans import FieldPlan, Plan
from ivrkit.flow.schema import Schemas
from ivrkit.service.registries import reader

LONGEST: Final = 70
"""Characters; what is longer is left to the example of the verb."""


@cache
def _schemas() -> Schemas:
    return Schemas(reader().language)


def example_of(plan: Plan, field: FieldPlan) -> Any:
    """A value of a field as plain data; None where its parts are shown by themselves."""
    schemas = _schemas()
    schema = schemas.fields(plan)["properties"][field.key]
    while "examples" not in schema and "$ref" in schema:
        schema = schemas.definitions[schema["$ref"].rpartition("/")[2]]
    if "examples" in schema:
        return schema["examples"][0]
    words = schema.get("enum")
    return words[0] if words else None


def written(plan: Plan, field: FieldPlan) -> str:
    """``field: value`` as a cell of a table; empty where there is nothing to show in one line."""
    value = example_of(plan, field)
    if value is None:
        return ""
    line: str = yaml.safe_dump(
        {field.key: value}, default_flow_style=True, width=10_000, allow_unicode=True
    )
    line = line.strip()[1:-1].replace("'true'", "true").replace("'false'", "false")
    return code(line) if len(line) <= LONGEST and "`" not in line else ""
