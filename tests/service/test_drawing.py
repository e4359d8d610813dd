from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError, FlowError
from ivrkit.flow.drawing import drawing_formats
from ivrkit.service.drawing import draw

SHOP = """\
ivrkit: 1
flow: shop
sections:
  main:
    - answer
    - run: {flow: library/goodbye}
"""
GOODBYE = "ivrkit: 1\nflow: library/goodbye\nsections: {main: [{say: Goodbye.}]}\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "flows" / "library").mkdir(parents=True)
    (tmp_path / "flows" / "shop.yaml").write_text(SHOP)
    (tmp_path / "flows" / "library" / "goodbye.yaml").write_text(GOODBYE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", sorted(drawing_formats()))
def test_every_format_draws_a_flow(form: str) -> None:
    assert "goodbye" in draw("shop", None, form)
    assert "Goodbye." in draw("flows/shop.yaml", None, form, unfold=True)


def test_sources_are_named_and_linked_where_that_is_wanted(project: Path) -> None:
    assert "vscode:" not in draw("shop", None, "html")
    assert str(project) not in draw("flows/shop.yaml", None, "html")
    linked = draw("shop", None, "html", links=True)
    assert f"vscode://file{project.as_posix()}/flows/shop.yaml" in linked


@pytest.mark.parametrize(
    ("target", "form", "message"),
    [
        ("shpo", "dot", "there is no flow 'shpo'.*'shop'"),
        ("none.yaml", "dot", "there is no file none.yaml"),
        ("shop", "mermiad", "there is no format 'mermiad'.*'mermaid'"),
        ("shop", "gif", "there is no format 'gif'"),
    ],
)
def test_what_cannot_be_drawn_is_told(target: str, form: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        draw(target, None, form)


def test_a_flow_with_mistakes_is_told(project: Path) -> None:
    (project / "bad.yaml").write_text("ivrkit: 1\nflow: bad\nsections: {main: [nonsense: 1]}\n")
    with pytest.raises(FlowError, match="nonsense"):
        draw("bad.yaml", None, "svg")


def test_what_no_call_has_taken_is_red(project: Path) -> None:
    run = {"coverage": [{"flow": "shop", "uncovered": [{"path": "main", "way": ""}]}]}
    (project / "run.json").write_text(json.dumps(run))
    assert "box section missed" in draw("shop", None, "svg", coverage=project / "run.json")
    (project / "bad.json").write_text("{}")
    for file in ("bad.json", "none.json"):
        with pytest.raises(ConfigurationError, match="--coverage --format json"):
            draw("shop", None, "svg", coverage=project / file)
