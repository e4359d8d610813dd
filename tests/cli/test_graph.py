from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

FLOW = "ivrkit: 1\nflow: shop\nsections: {main: [answer, {say: Hello.}]}\n"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "shop.yaml").write_text(FLOW)


@pytest.mark.parametrize(
    ("arguments", "begins"),
    [
        (["shop"], "flowchart LR"),
        (["flows/shop.yaml", "--format", "dot"], 'digraph "shop"'),
        (["shop", "--format", "svg"], "<svg "),
        (["shop", "--format", "html", "--unfold"], "<!doctype html>"),
    ],
)
async def test_a_flow_is_printed(run: Run, arguments: list[str], begins: str) -> None:
    done = await run("graph", *arguments)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(begins)


@pytest.mark.parametrize(
    ("file", "begins"),
    [("a.html", "<!doctype"), ("a.svg", "<svg"), ("a.dot", "digraph"), ("a.mmd", "flowchart")],
)
async def test_the_name_of_the_file_chooses_the_format(
    run: Run, tmp_path: Path, file: str, begins: str
) -> None:
    done = await run("graph", "shop", "-o", file)
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / file).read_text().startswith(begins)


async def test_what_cannot_be_drawn_is_told(run: Run) -> None:
    done = await run("graph", "shpo")
    assert done.status == 1
    assert "did you mean 'shop'" in done.err
    assert "there is no format 'gif'" in (await run("graph", "shop", "-o", "a.gif")).err
    done = await run("graph", "shop", "-o", "none/a.svg")
    assert done.status == 2
    assert "cannot write" in done.err
