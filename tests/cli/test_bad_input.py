"""What a site may have wrong: one clear line, and a status that is not 0."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ivrkit.testing.fake_asterisk import FakeAsterisk
from tests.cli.conftest import Done, Run

SILENT = """\
ivrkit: 1
flow: short
language: en
sections:
  main: [answer, hangup]
"""
SPEAKING = SILENT.replace("answer, hangup", "answer, {say: Welcome.}, hangup")


@pytest.fixture
def site(tmp_path: Path, unused_tcp_port: int) -> Path:
    """A site with a flow that says nothing; no Asterisk answers."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/short.yaml").write_text(SILENT)
    configure(tmp_path, f"asterisk: {{url: 'http://127.0.0.1:{unused_tcp_port}', password: x}}")
    return tmp_path


def configure(site: Path, *lines: str, api: str = "api: {port: 0}") -> None:
    (site / "ivrkit.yaml").write_text("\n".join([*lines, api, ""]))


def told(done: Done, code: str, *words: str) -> None:
    """One error, with its code and what to do, and no traceback."""
    assert done.status == 1
    errors = [line for line in done.err.splitlines() if line.startswith("error[")]
    assert len(errors) == 1
    assert errors[0].startswith(f"error[{code}]: ")
    for word in words:
        assert word in done.err
    assert "Traceback" not in done.err


async def test_an_asterisk_that_is_not_there(site: Path, run: Run) -> None:
    told(await run("phone", "800"), "carrier_unavailable", "cannot be reached")


async def test_wrong_credentials(site: Path, run: Run) -> None:
    async with FakeAsterisk(password="right") as asterisk:
        configure(site, f"asterisk: {{url: 'http://127.0.0.1:{asterisk.port}', password: wrong}}")
        for command in (["serve"], ["phone", "800"]):
            told(
                await run(*command), "carrier_unavailable", "refuses the user 'ivrkit'", "ari.conf"
            )


async def test_a_port_in_use(site: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        configure(site, api=f"api: {{port: {taken.getsockname()[1]}}}")
        told(await run("serve"), "configuration", "is in use", "api: port")


async def test_a_store_that_cannot_be_read(site: Path, run: Run) -> None:
    configure(site, "store: {path: flows/short.yaml}")
    for command in (["serve"], ["calls"]):
        told(await run(*command), "store", "is not a store", "store: path")


async def test_no_voice(site: Path, run: Run, tmp_path: Path) -> None:
    (site / "flows/short.yaml").write_text(SPEAKING)
    told(await run("serve", PATH=str(tmp_path)), "flow", "espeak-ng is not installed", "apt-get")


async def test_a_broken_flow(site: Path, run: Run) -> None:
    (site / "flows/short.yaml").write_text(SILENT.replace("answer", "anser"))
    told(await run("serve"), "flow", "short.yaml:5:10", "did you mean 'answer'", "ivrkit check")


async def test_no_flows(site: Path, run: Run) -> None:
    configure(site, "flows: nowhere")
    told(await run("serve"), "configuration", "there is no folder of flows", "ivrkit init")


async def test_a_number_without_its_flow(site: Path, run: Run) -> None:
    configure(site, "numbers: {800: shrot}")
    told(await run("serve"), "configuration", "did you mean 'short'")


async def test_a_configuration_with_a_mistake(site: Path, run: Run) -> None:
    configure(site, "numbres: {}")
    told(await run("serve"), "configuration", "ivrkit.yaml:1:1", "did you mean 'numbers'")


async def test_a_secret_that_the_environment_lacks(site: Path, run: Run) -> None:
    configure(site, "asterisk: {password: '${NOT_SET_ANYWHERE}'}")
    told(await run("serve"), "configuration", "NOT_SET_ANYWHERE", "export")


async def test_a_configuration_that_is_not_there(run: Run) -> None:
    told(await run("serve", "--config", "none.yaml"), "configuration", "there is no file none.yaml")


async def test_a_schema_that_cannot_be_written(run: Run) -> None:
    done = await run("schema", "--output", "none/flow.schema.json")
    assert done.status == 2
    assert "cannot write none/flow.schema.json" in done.err


@pytest.mark.parametrize("interrupt", ["default_int_handler", "SIG_IGN"])
def test_output_that_nobody_reads(tmp_path: Path, interrupt: str) -> None:
    """Also where Ctrl-C is ignored, as in what a script starts in the background."""
    flow = tmp_path / "hello.yaml"
    flow.write_text("ivrkit: 1\nsections: {main: [answer, {say: Hello.}, {say: Goodbye.}]}\n")
    read, write = os.pipe()
    os.close(read)
    begin = f"import signal; signal.signal(signal.SIGINT, signal.{interrupt}); "
    begin += "from ivrkit.cli.main import main; main()"
    command = [sys.executable, "-c", begin, "simulate", str(flow), "--keys", "1"]
    try:
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
