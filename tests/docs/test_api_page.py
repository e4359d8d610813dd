"""What the page about the API sends with curl is answered as it says there."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivrkit.call.events import Entered, Said
from ivrkit.service.api.answers import Failure
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.openapi import failures
from ivrkit.service.api.routes import routes
from ivrkit.service.api.settings import ApiSettings
from ivrkit.service.api.tokens import local_token, own_token
from ivrkit.service.configuration import load_configuration
from ivrkit.service.numbers import Numbers
from ivrkit.store import CallRecord, Store
from tests.service.api.support import NOON, Engine, app

from .markdown import ROOT, blocks

PAGE = ROOT / "docs" / "api.md"
CALL, HANDOFF = "4f1c2d3e4f5a6b7c", "9b2e4c7d1f6a4e0c8d3b5a7f9e1c2d4b"


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """That of an engine with the calls of the page."""
    store, engine = Store(tmp_path / "s.db"), Engine()
    await store.open()
    for number, call in enumerate((CALL, "other")):
        store.put_record(
            CallRecord(
                id=call,
                flow="bank",
                version="v1",
                caller="+49301234567",
                number="800",
                started=NOON - timedelta(hours=number),
                queue="service",
                handoff=HANDOFF,
            )
        )
    heard = Said(at=0.5, text="Welcome to Acme Bank.", end="finished", language="en")
    store.append(CALL, [Entered(at=0.4, path="main/0", verb="say"), heard])
    document = (
        b'{"id": "9b2e4c7d1f6a4e0c8d3b5a7f9e1c2d4b", "call": "4f1c2d3e4f5a6b7c", "flow": "bank", '
        b'"queue": "service", "payload": {"customer": "Ann Lee", "reason": "balance"}, '
        b'"path": ["main", "balance"], "created": "2026-03-02T12:00:20+00:00"}'
    )
    await store.put_payload(HANDOFF, document, datetime.now(UTC) + timedelta(hours=1))
    await store.flush()
    engine.begin(CALL)
    engine.calls[CALL]["answered"] = NOON + timedelta(seconds=1)
    engine.wrong.append("Asterisk is away")
    own = own_token(local_token(tmp_path / "state"))
    server = ApiServer(app(store, engine, own), ApiSettings(port=0))
    yield await server.start()
    await server.stop()
    await store.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
async def test_every_command_answers_as_shown(port: int, tmp_path: Path) -> None:
    given = ""
    asked = 0
    found = blocks(PAGE)
    for place, block in enumerate(found):
        if block.kind != "sh" or "curl" not in block.text:
            continue
        text = block.text.replace(":8060", f":{port}")
        given += "".join(line + "\n" for line in text.splitlines() if line.startswith("export"))
        program = "\n".join(line for line in text.splitlines() if not line.startswith("export"))
        status, answered = await run(given + program, tmp_path)
        assert status == 0, f"{block}: {answered}"
        asked += 1
        if found[place + 1].kind == "json":
            compare(json.loads(found[place + 1].text), json.loads(answered), str(block))
    assert asked > 8


async def run(program: str, folder: Path) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-euc",
        program,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def compare(shown: Any, answered: Any, where: str) -> None:
    """What is shown is answered; ``…`` stands for anything that is there."""
    if shown == "…":
        assert answered is not None, where
    elif isinstance(shown, dict):
        assert set(shown) == set(answered), where
        for name, value in shown.items():
            compare(value, answered[name], f"{where}: {name}")
    elif isinstance(shown, list):
        assert len(shown) == len(answered), where
        for one, other in zip(shown, answered, strict=True):
            compare(one, other, where)
    else:
        assert shown == answered, where


def test_every_code_of_an_error_is_in_the_table() -> None:
    table = "".join(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| "))
    told = set(re.findall(r"`(\w+)`", table))
    all_there_are: set[Failure] = {each for route in routes() for each in failures(route)}
    assert {each.code for each in all_there_are} - told == set()


def test_its_settings_are_those_there_are() -> None:
    for block in blocks(PAGE):
        if block.kind == "yaml" and block.text.startswith("# ivrkit.yaml\napi:"):
            ApiSettings.model_validate(yaml.safe_load(block.text)["api"])


def test_the_tenants_shown_have_their_numbers(tmp_path: Path) -> None:
    (shown,) = (
        block.text
        for block in blocks(PAGE)
        if block.kind == "yaml" and "tenant:" in block.text and "numbers:" in block.text
    )
    (tmp_path / "ivrkit.yaml").write_text(shown)
    site = load_configuration(tmp_path, {})
    numbers = Numbers(site)
    assert [numbers.tenant(each) for each in site.numbers] == ["", "acme", "northwind"]
    (crm,) = site.api.configured_tokens()
    assert [crm.may_see(numbers.tenant(each)) for each in site.numbers] == [False, True, False]


def test_the_limits_shown_are_the_defaults() -> None:
    (shown,) = (
        yaml.safe_load(block.text)["api"]["limits"]
        for block in blocks(PAGE)
        if block.kind == "yaml" and "limits:" in block.text
    )
    assert ApiSettings.model_validate({"limits": shown}) == ApiSettings()
