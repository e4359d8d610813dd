from __future__ import annotations

import pytest

from ivrkit.expressions.expression import Expression
from ivrkit.qa.situation import Stop, Why
from ivrkit.qa.stops import AtStep, Breakpoint, InSection, WhenSet, WhenTrue, shown
from ivrkit.qa.workbench import Workbench
from tests.qa.conftest import scene

FLOW = """
    variables: {n: {type: number, default: 0}, who: {name: text}}
    sections:
      main:
        - set: {n: 1}
        - set: {n: 1}
        - set: {n: 2, who.name: Ann}
        - run: other
        - run: other
      other:
        - if: n > 1
          then: [{log: more}]
        - log: end
"""


@pytest.mark.parametrize(
    ("stop", "paths"),
    [
        (AtStep("main", "other/0/then/0", "there"), ["other/0/then/0"] * 2),
        (AtStep("elsewhere", "other/1", "there"), []),
        (InSection("main", "other", "other"), ["other/0"] * 2),
        (WhenTrue(Expression.parse("n > 1"), "n > 1"), ["main/3"]),
        (WhenTrue(Expression.parse("nonsense > 1"), "n > 1"), []),
        (WhenSet("n", "n", {"n": "0"}), ["main/1", "main/3"]),
        (WhenSet("who", "who"), ["main/3"]),
    ],
)
async def test_where_a_call_stops(stop: Breakpoint, paths: list[str]) -> None:
    bench = Workbench(scene({"main": FLOW}))
    bench.breakpoints.append(stop)
    await bench.start("main")
    found = []
    while bench.stopped is not None:
        assert bench.node is not None
        found.append(bench.node.path)
        await bench.go()
    assert found == paths
    assert await bench.go() == Stop(Why.ENDED, "flow")
    await bench.close()


def test_values_as_people_read_them() -> None:
    assert shown({"a": [True, None], "b": "x"}) == "{a: [true, none], b: x}"
