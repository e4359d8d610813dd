from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ivrkit.call.events import Ended, Noted, Pressed
from ivrkit.errors import NotAvailable
from ivrkit.service.demo import place, watching, world
from ivrkit.service.demo.place import demo_folder, flows_folder
from ivrkit.service.demo.running import run_demo
from ivrkit.service.demo.simulated import simulate
from ivrkit.service.demo.watching import Watch
from tests.service.demo.support import Recorder


async def test_the_call_goes_well_in_the_simulator() -> None:
    stage = Recorder()
    assert await simulate(stage) == 0
    assert all(fact.true for fact in stage.facts)
    assert any("your balance is 12 euros and 50 cents" in text for text in stage.shown)
    assert "PJSIP/1001 answers" in stage.shown


def test_where_something_is_missing_all_of_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    stage = Recorder()
    assert run_demo(stage, stays=False, parent=tmp_path) == 0
    told = next(text for text in stage.shown if "no live call" in text)
    for words in ("baresip is not installed", "espeak-ng is not installed", "apt-get install"):
        assert words in told
    assert stage.facts


def test_an_installation_without_flows_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "PROJECT", tmp_path)
    with pytest.raises(NotAvailable, match="the flows of the demo are not in"):
        flows_folder()
    with pytest.raises(NotAvailable, match="run it in a clone"):
        world.require()


def test_it_has_its_own_flows_and_accounts(tmp_path: Path) -> None:
    flows = place.link_flows(tmp_path)
    names = {path.relative_to(flows).as_posix() for path in flows.rglob("*.yaml")}
    assert {f"{name}.yaml" for name in place.NUMBERS.values()} <= names
    assert "library/survey.yaml" in names
    assert (flows / "bank.yaml").resolve() == flows_folder() / "bank.yaml"
    assert place.make_accounts(tmp_path).name == "bank.db"


def test_one_demo_has_the_folder_and_the_next_another(tmp_path: Path) -> None:
    with demo_folder(tmp_path) as first:
        assert first == tmp_path / ".demo"
        assert stat.S_IMODE(first.stat().st_mode) == 0o700
        (first / "state").mkdir()
        (first / "ivrkit.yaml").write_text("password")
        (first / "cache").mkdir()
        with demo_folder(tmp_path) as second:
            assert second != first
            assert (first / "state").exists()
        assert not second.exists()
    assert sorted(path.name for path in first.iterdir()) == ["cache", "lock"]


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with demo_folder(tmp_path / "file") as folder:
        assert folder.is_dir()


async def test_what_is_awaited_is_found_once_and_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = Watch(Recorder())
    watch.heard("a", Noted(text="one"))
    watch.heard("a", Pressed(keys="1", result="chosen"))
    watch.heard("a", Noted(text="two"))
    assert await watch.wait_for(Noted) == ("a", Noted(text="one"))
    assert watch.find(Noted, lambda event: event.text == "two") is not None
    assert watch.find(Pressed) is None
    assert [event.keys for event in watch.of(Pressed)] == ["1"]
    monkeypatch.setattr(watching, "PATIENCE", 0.01)
    with pytest.raises(TimeoutError, match="the answer did not happen"):
        await watch.wait_for(Noted, what="the answer")


def test_calls_at_the_same_time_are_told_apart() -> None:
    stage = Recorder()
    watch = Watch(stage)
    watch.heard("a", Noted(text="alone"))
    watch.heard("b", Noted(text="beside it"))
    watch.heard("a", Ended(ended="flow"))
    watch.heard("b", Noted(text="alone again"))
    assert stage.shown == ["alone", "b beside it", "a the flow was over", "alone again"]
