"""The image of the engine, its steps run in a plain Debian folder: a call is answered in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from ivrkit.call.events import Said
from ivrkit.errors import NotAvailable
from ivrkit.testing import ports, processes
from ivrkit.testing.asterisk import PrivateAsterisk
from tests.docker.building import Builder, Image
from tests.docker.debian import home, locked
from tests.live.conftest import unavailable
from tests.live.harness import PATIENCE, Exchange, Traces
from tests.live.served import Watcher
from tests.soak import SOAK

pytestmark = [
    pytest.mark.live,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.soak,
    pytest.mark.skipif(not SOAK, reason="NOT BUILT: images are built by `make soak`"),
    # A first time: Debian, and all packages, are fetched.
    pytest.mark.timeout(900),
]
ROOT = Path(__file__).parents[2]
SITE = ROOT / "docker/ivrkit/site"
USER = 10060


def _built() -> Image:
    with locked(home()):
        return Builder(ROOT / "docker/ivrkit/Dockerfile").build()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def image() -> Image:
    try:
        return await asyncio.to_thread(_built)
    except NotAvailable as error:
        unavailable(error)


@pytest.fixture
def site(tmp_path: Path, asterisk: PrivateAsterisk) -> Path:
    """The site of compose.yaml with another Asterisk, and a store of its own."""
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder)
    file = folder / "ivrkit.yaml"
    settings = yaml.load(file.read_text(), Loader=yaml.BaseLoader)
    settings["asterisk"] |= {"url": asterisk.ari_url, "application": "live-4"}
    settings["store"] = {}
    settings["api"] |= {"host": "127.0.0.1", "port": ports.free_ports(1)}
    settings["limits"] = {"late": "1h"}
    settings["prompts"]["cache"] = str(asterisk.sounds_folder / "of-the-image")
    file.write_text(yaml.safe_dump(settings))
    return folder


def secret(folder: Path, name: str, text: str) -> str:
    """A secret as a file, which the image's user may read."""
    place = folder / "secrets"
    place.mkdir(exist_ok=True)
    (place / name).write_text(text)
    return f"/run/secrets/{name}"


@asynccontextmanager
async def container(
    image: Image, asterisk: PrivateAsterisk, tmp_path: Path, site: Path, *arguments: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path]]:
    """One of the image, with the secrets and volumes of compose.yaml."""
    environment = {
        "IVRKIT_ARI_PASSWORD_FILE": secret(tmp_path, "ari_password", asterisk.ari_password),
        "IVRKIT_STORE_PASSWORD_FILE": secret(tmp_path, "store_password", "none"),
        "IVRKIT_STORE_KEY_FILE": secret(tmp_path, "store_key", "0" * 64),
        "METRICS_TOKEN_FILE": secret(tmp_path, "ivrkit_metrics_token", "1" * 64),
        "COLUMNS": "500",
    }
    cache = asterisk.sounds_folder / "of-the-image"
    for folder in (tmp_path / "state", cache):
        folder.mkdir(exist_ok=True)
        os.chown(folder, USER, USER)
    volumes = {
        "/etc/ivrkit": site,
        "/run/secrets": tmp_path / "secrets",
        "/var/lib/ivrkit": tmp_path / "state",
        str(cache): cache,
    }
    place = tmp_path / f"container-{arguments[0] if arguments else 'serve'}"
    place.mkdir()
    command = image.process(place, arguments, environment=environment, volumes=volumes)
    output = tmp_path / f"{place.name}.log"
    process = await processes.start(command, output=output)
    try:
        yield process, output
    finally:
        await processes.end(process, signal.SIGTERM)


async def ran(
    image: Image, asterisk: PrivateAsterisk, tmp_path: Path, site: Path, *arguments: str
) -> tuple[int, str]:
    """Its exit status, and what it has printed."""
    async with container(image, asterisk, tmp_path, site, *arguments) as (process, output):
        async with asyncio.timeout(PATIENCE):
            status = await process.wait()
        return status, output.read_text()


async def test_the_commands_run_in_it(
    image: Image, asterisk: PrivateAsterisk, tmp_path: Path, site: Path
) -> None:
    status, told = await ran(image, asterisk, tmp_path, site, "--version")
    assert (status, told.startswith("ivrkit ")) == (0, True), told
    check = ("check", "flows", "--config", "ivrkit.yaml")
    status, told = await ran(image, asterisk, tmp_path, site, *check)
    assert status == 0, told


async def test_a_call_is_answered_in_it_by_its_user(
    image: Image, asterisk: PrivateAsterisk, tmp_path: Path, site: Path
) -> None:
    assert image.user == f"{USER}:{USER}"
    port = yaml.safe_load((site / "ivrkit.yaml").read_text())["api"]["port"]
    state = tmp_path / "state"
    async with container(image, asterisk, tmp_path, site) as (process, output):
        async with asyncio.timeout(PATIENCE):
            while "API on http" not in output.read_text():
                assert process.returncode is None, output.read_text()
                await asyncio.sleep(0.1)
        traces = Traces()
        watching = asyncio.create_task(Watcher(port, state, traces).run())
        exchange = Exchange(asterisk, traces, tmp_path)
        exchange.cache = asterisk.sounds_folder / "of-the-image"
        async with exchange.calling("7400") as call:
            await call.until_asked("What would you like to do?")
            await call.press("1")
            await call.until(Said, text="from nine to five", end="finished")
            await call.listen(0.2)
            await call.hang_up()
            await call.ends("caller")
            call.listened()
        watching.cancel()
        # Drained: nobody is there, so that it ends at once.
        process.send_signal(signal.Signals[image.told["STOPSIGNAL"]])
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0, output.read_text()
    assert {path.stat().st_uid for path in state.rglob("*")} == {USER}
    assert asterisk.ari_password not in output.read_text()
