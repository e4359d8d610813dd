from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.requests.python import PythonRequest
from ivrkit.connectors.connector import Place
from ivrkit.connectors.guard import Guard
from ivrkit.connectors.plugins.loading import Plugin, package_of
from ivrkit.connectors.plugins.settings import PythonSettings
from ivrkit.connectors.python import PythonConnector
from ivrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.expressions.secrets import Secret
from ivrkit.plugins import Asked

SOON = 0.3
SCORING = '''
import asyncio
import os
import sys
import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ivrkit.plugins import NotFound, Refused, asked

from .rates import RATES

print("rubbish")


@dataclass
class Offer:
    name: str
    price: Decimal
    until: date | None = None


def risk(account: str, amount: Decimal = Decimal(1)) -> Decimal:
    if account == "none":
        raise NotFound("no such account")
    if account == "closed":
        raise Refused
    return amount * RATES["usual"]


async def best_offer(count: int) -> list[Offer]:
    await asyncio.sleep(0)
    return [Offer(f"offer {n}", Decimal(n)) for n in range(count)]


def due(day: date, after: timedelta, workday: bool = True) -> date | None:
    return day + after if workday else None


def where() -> str:
    return f"{os.getpid()} {threading.current_thread().name}"


async def where_async() -> str:
    return f"{os.getpid()} {threading.current_thread().name}"


def key() -> dict[str, object]:
    return {"key": asked().key, "function": asked().function, "time": asked().seconds_left > 0}


def fail(text: str) -> None:
    raise ValueError(f"{text} is wrong")


async def fail_async(text: str) -> None:
    raise KeyError(text)


async def cancel_itself() -> None:
    raise asyncio.CancelledError


def leave() -> None:
    sys.exit(3)


async def leave_async() -> None:
    sys.exit(3)


def crash() -> None:
    os.abort()


def strange() -> object:
    return {"inner": [object()]}


gate = threading.Event()


def hang() -> str:
    """Until it is let go."""
    gate.wait()
    return "let go"


started = threading.Event()


def polite() -> None:
    started.set()
    while not asked().abandoned:
        time.sleep(0.001)


def spin() -> None:
    while True:
        pass


async def wait() -> None:
    await asyncio.Event().wait()


async def block() -> None:
    gate.wait()
'''
RATES = """
from decimal import Decimal

RATES = {"usual": Decimal("0.5")}
"""
ALL = (
    *("risk", "best_offer", "due", "where", "where_async", "key", "fail", "fail_async", "crash"),
    *("cancel_itself", "leave", "leave_async", "strange", "hang", "polite", "spin"),
    *("wait", "block"),
)
Make = Callable[..., Guard]


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Make]:
    """Makes a connector to the plug-in above."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "scoring.py").write_text(SCORING)
    (folder / "rates.py").write_text(
        "from decimal import Decimal\nRATES = {'usual': Decimal('0.5')}\n"
    )
    made: list[PythonConnector] = []

    def connector(where: str, **settings: Any) -> Guard:
        fields = {"module": "scoring", "functions": ALL, "in": where, "timeout": "20s", **settings}
        made.append(
            PythonConnector("scoring", PythonSettings.model_validate(fields), Place(tmp_path))
        )
        return Guard(made[-1])

    yield connector
    let_go(tmp_path)
    for each in made:
        await each.close()


def let_go(project: Path) -> None:
    """What hangs in the plug-in of this test goes on."""
    module = plugin(project)
    if module is not None:
        module.gate.set()


def plugin(project: Path) -> Any:
    """The plug-in of this test, if it was imported here."""
    return sys.modules.get(f"{package_of(project / 'plugins')}.scoring")


def reading(function: str) -> dict[str, Any]:
    """All functions, and one of them only reads."""
    return {**{each: {} for each in ALL}, function: {"reads": True}}


def request(function: str, seconds: float | None = None, **values: Any) -> PythonRequest:
    return PythonRequest(
        connector="scoring", operation=function, parameters=values, seconds=seconds, key="call-1.7"
    )


both = pytest.mark.parametrize("where", ["thread", "process"])


@both
async def test_values_go_in_by_their_annotations_and_come_back_plain(
    make: Make, where: str
) -> None:
    guard = make(where)
    asked = request("risk", account=Decimal(4711), amount="12.50")
    assert await guard.ask(asked) == Decimal("6.25")
    assert await guard.ask(request("risk", account=Secret("4711"))) == Decimal("0.5")
    assert await guard.ask(request("best_offer", count=Decimal(2))) == [
        {"name": "offer 0", "price": Decimal(0), "until": None},
        {"name": "offer 1", "price": Decimal(1), "until": None},
    ]
    day = await guard.ask(request("due", day="2026-03-02", after="1d"))
    assert day == date(2026, 3, 3)
    values = {"day": date(2026, 3, 2), "after": timedelta(days=2), "workday": "false"}
    assert await guard.ask(request("due", **values)) is None


@both
async def test_a_function_knows_its_call(make: Make, where: str) -> None:
    assert await make(where).ask(request("key")) == {
        "key": "call-1.7",
        "function": "key",
        "time": True,
    }


@both
async def test_exits_of_its_own(make: Make, where: str) -> None:
    guard = make(where)
    with pytest.raises(RequestRefused, match="no such account") as missing:
        await guard.ask(request("risk", account="none"))
    assert missing.value.exit == "not_found"
    with pytest.raises(RequestRefused, match="scoring:risk") as refused:
        await guard.ask(request("risk", account="closed"))
    assert refused.value.exit == "refused"


@both
@pytest.mark.parametrize(
    ("function", "values", "told"),
    [
        ("risk", {}, "'account' of scoring:risk is missing"),
        ("risk", {"acount": "1"}, "takes no 'acount'.*account"),
        ("risk", {"account": None}, "'account' of scoring:risk: it is none"),
        ("best_offer", {"count": Decimal("1.5")}, "not a whole number"),
        ("due", {"day": "soon", "after": "1d"}, "'day' of scoring:due"),
        ("gate", {}, "not allowed here"),
    ],
)
async def test_arguments_that_do_not_fit(
    make: Make, where: str, function: str, values: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestRefused, match=told):
        await make(where).ask(request(function, **values))


@both
@pytest.mark.parametrize(
    ("function", "values", "told"),
    [
        ("fail", {"text": "4711"}, r"scoring:fail failed: ValueError in scoring\.py, line \d+"),
        ("fail_async", {"text": "4711"}, r"failed: KeyError in scoring\.py, line \d+"),
        ("leave", {}, r"failed: SystemExit in scoring\.py"),
        ("leave_async", {}, r"failed: SystemExit in scoring\.py"),
        ("strange", {}, r"returned at inner\[0\] is a object"),
    ],
)
async def test_what_fails_is_told_by_type_and_place_and_never_by_its_values(
    make: Make, where: str, function: str, values: dict[str, Any], told: str
) -> None:
    guard = make(where)
    with pytest.raises(ConnectorError, match=told) as failed:
        await guard.ask(request(function, **values))
    assert failed.value.exit == "error"
    assert "4711" not in str(failed.value)
    assert await guard.ask(request("risk", account="1")) == Decimal("0.5")


async def test_on_threads_neither_is_on_the_thread_of_the_engine(make: Make) -> None:
    guard = make("thread")
    assert str(await guard.ask(request("where"))).endswith("plugin-scoring")
    assert str(await guard.ask(request("where_async"))).endswith("plugin-loop-scoring")


async def test_a_plug_in_that_cancels_itself_is_an_error(make: Make) -> None:
    with pytest.raises(ConnectorError, match="was cancelled"):
        await make("thread").ask(request("cancel_itself"))


async def test_a_hanging_thread_is_left_behind_and_counted(make: Make, tmp_path: Path) -> None:
    guard = make("thread", stuck=2, functions=reading("hang"))
    for _ in range(2):
        with pytest.raises(ConnectorTimeout):
            await guard.ask(request("hang", SOON))
    with pytest.raises(ConnectorError, match="2 calls of scoring hang"):
        await guard.ask(request("risk", account="1"))
    let_go(tmp_path)
    while guard.connector._runs._threads.stuck:
        await asyncio.sleep(0)
    assert await guard.ask(request("risk", account="1")) == Decimal("0.5")


async def test_who_gives_up_is_seen_by_the_function(make: Make, tmp_path: Path) -> None:
    guard = make("thread", stuck=1)
    await guard.ask(request("where"))
    asking = asyncio.create_task(guard.ask(request("polite")))
    while not plugin(tmp_path).started.is_set():
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    while guard.connector._runs._threads.stuck:
        await asyncio.sleep(0)
    assert await guard.ask(request("risk", account="1")) == Decimal("0.5")


async def test_an_async_function_is_cancelled(make: Make) -> None:
    guard = make("thread")
    with pytest.raises(OutcomeUnknown):
        await guard.ask(request("wait", SOON))
    assert str(await guard.ask(request("where_async"))).endswith("plugin-loop-scoring")


async def test_a_blocked_loop_is_replaced(make: Make) -> None:
    guard = make("thread")
    guard.connector._runs._loop._grace = 0.0
    with pytest.raises(OutcomeUnknown):
        await guard.ask(request("block", SOON))
    assert str(await guard.ask(request("where_async"))).endswith("plugin-loop-scoring")
    assert guard.connector._runs._loop.stuck == 1


async def test_while_it_hangs_the_engine_goes_on(make: Make) -> None:
    guard, ended = make("thread"), []

    async def hang() -> None:
        with pytest.raises(OutcomeUnknown):
            await guard.ask(request("hang", 2.0))
        ended.append("hang")

    async def others() -> None:
        for _ in range(5):
            await guard.ask(request("risk", account="1"))
        ended.append("others")

    await asyncio.gather(hang(), others())
    assert ended == ["others", "hang"]


async def test_in_a_process_it_is_killed(make: Make) -> None:
    guard = make("process", workers=1)
    before = await guard.ask(request("where"))
    with pytest.raises(OutcomeUnknown):
        await guard.ask(request("spin", SOON))
    after = await guard.ask(request("where"))
    assert str(before).split()[0] != str(after).split()[0]


async def test_in_a_process_a_crash_costs_the_call_alone(make: Make) -> None:
    guard = make("process", functions=reading("crash"))
    with pytest.raises(ConnectionLost, match="SIGABRT"):
        await guard.ask(request("crash"))
    assert await guard.ask(request("risk", account="1")) == Decimal("0.5")


@both
async def test_twenty_calls_at_once(make: Make, where: str) -> None:
    guard = make(where, at_once=20)
    answers = await asyncio.gather(*(guard.ask(request("risk", account="1")) for _ in range(20)))
    assert answers == [Decimal("0.5")] * 20


@both
async def test_probe(make: Make, where: str) -> None:
    assert await make(where).connector.probe() == f"scoring.py, {len(ALL)} functions"


@both
async def test_a_plug_in_that_cannot_be_imported(make: Make, where: str, tmp_path: Path) -> None:
    (tmp_path / "plugins" / "broken.py").write_text("import nowhere_at_all\ndef run(): ...\n")
    guard = make(where, module="broken", functions=["run"])
    told = "broken:run cannot be imported: ModuleNotFoundError, there is no module nowhere_at_all"
    with pytest.raises(ConnectorError, match=told):
        await guard.connector.probe()
    with pytest.raises(ConnectorError, match=told):
        await guard.ask(request("run"))


@pytest.mark.parametrize(
    ("module", "function", "told"),
    [
        ("scorings", "risk", "there is no plug-in 'scorings'.*scoring"),
        ("scoring", "risks", "no function 'risks'.*risk"),
        ("outside", "risk", "a link that leads out of"),
        ("rubbish", "risk", r"rubbish\.py:1.*no Python"),
    ],
)
async def test_what_is_not_there_is_told_before_any_call(
    make: Make, tmp_path: Path, module: str, function: str, told: str
) -> None:
    (tmp_path / "elsewhere.py").write_text("def risk(): ...\n")
    (tmp_path / "plugins" / "outside.py").symlink_to(tmp_path / "elsewhere.py")
    (tmp_path / "plugins" / "rubbish.py").write_text("def risk(:\n")
    with pytest.raises(ConfigurationError, match=told):
        make("thread", module=module, functions=[function])


def test_a_plug_in_hides_no_installed_package(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text(
        textwrap.dedent("""
            import json

            def write(data: dict) -> str:
                return json.dumps(data)
        """)
    )
    assert (
        Plugin(tmp_path, "json", "write").call({"data": {"a": "b"}}, Asked("write")) == '{"a": "b"}'
    )
    assert json.dumps({}) == "{}"
