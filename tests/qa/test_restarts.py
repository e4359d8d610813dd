from __future__ import annotations

from ivrkit.call.events import Ended, Entered, Left, Resumed, TraceEvent
from ivrkit.qa.restarts import difference
from tests.qa.conftest import Play

WHOLE: list[TraceEvent] = [
    Entered(path="main/0", verb="queue", at=1.0),
    Left(path="main/0", exit="next", at=2.0),
    Ended(ended="flow", at=2.0),
]


def test_only_what_tells_of_the_restart_may_differ() -> None:
    restarted: list[TraceEvent] = [
        Resumed(path="main/0", at=1.0),
        Entered(path="main/0", verb="queue", how="resumed", at=1.0),
        *WHOLE[1:],
    ]
    assert difference(WHOLE, restarted) == ""


def test_an_event_that_differs() -> None:
    other = [*WHOLE[:2], Ended(ended="caller", at=2.0)]
    assert "event 3 was" in difference(WHOLE, other)


def test_an_event_too_few_and_too_many() -> None:
    assert difference(WHOLE, WHOLE[:2]).startswith("only without restarts")
    assert difference(WHOLE[:2], WHOLE).startswith("only with restarts")


async def test_every_step_is_rebuilt_and_variables_of_every_kind_survive(play: Play) -> None:
    outcome = await play(
        """
        variables:
          name: text
          amount: money
          at: datetime
          many: {list: number}
          record: {a: text, b: number}
          pin: secret
        exits: {no_input: hangup, no_match: hangup}
        on_end:
          - log: "{{ amount }}"
          - log: "{{ record.b }}"
        sections:
          main:
            - answer
            - set: {name: Ann, amount: 12.50, at: "{{ now }}", many: "{{ [1, 2] }}"}
            - set: {record.a: x, record.b: 7}
            - collect: {into: pin, digits: 4, prompt: Your pin., check: pin == '1234'}
            - run: part
            - if: pin == '1234' and many[1] == 2
              then:
                - say: "{{ name }} {{ amount }} {{ record.b }}"
          part:
            - run: {flow: inner, with: {x: "{{ record.b }}"}, into: record}
            - set: {record.a: "{{ name }}"}
        """,
        """
        - press: 1234
        - hear: Inner 7
        - hear: Ann 12.50 8
        - expect: {ended: flow}
        """,
        flows={
            "inner": """
            params: {x: number}
            returns: {a: text, b: number}
            sections:
              main:
                - say: "Inner {{ x }}"
                - return: {a: y, b: "{{ x + 1 }}"}
            """
        },
        restart_everywhere=True,
    )
    assert outcome.failure is None
    assert outcome.restarts == 13


async def test_a_write_is_not_made_unknown(play: Play) -> None:
    outcome = await play(
        """
        on_end: []
        sections:
          main:
            - answer
            - database: {source: crm, query: select name from a, into: found}
              exits: {not_found: hangup}
            - database: {source: crm, execute: delete from a}
            - say: "Gone, {{ found.name }}"
        """,
        "- hear: Gone, Ann\n- expect: {ended: flow}",
        given="database.crm: [{name: Ann}, 1]",
        restart_everywhere=True,
    )
    assert outcome.failure is None
    assert outcome.restarts == 3
