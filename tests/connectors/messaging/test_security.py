"""Who is let in: encryption, certificates, passwords, rights; over real brokers."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ivrkit.connectors.messaging.settings import BrokerSettings
from ivrkit.errors import ConfigurationError, ConnectionLost, ConnectorError, RequestRefused
from ivrkit.testing import processes
from ivrkit.testing.brokers import PrivateBroker, PrivateMosquitto, PrivateRabbit, running
from tests.connectors.certificates import Authority
from tests.connectors.messaging.support import guarded, message

SECRET = "s3cr3t-w0rd"
RULES = "user ivr\ntopic write orders/#\ntopic readwrite ivrkit/replies/#\n"


async def guarded_mosquitto(folder: Path) -> PrivateMosquitto:
    """One that asks for TLS, a client's certificate, a password, and rights."""
    folder.mkdir()
    authority = Authority(folder)
    authority.server("localhost")
    authority.client("ivr")
    await processes.run(["mosquitto_passwd", "-c", "-b", folder / "users", "ivr", SECRET])
    (folder / "rules").write_text(RULES)
    for file in ("users", "rules"):
        (folder / file).chmod(0o600)
    return PrivateMosquitto(
        folder,
        "allow_anonymous false",
        f"password_file {folder}/users",
        f"acl_file {folder}/rules",
        f"cafile {folder}/ca.pem",
        f"certfile {folder}/server.pem",
        f"keyfile {folder}/server.key",
        "require_certificate true",
    )


def settings(broker: PrivateBroker, **changes: Any) -> dict[str, Any]:
    tls = {"ca": "ca.pem", "certificate": "ivr.pem", "key": "ivr.key"}
    return {
        "url": f"{broker.scheme}s://localhost:{broker.port}",
        "folder": broker.folder,
        "user": "ivr",
        "password": SECRET,
        "timeout": "20s",
        "tls": tls,
    } | changes


async def test_mqtt_lets_in_who_may(tmp_path: Path) -> None:
    async with running(await guarded_mosquitto(tmp_path / "broker")) as broker:
        async with guarded(**settings(broker)) as (guard, connector):
            assert await connector.probe() == "MQTT 5"
            await guard.ask(message("orders/created"))
            with pytest.raises(RequestRefused, match="Not authorized") as caught:
                await guard.ask(message("others/created"))
            assert caught.value.exit == "error"
        async with guarded(**settings(broker, password="wr0ng-0ne")) as (_, connector):
            with pytest.raises(ConnectorError, match="lets nobody in") as refused:
                await connector.probe()
            assert "wr0ng-0ne" not in str(refused.value)
        for tls in ({"ca": "ca.pem"}, {"certificate": "ivr.pem", "key": "ivr.key"}):
            async with guarded(**settings(broker, tls=tls)) as (_, connector):
                with pytest.raises(ConnectionLost, match="cannot be reached"):
                    await connector.probe()


async def test_amqp_lets_in_who_may(tmp_path: Path) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    authority = Authority(folder)
    authority.server("localhost")
    authority.client("ivr")
    rabbit = PrivateRabbit(
        folder,
        "listeners.ssl.1 = 127.0.0.1:{secured}",
        f"ssl_options.cacertfile = {folder}/ca.pem",
        f"ssl_options.certfile = {folder}/server.pem",
        f"ssl_options.keyfile = {folder}/server.key",
        "ssl_options.verify = verify_peer",
        "ssl_options.fail_if_no_peer_cert = true",
    )
    own = {"user": "guest", "password": "guest"}
    async with running(rabbit) as broker:
        url = f"amqps://localhost:{broker.secured}"
        async with guarded(**settings(broker, url=url, **own)) as (guard, connector):
            assert (await connector.probe()).startswith("RabbitMQ 3")
            with pytest.raises(RequestRefused, match="nobody would receive"):
                await guard.ask(message("orders"))
        for changes in ({"password": "wr0ng-0ne"}, {"url": f"{url}/no-such-host"}):
            async with guarded(**settings(broker, **{"url": url} | own | changes)) as (
                _,
                connector,
            ):
                with pytest.raises(ConnectorError, match="lets nobody in") as caught:
                    await connector.probe()
                assert "wr0ng-0ne" not in str(caught.value)
        plain: dict[str, Any] = {"url": broker.url, "tls": None}
        async with guarded(**settings(broker, **plain, **own, exchange="rides")) as (_, connector):
            with pytest.raises(ConnectorError, match="there is no exchange 'rides'"):
                await connector.probe()
        for tls in ({"ca": "ca.pem"}, None):
            async with guarded(**settings(broker, url=url, **own, tls=tls)) as (_, connector):
                with pytest.raises(ConnectorError):
                    await connector.probe()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"url": "broker.example"}, "amqp://host:port/vhost"),
        ({"url": "amqp://"}, "amqp://host:port/vhost"),
        ({"url": "amqp://user:pass@host"}, "beside the url"),
        ({"url": "amqp://host/?heartbeat=1"}, "nothing stands behind the path"),
        ({"url": "amqp://host:no"}, "Port could not be cast"),
        ({"url": "amqp://host", "tls": {}}, "amqps://"),
        ({"url": "amqp://host", "password": "x"}, "its user"),
        ({"url": "amqps://host", "tls": {"key": "k.pem"}}, "its certificate"),
        ({"url": "mqtt://host", "replies": "a/#"}, "replies"),
    ],
)
def test_settings_that_cannot_be_meant(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        BrokerSettings.model_validate(fields)


async def test_settings_that_cannot_work_here(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match="connectors: broker: events: tls: the certificates"
    ):
        async with guarded("mqtts://host", folder=tmp_path, tls={"ca": "missing.pem"}):
            pass
    with pytest.raises(ConfigurationError, match="there is no protocol for stomp://") as caught:
        async with guarded("stomp://host"):
            pass
    assert caught.value.hint == "there are amqp://, amqps://, mqtt://, mqtts://"


async def test_without_the_package_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, module, extra in (
        ("amqp://host", "aio_pika", "amqp"),
        ("mqtt://host", "paho.mqtt", "mqtt"),
    ):
        monkeypatch.setitem(__import__("sys").modules, module, None)
        with pytest.raises(ConfigurationError) as caught:
            async with guarded(url):
                pass
        assert caught.value.hint == f"pip install 'ivrkit[{extra}]'"


def test_the_broker_is_always_verified(tmp_path: Path) -> None:
    Authority(tmp_path)
    read = BrokerSettings.model_validate({"url": "amqps://host", "tls": {"ca": "ca.pem"}})
    assert read.tls is not None
    context = read.tls.context(tmp_path)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
