"""A caller is erased and exported while no engine runs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.callers.erasing import erase
from ivrkit.service.callers.exporting import export_caller
from ivrkit.service.configuration import Configuration
from ivrkit.service.remembering import erase_memories
from ivrkit.store import Store
from tests.store.test_callers import fill

HIS = "0049 30 1234567"
COUNTS = {
    "calls": 2,
    "traces": 2,
    "milestones": 2,
    "payloads": 2,
    "memories": 3,
    "messages": 2,
    "outbox": 2,
    "recordings": 0,
    "in_progress": 1,
}


@pytest.fixture
async def site(tmp_path: Path) -> Configuration:
    configuration = Configuration.model_validate({"api": {"port": 0}}).placed(tmp_path)
    opened = Store(configuration.store_url, media=configuration.media_folder)
    await opened.open()
    await fill(opened)
    await opened.close()
    return configuration


async def audited(configuration: Configuration) -> list[tuple[str, str, dict[str, Any]]]:
    opened = Store(configuration.store_url)
    await opened.open()
    entries = await opened.audit()
    await opened.close()
    return [(each.action, each.token, each.details) for each in entries]


async def test_it_is_told_before_it_is_done(site: Configuration) -> None:
    found, note = await erase(site, HIS, really=False)
    assert (found.done, found.numbers) == (False, ["+49301234567", "0301234567"])
    assert found.counts() == COUNTS
    assert "this is its store" in note
    assert await audited(site) == []
    done, _ = await erase(site, HIS, really=True)
    assert done.done
    assert done.counts() == COUNTS
    again, _ = await erase(site, HIS, really=True)
    assert again.nothing
    assert again.in_progress == ["now"]
    last, first = await audited(site)
    assert first[:2] == ("erase_caller", "command")
    assert {**COUNTS, "caller": "…67"}.items() <= first[2].items()
    assert "1234567" not in str([last, first])


async def test_all_of_a_caller_is_in_the_file(site: Configuration, tmp_path: Path) -> None:
    target = tmp_path / "caller.zip"
    await export_caller(site, HIS, target)
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        read = {name: archive.read(name).decode() for name in names if not name.endswith("wav")}
        assert archive.read("messages/m-a.wav").startswith(b"RIFF")
    assert names >= {"index.txt", "calls.json", "calls/a.json", "calls/a.txt", "calls/now.json"}
    assert {each["id"] for each in json.loads(read["calls.json"])} == {"a", "b", "now"}
    assert json.loads(read["calls/b.json"])[0]["value"] == "said by b"
    assert {each["key"] for each in json.loads(read["memories.json"])} == {
        "last:a",
        "last:b",
        "last:now",
    }
    assert {each["id"] for each in json.loads(read["handoffs.json"])} == {"p-a", "p-b", "p-now"}
    assert len(json.loads(read["milestones.json"])) == 3
    assert "+49301234567, 0301234567" in read["index.txt"]
    assert not [name for name in names if "c" in Path(name).stem.split("-")]
    ((action, _, details),) = await audited(site)
    assert (action, details["caller"], details["calls"]) == ("export_caller", "…67", 3)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        await export_caller(site, HIS, target)


async def test_erasing_memories_is_audited(site: Configuration) -> None:
    assert await erase_memories(site, caller="+49301234567") == 2
    ((action, _, details),) = await audited(site)
    assert (action, details["caller"], details["memories"]) == ("erase_memories", "…67", 2)


async def test_without_a_store_nothing_is_made(tmp_path: Path) -> None:
    nowhere = Configuration().placed(tmp_path)
    with pytest.raises(StoreError, match="there is no store"):
        await erase(nowhere, HIS, really=True)
    with pytest.raises(StoreError, match="there is no store"):
        await export_caller(nowhere, HIS, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()
