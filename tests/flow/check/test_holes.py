"""All problems of a file are told at once, and one mistake gives one message: flows with a mistake
of reading in them are checked, and nothing is told that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from textwrap import dedent

import pytest
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivrkit.errors import FlowError
from ivrkit.flow.check import check_flows
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.diagnostics import Diagnostic, Diagnostics
from ivrkit.flow.holes import Gaps
from ivrkit.flow.model import FlowVersion
from ivrkit.flow.reader import Reader
from ivrkit.flow.source import compose

from .conftest import ReadFlow, Site, told
from .test_samples import SAMPLES

FLOWS = Path(__file__).parents[3] / "flows"
LIBRARY = {
    path.relative_to(FLOWS).with_suffix("").as_posix(): path.read_text()
    for path in (FLOWS / "library").glob("*.yaml")
}
GOOD = [
    # The test gives each an `entry` of its own.
    *(dedent(each.good) for each in SAMPLES if not each.runs and "entry:" not in each.good),
    *((FLOWS / f"{name}.yaml").read_text() for name in ("bank", "clinic")),
]
FAR_AWAY = """
  far-away:
    - say: "1 2 3"
      exits: {zork: next}
"""
MUTATIONS: list[Callable[[str], str]] = [
    lambda raw: "zq" + raw.strip("\"'"),
    lambda raw: '"{{ 1 + }}"',
    lambda raw: '"Sorry!! x"',
    lambda raw: "next",
    lambda raw: "[a]",
    lambda raw: "{zz: 1}",
    lambda raw: "{{ a }}",
    lambda raw: '""',
    lambda raw: "*31",
    lambda raw: "@x",
    lambda raw: "`x` y",
    lambda raw: "{{ a }} b",
    lambda raw: "a: b",
]

Load = Callable[[str], tuple[list[Diagnostic], list[Diagnostic]]]


@pytest.fixture(scope="module")
def load(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """The mistakes of reading a flow, and what the checks add to them."""
    library = FlowLibrary(reader, tmp_path_factory.mktemp("flows"))

    def load_text(text: str) -> tuple[list[Diagnostic], list[Diagnostic]]:
        loaded = library.load("bank", {"bank": text, **LIBRARY})
        assert loaded.version is None or not loaded.diagnostics.errors
        return loaded.diagnostics.errors, list(check_flows("bank", loaded.flows, Site()))

    return load_text


def scalars(node: Node) -> Iterator[ScalarNode]:
    """Every key and value."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from scalars(item)
    elif isinstance(node, MappingNode):
        for pair in node.value:
            for item in pair:
                yield from scalars(item)


def mutants(text: str, verbs: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The text with one key or value replaced, the far section apart."""
    source = compose("x", text, Diagnostics())
    assert source is not None
    far = source.text.index(FAR_AWAY)
    for node in scalars(source.root):
        start, end = node.start_mark.index, node.end_mark.index
        if (
            not node.value
            or node.style in ("|", ">")
            or start >= far
            or node.value in ("entry", "sections", "far-away")
        ):
            continue
        for mutate in MUTATIONS:
            new = mutate(text[start:end])
            two_mistakes = (
                (new == "next" and node.value in verbs)
                or ("zq{{" in new.replace(" ", ""))
                or (new == "a: b" and text[end] == ":")
                or (new == "{{ a }} b" and text[start - 1] == "{")
            )
            if not two_mistakes:
                yield f"{text[start:end]!r} -> {new}", text[:start] + new + text[end:]


@pytest.mark.parametrize("good", GOOD, ids=map(str, range(len(GOOD))))
def test_one_mistake_hides_no_other_and_brings_none(load: Load, reader: Reader, good: str) -> None:
    """Every seventh mutant (of a large flow fewer): each kind of mutation, all over the sample."""
    lines = [line for line in good.splitlines() if not line.startswith("flow:")]
    text = "\n".join(["entry: [far-away]", *lines]).rstrip() + "\n" + FAR_AWAY
    assert [each.code for each in load(text)[1]] == ["unknown-exit"]
    number, tried = count(), 0
    every = 7 if len(text) < 3000 else 47
    for what, mutant in mutants(text, frozenset(reader.language.verbs)):
        if next(number) % every:
            continue
        errors, found = load(mutant)
        if errors:
            tried += 1
            assert len(errors) == 1, (what, [str(each) for each in errors])
            assert [each.code for each in found] == ["unknown-exit"], (
                what,
                [str(each) for each in (*errors, *found)],
            )
    assert tried


def both(load: Load, text: str) -> list[tuple[str, int]]:
    errors, found = load(dedent(text))
    return sorted(told([*errors, *found]), key=lambda each: each[1])


def test_mistakes_of_both_kinds_are_told_at_once(load: Load) -> None:
    assert both(
        load,
        """
        variables: {account: digits}
        sections:
          main:
            - answr
            - collect: {into: account, digits: 4, first_digit: soon}
              exits: {no_input: hangup, no_match: agnt}
            - say: "You entered {{ acount }}."
            - goto: agent
          agent:
            - queue: service
              exits: {tmeout: hangup, else: hangup}
            - say: "{{ balance }}"
        """,
    ) == [
        ("unknown-verb", 5),
        ("bad-value", 6),
        ("missing-section", 7),
        ("undefined-name", 8),
        ("unknown-exit", 12),
        ("undefined-name", 13),
    ]


def test_what_stands_in_a_broken_step_is_checked_as_far_as_it_can_be_read(load: Load) -> None:
    assert both(
        load,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: "{{ nobody }}"
                first_digit: soon
                keys:
                  1: nowhere
                  2:
                    - say: "{{ nothing }}"
                    - again
              exits: {else: hangup}
            - iff: call.from
              then:
                - goto: elsewhere
        """,
    ) == [
        ("undefined-name", 6),
        ("bad-value", 7),
        ("missing-section", 9),
        ("undefined-name", 11),
        ("unknown-verb", 14),
        ("missing-section", 16),
    ]


def test_a_variable_is_told_of_behind_a_broken_step_that_does_not_name_it(load: Load) -> None:
    text = """
        variables: {account: digits, pin: digits}
        sections:
          main:
            - sett: {account: "12"}
            - say: "{{ account }}"
            - say: "{{ pin }}"
        """
    assert both(load, text) == [("unknown-verb", 5), ("perhaps-unset", 7)]


def test_declarations_with_a_wrong_type_are_declarations(load: Load) -> None:
    text = """
        variables: {account: dgits, customer: {name: txt}}
        payload: {account: dgits}
        data: {rates: {type: number, value: x}}
        sections:
          main:
            - answer
            - say: "{{ account }} {{ customer.name }} {{ rates }} {{ acount }}"
            - queue: {name: service, payload: {}}
              exits: {else: hangup}
        """
    assert both(load, text) == [
        ("bad-type", 2),
        ("bad-type", 2),
        ("bad-type", 3),
        ("bad-value", 4),
        ("undefined-name", 8),
    ]


def test_a_field_of_the_flow_with_a_wrong_name_is_known_by_its_words(load: Load) -> None:
    text = """
        variabels: {account: digits}
        exit: {no_input: bye, no_match: bye}
        sections:
          main:
            - answer
            - menu: {keys: {1: hangup}}
            - say: "{{ account }} {{ acount }}"
          bye:
            - hangup
        """
    assert both(load, text) == [
        ("unknown-field", 2),
        ("unknown-field", 3),
        ("unreached-step", 8),
        ("undefined-name", 8),
    ]


def test_a_flow_that_is_run_may_be_broken(reader: Reader, tmp_path: Path) -> None:
    sources = {
        "bank": dedent(
            """
            sections:
              main:
                - run: {flow: survey, into: result, with: {question: Why}, twice: 1}
                - run: {flow: survey, into: result, with: {question: Why}}
                  exits: {refused: next}
                - menu: {keys: {1: hangup}}
                  exits: {else: hangup}
                - say: "{{ result.score }} {{ nothing }}"
            """
        ),
        "survey": dedent(
            """
            params: {question: txt}
            returns: [score]
            outcomes: refused
            sections:
              main:
                - anser
                - return: {exit: refused, score: 1}
            """
        ),
    }
    loaded = FlowLibrary(reader, tmp_path).load("bank", sources)
    found = [*loaded.diagnostics, *check_flows("bank", loaded.flows, Site())]
    assert [(each.mark.file.split("/")[-1], *told([each])[0]) for each in found] == [
        ("bank.yaml", "unknown-field", 4),
        ("survey.yaml", "bad-type", 2),
        ("survey.yaml", "wrong-form", 3),
        ("survey.yaml", "wrong-form", 4),
        ("survey.yaml", "unknown-verb", 7),
        ("bank.yaml", "unreached-step", 9),
        ("bank.yaml", "undefined-name", 9),
    ]


def test_steps_of_the_flow_that_nothing_leads_to_are_checked_too(load: Load) -> None:
    text = """
        exits: {no_input: [{say: "{{ nothing }}"}]}
        sections:
          main:
            - say: Hello.
        """
    assert both(load, text) == [("undefined-name", 2)]


def test_a_section_that_does_not_exist_is_no_circle(load: Load) -> None:
    text = """
        sections:
          main:
            - run: greeting
            - say: Hello.
        """
    assert both(load, text) == [("missing-section", 4)]


def test_a_flow_with_gaps_is_never_run(reader: Reader, read: ReadFlow) -> None:
    flow, found = reader.read_partly("bank.yaml", "sections: {main: [answr]}", name="bank")
    assert found.failed
    assert flow is not None
    assert isinstance(flow.gaps, Gaps)
    assert reader.read("bank.yaml", "sections: {main: [answr]}")[0] is None
    with pytest.raises(FlowError, match="bank has mistakes"):
        FlowVersion("bank", "", {"bank": flow})
    assert read("sections: {main: [answer]}").gaps is None


async def test_a_hole_refuses_to_run(reader: Reader) -> None:
    flow, _ = reader.read_partly("bank.yaml", "sections: {main: [answr]}")
    assert flow is not None
    with pytest.raises(FlowError):
        await flow.sections["main"].nodes[0].step.run(None)  # type: ignore[arg-type]
