"""The example of every field of every verb is read, by the reader that reads flows."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from docs.generator.field_examples import example_of
from ivrkit.flow.plans import FieldPlan, Plan
from ivrkit.service.registries import reader

LANGUAGE = reader().language
FIELDS = [
    pytest.param(verb, plan, field, id=f"{verb}.{field.key}")
    for verb in sorted(LANGUAGE.verbs)
    for plan in [LANGUAGE.verb(verb)]
    for field in plan.fields.values()
]


@pytest.mark.parametrize(("verb", "plan", "field"), FIELDS)
def test_an_example_can_be_written(verb: str, plan: Plan, field: FieldPlan) -> None:
    """As a default, which is read like the field of a step."""
    example: Any = example_of(plan, field)
    if example is None:
        assert isinstance(field.reading.reads.reading, str)
        return
    flow = {
        "ivrkit": "1",
        "defaults": {verb: {field.key: example}},
        "sections": {"main": ["answer"], "balance": ["answer"], "agent": ["answer"]},
    }
    text = yaml.safe_dump(flow, allow_unicode=True).replace("'true'", "true")
    _, found = reader().read("fields.yaml", text.replace("'false'", "false"))
    assert not found.failed, "\n".join(map(str, found))
