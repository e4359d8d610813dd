"""The recipes of the pages about libraries and plug-ins, for real: what they show is built, and
answers as they say."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from ivrkit.call.requests.native import NativeRequest
from ivrkit.call.requests.python import PythonRequest
from ivrkit.connectors.service import ConnectorService
from ivrkit.errors import RequestRefused
from ivrkit.service.configuration import load_configuration

PAGES = Path(__file__).parents[2] / "docs" / "connectors"


def block(page: str, kind: str) -> str:
    """The first block of a kind on a page."""
    found = re.search(rf"^```{kind}\n(.*?)^```$", (PAGES / page).read_text("utf-8"), re.M | re.S)
    assert found is not None
    return found[1]


def connectors(page: str, folder: Path) -> ConnectorService:
    """Those of the first configuration on a page."""
    (folder / "ivrkit.yaml").write_text(block(page, "yaml"))
    configuration = load_configuration(folder)
    return ConnectorService(configuration.connectors.by_kind(), configuration.place)


def build(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "tariff.c").write_text(block("native.md", "c"))
    library = tmp_path / "lib" / "libtariff.so"
    command = ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", library, tmp_path / "tariff.c"]
    subprocess.run(command, check=True, timeout=60)


async def test_the_library(tmp_path: Path) -> None:
    build(tmp_path)
    service = connectors("native.md", tmp_path)

    def quote(zone: int) -> NativeRequest:
        values = {"zone": Decimal(zone), "weight": Decimal(2)}
        return NativeRequest(connector="tariff", operation="quote", parameters=values, seconds=20)

    guard = service.guard("native", "tariff")
    assert await guard.ask(quote(2)) == {"price": Decimal("8.50"), "product": "parcel"}
    with pytest.raises(RequestRefused) as missing:
        await guard.ask(quote(9))
    assert missing.value.exit == "not_found"
    await service.close()


async def test_the_plug_in(tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "scoring.py").write_text(block("python.md", "python"))
    service = connectors("python.md", tmp_path)
    guard = service.guard("python", "scoring")
    values = {"account": "123456", "amount": Decimal(250)}
    request = PythonRequest(connector="scoring", operation="risk", parameters=values, seconds=20)
    assert await guard.ask(request) == {"value": Decimal("0.5"), "advice": None}
    request = PythonRequest(connector="scoring", operation="best_offers", seconds=20)
    assert await guard.ask(request) == ["offer 0", "offer 1", "offer 2"]
    await service.close()
