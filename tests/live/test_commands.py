"""The commands on a real Asterisk: serve, phone, calls, doctor, test --live, demo."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml

from ivrkit.service.demo import place
from ivrkit.testing import ports
from ivrkit.testing.asterisk import PrivateAsterisk

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

PROJECT = Path(__file__).parents[2]
PATIENCE = 120.0


async def start(*arguments: str | Path, folder: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "ivrkit",
        *map(str, arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=folder,
    )


async def run(*arguments: str | Path, folder: Path) -> tuple[int, str]:
    """Exit status, and what was printed."""
    process = await start(*arguments, folder=folder)
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, out.decode() + err.decode()


@asynccontextmanager
async def serving(site: Path) -> AsyncIterator[Process]:
    """An engine that serves this site until it is asked to stop, unless it has been killed."""
    engine = await start("serve", folder=site)
    try:
        assert engine.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await engine.stdout.readline():
                if line.startswith(b"API on"):
                    break
        assert engine.returncode is None
        yield engine
    finally:
        killed = engine.returncode is not None
        if not killed:
            engine.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(engine.communicate(), PATIENCE)
    assert killed or engine.returncode == 0, err.decode()


@pytest.fixture
def site(asterisk: PrivateAsterisk, tmp_path: Path) -> Path:
    """The demo's flows on the Asterisk of the run."""
    own = yaml.safe_load((PROJECT / "ivrkit.yaml").read_text())
    place.make_accounts(tmp_path)
    settings = {
        "asterisk": {
            "url": asterisk.ari_url,
            "user": asterisk.ari_user,
            "password": asterisk.ari_password,
        },
        "flows": str(place.link_flows(tmp_path)),
        "numbers": {"800": "bank"},
        "connectors": {"database": {"crm": {"connection": f"{place.DRIVER};DATABASE=bank.db"}}},
        "queues": {**own["queues"], "service": {"headers": ["account"]}},
        "dialplan": own["dialplan"],
        "prompts": {
            "folder": str(PROJECT / "prompts"),
            "cache": str(asterisk.sounds_folder / "cache"),
        },
        "api": {"port": ports.free_ports(1)},
    }
    lines = [f"{name}: {json.dumps(value)}" for name, value in settings.items()]
    (tmp_path / "ivrkit.yaml").write_text("\n".join(lines))
    return tmp_path


async def test_a_call_from_the_terminal_is_seen_listed_and_told(site: Path) -> None:
    async with serving(site):
        tail = await start("calls", "tail", folder=site)
        keys = "listen 1 listen 123456# listen 1 wait:1 hangup"
        status, shown = await run("phone", "800", "--from", "4930777", "--keys", keys, folder=site)
        assert status == 0
        for text in ("4930777 calls 800", "Welcome to Acme Bank", "pressed    123456", "Ann Lee"):
            assert text in shown
        status, listed = await run("calls", "--format", "json", folder=site)
        (call,) = json.loads(listed)
        assert (call["caller"], call["flow"], call["ended"]) == ("4930777", "bank", "caller")
        assert tail.stdout is not None
        tail.send_signal(signal.SIGINT)
        out, _ = await tail.communicate()
        assert "pressed    123456" in out.decode()
        status, told = await run("calls", "show", call["id"][:6], folder=site)
        assert "keys       1  123456  1" in told
    # The engine is gone; its store is read.
    status, told = await run("calls", "show", call["id"], folder=site)
    assert status == 0
    assert "this is what its store holds" in told
    assert "reason = balances" in told


async def test_a_call_from_the_terminal_outlives_the_engine(site: Path) -> None:
    keys = "listen wait:60"
    async with serving(site) as engine:
        phone = await start("phone", "800", "--keys", keys, folder=site)
        assert phone.stdout is not None
        await printed(phone.stdout, "How can we help you?")
        _, listed = await run("calls", "--live", "--format", "json", folder=site)
        (call,) = json.loads(listed)
        assert call["answered"] is not None
        engine.kill()
        await engine.wait()
    await printed(phone.stdout, "the engine is gone")
    async with serving(site):
        await printed(phone.stdout, "another engine has taken the call up")
        await printed(phone.stdout, "How can we help you?")
        phone.send_signal(signal.SIGINT)
        await printed(phone.stdout, "the caller has hung up")
        await phone.communicate()
    assert phone.returncode == 0


async def printed(stream: asyncio.StreamReader, text: str) -> None:
    """Read until a line holds this."""
    async with asyncio.timeout(PATIENCE):
        while line := await stream.readline():
            if text in line.decode():
                return
    raise AssertionError(f"'{text}' was not printed")


async def test_numbers_that_are_not_the_engines(site: Path) -> None:
    async with serving(site):
        status, shown = await run("phone", "901", "--keys", "hangup", folder=site)
        assert status == 0
        assert "901 is no number of this engine's" in shown
        status, shown = await run("phone", "555", "--keys", "hangup", folder=site)
        assert status == 1
        assert "not answered" in shown


async def test_without_an_engine_the_fallback_answers(site: Path) -> None:
    status, shown = await run("phone", "800", "--keys", "wait:1 hangup", folder=site)
    assert status == 0
    assert "no engine has run here" in shown


async def test_a_healthy_site(site: Path) -> None:
    async with serving(site):
        status, shown = await run("doctor", folder=site)
    lines = [line for line in shown.splitlines() if line]
    assert status == 0
    # This site names no recogniser, and one of its flows has words: keys go on there.
    findings = [line for line in lines if not line.startswith((" ", "ok "))]
    assert [line.split()[:2] for line in findings] == [["warning", "flows"]], shown
    assert "0 errors, 2 warnings" in findings[0]
    tried = ("recording", "prompts", "listening", "round-trip")
    for name in ("asterisk", "modules", "sessionlimit", "dialplan", *tried):
        assert any(line.split()[1] == name for line in lines)


async def test_a_site_with_faults(site: Path, asterisk: PrivateAsterisk, tmp_path: Path) -> None:
    text = (site / "ivrkit.yaml").read_text()
    text = text.replace('"cards": {}', '"lost": {}')
    text = text.replace(str(asterisk.sounds_folder / "cache"), str(tmp_path / "unseen"))
    (site / "ivrkit.yaml").write_text(text)
    moved = asterisk.recordings_folder.rename(asterisk.folder / "moved")
    try:
        status, shown = await run("doctor", "--format", "json", folder=site)
    finally:
        moved.rename(asterisk.recordings_folder)
    found = {each["name"]: each["state"] for each in json.loads(shown)}
    assert status == 1
    assert found["queue lost"] == "fail"
    assert found["prompts"] == "fail"
    assert found["recording"] == "warning"


async def test_scripts_on_a_live_asterisk(site: Path) -> None:
    names = ("person", "unstaffed", "full", "hangup-welcome")
    scripts = [PROJECT / f"tests/calls/bank/{name}.yaml" for name in names]
    born = PROJECT / "tests/calls/clinic/born-tomorrow.yaml"
    status, shown = await run("test", "--live", *scripts, born, folder=site)
    assert status == 0, shown
    assert "5 passed" in shown


async def test_the_demo_ends_after_the_call(tmp_path: Path) -> None:
    status, shown = await run("demo", folder=tmp_path)
    assert status == 0, shown
    assert shown.count("\nok ") >= 10
    assert "FAILED" not in shown
    for text in ("X-IVRKit-Handoff", "/v1/handoffs/", "survey score 5", "stand in bank.db"):
        assert text in shown
    assert 'understood as "results"' in shown
    left = sorted(path.name for path in (tmp_path / ".demo").iterdir())
    assert left == ["bank.db", "cache", "lock"]


@pytest.mark.parametrize(
    ("how", "when"), [(signal.SIGINT, "answers by itself"), (signal.SIGKILL, "How can we help")]
)
async def test_the_demo_stays_up_and_leaves_nothing_behind(
    tmp_path: Path, how: signal.Signals, when: str
) -> None:
    master, slave = pty.openpty()
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ivrkit", "demo",
        stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    try:
        shown = await _read_until(master, when.encode())
        told = "ivrkit phone 800 --config .demo" in re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert told is (how is signal.SIGINT)
        children = _children(demo.pid)
        assert len(children) >= 2, "Asterisk and a telephone"
        demo.send_signal(how)
        os.set_blocking(master, False)
        status = await asyncio.wait_for(demo.wait(), PATIENCE)
        assert status == (0 if how is signal.SIGINT else -signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while any(_runs(child) for child in children):
                await asyncio.sleep(0.1)
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
        os.close(master)


async def _read_until(descriptor: int, wanted: bytes) -> str:
    """What is shown until something is shown."""
    seen = b""
    async with asyncio.timeout(PATIENCE):
        while wanted not in seen:
            try:
                seen += await asyncio.to_thread(os.read, descriptor, 65536)
            except OSError:  # so Linux tells that the other side of a terminal has ended
                pytest.fail(f"it has ended without '{wanted.decode()}':\n{seen.decode()}")
    return seen.decode()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _runs(pid: int) -> bool:
    """Whether a process is there, and no zombie that waits to be taken note of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
