"""Looking at the flows again while calls are served."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import cast

import pytest
from watchfiles import Change

from ivrkit.errors import ConfigurationError, StoreError
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import Reload
from ivrkit.service.reloading import Reloading, Watched, watch
from ivrkit.service.site import Site


class Flows:
    """A site that reads its flows as slowly as a test wants it to."""

    def __init__(self) -> None:
        self.reads = 0
        self.prompts: list[bool] = []
        self.go_on = asyncio.Event()
        self.broken: Exception | None = None
        self.notes: list[tuple[str, str, str]] = []

    async def renew(self) -> int:
        return 3

    def note(self, action: str, outcome: str, *, by: str, details: object) -> None:
        self.notes.append((action, outcome, by))

    async def reload(self, *, prompts: bool) -> Reload:
        self.reads += 1
        self.prompts.append(prompts)
        await self.go_on.wait()
        if self.broken is not None:
            raise self.broken
        return Reload(kept=["desk"])


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_signal_while_the_flows_are_read_is_not_lost() -> None:
    site, told = Flows(), list[str]()
    reloading = Reloading(cast(Site, site), told.append, told.append)
    reloading.ask()
    await settled()
    reloading.ask()
    reloading.ask()
    site.go_on.set()
    await settled()
    assert site.reads == 2
    assert told == ["flows reloaded: 0 new, 1 as before, 0 refused"] * 2
    assert site.notes == []


async def test_a_signal_has_tokens_read_again_and_is_kept_by_the_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, told = Flows(), list[str]()
    site.go_on.set()
    reloading = Reloading(cast(Site, site), told.append, told.append)
    reloading.all()
    await settled()
    assert told == [
        "tokens of the API read again: 3",
        "flows reloaded: 0 new, 1 as before, 0 refused",
    ]
    assert site.notes == [("reload", "done", "SIGHUP")]

    async def broken() -> int:
        raise ConfigurationError("ivrkit.yaml:3:5: no such setting")

    monkeypatch.setattr(site, "renew", broken)
    reloading.all()
    await settled()
    assert "stay as they were: ivrkit.yaml:3:5" in told[2]
    assert site.notes[1:] == [("renew", "refused", "SIGHUP"), ("reload", "done", "SIGHUP")]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreError("the disk is full"), "the disk is full"),
        (RecursionError("too deep"), "RecursionError, see the log"),
    ],
)
async def test_what_keeps_it_from_reading_is_said(error: Exception, said: str) -> None:
    site, told = Flows(), list[str]()
    site.broken = error
    site.go_on.set()
    reloading = Reloading(cast(Site, site), told.append, told.append)
    reloading.ask()
    await settled()
    assert told == [f"the flows could not be reloaded: {said}"]


async def test_what_is_taken_refused_and_gone_is_told() -> None:
    told, complained = list[str](), list[str]()
    reloading = Reloading(cast(Site, Flows()), told.append, complained.append)
    result = Reload(
        taken=["bank"],
        refused={"desk": "desk.yaml:3:5: error"},
        gone=["old"],
        stays={"main": "the number 800 leads to it"},
    )
    reloading._report(result)
    assert complained == [
        "desk.yaml:3:5: error",
        "the file of flow main has gone, and the number 800 leads to it: its last version stays",
    ]
    assert told == [
        "new calls get the new version of bank",
        "flows reloaded: 1 new, 0 as before, 1 refused, 1 gone",
    ]


async def test_a_file_that_is_written_is_noticed(tmp_path: Path) -> None:
    flows, prompts = tmp_path / "flows", tmp_path / "prompts"
    elsewhere = tmp_path / "elsewhere" / "linked.yaml"
    for folder in (flows, prompts, elsewhere.parent):
        folder.mkdir()
    elsewhere.touch()
    (flows / "linked.yaml").symlink_to(elsewhere)
    configuration = Configuration().placed(tmp_path)
    site = Flows()
    site.go_on.set()
    asked = asyncio.Event()
    reloading = Reloading(cast(Site, site), lambda text: asked.set(), lambda text: None)
    watching = asyncio.create_task(watch(configuration, reloading))
    try:
        await until_noticed(asked, flows / "bank.yaml")
        assert site.prompts[-1] is False
        await until_noticed(asked, elsewhere)
        assert site.prompts[-1] is False
        await until_noticed(asked, prompts / "welcome.wav")
        assert site.prompts[-1] is True
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def until_noticed(asked: asyncio.Event, file: Path) -> None:
    """Write a file until that is noticed: the watch may not have begun with the first time."""
    asked.clear()
    for number in range(60):
        file.write_text(f"{number}")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), 1)
            return
    pytest.fail(f"nobody noticed {file.name}")


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("flows/bank.yaml", True),
        ("flows/library/survey.yaml", True),
        ("flows/bank.yaml~", False),
        ("flows/.bank.yaml.swp", False),
        ("flows/.#bank.yaml", False),
        ("flows/README.md", False),
        ("flows/.git/HEAD", False),
        ("prompts/en/welcome.flac", True),
        ("prompts/phrases.yaml", True),
        ("state/prompts/spoken.wav", False),
    ],
)
def test_which_files_matter(file: str, matters: bool) -> None:
    root = Path("/project")
    watched = Watched(root / "flows", root / "prompts", root / "state/prompts")
    assert watched(Change.modified, str(root / file)) is matters
