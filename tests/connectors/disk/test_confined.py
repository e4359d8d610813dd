"""Nothing outside the root is read, written or deleted, whatever stands in it and whatever somebody
swaps while it is worked with."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.call.requests.file import Action
from ivrkit.connectors.disk import naming, paths, reading, writing
from ivrkit.errors import ConnectorError

from .conftest import Root

DOORS: dict[str, Callable[[Path, Path], Any]] = {
    "file": lambda door, outside: door.symlink_to(outside / "secret.csv"),
    "relative": lambda door, outside: door.symlink_to("../outside/secret.csv"),
    "hard": lambda door, outside: os.link(outside / "secret.csv", door),
    "new": lambda door, outside: door.symlink_to(outside / "new.csv"),
    "pipe": lambda door, outside: os.mkfifo(door),
    "device": lambda door, outside: door.symlink_to("/dev/zero"),
    "circle": lambda door, outside: door.symlink_to(door),
    "folder": lambda door, outside: door.symlink_to(outside),
}
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("read", {}),
    ("read", {"find": {"id": "1"}}),
    ("append", {"row": {"id": "2"}}),
    ("write", {"row": {"id": "2"}}),
    ("write", {"find": {"id": "1"}, "row": {"id": "2"}}),
    ("delete", {}),
    ("delete", {"find": {"id": "1"}}),
    ("move", {"to": "taken.csv"}),
    ("list", {}),
    ("remove_folder", {}),
]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.csv").write_text("id\n1\n")
    return folder


def untouched(outside: Path) -> bool:
    return sorted(os.listdir(outside)) == ["secret.csv"] and (
        (outside / "secret.csv").read_text() == "id\n1\n"
    )


@pytest.mark.parametrize(("action", "parameters"), ASKED)
@pytest.mark.parametrize("door", DOORS)
async def test_links_pipes_and_devices_are_never_used(
    root: Root, outside: Path, door: str, action: str, parameters: dict[str, Any]
) -> None:
    DOORS[door](root.folder / "door.csv", outside)
    before = os.lstat(root.folder / "door.csv").st_ino
    if door == "hard" and action in ("delete", "move", "write") and "find" not in parameters:
        await root.ask(action, "door.csv", **parameters)  # a name is taken away, nothing more
        assert untouched(outside)
        return
    with pytest.raises(ConnectorError):
        await root.ask(action, "door.csv", **parameters)
    assert os.lstat(root.folder / "door.csv").st_ino == before
    assert untouched(outside)


@pytest.mark.parametrize(("action", "parameters"), ASKED)
async def test_folders_that_are_links_are_not_entered(
    root: Root, outside: Path, action: str, parameters: dict[str, Any]
) -> None:
    (root.folder / "door").symlink_to(outside)
    for path in ("door/secret.csv", "door/new/secret.csv"):
        with pytest.raises(ConnectorError):
            await root.ask(action, path, **parameters)
    with pytest.raises(ConnectorError):
        await root.ask("make_folder", "door/new")
    await root.ask("write", "mine.csv", row={"id": "3"})
    with pytest.raises(ConnectorError):
        await root.ask("move", "mine.csv", to="door/mine.csv")
    assert untouched(outside)


async def test_a_socket_is_no_file(root: Root) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(root.folder / "s.txt"))
        for action, parameters in (("read", {}), ("append", {"text": "x"}), ("delete", {})):
            with pytest.raises(ConnectorError):
                await root.ask(action, "s.txt", **parameters)


NAMES = st.lists(
    st.one_of(
        st.sampled_from(["..", ".", "", "door", "sub", "secret.csv", ".ivrkit-lock", "/", "a\x00"]),
        st.text(max_size=5),
    ),
    min_size=1,
    max_size=5,
).map("/".join)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(path=NAMES, asked=st.sampled_from(ASKED), to=NAMES)
async def test_no_path_leads_out(
    root: Root, outside: Path, path: str, asked: tuple[str, dict[str, Any]], to: str
) -> None:
    """The connector looks at paths itself, whoever has made them."""
    door = root.folder / "door"
    if not door.is_symlink():
        door.symlink_to(outside)
    action, parameters = asked
    if action == Action.MOVE:
        parameters = {"to": to}
    with suppress(ConnectorError):
        await root.ask(action, path, form="csv", **parameters)
    assert untouched(outside)
    assert door.is_symlink()
    beside = sorted(os.listdir(root.folder.parent))
    assert beside == ["data", "outside"]


# ---- somebody swaps a folder for a link ----------------------------------------------------------


@contextmanager
def swapped(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, swap: Callable[[], None]
) -> Iterator[None]:
    """Right after the first look at something, it is swapped."""
    look, done = getattr(module, name), []

    def looked(*arguments: Any, **options: Any) -> Any:
        found = look(*arguments, **options)
        if not done:
            done.append(True)
            swap()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(module, name, looked)
        yield
    assert done


@pytest.mark.parametrize(
    ("action", "parameters", "module"),
    [
        ("read", {}, paths),
        ("append", {"row": {"id": "2"}}, writing),
        ("append", {"row": {"id": "2"}}, paths),
        ("write", {"row": {"id": "2"}}, writing),
        ("write", {"find": {"id": "1"}, "row": {"id": "2"}}, writing),
        ("move", {"to": "other.csv"}, naming),
        ("list", {}, reading),
    ],
)
async def test_a_file_that_becomes_a_link_between_look_and_use(
    root: Root,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    parameters: dict[str, Any],
    module: Any,
) -> None:
    await root.ask("write", "f.csv", row={"id": "1"})
    await root.ask("write", "g.csv", row={"id": "1"})
    victim = root.folder / ("other.csv" if action == "move" else "f.csv")

    def swap() -> None:
        victim.unlink(missing_ok=True)
        victim.symlink_to(outside / "secret.csv")

    with swapped(monkeypatch, module, "kind_of", swap), suppress(ConnectorError):
        await root.ask(action, "." if action == "list" else "f.csv", **parameters)
    assert untouched(outside)


async def test_folders_that_are_swapped_all_the_time(root: Root, outside: Path) -> None:
    """A thread swaps a folder for a link and back while files in it are written and read."""
    sub, link, kept = root.folder / "sub", root.folder / "link", root.folder / "kept"
    sub.mkdir()
    (sub / "secret.csv").write_text("id\nmine\n")
    link.symlink_to(outside)
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            os.rename(sub, kept)
            try:
                os.rename(link, sub)
            except OSError:  # it was made anew, for a file to be put into it
                shutil.rmtree(kept)
                continue
            os.rename(sub, link)
            with suppress(OSError):
                os.rename(kept, sub)
            shutil.rmtree(kept, ignore_errors=True)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for n in range(150):
            for action, parameters in (
                ("read", {}),
                ("append", {"row": {"id": "mine"}}),
                ("write", {"row": {"id": "mine"}}),
            ):
                try:
                    read = await root.ask(action, "sub/secret.csv", **parameters)
                except ConnectorError:
                    continue
                assert read is None or all(row["id"] == "mine" for row in read), n
    finally:
        stop.set()
        swapping.join()
    assert untouched(outside)


async def test_the_lock_file_is_no_door_either(root: Root, outside: Path) -> None:
    (root.folder / ".ivrkit-lock").symlink_to(outside / "secret.csv")
    with pytest.raises(ConnectorError):
        await root.ask("append", "a.csv", row={"id": "1"})
    with pytest.raises(ConnectorError):
        await root.ask("read", ".ivrkit-lock")
    assert untouched(outside)
