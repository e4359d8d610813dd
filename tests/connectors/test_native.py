from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call.requests.native import NativeRequest
from ivrkit.connectors.guard import Guard
from ivrkit.errors import (
    ConfigurationError,
    ConnectionLost,
    ConnectorError,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.expressions.secrets import Secret
from ivrkit.workers.breaker import BreakerState
from tests.connectors.tariff import FUNCTIONS, connector

SOON = 0.3


def request(function: str, seconds: float | None = None, **values: Any) -> NativeRequest:
    return NativeRequest(connector="tariff", operation=function, parameters=values, seconds=seconds)


@pytest.fixture
async def tariff(tariff_library: Path) -> AsyncIterator[Guard]:
    found = connector(tariff_library)
    yield Guard(found)
    await found.close()


async def test_functions_are_called_and_their_results_have_types(tariff: Guard) -> None:
    assert await tariff.ask(request("add", a=Decimal(40), b="2")) == Decimal(42)
    assert (
        await tariff.ask(request("quote", zone=Decimal(7), code="Zü 1", amount=Decimal("12.50")))
        == "Zü 1/7/1250"
    )
    assert await tariff.ask(request("split", amount=Decimal("12.25"))) == {
        "whole": Decimal(12),
        "rest": "0.25",
        "returned": Decimal("24.5"),
    }
    assert await tariff.ask(request("name_of", zone=Decimal(1))) == "Zürich"
    assert await tariff.ask(request("name_of", zone=Decimal(9))) is None
    assert await tariff.ask(request("length_of", text=None)) == Decimal(-1)
    assert await tariff.ask(request("length_of")) == Decimal(-1)
    assert await tariff.ask(request("length_of", text="")) == Decimal(0)
    assert await tariff.ask(request("shout", text="hello")) == Decimal(ord("!"))
    assert await tariff.ask(request("turn", data="01 02ff", count=Decimal(3))) == "ff020100"
    assert await tariff.ask(request("next_one")) == Decimal(42)
    assert await tariff.ask(request("fill")) == "y" * 8
    assert await tariff.ask(request("opposite", value=False)) is True


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int8", ["-128", "127"]),
        ("int16", ["-32768", "32767"]),
        ("int32", ["-2147483648", "2147483647"]),
        ("int64", ["-9223372036854775808", "9223372036854775807"]),
        ("uint8", ["0", "255"]),
        ("uint16", ["0", "65535"]),
        ("uint32", ["0", "4294967295"]),
        ("uint64", ["0", "18446744073709551615"]),
        ("float", ["0.1", "-12.5", "16777216"]),
        ("double", ["0.1", "-1234567.89"]),
    ],
)
async def test_each_type_comes_back_as_it_went(tariff: Guard, kind: str, values: list[str]) -> None:
    for value in values:
        assert await tariff.ask(request(f"same_{kind}", value=Decimal(value))) == Decimal(value)


@pytest.mark.parametrize("kind", ["int8", "int64", "uint64", "float", "double"])
async def test_each_type_comes_back_by_its_address(tariff: Guard, kind: str) -> None:
    assert await tariff.ask(request(f"double_{kind}", value=Decimal(21))) == Decimal(42)


@pytest.mark.parametrize(
    ("function", "values", "told"),
    [
        ("add", {"a": Decimal(1)}, "'b' of add is missing"),
        ("add", {"a": Decimal(1), "b": None}, "'b' of add is none"),
        ("add", {"a": Decimal(1), "b": Decimal(2), "c": Decimal(3)}, "add takes no 'c'"),
        (
            "same_int8",
            {"value": Decimal(128)},
            "'value' of same_int8: it does not fit",
        ),
        ("same_uint64", {"value": Decimal(-1)}, "does not fit"),
        ("add", {"a": Decimal("1.5"), "b": Decimal(1)}, "'a' of add: it is not a whole number"),
        ("add", {"a": "many", "b": Decimal(1)}, "'a' of add"),
        ("length_of", {"text": "a\0b"}, "NUL"),
        ("quote", {"zone": "1", "code": "too long", "amount": "1"}, "8 bytes, and 7 are allowed"),
        ("quote", {"zone": "1", "code": "x", "amount": "1.005"}, "2 places"),
        ("quote", {"zone": "1", "code": "x", "amount": "1", "size": "9"}, "takes no 'size'"),
        ("turn", {"data": "xyz", "count": Decimal(1)}, "hex"),
        ("turn", {"data": "0102030405", "count": Decimal(1)}, "5 bytes, and 4 are allowed"),
        ("system", {}, "not allowed here"),
    ],
)
async def test_what_does_not_fit_is_refused_before_anything_is_called(
    tariff: Guard, function: str, values: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestRefused, match=told):
        await tariff.ask(request(function, **values))
    assert tariff.fare.state is BreakerState.CLOSED


async def test_a_status_leaves_by_an_exit(tariff: Guard) -> None:
    with pytest.raises(RequestRefused, match="status 3") as missing:
        await tariff.ask(request("quote", zone="300", code="x", amount="1"))
    assert missing.value.exit == "not_found"
    with pytest.raises(RequestRefused, match="status 7") as refused:
        await tariff.ask(request("quote", zone="700", code="x", amount="1"))
    assert refused.value.exit == "refused"


async def test_secrets_go_in_and_stay_out_of_messages(tariff: Guard) -> None:
    assert await tariff.ask(request("length_of", text=Secret("4711"))) == Decimal(4)
    with pytest.raises(RequestRefused) as told:
        await tariff.ask(request("same_int8", value=Secret("4711")))
    assert "4711" not in str(told.value)


@pytest.mark.parametrize(
    ("how", "told"), [("0", "SIGSEGV"), ("1", "SIGABRT"), ("5", "exit status 5")]
)
async def test_a_crash_costs_the_call_alone(tariff: Guard, how: str, told: str) -> None:
    with pytest.raises(OutcomeUnknown, match=told):
        await tariff.ask(request("crash", how=how))
    assert await tariff.ask(request("add", a="1", b="2")) == Decimal(3)


async def test_what_only_reads_is_called_once_more_and_then_an_error(tariff: Guard) -> None:
    with pytest.raises(ConnectionLost, match="SIGSEGV"):
        await tariff.ask(request("crash_reading", how="0"))


async def test_one_that_hangs_is_killed_when_the_time_is_over(tariff: Guard) -> None:
    await tariff.ask(request("process"))
    with pytest.raises(OutcomeUnknown):
        await tariff.ask(request("hang", SOON))
    with pytest.raises(ConnectorTimeout):
        await tariff.ask(request("hang_reading", SOON))
    assert await tariff.ask(request("add", a="1", b="2")) == Decimal(3)


async def test_who_hangs_up_ends_the_process(tariff: Guard, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    asking = asyncio.create_task(tariff.ask(request("hang_and_tell", path=str(sign))))
    while not (sign.exists() and sign.read_text()):
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await tariff.connector.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(sign.read_text()), 0)
    assert tariff.fare.state is BreakerState.CLOSED


ENGINE = """
import asyncio, sys
from pathlib import Path
from tests.connectors.tariff import connector
from tests.connectors.test_native import request
from ivrkit.connectors.guard import Guard

async def main():
    found = connector(Path(sys.argv[1]))
    await Guard(found).ask(request("hang_and_tell", path=sys.argv[2]))

asyncio.run(main())
"""


def lives(process: str) -> bool:
    try:
        return "(zombie)" not in Path("/proc", process, "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


async def test_an_engine_that_is_killed_leaves_no_process(
    tariff_library: Path, tmp_path: Path
) -> None:
    sign = tmp_path / "sign"
    command = [sys.executable, "-c", ENGINE, str(tariff_library), str(sign)]
    engine = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parents[2])
    while not (sign.exists() and sign.read_text()):
        await asyncio.sleep(0.01)
    engine.kill()
    await engine.wait()
    while lives(sign.read_text()):
        await asyncio.sleep(0.01)


async def test_twenty_calls_at_once_share_two_workers(tariff_library: Path) -> None:
    found = connector(tariff_library, at_once=20)
    guard = Guard(found)
    processes = await asyncio.gather(*(guard.ask(request("process")) for _ in range(20)))
    assert len(set(processes)) <= 2
    await found.close()


async def test_a_hanging_call_keeps_no_other_waiting(tariff: Guard) -> None:
    ended: list[str] = []

    async def hang() -> None:
        with pytest.raises(OutcomeUnknown):
            await tariff.ask(request("hang", 1.0))
        ended.append("hang")

    async def others() -> None:
        for _ in range(5):
            await tariff.ask(request("add", a="1", b="2"))
        ended.append("others")

    await asyncio.gather(hang(), others())
    assert ended == ["others", "hang"]


async def test_what_it_prints_and_reads_is_its_own_affair(tariff: Guard) -> None:
    assert await tariff.ask(request("chatter")) == Decimal(0)
    assert await tariff.ask(request("add", a="1", b="2")) == Decimal(3)


async def test_it_does_not_write_beyond_its_buffer_unseen(tariff: Guard) -> None:
    before = await tariff.ask(request("process"))
    with pytest.raises(ConnectorError, match="wrote beyond the end of parameter 1"):
        await tariff.ask(request("overflow"))
    assert await tariff.ask(request("process")) != before


@pytest.mark.parametrize(
    ("function", "values", "told"),
    [
        ("name_of", {"zone": "2"}, "what it returned of name_of: it is no text in utf-8"),
        ("nothing_real", {}, "it is not a number"),
    ],
)
async def test_what_comes_back_and_is_no_value(
    tariff: Guard, function: str, values: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConnectorError, match=told):
        await tariff.ask(request(function, **values))


async def test_texts_have_the_encoding_of_the_library(tariff_library: Path) -> None:
    found = connector(tariff_library, encoding="latin-1")
    guard = Guard(found)
    assert await guard.ask(request("name_of", zone="2")) == "Zürich"
    assert await guard.ask(request("length_of", text="ü")) == Decimal(1)
    with pytest.raises(RequestRefused, match="characters that latin-1 lacks"):
        await guard.ask(request("length_of", text="張"))
    await found.close()


async def test_a_worker_has_nothing_of_the_engine(
    tariff_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "swordfish")
    found = connector(tariff_library, environment={"ZONES": "all"}, megabytes=512)
    guard = Guard(found)
    assert await guard.ask(request("variable", name="CRM_PASSWORD")) is None
    assert await guard.ask(request("variable", name="ZONES")) == "all"
    assert await guard.ask(request("open_files")) <= 2  # the pipes to the engine
    assert await guard.ask(request("greedy", megabytes="64")) is None
    with pytest.raises(RequestRefused, match="status 1"):
        await guard.ask(request("greedy", megabytes="600"))
    await found.close()


async def test_workers_are_there_before_the_first_call(tariff_library: Path) -> None:
    found = connector(tariff_library, workers=1)
    await found.start()
    process = await Guard(found).ask(request("process"))
    os.kill(int(process), 0)
    assert await Guard(found).ask(request("process")) == process
    await found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(process), 0)


async def test_probe(tariff: Guard) -> None:
    assert await tariff.connector.probe() == f"libtariff.so, {len(FUNCTIONS)} functions"


async def test_a_function_that_the_library_lacks(tariff_library: Path) -> None:
    found = connector(tariff_library, functions={"quotes": {}})
    with pytest.raises(ConnectorError, match="undefined symbol: quotes"):
        await found.probe()
    with pytest.raises(ConnectorError, match="undefined symbol: quotes"):
        await Guard(found).ask(request("quotes"))
    await found.close()


async def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    (tmp_path / "tariff.so").write_text("no library")
    found = connector(tmp_path / "tariff.so")
    with pytest.raises(ConnectorError, match=r"invalid ELF header|file too short"):
        await found.probe()
    await found.close()


async def test_a_file_that_is_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = connector(tmp_path / "none.so")
    await found.start()
    assert "connectors: native: tariff: there is no file" in caplog.text
    with pytest.raises(ConnectorError, match=r"there is no file .*none\.so"):
        await found.probe()
    with pytest.raises(ConnectorError, match="no file"):
        await Guard(found).ask(request("add", a="1", b="2"))
    await found.close()


def test_a_constant_that_does_not_fit(tariff_library: Path) -> None:
    parameter = {"name": "size", "type": "int8", "value": 300}
    with pytest.raises(ConfigurationError, match=r"f: the value of size: it does not fit"):
        connector(tariff_library, functions={"f": {"parameters": [parameter]}})
