"""Which verbs may have a time limit, and what is said of one at the others."""

from __future__ import annotations

import pytest

from ivrkit.flow import codes
from ivrkit.service.registries import reader, verbs


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_a_verb_that_takes_time_may_have_one(verb: str) -> None:
    plan = reader().language.verb(verb)
    assert ("timeout" in plan.fields) == (plan.model.lasts() or verb == "queue")  # type: ignore[attr-defined]


def test_those_that_do() -> None:
    lasting = {name for name, verb in verbs().items() if verb.lasts()}
    assert {"say", "wait", "menu", "collect", "run", "repeat", "each", "record"} <= lasting
    assert lasting.isdisjoint({"set", "if", "switch", "goto", "log", "return", "again", "queue"})


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ("set: {name: Ann}\n      timeout: 3s", "run, repeat and each"),
        ("log: {text: a, timeout: 3s}", "run, repeat and each"),
        ("dialplan: {to: terminal, timeout: 3s}", "other hands"),
    ],
)
def test_where_it_cannot_be_this_is_said(step: str, hint: str) -> None:
    _, found = reader().read("main.yaml", f"sections:\n  main:\n    - {step}\n")
    limits = [each for each in found if "time" in each.message]
    assert [each.code for each in limits] == [codes.UNKNOWN_FIELD]
    assert hint in limits[0].hint
