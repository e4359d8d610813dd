from __future__ import annotations

from ivrkit.qa.gate import never
from ivrkit.qa.script import Dial
from ivrkit.qa.situation import Stop, Why
from ivrkit.qa.workbench import Workbench
from tests.qa.conftest import scene

FLOW = """
    sections:
      main: [{log: one}, {log: two}, {say: Three.}]
      other: [{log: four}]
"""


async def test_a_call_that_is_held_stands_still_with_its_time() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.place(Dial(flow="main"), lambda runner, node: "here")
    assert await bench.go(lambda runner, node: "here") == Stop(Why.STEP, "here")
    assert (bench.held, bench.count, bench.seconds) == (True, 1, 0.0)
    stop = await bench.go(lambda runner, node: node.path if node.path == "main/2" else None)
    assert stop == Stop(Why.STEP, "main/2")
    assert (bench.count, bench.seconds) == (3, 0.0)
    assert await bench.go(never) == Stop(Why.ENDED, "flow")
    assert bench.seconds > 0
    await bench.close()


async def test_a_call_that_is_held_goes_elsewhere() -> None:
    bench = Workbench(scene({"main": FLOW}))
    await bench.start("main")
    await bench.back_to(2)
    stop = await bench.go_to("other", lambda runner, node: node.path)
    assert stop == Stop(Why.STEP, "other/0")
    assert await bench.go() == Stop(Why.ENDED, "flow")
    assert "Three." not in str(bench.recorded)
    await bench.close()
