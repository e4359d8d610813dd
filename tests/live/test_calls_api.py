"""The API of an engine that runs: its tokens and its certificate are replaced while a call is in
progress, the audit tells who did what, and two tenants see their own calls."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import trustme
import yaml

from ivrkit.service.api.tls import fingerprint
from ivrkit.service.api.tokens import digest, new_token, read_local_token
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.testing import ports
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.live.harness import Exchange, Traces, configure, own_flows
from tests.live.served import ROOT, Served

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SITE = 6
FLOW = """\
ivrkit: 1
flow: patient
sections:
  main:
    - answer
    - wait: 10m
"""
SCOPES = ["calls:read", "calls:control", "tail", "audit:read"]


def certify(folder: Path) -> None:
    """Another certificate for the engine."""
    made = trustme.CA().issue_cert("ivr.example.com")
    (folder / "own.key").write_bytes(made.private_key_pem.bytes())
    (folder / "own.pem").write_bytes(made.cert_chain_pems[0].bytes())


def allow(folder: Path, *tokens: str) -> None:
    """Write what the CRM may come with from now on."""
    path = folder / "ivrkit.yaml"
    settings = yaml.safe_load(path.read_text())
    hashes = [digest(each) for each in tokens]
    settings["api"]["tokens"] = [{"name": "crm", "sha256": hashes, "scopes": SCOPES}]
    path.write_text(yaml.safe_dump(settings))


async def asks(
    site: Configuration, token: str, path: str = "/v1/calls", method: str = "GET"
) -> tuple[int, Any]:
    """What the CRM is answered."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"https://127.0.0.1:{site.api.port}{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, url, ssl=known(site)) as answer,
    ):
        return answer.status, await answer.json()


def known(site: Configuration) -> aiohttp.Fingerprint:
    assert site.api.tls is not None
    return aiohttp.Fingerprint(fingerprint(site.api.tls.certificate))


async def command(folder: Path, *words: str) -> str:
    """What a command prints; it succeeds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivrkit", *words, "--config", str(folder), cwd=ROOT, stdout=PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    return printed.decode()


@pytest.mark.timeout(150)
async def test_tokens_and_certificate_are_replaced_while_a_call_is_in_progress(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    old, new = new_token(), new_token()
    certify(tmp_path)
    api = {"port": ports.free_ports(1), "tls": {"certificate": "own.pem", "key": "own.key"}}
    configure(asterisk, tmp_path, SITE, api=api, **own_flows(tmp_path, {"patient": FLOW}, {}))
    allow(tmp_path, old)
    site = load_configuration(tmp_path)
    engine, exchange = Served(tmp_path), Exchange(asterisk, Traces(), tmp_path)
    await engine.start()
    try:
        async with exchange.caller() as caller:
            assert (await asks(site, old, "/ready"))[1] == {"status": "ready", "reasons": []}
            await caller.phone.dial(f"7{SITE}00")
            call = await in_progress(site)
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(
                    f"https://127.0.0.1:{site.api.port}/v1/tail",
                    headers={"Authorization": f"Bearer {old}"},
                    ssl=known(site),
                ) as tail,
            ):
                await replaced(engine, site, tmp_path, old, new)
                while (message := await tail.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
                assert message.data == 1008
            await local_token_replaced(site, tmp_path)
            assert (await asks(site, new, f"/v1/calls/{call}/hangup", "POST"))[0] == 202
            await caller.phone.closed()
        printed = await command(tmp_path, "audit", "--format", "json")
        told = [
            (each["action"], each["token"], each["target"], each["outcome"])
            for each in msgspec.json.decode(printed)
        ]
        assert told == [
            ("hangup", "crm", call, "done"),
            ("rotate_local_token", "local", "", "done"),
            ("reload", "SIGHUP", "", "done"),
            ("reload", "local", "", "done"),
            ("reload", "SIGHUP", "", "done"),
        ]
    finally:
        await engine.stop()
    log = (tmp_path / "serve.log").read_text()
    assert not any(each in log for each in (old, new, read_local_token(site.state)))


async def in_progress(site: Configuration, **wanted: str) -> str:
    """The id of the one call there is, once it is there."""
    async with asyncio.timeout(20), ApiClient(site) as api:
        while not (calls := (await api.get("/v1/calls", live="true", **wanted))["calls"]):
            await asyncio.sleep(0.1)
        return str(calls[0]["id"])


@pytest.mark.timeout(150)
async def test_two_tenants_see_and_end_their_own_calls_also_after_a_restart(
    asterisk: PrivateAsterisk, ari: Any, tmp_path: Path
) -> None:
    tokens = {tenant: new_token() for tenant in ("acme", "northwind")}
    certify(tmp_path)
    api = {
        "port": ports.free_ports(1),
        "tls": {"certificate": "own.pem", "key": "own.key"},
        "tokens": [
            {"name": name, "sha256": digest(token), "scopes": SCOPES, "tenant": name}
            for name, token in tokens.items()
        ],
    }
    changes = own_flows(tmp_path, {"patient": FLOW}, {})
    changes["numbers"] = {
        "800": {"flow": "patient", "tenant": "acme"},
        "801": {"flow": "patient", "tenant": "northwind"},
    }
    configure(asterisk, tmp_path, SITE, api=api, **changes)
    site = load_configuration(tmp_path)
    engine, exchange = Served(tmp_path), Exchange(asterisk, Traces(), tmp_path)
    await engine.start()
    try:
        async with exchange.caller() as one, exchange.caller() as two:
            await one.phone.dial(f"7{SITE}00")
            await two.phone.dial(f"7{SITE}01")
            calls = {
                "acme": await in_progress(site, number="800"),
                "northwind": await in_progress(site, number="801"),
            }
            await separate(site, tokens, calls)
            await engine.kill()
            await engine.start()
            await separate(site, tokens, calls)
            hangup = f"/v1/calls/{calls['acme']}/hangup"
            assert (await asks(site, tokens["northwind"], hangup, "POST"))[0] == 404
            assert (await asks(site, tokens["acme"], hangup, "POST"))[0] == 202
            await one.phone.closed()
            _, told = await asks(site, tokens["northwind"], "/v1/calls?live=true")
            assert [each["id"] for each in told["calls"]] == [calls["northwind"]]
            assert await actions(site, tokens["acme"]) == [("hangup", calls["acme"], "done")]
            assert await actions(site, tokens["northwind"]) == [
                ("hangup", calls["acme"], "not_found")
            ]
            await two.phone.hang_up()
    finally:
        await engine.stop()


async def separate(
    site: Configuration, tokens: Mapping[str, str], calls: Mapping[str, str]
) -> None:
    """Each tenant is shown its own call, and none of another."""
    for tenant, token in tokens.items():
        _, told = await asks(site, token)
        assert [(each["id"], each["tenant"]) for each in told["calls"]] == [(calls[tenant], tenant)]
        for owner, call in calls.items():
            status = 200 if owner == tenant else 404
            assert (await asks(site, token, f"/v1/calls/{call}"))[0] == status
            assert (await asks(site, token, f"/v1/calls/{call}/trace"))[0] == status


async def actions(site: Configuration, token: str) -> list[tuple[str, str, str]]:
    """What the audit shows to a token, once it shows anything: it is written behind the answer."""
    async with asyncio.timeout(20):
        while not (told := (await asks(site, token, "/v1/audit"))[1]["actions"]):
            await asyncio.sleep(0.1)
    return [(each["action"], each["target"], each["outcome"]) for each in told]


async def replaced(engine: Served, site: Configuration, folder: Path, old: str, new: str) -> None:
    """Old and new token are taken, then the new one only; the certificate is another one."""
    assert (await asks(site, new))[0] == 401
    allow(folder, old, new)
    engine.reload()
    await engine.tells("tokens of the API read again: 2")
    await engine.tells("flows reloaded")
    assert ((await asks(site, old))[0], (await asks(site, new))[0]) == (200, 200)
    allow(folder, new)
    assert "tokens  2" in await command(folder, "reload")
    assert ((await asks(site, old))[0], (await asks(site, new))[0]) == (401, 200)
    certify(folder)
    with pytest.raises(aiohttp.ServerFingerprintMismatch):
        await asks(site, new)
    engine.reload()
    await engine.tells("flows reloaded")
    assert (await asks(site, new))[0] == 200


async def local_token_replaced(site: Configuration, folder: Path) -> None:
    """The tools of this machine go on with another token."""
    before = read_local_token(site.state)
    assert "is another one" in await command(folder, "token", "rotate-local")
    assert read_local_token(site.state) != before
    assert (await asks(site, before))[0] == 401
    assert "patient" in await command(folder, "calls", "--live")
