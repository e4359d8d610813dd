from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from ivrkit.errors import NotAvailable
from ivrkit.testing.asterisk import PrivateAsterisk
from ivrkit.testing.asterisk.instance import SHIPPED

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]


def exists(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be fetched does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while exists(pid):
            await asyncio.sleep(0.05)


def mounts() -> str:
    return Path("/proc/self/mountinfo").read_text()


async def test_starts_and_stops_without_a_trace(asterisk: PrivateAsterisk) -> None:
    before = mounts()
    async with PrivateAsterisk() as another:
        assert another.pid is not None
        pid, folder = another.pid, another.folder
        assert exists(pid)
        assert "Asterisk " + another.version in await another.command("core show version")
    assert not exists(pid)
    assert not folder.exists()
    assert mounts() == before


async def test_two_run_at_the_same_time(asterisk: PrivateAsterisk) -> None:
    async with PrivateAsterisk(application="other") as another:
        assert another.sip_port != asterisk.sip_port
        assert another.ari_url != asterisk.ari_url
        assert "IVRKIT_APP=other" in await another.command("dialplan show globals")
        assert "IVRKIT_APP=ivrkit" in await asterisk.command("dialplan show globals")


async def test_loads_the_shipped_files_without_a_complaint(asterisk: PrivateAsterisk) -> None:
    async with PrivateAsterisk() as another:
        log = another.log()
    assert "modules will be loaded" in log
    complaints = [line for line in log.splitlines() if re.search(r"\b(WARNING|ERROR)\[", line)]
    assert complaints == []


async def test_runs_on_the_shipped_files_byte_for_byte(asterisk: PrivateAsterisk) -> None:
    def digests(folder: Path) -> dict[str, str]:
        files = folder.glob("*.conf")
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    assert digests(asterisk.folder / "etc") == digests(SHIPPED)


async def test_listens_on_the_loopback_only(asterisk: PrivateAsterisk) -> None:
    assert f"127.0.0.1:{asterisk.sip_port}" in await asterisk.command("pjsip show transports")
    assert f"Bound to 127.0.0.1:{asterisk.site.http_port}" in await asterisk.command(
        "http show status"
    )


async def test_the_override_files_win(asterisk: PrivateAsterisk) -> None:
    first, last = asterisk.site.rtp_ports
    settings = await asterisk.command("rtp show settings")
    assert re.search(rf"Port start: +{first}\n +Port end: +{last}\n", settings)


async def test_no_file_of_the_log_gets_keys(asterisk: PrivateAsterisk) -> None:
    channels = await asterisk.command("logger show channels")
    assert "WARNING ERROR" in channels
    assert "DTMF" not in channels.upper()


async def test_a_killed_asterisk_starts_again_with_the_same_credentials() -> None:
    async with PrivateAsterisk() as another:
        url, password, pid = another.ari_url, another.ari_password, another.pid
        await another.kill()
        assert another.pid is None
        with pytest.raises(NotAvailable, match="not running"):
            await another.command("core show version")
        await another.start()
        assert (another.ari_url, another.ari_password) == (url, password)
        assert another.pid != pid
        await another.restart()
        assert "fully booted" in await another.command("core waitfullybooted")


async def test_nobody_can_log_in_before_a_password_is_set(asterisk: PrivateAsterisk) -> None:
    bare = asterisk.folder / "bare"
    bare.mkdir()
    for file in SHIPPED.glob("*.conf"):
        text = file.read_text().replace("#tryinclude ivrkit.d/ari.conf", "")
        (bare / file.name).write_text(text)
    async with PrivateAsterisk(shipped=bare) as another, aiohttp.ClientSession() as session:
        for password in ("", "ivrkit", "asterisk", "a long random text"):
            key = {"api_key": f"ivrkit:{password}"}
            async with session.get(f"{another.ari_url}/asterisk/info", params=key) as answer:
                assert answer.status == 401


async def test_a_shared_folder_is_readable_at_its_own_path(tmp_path: Path) -> None:
    (tmp_path / "hello.wav").write_bytes(b"x")
    async with PrivateAsterisk(shared=[tmp_path]) as another:
        await another.command(f"dialplan set global HERE {tmp_path}")
        seen = await another.command(f"file convert {tmp_path}/hello.wav {tmp_path}/no.gsm")
        assert "Unable to open input file" in seen or "hello.wav" in seen
        jailed = Path(f"/proc/{another.pid}/root{tmp_path}/hello.wav")
        assert jailed.read_bytes() == b"x"


async def test_a_broken_file_is_told_when_it_does_not_start() -> None:
    broken = {"modules.conf": "require = res_no_such_module.so"}
    with pytest.raises(NotAvailable, match="res_no_such_module"):
        async with PrivateAsterisk(overrides=broken):
            pass


async def serve() -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    owner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ivrkit.testing.asterisk",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=SHIPPED.parent,
    )
    assert owner.stdout is not None
    async with asyncio.timeout(60):
        return owner, json.loads(await owner.stdout.readline())


async def test_dies_with_its_owner(asterisk: PrivateAsterisk) -> None:
    owner, told = await serve()
    pid, folder = int(told["pid"]), Path(told["folder"])
    assert exists(pid)
    owner.kill()
    await owner.wait()
    await gone(pid)
    async with PrivateAsterisk():
        assert not folder.exists()
    assert asterisk.folder.exists()


@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "stdin"])
async def test_the_command_stops_when_it_is_told(how: str) -> None:
    owner, told = await serve()
    if how == "stdin":
        assert owner.stdin is not None
        owner.stdin.close()
    else:
        os.kill(owner.pid, signal.Signals[how])
    async with asyncio.timeout(30):
        assert await owner.wait() == 0
    assert not exists(int(told["pid"]))
    assert not Path(told["folder"]).exists()
