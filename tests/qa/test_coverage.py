from __future__ import annotations

import io
import json

from rich.console import Console

from ivrkit.flow.closure import from_sources
from ivrkit.qa.coverage import Coverage
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.report import as_json, show_coverage
from ivrkit.service.registries import reader
from tests.qa.conftest import Play

HEAD = "ivrkit: 1\nflow: {}\nlanguage: en\n"
MENU = """\
keys:
  0: {say: For a person, words: agent, to: person}
  9: again
shortcuts:
  "*31": {words: lost card, to: person}
exits: {no_input: person}
on_error: sorry
variables: {first: {type: flag, default: true}}
sections:
  main:
    - answer
    - say: Welcome.
      when: first
    - goto: top
  top:
    - menu:
        prompt: Choose.
        keys:
          1: again
          2:
            - if: first
              then:
                - say: The first time.
            - set: {first: "{{ not first }}"}
            - goto: main
          3: person
      exits: {no_match: hangup}
  person:
    - queue: {name: service, timeout: 1m}
      exits: {else: closed}
    - run: {flow: survey}
      exits: {refused: closed}
    - queue: {name: nowhere}
      exits: {timeout: closed, full: closed, unstaffed: closed}
  closed:
    - hangup
  sorry:
    - say: Sorry.
    - hangup
"""
SURVEY = """\
outcomes: [refused]
sections:
  main:
    - menu:
        prompt: How was it?
        keys: {1: return, 2: no}
        attempts: 1
        flow_keys: false
      exits: {no_input: no, no_match: return}
  no:
    - return: {exit: refused}
"""
FLOWS = {"main": HEAD.format("main") + MENU, "survey": HEAD.format("survey") + SURVEY}
VERSION = from_sources(reader(), "main", FLOWS)


async def played(play: Play, *scripts: str, given: str = "") -> Coverage:
    coverage = Coverage()
    for turns in scripts:
        outcome = await play(FLOWS["main"], turns, given=given, flows={"survey": FLOWS["survey"]})
        assert outcome.failure is None
        for events in outcome.traces:
            coverage.add(VERSION, events)
    return coverage


def missing(coverage: Coverage) -> set[str]:
    found = next(each for each in coverage.flows() if each.name == "main")
    return {f"{each.path} {each.way}".strip() for each in found.uncovered}


def _line(text: str) -> int:
    return FLOWS["main"].splitlines().index(text) + 1


async def test_nothing_was_called() -> None:
    coverage = Coverage()
    assert coverage.flows() == []
    assert coverage.lowest == 100.0


async def test_what_one_call_takes_and_what_it_leaves(play: Play) -> None:
    coverage = await played(play, "- press: 1\n- hangup")
    assert missing(coverage) == {
        "key/0",
        "key/9",
        "shortcut/*31",
        "on_error",
        "main/1 when",
        "top/0 exits/no_input",
        "top/0 keys/2",
        "top/0/keys/2/0 next",
        "top/0/keys/2/0 then",
        "top/0/keys/2/0/then/0 next",
        "top/0/keys/2/1 next",
        "top/0 keys/3",
        "top/0 exits/no_match",
        "person",
        "person/0 exits/timeout",
        "person/0 exits/full",
        "person/0 exits/unstaffed",
        "person/0 next",
        "person/1 exits/refused",
        "person/1 next",
        "person/2 exits/timeout",
        "person/2 exits/full",
        "person/2 exits/unstaffed",
        "person/2 next",
        "closed",
        "sorry",
        "sorry/0 next",
    }


async def test_a_flow_that_is_run_and_not_reached_has_nothing_covered(play: Play) -> None:
    coverage = await played(play, "- hangup")
    assert [each.name for each in coverage.flows()] == ["main", "survey"]
    assert coverage.flows()[1].percent == (0.0, 0.0)
    assert coverage.lowest == 0.0


async def test_a_condition_and_a_step_that_is_passed_by(play: Play) -> None:
    coverage = await played(play, "- press: 22\n- hangup")
    left = missing(coverage)
    assert "main/1 when" not in left
    assert not [each for each in left if each.startswith("top/0/keys/2")]


async def test_keys_of_the_flow_count_once_and_words_too(play: Play) -> None:
    coverage = await played(play, "- press: 9\n- press: 0\n- hangup", "- press: '*31'\n- hangup")
    assert not {"key/0", "key/9", "shortcut/*31"}.intersection(missing(coverage))


async def test_keys_of_the_flow_may_be_said(play: Play) -> None:
    coverage = await played(play, "- say: agent\n- hangup", "- say: lost card\n- hangup")
    assert not {"key/0", "shortcut/*31"}.intersection(missing(coverage))


async def test_outcomes_of_a_flow_that_is_run(play: Play) -> None:
    turns = "- press: 3\n- hear: How was it\n- press: {}\n- expect: {{exit: {}}}"
    given = "queue.service: {answered: true}\nqueue.nowhere: {full: true}"
    coverage = await played(play, turns.format(2, "refused"), given=given)
    assert "person/1 exits/refused" not in missing(coverage)
    assert "person/1 next" in missing(coverage)
    coverage = await played(play, turns.format(1, "next"), given=given)
    assert "person/1 next" not in missing(coverage)


async def test_every_outcome_counts_but_failing_counts_with_on_error(play: Play) -> None:
    turns = "- press: 3\n- hear: How was it\n- press: 1\n- hear: Sorry"
    given = "queue.service: {answered: true}\nqueue.nowhere: {failed: true}"
    coverage = await played(play, turns, given=given)
    left = missing(coverage)
    assert "on_error" not in left
    assert "sorry" not in left
    assert {each for each in left if each.startswith("person/2")} == {
        "person/2 exits/timeout",
        "person/2 exits/full",
        "person/2 exits/unstaffed",
        "person/2 next",
    }


async def test_restarts_change_nothing(play: Play) -> None:
    coverages = []
    for restarting in (False, True):
        outcome = await play(
            FLOWS["main"],
            "- press: 22\n- press: 0\n- hear: How was it\n- press: 2\n- expect: {ended: flow}",
            given="queue.service: {answered: true}",
            flows={"survey": FLOWS["survey"]},
            restart_everywhere=restarting,
        )
        assert outcome.failure is None
        coverages.append(Coverage())
        coverages[-1].add(VERSION, outcome.traces[0])
    assert missing(coverages[0]) == missing(coverages[1])


async def test_how_it_is_shown(play: Play) -> None:
    coverage = await played(play, "- hangup")
    console = Console(file=io.StringIO(), width=120)
    show_coverage(coverage, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"not covered  main.yaml:{_line('  closed:')}: section closed" in shown
    outcomes: list[Outcome] = []
    plain = json.loads(json.dumps(as_json(outcomes, coverage)))
    assert [each["flow"] for each in plain["coverage"]] == ["main", "survey"]
    assert plain["coverage"][1]["sections"] == {"covered": 0, "of": 2, "percent": 0.0}
    assert plain["coverage"][1]["uncovered"][0] == {
        "path": "main",
        "way": "",
        "file": "survey.yaml",
        "line": 6,
        "column": 3,
    }
    assert "coverage" not in as_json(outcomes)
