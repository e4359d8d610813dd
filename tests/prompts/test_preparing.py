from __future__ import annotations

from ivrkit.call.prompt import Prompt
from ivrkit.prompts.preparing import static_runs
from tests.prompts.support import part, prompt


def runs(said: Prompt) -> list[list[object]]:
    return [[piece.value for piece in run] for run in static_runs(said)]


def test_stretches_between_data_are_spoken_beforehand() -> None:
    said = prompt("One.", "Two", part("number", number="count"), "three.")
    assert runs(said) == [["One.", "Two"], ["three."]]


def test_nothing_of_a_prompt_made_of_data() -> None:
    assert runs(prompt("{{ account }}")) == []


def test_every_way_a_condition_may_turn_out() -> None:
    said = prompt("One", part("text", text="two", when="vip"), "three")
    assert runs(said) == [["One", "two", "three"], ["One", "three"]]


def test_with_many_conditions_only_the_outermost_ways() -> None:
    parts = [part("text", text=str(number), when="vip") for number in range(8)]
    assert runs(prompt("x", *parts)) == [["x", *"01234567"], ["x"]]
