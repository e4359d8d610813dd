"""What a script gives for systems outside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest

from ivrkit.call.connecting import Connectors
from ivrkit.call.events import Asked
from ivrkit.connectors.connector import ConnectorSettings, Place
from ivrkit.connectors.service import ConnectorService
from ivrkit.engine.engine import Start
from ivrkit.flow.closure import from_sources
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.qa.connectors import Site
from ivrkit.qa.coverage import Coverage
from ivrkit.qa.outcome import Outcome
from ivrkit.qa.simulated_line import Scene
from ivrkit.qa.simulating import play_simulated
from ivrkit.testing.clock import START, VirtualClock
from tests.qa.asking import desks, reader_with_ask
from tests.qa.conftest import script

FLOW = """
    ivrkit: 1
    flow: main
    language: en
    params: {pin: secret}
    variables: {account: {type: digits, default: "123456"}}
    sections:
      main:
        - answer
        - STEP
          exits: {not_found: none-there, timeout: late, error: broken, unknown: nobody-knows}
        - say: "It is {{ found }}."
        - hangup
      none-there: [{say: There is none.}, hangup]
      late: [{say: Too late.}, hangup]
      broken: [{say: "It failed. {{ error.message }}"}, hangup]
      nobody-knows: [{say: Nobody knows.}, hangup]
"""


@pytest.fixture(autouse=True)
def _desks() -> Iterator[None]:
    with desks():
        yield


async def play(
    given: str,
    turns: str,
    *,
    step: str = "ask: {about: account, into: found}",
    site: Site | None = None,
    restart_everywhere: bool = False,
) -> Outcome:
    source = textwrap.dedent(FLOW).replace("STEP", step)
    version = from_sources(reader_with_ask(), "main", {"main": source})
    scene = Scene(
        lambda start: VirtualClock(start or START),
        TextPrompts(),
        lambda dial: Start(version, arguments={"pin": "4711"}),
        site=site or Site(),
    )
    text = f'script: 1\ndial: "800"\ngiven: {given}\ncall:\n'
    return await play_simulated(
        script(text + textwrap.indent(textwrap.dedent(turns), "  ")),
        scene,
        restart_everywhere=restart_everywhere,
    )


def asked(outcome: Outcome) -> list[Asked]:
    return [each for each in outcome.traces[0] if isinstance(each, Asked)]


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("given", "heard"),
    [
        ("{desk.crm: Ann Lee}", "It is Ann Lee"),
        ("{desk.crm: [Ann Lee]}", "It is Ann Lee"),
        ("{desk.crm: {answer: Ann Lee, after: 2s}}", "It is Ann Lee"),
        ("{desk.crm: 12.50}", "It is 12.50"),
        ("{desk.crm: '0012'}", "It is 0012"),
        ("{desk.crm: {rows: []}}", "There is none"),
        ("{desk.crm: [[]]}", "There is none"),
        ("{desk.crm: {not_found: true}}", "There is none"),
        ("{desk.crm: {exit: not_found}}", "There is none"),
        ("{desk.crm: {timeout: true}}", "Too late"),
        ("{desk.crm: {error: true}}", "It failed"),
        ("{desk.crm: {error: the disk is full}}", "the disk is full"),
        ("{desk.crm: {refused: true}}", "It failed"),
    ],
)
async def test_what_is_given_comes(given: str, heard: str, restarts: bool) -> None:
    outcome = await play(given, f"- hear: {heard}", restart_everywhere=restarts)
    assert outcome.failure is None, outcome.failure


async def test_a_delay_passes_on_the_clock_of_the_call() -> None:
    outcome = await play("{desk.crm: {answer: Ann, after: 4s}}", "- hear: It is Ann")
    assert outcome.passed
    (one,) = asked(outcome)
    assert (one.seconds, one.exit, one.operation) == (4.0, "next", "look")


@pytest.mark.parametrize(
    ("step", "given", "heard", "seconds"),
    [
        ("ask: {about: account, into: found}", "{timeout: true}", "Too late", 5.0),
        ("ask: {about: account, into: found, timeout: 2s}", "{timeout: true}", "Too late", 2.0),
        ("ask: {about: account, into: found}", "{timeout: true, after: 1s}", "Too late", 1.0),
        ("ask: {about: account, into: found}", "{answer: Ann, after: 9s}", "Too late", 5.0),
        (
            "ask: {about: account, into: found, read: false, timeout: 3s}",
            "{answer: Ann, after: 9s}",
            "Nobody knows",
            3.0,
        ),
        (
            "ask: {about: account, into: found, read: false, repeatable: true}",
            "{answer: Ann, after: 9s}",
            "Too late",
            5.0,
        ),
        (
            "ask: {about: account, into: found, read: false}",
            "{unknown: true}",
            "Nobody knows",
            0.0,
        ),
    ],
)
async def test_what_comes_too_late(step: str, given: str, heard: str, seconds: float) -> None:
    outcome = await play(f"{{desk.crm: {given}}}", f"- hear: {heard}", step=step)
    assert outcome.failure is None, outcome.failure
    assert [each.seconds for each in asked(outcome)] == [seconds]


async def test_the_configuration_says_how_long_is_waited() -> None:
    site = Site({"desk": {"crm": ConnectorSettings.model_validate({"timeout": "800ms"})}})
    outcome = await play("{desk.crm: {timeout: true}}", "- hear: Too late", site=site)
    assert outcome.passed
    assert asked(outcome)[0].seconds == 0.8


async def test_what_only_reads_writes_nothing() -> None:
    site = Site({"desk": {"crm": ConnectorSettings(read_only=True)}})
    step = "ask: {about: account, into: found, read: false}"
    outcome = await play("{desk.crm: Ann}", "- hear: It failed", step=step, site=site)
    assert outcome.failure is None, outcome.failure
    assert "only reads" in asked(outcome)[0].error


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("{}", "does not give what desk.crm answers: add `desk.crm: {…}` to given:"),
        ("{desk.other: Ann}", "does not give what desk.crm answers"),
        ("{desk.crm: true}", "what is given for desk.crm is no answer of it"),
        ("{desk.crm: {unknown: true}}", "desk.crm was given unknown, and the step has no such"),
        ("{desk.crm: {exit: declined}}", "desk.crm was given declined, and the step has no such"),
    ],
)
async def test_what_fails_a_script_by_name(given: str, message: str) -> None:
    outcome = await play(given, "- hear: It failed")
    assert outcome.failure is not None
    assert message in outcome.failure.message


async def test_a_list_has_an_answer_per_use() -> None:
    source = """
        ivrkit: 1
        flow: main
        language: en
        on_error: hangup
        variables: {account: digits}
        sections:
          main:
            - answer
            - ask: {about: account, into: found}
            - say: "{{ found }}"
            - ask: {about: account, into: found}
            - say: "{{ found }}"
    """
    version = from_sources(reader_with_ask(), "main", {"main": textwrap.dedent(source)})
    scene = Scene(lambda _: VirtualClock(START), TextPrompts(), lambda dial: Start(version))
    text = 'script: 1\ndial: "800"\ngiven: {desk.crm: [Ann, Bea]}\ncall: [hear: Ann, hear: Bea]\n'
    outcome = await play_simulated(script(text), scene)
    assert outcome.failure is None, outcome.failure
    outcome = await play_simulated(script(text.replace(", Bea", "")), scene)
    assert outcome.failure is not None
    assert "does not give use 2 of desk.crm" in outcome.failure.errors[0]


@pytest.mark.parametrize("about", ["account", "pin"])
async def test_what_is_expected_is_compared(about: str) -> None:
    step = f"ask: {{about: {about}, into: found}}"
    value = {"account": "123456", "pin": "4711"}[about]
    given = f"{{desk.crm: {{answer: Ann, expect: {{about: {value}}}}}}}"
    outcome = await play(given, "- hear: It is Ann", step=step)
    assert outcome.failure is None, outcome.failure


async def test_what_was_asked_otherwise_fails_by_name() -> None:
    given = "{desk.crm: {answer: Ann, expect: {about: '654321'}}}"
    outcome = await play(given, "- hear: It is Ann")
    assert outcome.failure is not None
    assert outcome.failure.message == "desk.crm was asked otherwise"
    assert (outcome.failure.expected, outcome.failure.got) == ("about: 654321", "about: 123456")


async def test_a_secret_is_not_shown_where_it_differs() -> None:
    given = "{desk.crm: {answer: Ann, expect: {about: '1'}}}"
    outcome = await play(given, "- hear: It is Ann", step="ask: {about: pin, into: found}")
    assert outcome.failure is not None
    assert outcome.failure.got == "about: ••••"
    assert "4711" not in str(outcome.as_dict())


async def test_a_turn_that_fails_tells_what_was_asked_otherwise() -> None:
    given = "{desk.crm: {answer: Ann, expect: {about: '1'}}}"
    outcome = await play(given, "- hear: It is Bea")
    assert outcome.failure is not None
    assert outcome.failure.message == "desk.crm was asked otherwise"
    (then,) = outcome.failure.errors
    assert then.startswith("then the call ended and this was not heard: It is Bea")


async def test_a_connector_may_be_really_asked() -> None:
    settings = {"desk": {"crm": ConnectorSettings()}}
    service: Connectors = ConnectorService(settings, Place())
    for real in (["desk.crm"], ["all"]):
        outcome = await play("{}", "- hear: It is the desk crm", site=Site(settings, real, service))
        assert outcome.failure is None, outcome.failure


async def test_who_hangs_up_while_a_write_goes_on() -> None:
    step = "ask: {about: account, into: found, read: false}"
    outcome = await play("{desk.crm: {answer: Ann, after: 2s}}", "- wait: 1s\n- hangup", step=step)
    assert outcome.failure is None, outcome.failure


KEYED = """
    ivrkit: 1
    flow: main
    language: en
    sections:
      main:
        - answer
        - ask:
            about: "'x'"
            into: found
            timeout: 20s
            keys:
              1: [{say: You pressed one.}]
              2: away
              3: [{goto: away}]
            meanwhile: [{say: One moment please.}]
          exits: {not_found: away}
        - say: It is there.
      away:
        - say: Goodbye.
"""


async def test_keys_beside_a_connector_are_covered_by_what_they_lead_to() -> None:
    version = from_sources(reader_with_ask(), "main", {"main": textwrap.dedent(KEYED)})
    scene = Scene(lambda _: VirtualClock(START), TextPrompts(), lambda dial: Start(version))
    coverage = Coverage()
    for turns in (
        "press: 1, hear: You pressed, expect: {ended: flow}",
        "press: 2, hear: Goodbye",
        "press: 3",
    ):
        calls = "".join(f"  - {each}\n" for each in ("hear: One moment", *turns.split(", ")))
        given = "given: {desk.crm: {answer: x, after: 9s}}\n"
        outcome = await play_simulated(
            script(f'script: 1\ndial: "8"\n{given}call:\n{calls}'), scene
        )
        assert outcome.failure is None, outcome.failure
        coverage.add(version, outcome.traces[0])
    (flow,) = coverage.flows()
    assert [f"{each.path} {each.way}" for each in flow.uncovered] == ["main/1 exits/not_found"]
