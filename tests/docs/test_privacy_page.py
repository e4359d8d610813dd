"""The commands of the page about what is kept of callers are run in their order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ivrkit.service.configuration import load_configuration
from ivrkit.store import Sealer, Store
from tests.store.test_callers import fill

from .markdown import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ (.+)$", PAGE, re.M)


@pytest.fixture
async def site(tmp_path: Path) -> Path:
    (tmp_path / "ivrkit.yaml").write_text("api: {port: 0}\n")
    configuration = load_configuration(tmp_path)
    store = Store(configuration.store_url, media=configuration.media_folder)
    await store.open()
    await fill(store)
    await store.close()
    return tmp_path


def run(site: Path, *commands: str) -> str:
    own = f'ivrkit() {{ "{sys.executable}" -m ivrkit "$@"; }}'
    done = subprocess.run(
        ["/bin/bash", "-ec", "\n".join((own, *commands))],
        cwd=site,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def of(text: str) -> list[str]:
    return [each for each in COMMANDS if text in each]


def test_a_caller_is_handed_out_and_erased(site: Path) -> None:
    (export,) = of("calls export")
    assert "3 calls, 3 memories, 3 messages" in run(site, export)
    with zipfile.ZipFile(site / "caller.zip") as archive:
        assert "index.txt" in archive.namelist()
    look, erase = of("calls erase")
    told = run(site, look)
    assert "there is, of +49301234567, 0301234567:" in told
    assert "say --yes to erase it" in told
    told = run(site, erase)
    assert "erased, of +49301234567, 0301234567:" in told
    assert "left alone, in progress: call now" in told
    assert "nothing is kept of this caller" in run(site, look)


def test_a_key_is_made_and_replaced(site: Path) -> None:
    keys = of("store.key")
    (site / "ivrkit.yaml").write_text("store: {key_file: store.key}\n")
    run(site, *keys[:2])
    (old,) = load_configuration(site).store_keys({})
    run(site, *keys[2:5])
    new, also = load_configuration(site).store_keys({})
    assert (also, new != old) == (old, True)
    sealed = Sealer(old).seal(b"1234", "a")
    assert sealed is not None
    assert Sealer(new, [also]).unseal(sealed, "a") == b"1234"
    run(site, *keys[5:])
    assert load_configuration(site).store_keys({}) == (new,)
    assert (site / "store.key").stat().st_mode & 0o777 == 0o600


def test_every_command_of_the_page_is_run() -> None:
    assert len(COMMANDS) == len(of("calls export") + of("calls erase") + of("store.key"))
