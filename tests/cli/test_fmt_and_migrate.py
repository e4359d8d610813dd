from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

BEFORE = "# The bank.\nsections:\n    main:\n    - answer   # at once\nflow: bank\n"
AFTER = "# The bank.\nflow: bank\n\nsections:\n  main:\n    - answer   # at once\n"


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "flows/bank.yaml"
    path.parent.mkdir()
    path.write_text(BEFORE)
    return path


async def test_fmt_writes(run: Run, bank: Path) -> None:
    done = await run("fmt", "flows")
    assert (done.status, done.out) == (0, "changed flows/bank.yaml\n")
    assert done.err == "1 file: 1 changed\n"
    assert bank.read_text() == AFTER
    again = await run("fmt", "flows")
    assert (again.status, again.out, again.err) == (0, "", "1 file: 0 changed\n")


async def test_fmt_check_and_diff_write_nothing(run: Run, bank: Path) -> None:
    checked = await run("fmt", "--check", "flows/bank.yaml")
    assert (checked.status, checked.out) == (1, "would change flows/bank.yaml\n")
    shown = await run("fmt", "--diff", "flows")
    assert shown.status == 0
    assert "-    main:\n" in shown.out
    assert "+  main:\n" in shown.out
    assert bank.read_text() == BEFORE


async def test_fmt_refuses_what_is_no_yaml(run: Run, bank: Path) -> None:
    bank.write_text("sections:\n  main: [\n")
    done = await run("fmt", "flows")
    assert done.status == 1
    assert "flows/bank.yaml:3:1: error[yaml-syntax]" in done.err
    assert "1 file: 0 changed, 1 with mistakes" in done.err


async def test_fmt_of_standard_input(run: Run) -> None:
    done = await run("fmt", "-", stdin=BEFORE)
    assert (done.status, done.out) == (0, AFTER)
    bad = await run("fmt", "-", stdin="a: [\n")
    assert bad.status == 1
    assert "error[yaml-syntax]" in bad.err


async def test_migrate(run: Run, bank: Path) -> None:
    shown = await run("migrate", "--diff", "flows")
    assert shown.status == 0
    assert "+ivrkit: 1\n" in shown.out
    assert bank.read_text() == BEFORE
    done = await run("migrate", "flows")
    assert (done.status, done.out) == (0, "migrated flows/bank.yaml\n")
    assert bank.read_text() == BEFORE.replace("sections", "ivrkit: 1\nsections")
    bank.write_text("ivrkit: 2\nsections: {}\n")
    newer = await run("migrate", "flows")
    assert newer.status == 1
    assert "use an ivrkit that reads version 2" in newer.err


async def test_a_path_that_is_not_there(run: Run) -> None:
    for command in ("fmt", "migrate"):
        done = await run(command, "nowhere")
        assert done.status == 1
        assert "there is no nowhere" in done.err
