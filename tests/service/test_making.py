from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.qa.outcome import Outcome
from ivrkit.service.checking import check_paths
from ivrkit.service.configuration import load_configuration
from ivrkit.service.making import PROJECTS, make_project, templates
from ivrkit.service.scripts import play_scripts

OWN = Path(__file__).parents[2]
LINKED = ["bank", "clinic", "library", "outage", "parcel", "school"]


def test_there_are_templates() -> None:
    assert list(templates()) == sorted([*LINKED, "hello", "queue"])
    assert templates()["hello"].title == "A first flow"


@pytest.mark.parametrize("template", templates())
async def test_a_new_project_works_at_once(tmp_path: Path, template: str) -> None:
    folder = tmp_path / "new"
    made = make_project(folder, template)
    names = {path.relative_to(folder).as_posix() for path in made}
    flow, number = templates()[template].flow, templates()[template].number
    assert {"ivrkit.yaml", "README.md", ".gitignore", f"flows/{flow}.yaml"} <= names
    assert "template.yaml" not in names
    assert not [path for path in made if path.is_symlink()]
    site = load_configuration(folder, {"IVRKIT_ARI_PASSWORD": "x"})
    assert site.numbers[number].flow == flow
    report = check_paths([folder / "flows"], site)
    # A new project names no recogniser: that words are not understood is told, keys go on.
    told = [each for each in report.diagnostics if each.code != "not-understood"]
    assert [str(each) for each in told] == []
    readme = (folder / "README.md").read_text()
    assert f"ivrkit simulate {flow}" in readme
    outcomes: list[Outcome] = []
    await play_scripts(
        [folder / "tests/calls"], None, restart_everywhere=False, show=outcomes.append
    )
    assert len(outcomes) >= 2
    assert [outcome.failure for outcome in outcomes if outcome.failure] == []


@pytest.mark.parametrize("template", LINKED)
def test_flows_and_scripts_of_the_project_are_linked_not_copied(template: str) -> None:
    folder = PROJECTS / template
    for path in (folder / "flows").rglob("*.yaml"):
        assert path.resolve() == OWN / "flows" / path.relative_to(folder / "flows")
    assert (folder / "tests/calls").resolve() == OWN / "tests/calls" / template


def test_what_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    for folder in (tmp_path, tmp_path / "mine"):
        with pytest.raises(ConfigurationError, match="is not empty"):
            make_project(folder, "hello")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert make_project(tmp_path, "hello")


def test_an_unknown_template_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'hello'"):
        make_project(tmp_path / "x", "helo")
    with pytest.raises(ConfigurationError, match="no template"):
        make_project(tmp_path / "x", "every")
    assert not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="the project cannot be made"):
        make_project(tmp_path / "file" / "below", "hello")
