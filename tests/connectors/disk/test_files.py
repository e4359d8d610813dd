"""What is done with files, and what cannot be done."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.call.requests.file import FileForm
from ivrkit.errors import ConnectorError, RequestRefused

from .conftest import Root


async def refused(root: Root, exit_: str, *arguments: Any, **parameters: Any) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        await root.ask(*arguments, **parameters)
    assert caught.value.exit == exit_
    return caught.value


# ---- texts and JSON ------------------------------------------------------------------------------


async def test_a_text_is_written_and_read(root: Root) -> None:
    assert await root.ask("write", "a/b/note.txt", text="Grüße 你好 🙂\n") is None
    assert await root.ask("read", "a/b/note.txt") == "Grüße 你好 🙂\n"
    assert root.names() == ["a", "a/b", "a/b/note.txt"]
    await root.ask("write", "a/b/note.txt", text="")
    assert await root.ask("read", "a/b/note.txt") == ""


async def test_what_is_there_is_kept_where_it_may_not_be_replaced(root: Root) -> None:
    await root.ask("write", "note.txt", text="one", replace=False)
    await refused(root, "exists", "write", "note.txt", text="two", replace=False)
    assert root.text("note.txt") == "one"


async def test_json_keeps_numbers_exact(root: Root) -> None:
    data = {"total": Decimal("12.50"), "day": date(2026, 3, 2), "list": [None, True, "ä"]}
    await root.ask("write", "order.json", json=data)
    assert root.text("order.json") == '{"total":12.50,"day":"2026-03-02","list":[null,true,"ä"]}'
    assert await root.ask("read", "order.json") == data | {"day": "2026-03-02"}


async def test_a_byte_order_mark_is_no_part_of_the_text(root: Root) -> None:
    (root.folder / "bom.txt").write_bytes(b"\xef\xbb\xbfa")
    (root.folder / "bom.json").write_bytes(b"\xef\xbb\xbf[1]")
    (root.folder / "bom.csv").write_bytes(b"\xef\xbb\xbfid,n\r\n1,2\r\n")
    assert await root.ask("read", "bom.txt") == "a"
    assert await root.ask("read", "bom.json") == [Decimal(1)]
    assert await root.ask("read", "bom.csv") == [{"id": "1", "n": "2"}]


async def test_another_encoding(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", encoding="latin-1")
    await root.ask("write", "a.txt", text="Grüße")
    assert (root.folder / "a.txt").read_bytes() == b"Gr\xfc\xdfe"
    assert await root.ask("read", "a.txt") == "Grüße"
    await refused(root, "error", "write", "a.txt", text="你好")


async def test_what_cannot_be_read(root: Root) -> None:
    (root.folder / "latin.txt").write_bytes(b"Gr\xfc\xdfe")
    (root.folder / "latin.csv").write_bytes(b"a\nGr\xfc\xdfe\n")
    (root.folder / "half.json").write_text("{")
    (root.folder / "number.json").write_text("1")
    (root.folder / "half.csv").write_text('a,b\n"x')
    (root.folder / "wide.csv").write_text("a\n1,2\n")
    (root.folder / "twice.csv").write_text("a,a\n1,2\n")
    (root.folder / "list.jsonl").write_text("[1]\n")
    (root.folder / "large.txt").write_text("x" * 70_000)
    (root.folder / "folder").mkdir()
    names = ["latin.txt", "latin.csv", "half.json", "half.csv", "wide.csv", "twice.csv"]
    for name in [*names, "list.jsonl", "large.txt", "folder"]:
        assert isinstance(await refused(root, "error", "read", name), RequestRefused), name
    await refused(root, "error", "read", "number.json", find={"a": "1"})
    await refused(root, "not_found", "read", "nothing.txt")
    await refused(root, "not_found", "read", "no/folder.txt")


# ---- rows ----------------------------------------------------------------------------------------


async def test_rows_are_appended_under_their_names(root: Root) -> None:
    await root.ask("append", "orders.csv", row={"id": Decimal(1), "what": "tea, green", "n": None})
    await root.ask("append", "orders.csv", row={"what": 'say "hi"\nand go', "id": Decimal(2)})
    await root.ask("append", "orders.csv", rows=[{"id": "3"}, {"id": "4", "n": True}])
    assert root.text("orders.csv") == (
        'id,what,n\n1,"tea, green",\n2,"say ""hi""\nand go",\n3,,\n4,,true\n'
    )
    rows = await root.ask("read", "orders.csv")
    assert rows[1] == {"id": "2", "what": 'say "hi"\nand go', "n": None}
    error = await refused(root, "error", "append", "orders.csv", row={"color": "red"})
    assert "id, what, n" in error.hint
    await refused(root, "error", "append", "orders.csv", row={"id": [1]})
    assert len(await root.ask("read", "orders.csv")) == 4


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.json"])
async def test_rows_are_looked_up_changed_and_deleted(root: Root, name: str) -> None:
    rows = [{"id": str(n), "open": "yes", "n": n % 2} for n in range(1, 6)]
    await root.ask("write", name, rows=rows)
    await root.ask("append", name, row={"id": "6", "open": "yes", "n": 0})
    assert (await root.ask("read", name, find={"id": "6"}))["open"] == "yes"
    assert (await root.ask("read", name, find={"n": Decimal("0.0")}))["id"] == "2"
    await root.ask("write", name, find={"n": Decimal(0)}, row={"open": "no"})
    found = await root.ask("read", name)
    assert [each["open"] for each in found] == ["yes", "no", "yes", "no", "yes", "no"]
    await root.ask("delete", name, find={"open": "no", "id": "2"})
    assert [each["id"] for each in await root.ask("read", name)] == ["1", "3", "4", "5", "6"]
    await root.ask("delete", name, find={})
    assert await root.ask("read", name) == []
    for action, more in (("read", {}), ("write", {"row": {"open": "x"}}), ("delete", {})):
        await refused(root, "not_found", action, name, find={"id": "1"}, **more)
    await root.ask("append", name, row={"id": "7", "open": "yes"})
    assert (await root.ask("read", name, find={"id": "7"}))["open"] == "yes"


async def test_a_row_without_such_a_column_is_refused_and_nothing_is_changed(root: Root) -> None:
    await root.ask("write", "a.csv", row={"id": "1"})
    await refused(root, "error", "write", "a.csv", find={"id": "1"}, row={"open": "no"})
    assert root.text("a.csv") == "id\n1\n"


async def test_a_line_that_was_left_without_an_end_is_not_run_into(root: Root) -> None:
    (root.folder / "a.csv").write_text("id\n1")
    (root.folder / "a.txt").write_text("one")
    await root.ask("append", "a.csv", row={"id": "2"})
    await root.ask("append", "a.txt", text="two")
    await root.ask("append", "a.txt", text="three\n")
    assert root.text("a.csv") == "id\n1\n2\n"
    assert root.text("a.txt") == "one\ntwo\nthree\n"


async def test_an_empty_file_gets_its_first_line(root: Root) -> None:
    (root.folder / "a.csv").touch()
    await root.ask("append", "a.csv", row={"id": "2"})
    assert root.text("a.csv") == "id\n2\n"
    assert await root.ask("read", "a.csv", find={"id": Decimal(2)}) == {"id": "2"}


async def test_for_spreadsheets(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", separator=";", byte_order_mark=True)
    row = {"name": "=HYPERLINK(1)", "phone": "+4930123", "note": "-", "sum": Decimal("-1.50")}
    await root.ask("append", "a.csv", row=row)
    await root.ask("append", "a.csv", row={"name": "'@x"})
    await root.ask("write", "a.csv", find={"sum": Decimal("-1.5")}, row={"note": "+a"})
    assert (root.folder / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfname;phone")
    assert root.text("a.csv").splitlines()[1:] == [
        "'=HYPERLINK(1);+4930123;'+a;-1.50",
        "''@x;;;",
    ]
    first, second = await root.ask("read", "a.csv")
    assert first == row | {"note": "+a", "sum": "-1.50"}
    assert second["name"] == "'@x"
    raw = Root(tmp_path / "data", separator=";", formulas="keep")
    assert (await raw.ask("read", "a.csv"))[0]["name"] == "'=HYPERLINK(1)"


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text(alphabet="=+-@'\t\r\n\",;1 ", min_size=1, max_size=6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.fixed_dictionaries({"a": CELLS, "b": CELLS}), min_size=1, max_size=4))
async def test_what_is_written_is_read(root: Root, rows: list[dict[str, str | None]]) -> None:
    rows = [row for row in rows if any(row.values())]
    if not rows:
        return
    await root.ask("write", "rows.csv", rows=rows)
    assert await root.ask("read", "rows.csv") == rows
    await root.ask("append", "rows.csv", rows=rows)
    assert await root.ask("read", "rows.csv") == rows * 2
    cells = (root.folder / "rows.csv").read_bytes()
    assert not cells.startswith((b"=", b"@"))


async def test_a_file_whose_ending_says_nothing(root: Root) -> None:
    await root.ask("append", "orders.log", row={"id": "1"}, form=FileForm.LINES)
    assert root.text("orders.log") == '{"id":"1"}\n'
    assert await root.ask("read", "orders.log", form=FileForm.LINES) == [{"id": "1"}]


# ---- names and folders ---------------------------------------------------------------------------


async def test_moving_and_deleting(root: Root) -> None:
    await root.ask("write", "new/1.txt", text="one")
    await root.ask("move", "new/1.txt", to="done/today/1.txt")
    assert await root.ask("read", "done/today/1.txt") == "one"
    await refused(root, "not_found", "move", "new/1.txt", to="done/1.txt")
    await root.ask("write", "new/1.txt", text="two")
    await refused(root, "exists", "move", "new/1.txt", to="done/today/1.txt", replace=False)
    await root.ask("move", "new/1.txt", to="done/today/1.txt")
    assert root.text("done/today/1.txt") == "two"
    await root.ask("move", "done", to="old")
    await refused(root, "error", "move", "old", to="old/today/x")
    await refused(root, "exists", "move", "old/today/1.txt", to="new")
    await root.ask("delete", "old/today/1.txt")
    await refused(root, "not_found", "delete", "old/today/1.txt")
    await refused(root, "error", "delete", "old/today")
    assert root.names() == ["new", "old", "old/today"]


async def test_folders(root: Root) -> None:
    await root.ask("make_folder", "a/b")
    await root.ask("make_folder", "a/b")
    await root.ask("write", "a/c.txt", text="x")
    await refused(root, "error", "make_folder", "a/c.txt")
    await refused(root, "not_empty", "remove_folder", "a")
    await refused(root, "error", "remove_folder", "a/c.txt")
    await root.ask("remove_folder", "a/b")
    await refused(root, "not_found", "remove_folder", "a/b")
    await refused(root, "error", "remove_folder", ".")
    (root.folder / ".hidden").touch()
    os.mkfifo(root.folder / "pipe")
    listed = await root.ask("list", ".")
    assert [(each["name"], each["folder"], each["bytes"]) for each in listed] == [("a", True, None)]
    (file,) = await root.ask("list", "a")
    assert (file["name"], file["folder"], file["bytes"]) == ("c.txt", False, Decimal(1))
    assert file["changed"].tzinfo is not None
    await refused(root, "not_found", "list", "nothing")
    await refused(root, "error", "list", "a/c.txt")


async def test_a_folder_with_too_many_files_is_not_listed(root: Root) -> None:
    for n in range(1001):
        (root.folder / f"{n}.txt").touch()
    await refused(root, "error", "list", ".")


async def test_permissions_of_what_is_new(tmp_path: Path) -> None:
    mask = os.umask(0o077)
    try:
        root = Root(tmp_path / "data", mode="0664")
        await root.ask("append", "a/b.csv", row={"id": "1"})
    finally:
        os.umask(mask)
    assert (root.folder / "a/b.csv").stat().st_mode & 0o777 == 0o664
    assert root.settings.folder_mode == 0o775


async def test_a_root_that_only_reads(tmp_path: Path) -> None:
    root = Root(tmp_path / "data", read_only=True)
    (root.folder / "a.txt").write_text("x")
    assert await root.ask("read", "a.txt") == "x"
    await refused(root, "error", "append", "a.txt", text="y")
    assert sorted(os.listdir(root.folder)) == ["a.txt"]


async def test_what_can_be_said_of_a_root(tmp_path: Path) -> None:
    root = Root(tmp_path / "data")
    await root.ask("write", "a/b.txt", text="x" * 2**20)
    told = await root.connector.probe()
    assert told.startswith("2 files, 1.0 MB; ")
    assert told.endswith("free on the disk")
    (root.folder / "a/b.txt").unlink()
    (root.folder / "a").rmdir()
    (root.folder / ".ivrkit-lock").unlink()
    root.folder.rmdir()
    with pytest.raises(ConnectorError, match="cannot be opened"):
        await root.connector.probe()
    error = await refused(root, "error", "read", "a.txt")
    assert str(tmp_path) not in str(error)


async def test_a_root_is_made_where_that_is_asked_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = Root(tmp_path / "data", create=True)
    root.folder.rmdir()
    await root.connector.start()
    assert root.folder.is_dir()
    (tmp_path / "file").touch()
    from ivrkit.connectors.connector import Place
    from ivrkit.connectors.file import FileConnector

    inside = root.settings.model_copy(update={"root": tmp_path / "file" / "data"})
    await FileConnector("inside", inside, Place(tmp_path)).start()
    assert "file.inside: its folder cannot be made" in caplog.text
    await root.connector.close()
