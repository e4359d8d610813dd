"""``recall``: what is there, what is not, and what does not fit any more."""

from __future__ import annotations

from decimal import Decimal

from ivrkit.qa.given import Given
from tests.engine.conftest import Bench

FLOW = """
    variables: {points: number}
    sections:
      main:
        - recall: {key: points, into: points}
          exits: {not_found: none_there, error: broken}
        - log: "{{ points + 1 }}"
      none-there:
        - log: nothing
      broken:
        - log: "{{ error.message }}"
""".replace("none_there", "none-there")


async def test_what_is_kept(bench: Bench) -> None:
    await bench.call(FLOW, given=Given(memories={"points": Decimal("0.1")}))
    await bench.ended()
    assert bench.notes == ["1.1"]


async def test_what_is_not(bench: Bench) -> None:
    await bench.call(FLOW, given=Given(memories={"Points": Decimal(1)}))
    await bench.ended()
    assert bench.notes == ["nothing"]


async def test_what_does_not_fit_any_more_is_an_error(bench: Bench) -> None:
    await bench.call(FLOW, given=Given(memories={"points": "many"}))
    await bench.ended()
    (note,) = bench.notes
    assert note.startswith("what is remembered does not fit 'points' any more")


async def test_a_variable_of_no_declared_type_gets_what_is_there(bench: Bench) -> None:
    flow = """
        sections:
          main:
            - recall: {key: k, into: found}
              exits: {not_found: hangup}
            - log: "{{ found.list | join('+') }} {{ found.count * 2 }}"
    """
    kept = {"list": ["a", "b"], "count": Decimal(21)}
    await bench.call(flow, given=Given(memories={"k": kept}))
    await bench.ended()
    assert bench.notes == ["a+b 42"]
