"""A backup holds what outlives an engine, in one form for both databases, and nothing secret."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import shutil
import signal
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import yaml
from sqlalchemy import Connection

from ivrkit.call.events import Arrived, Ended, Entered, Noted
from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.backup.archive import FORM, LIST, STORE, Contents, unpack
from ivrkit.service.backup.making import make_backup
from ivrkit.service.backup.restoring import _unpacking, files_of, restore
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.site.storing import make_private
from ivrkit.store import CallRecord, Store
from ivrkit.store.copying import copy
from ivrkit.store.database import database_at
from tests.store.conftest import (  # noqa: F401
    postgresql_server,
    postgresql_url,
    sqlite_url,
    url,
)

BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PLANTED = "planted-0f1e2d3c4b5a"
FLOW = "ivrkit: 1\nflow: hello\nsections: {main: [{say: Hello.}]}\n"


def a_site(folder: Path, store: str) -> Configuration:
    (folder / "flows").mkdir(parents=True)
    (folder / "flows/hello.yaml").write_text(FLOW)
    (folder / "prompts").mkdir()
    (folder / "prompts/en.yaml").write_text("hello: Hello.\n")
    settings = {
        "asterisk": {"password": PLANTED, "user": "${ARI_USER}"},
        "store": {"url": store, "key": "ab" * 32},
        "numbers": {"800": "hello"},
    }
    (folder / "ivrkit.yaml").write_text(yaml.safe_dump(settings))
    return load_configuration(folder, {"ARI_USER": "ivrkit"})


def a_call(name: str, **more: object) -> CallRecord:
    started = BEGAN + timedelta(minutes=len(name))
    fields = {"flow": "hello", "version": "1", "caller": "49301", "number": "800"} | more
    return CallRecord(id=name, started=started, **fields)  # type: ignore[arg-type]


async def filled(configuration: Configuration) -> Store:
    """A store that an engine has in its hands: a call that is over, one in progress."""
    store = Store(
        configuration.store_url,
        key=configuration.store_keys()[0],
        media=configuration.media_folder,
    )
    await store.open()
    await store.acquire("ivrkit", "host:1")
    arrived = Arrived(caller="49301", number="800", flow="hello", version="1")
    for name in ("over", "living"):
        store.put_record(a_call(name))
        store.append(name, [arrived, Entered(at=1.0, path="main/0", verb="say")])
    store.append("over", [Noted(at=2.0, text="a note"), Ended(at=3.0, ended="caller")])
    store.put_record(a_call("over", ended="caller", ended_at=BEGAN + timedelta(minutes=5)))
    await store.save_ahead("living", b"a capture")
    await store.flush()
    return store


async def backup_of(configuration: Configuration, folder: Path) -> Path:
    """The file of a backup of such a store, which nobody has open any more."""
    await (await filled(configuration)).close()
    path = folder / "backup.tar.gz"
    make_backup(configuration, path)
    return path


@pytest.fixture
def there(tmp_path: Path, url: str) -> Configuration:  # noqa: F811
    return a_site(tmp_path / "there", url)


@pytest.fixture
def here(tmp_path: Path) -> Configuration:
    return a_site(tmp_path / "here", f"sqlite:///{tmp_path / 'here/state/ivrkit.db'}")


async def test_what_is_over_comes_back_and_what_lived_is_lost(
    there: Configuration, here: Configuration, tmp_path: Path
) -> None:
    store = await filled(there)
    try:
        made = make_backup(there, tmp_path / "backup.tar.gz")  # while it is written to
        store.put_record(a_call("later"))
        before = await store.trace("over")
    finally:
        await store.close()
    assert (made.messages, made.files) == (0, 3)
    found = await restore(here, tmp_path / "backup.tar.gz")
    assert (found.rows, found.lost) == (made.rows, 1)
    copied = Store(here.store_url, key=here.store_keys()[0])
    await copied.open()
    try:
        records = {record.id: record for record in await copied.records()}
        assert {name: record.ended for name, record in records.items()} == {
            "over": "caller",
            "living": "lost",
        }
        assert records["living"].ended_at == found.made
        assert await copied.trace("over") == before
        assert [type(event) for event in await copied.trace("living")] == [Arrived, Entered, Ended]
        await copied.acquire("ivrkit", "host:2")
        assert await copied.sessions() == []
        copied.append("living", [Noted(at=9.0, text="numbered behind what was copied")])
        await copied.flush()
    finally:
        await copied.close()


async def test_the_database_may_be_another(
    there: Configuration, here: Configuration, tmp_path: Path
) -> None:
    """From a file into the database of the test, which goes on numbering its rows."""
    await (await filled(here)).close()
    make_backup(here, tmp_path / "backup.tar.gz")
    await restore(there, tmp_path / "backup.tar.gz")
    store = Store(there.store_url)
    await store.open()
    try:
        before = len(await store.trace("over"))
        store.append("over", [Noted(at=9.0, text="more")])
        await store.flush()
        assert len(await store.trace("over")) == before + 1
    finally:
        await store.close()


async def test_it_holds_no_secret(here: Configuration, tmp_path: Path) -> None:
    path = await backup_of(here, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    inside = gzip.decompress(path.read_bytes())
    assert PLANTED.encode() not in inside
    assert b"ab" * 32 not in inside
    assert b"a capture" not in inside
    files_of(path, tmp_path / "new")
    assert (tmp_path / "new/flows/hello.yaml").read_text() == FLOW
    assert (tmp_path / "new/prompts/en.yaml").exists()
    shown = yaml.safe_load((tmp_path / "new/ivrkit.yaml").read_text())
    assert shown["numbers"] == {"800": "hello"}
    assert shown["asterisk"] == {"password": "•••", "user": "${ARI_USER}"}


async def test_nothing_is_overwritten(here: Configuration, tmp_path: Path) -> None:
    path = await backup_of(here, tmp_path)
    with pytest.raises(StoreError, match="is there already"):
        make_backup(here, path)
    with pytest.raises(StoreError, match="nothing was restored"):
        await restore(here, path)
    with pytest.raises(ConfigurationError, match="not empty"):
        files_of(path, tmp_path / "here")
    assert not list(tmp_path.glob("*.part"))


DISK_FULL = OSError(28, "No space left on device")


def left(configuration: Configuration) -> list[str]:
    folders = (configuration.state, configuration.state.parent)
    found = (each for folder in folders for each in folder.iterdir())
    return [each.name for each in found if "restor" in each.name or ".part" in each.name]


async def test_what_fails_half_way_can_be_done_again(
    there: Configuration, here: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await backup_of(here, tmp_path)

    def half(source: Connection, target: Connection) -> int:
        copy(source, target)
        raise DISK_FULL

    monkeypatch.setattr("ivrkit.service.backup.restoring.copy", half)
    with pytest.raises(StoreError, match="No space") as caught:
        await restore(there, path)
    assert database_at(there.store_url).name in caught.value.message
    assert not database_at(there.store_url).exists()
    monkeypatch.undo()
    assert (await restore(there, path)).lost == 1
    assert left(there) == []


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from ivrkit.service.backup import restoring
from ivrkit.service.configuration import load_configuration

def killed(*arguments, **named):
    real(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)

real = getattr(restoring, sys.argv[3])
setattr(restoring, sys.argv[3], killed)
site = load_configuration(Path(sys.argv[1]), {"ARI_USER": "ivrkit"})
asyncio.run(restoring.restore(site, Path(sys.argv[2])))
"""


async def killed_behind(stage: str, site: Path, path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(site), str(path), stage]
    done = await asyncio.to_thread(subprocess.run, command, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("stage", ["unpack", "_take"])
async def test_also_before_there_is_anything_of_the_store(
    here: Configuration, tmp_path: Path, stage: str
) -> None:
    path = await backup_of(here, tmp_path)
    file = Path(str(here.store_url.database))
    file.unlink()
    await killed_behind(stage, tmp_path / "here", path)
    assert not file.exists()
    file.with_name(f"{file.name}.part").write_bytes(b"what an older one has left")
    assert (await restore(here, path)).lost == 1
    assert left(here) == []


async def test_what_is_killed_when_the_store_is_there_has_restored_it(
    here: Configuration, tmp_path: Path
) -> None:
    path = await backup_of(here, tmp_path)
    Path(str(here.store_url.database)).unlink()
    await killed_behind("Restored", tmp_path / "here", path)
    store = Store(here.store_url)
    await store.open()
    try:
        assert {each.id: each.ended for each in await store.records()} == {
            "over": "caller",
            "living": "lost",
        }
    finally:
        await store.close()
    with pytest.raises(StoreError, match="there already"):
        await restore(here, path)


async def test_what_is_killed_half_way_can_be_done_again(
    there: Configuration, here: Configuration, tmp_path: Path
) -> None:
    path = await backup_of(here, tmp_path)
    await killed_behind("copy", tmp_path / "there", path)
    assert not database_at(there.store_url).exists()
    found = await restore(there, path)
    assert found.lost == 1
    assert left(there) == []
    store = Store(there.store_url)
    await store.open()
    try:
        assert {each.id for each in await store.records()} == {"over", "living"}
    finally:
        await store.close()


async def test_the_log_of_a_store_that_was_moved_away_is_not_taken_for_its_own(
    here: Configuration, tmp_path: Path
) -> None:
    path = await backup_of(here, tmp_path)
    log = Path(f"{here.store_url.database}-wal")
    Path(str(here.store_url.database)).unlink()
    log.write_bytes(b"the newest calls")
    with pytest.raises(StoreError, match="of a store that was moved away"):
        await restore(here, path)
    assert log.read_bytes() == b"the newest calls"
    log.unlink()
    await restore(here, path)


async def test_what_was_unpacked_is_gone_before_the_store_is_there(
    here: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed behind that nobody would restore again, and remove it."""
    path = await backup_of(here, tmp_path)
    file = Path(str(here.store_url.database))
    file.unlink()
    rename, there_then = Path.rename, list[list[str]]()

    def watched(old: Path, new: Path) -> Path:
        there_then.append(left(here))
        return rename(old, new)

    monkeypatch.setattr(Path, "rename", watched)
    await restore(here, path)
    assert there_then == [[f"{file.name}.part"]]


async def test_a_disk_that_cannot_be_written_is_no_fault_of_the_backup(
    here: Configuration, tmp_path: Path
) -> None:
    path = await backup_of(here, tmp_path)
    (tmp_path / "unpacked" / STORE).mkdir(parents=True)  # where a file is to be
    with pytest.raises(StoreError, match="unpacked cannot be written: Is a directory"):
        unpack(path, tmp_path / "unpacked")


async def test_a_backup_that_is_damaged_anywhere_is_told_as_such(
    here: Configuration, tmp_path: Path
) -> None:
    path = await backup_of(here, tmp_path)
    whole, told = path.read_bytes(), set[str]()
    for at in range(0, len(whole), len(whole) // 40):
        path.write_bytes(
            whole[:at] + bytes(each ^ 0xFF for each in whole[at : at + 8]) + whole[at + 8 :]
        )
        folder = tmp_path / f"at-{at}"
        folder.mkdir()
        try:
            unpack(path, folder)
        except ConfigurationError as error:
            told.add(error.message.replace(str(path), "").split(":")[0].strip())
    assert told >= {"is no backup of ivrkit"}


async def test_one_is_restored_at_a_time(here: Configuration, tmp_path: Path) -> None:
    make_private(here.state)
    with _unpacking(here.state) as folder:
        (folder / "unpacked").touch()
        with pytest.raises(StoreError, match="is being restored"), _unpacking(here.state):
            pass
        assert (folder / "unpacked").exists()
    assert left(here) == []


async def test_a_folder_that_cannot_be_filled_is_empty_again(
    here: Configuration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await backup_of(here, tmp_path)
    put = shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if target.suffix == ".yaml" and target.parent.name == "prompts":
            raise DISK_FULL
        put(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StoreError, match="No space"):
        files_of(path, tmp_path / "new")
    monkeypatch.undo()
    assert files_of(path, tmp_path / "new") == 3


def test_without_a_store_there_is_nothing_to_keep(here: Configuration, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store"):
        make_backup(here, tmp_path / "backup.tar.gz")
    assert not (tmp_path / "backup.tar.gz").exists()


def an_archive(path: Path, name: str, kind: bytes = tarfile.REGTYPE) -> None:
    with tarfile.open(path, "w:gz") as file:
        info = tarfile.TarInfo(name)
        info.type, info.size, info.linkname = kind, 1, "/etc/passwd"
        file.addfile(info, io.BytesIO(b"x"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/etc/ivrkit-outside", tarfile.REGTYPE),
        ("media/link.wav", tarfile.SYMTYPE),
    ],
)
def test_an_archive_of_others_writes_nowhere(tmp_path: Path, name: str, kind: bytes) -> None:
    an_archive(tmp_path / "evil.tar.gz", name, kind)
    (tmp_path / "into").mkdir()
    with pytest.raises(ConfigurationError, match="is no backup"):
        unpack(tmp_path / "evil.tar.gz", tmp_path / "into")
    assert list((tmp_path / "into").rglob("*")) == []
    assert not (tmp_path / "outside").exists()


def test_a_list_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    token = b"known to whoever made it"
    contents = Contents(
        form=FORM,
        made=datetime(2026, 1, 1, tzinfo=UTC),
        ivrkit="1",
        application="ivrkit",
        rows=0,
        files={"media/../api-token": hashlib.sha256(token).hexdigest()},
    )
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as file:
        texts = {"api-token": token, "media/x": b"", LIST: msgspec.json.encode(contents)}
        for name, text in texts.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            file.addfile(info, io.BytesIO(text))
    (tmp_path / "into").mkdir()
    with pytest.raises(ConfigurationError, match="is damaged"):
        unpack(tmp_path / "evil.tar.gz", tmp_path / "into")


async def test_a_damaged_one_is_refused(here: Configuration, tmp_path: Path) -> None:
    await (await filled(here)).close()
    make_backup(here, tmp_path / "backup.tar.gz")
    whole = (tmp_path / "backup.tar.gz").read_bytes()
    for number, damaged in enumerate((whole[: len(whole) // 2], b"", b"no archive")):
        file = tmp_path / f"damaged-{number}"
        file.write_bytes(damaged)
        (tmp_path / f"into-{number}").mkdir()
        with pytest.raises(ConfigurationError, match="is no backup"):
            unpack(file, tmp_path / f"into-{number}")
