from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import trustme

from ivrkit.errors import ConfigurationError
from ivrkit.service.api import listening
from ivrkit.service.api.access import Access
from ivrkit.service.api.listening import ApiServer
from ivrkit.service.api.server import make_app
from ivrkit.service.api.settings import ApiLimits, ApiSettings, TlsSettings
from ivrkit.service.api.tls import fingerprint, server_context
from ivrkit.service.api.tokens import Tokens, TokenScope, local_token, own_token
from ivrkit.service.client import ApiClient
from ivrkit.service.configuration import Configuration
from ivrkit.store import Store
from tests.service.api.support import Engine, bearer, token


class Files:
    """A certificate and its key, as they lie in a folder."""

    def __init__(self, folder: Path) -> None:
        self.authority = trustme.CA()
        self.certificate = folder / "own.pem"
        self.key = folder / "own.key"
        self.clients = folder / "clients.pem"
        self.write()

    def write(self, expires: datetime | None = None) -> None:
        """Another certificate, in the place of the one before."""
        made = self.authority.issue_cert("ivr.example.com", "127.0.0.1", not_after=expires)
        self.certificate.write_bytes(b"".join(each.bytes() for each in made.cert_chain_pems))
        self.key.write_bytes(made.private_key_pem.bytes())

    def trust_clients_of(self, authority: trustme.CA) -> None:
        authority.cert_pem.write_to_path(self.clients)

    def settings(self, **more: Path) -> TlsSettings:
        return TlsSettings(certificate=self.certificate, key=self.key, **more)

    def trusting(self) -> ssl.SSLContext:
        """What a client trusts."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "s.db")
    await opened.open()
    yield opened
    await opened.close()


async def status(port: int, context: ssl.SSLContext | aiohttp.Fingerprint, who: str = "") -> int:
    url = f"https://127.0.0.1:{port}/{'v1/calls' if who else 'health'}"
    headers = bearer(who) if who else {}
    async with (
        aiohttp.ClientSession() as client,
        client.get(url, ssl=context, headers=headers) as response,
    ):
        return response.status


def serving(store: Store, settings: ApiSettings) -> ApiServer:
    tokens = Tokens([token("all", *TokenScope)])
    asked = settings.tls is not None and settings.tls.client_ca is not None
    engine = Engine()
    return ApiServer(make_app(store, engine, Access(tokens, certificates=asked), engine), settings)


async def test_it_is_encrypted_and_nothing_else_is_answered(store: Store, files: Files) -> None:
    server = serving(store, ApiSettings(port=0, tls=files.settings()))
    port = await server.start()
    assert await status(port, files.trusting(), "all") == 200
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await status(port, ssl.create_default_context())
    old = files.trusting()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert await status(port, old) == 200
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.ClientError):
            await client.get(f"http://127.0.0.1:{port}/health")
    await server.stop()


def test_nothing_older_than_tls_1_2(files: Files) -> None:
    assert server_context(files.settings()).minimum_version is ssl.TLSVersion.TLSv1_2


async def test_a_certificate_is_renewed_while_it_runs(store: Store, files: Files) -> None:
    settings = ApiSettings(port=0, tls=files.settings())
    server = serving(store, settings)
    port = await server.start()
    before = aiohttp.Fingerprint(fingerprint(files.certificate))
    async with aiohttp.ClientSession() as old:
        url = f"https://127.0.0.1:{port}/health"
        async with old.get(url, ssl=before) as response:
            assert response.status == 200
        files.write()
        after = aiohttp.Fingerprint(fingerprint(files.certificate))
        assert await status(port, before) == 200
        await server.renew(settings)
        assert await status(port, after) == 200
        with pytest.raises(aiohttp.ServerFingerprintMismatch):
            await status(port, before)
        async with old.get(url, ssl=before) as response:
            assert response.status == 200, "a connection that there was goes on"
    files.key.write_text("damaged")
    with pytest.raises(ConfigurationError):
        await server.renew(settings)
    assert await status(port, after) == 200
    await server.stop()


async def test_clients_show_a_certificate_besides_their_token(store: Store, files: Files) -> None:
    clients = trustme.CA()
    files.trust_clients_of(clients)
    server = serving(store, ApiSettings(port=0, tls=files.settings(client_ca=files.clients)))
    port = await server.start()
    without = files.trusting()
    assert await status(port, without) == 200, "who looks whether it lives needs none"
    assert await status(port, without, "all") == 401
    shown = files.trusting()
    clients.issue_cert("crm.example.com").configure_cert(shown)
    assert await status(port, shown, "all") == 200
    assert await status(port, shown, "nobody") == 401
    foreign = files.trusting()
    trustme.CA().issue_cert("crm.example.com").configure_cert(foreign)
    with pytest.raises(aiohttp.ClientError):
        await status(port, foreign, "all")
    await server.stop()


async def test_the_tools_of_this_machine_follow(store: Store, files: Files, tmp_path: Path) -> None:
    files.trust_clients_of(trustme.CA())
    tls = files.settings(client_ca=files.clients)
    state = tmp_path / "state"
    own = Tokens([own_token(local_token(state))])
    engine = Engine()
    application = make_app(store, engine, Access(own, certificates=True), engine)
    server = ApiServer(application, ApiSettings(port=0, tls=tls))
    port = await server.start()
    site = Configuration(api=ApiSettings(port=port, tls=tls), state=state)
    async with ApiClient(site) as api:
        assert api.url.startswith("https://")
        assert await api.get("/v1/calls") == {"calls": [], "next": None}
        async with api.tail():
            pass
    files.write()
    async with ApiClient(site) as api:
        with pytest.raises(ConfigurationError, match=r"another certificate .* Reload the engine"):
            await api.get("/v1/calls")
    await server.stop()


def test_what_is_wrong_with_a_file_is_told(
    files: Files, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(said: str, **changed: Path) -> None:
        settings = files.settings().model_copy(update=changed)
        with pytest.raises(ConfigurationError, match=said):
            server_context(settings)

    refused("gone.pem cannot be read: No such file", certificate=tmp_path / "gone.pem")
    refused("gone.key cannot be read: No such file", key=tmp_path / "gone.key")
    refused("gone.pem cannot be read", client_ca=tmp_path / "gone.pem")
    refused("own.key holds no certificate", certificate=files.key)
    refused("are no pair", key=files.certificate)
    (tmp_path / "der").write_bytes(b"\x30\x82\xff")
    refused("der is not in PEM", certificate=tmp_path / "der")
    (tmp_path / "bad").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    refused("bad holds no certificate", certificate=tmp_path / "bad")
    (tmp_path / "other").mkdir()
    refused("are no pair: KEY_VALUES_MISMATCH", key=Files(tmp_path / "other").key)
    locked = tmp_path / "locked.key"
    locked.write_bytes(_locked(files.key))
    refused("locked.key has a password", key=locked)
    server_context(files.settings(), datetime.now(UTC))
    with pytest.raises(ConfigurationError, match="has expired at"):
        server_context(files.settings(), datetime(4000, 1, 1, tzinfo=UTC))
    with pytest.raises(ConfigurationError, match="is not valid before"):
        server_context(files.settings(), datetime(1999, 1, 1, tzinfo=UTC))
    files.write(datetime.now(UTC) + timedelta(days=3))
    server_context(files.settings())
    assert "own.pem expires at" in caplog.text


def _locked(key: Path) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    return load_pem_private_key(key.read_bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )


async def test_who_says_nothing_is_not_waited_for(store: Store, files: Files) -> None:
    """A connection that was opened and never got to TLS is no request, and would stay."""
    limits = ApiLimits(time=timedelta(seconds=0.2))
    server = serving(store, ApiSettings(port=0, tls=files.settings(), limits=limits))
    port = await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(20):
        with suppress(ConnectionError):
            assert await reader.read() == b""
    writer.close()
    await server.stop()


async def test_a_greeting_that_does_not_end_is_not_waited_for_as_long_as_a_request(
    store: Store, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "SHAKE_SECONDS", 0.2)
    limits = ApiLimits(time=timedelta(hours=1))
    server = serving(store, ApiSettings(port=0, tls=files.settings(), limits=limits))
    port = await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\x16\x03\x01")  # a record of TLS begins so
    async with asyncio.timeout(20):
        with suppress(ConnectionError):
            await reader.read()
    writer.close()
    await server.stop()
