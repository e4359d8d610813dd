"""``return``: back to whoever ran this, by an outcome and with values."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench

INNER = """
    params: {how: text}
    returns: {score: number}
    outcomes: [refused, broken]
    sections:
      main:
        - if: how == 'refused'
          then:
            - return: {exit: refused, score: 1}
        - if: how == 'broken'
          then:
            - return: {exit: broken}
        - run: part
        - return: {score: 9}
      part:
        - return
        - log: never
"""


@pytest.mark.parametrize(
    ("how", "noted"),
    [("well", ["behind 9"]), ("refused", ["refused 1"]), ("broken", ["other"])],
)
async def test_the_outcomes(bench: Bench, how: str, noted: list[str]) -> None:
    await bench.call(
        f"""
        sections:
          main:
            - run: {{flow: inner, with: {{how: {how}}}, into: got}}
              exits: {{refused: refused, else: other}}
            - log: "behind {{{{ got.score }}}}"
          refused:
            - log: "refused {{{{ got.score }}}}"
          other:
            - log: other
        """,
        flows={"inner": INNER},
    )
    await bench.ended()
    assert bench.notes == noted


async def test_of_the_top_flow_it_leaves_the_call_to_the_dialplan(bench: Bench) -> None:
    await bench.call("sections: {main: [answer, return, {log: never}]}")
    assert await bench.ended() == "flow"
    assert bench.channel.place == (None, "s", 1)
    assert bench.notes == []
