from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import ConfigurationError
from ivrkit.service.checking import check_paths
from ivrkit.service.configuration import load_configuration

FLOW = "sections:\n  main:\n    - answer\n"


def test_a_folder_is_all_its_flows(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml", "notes.txt"):
        (tmp_path / name).write_text(FLOW)
    (tmp_path / "folder.yaml").mkdir()
    report = check_paths([tmp_path])
    assert not report.failed
    assert report.summary() == "2 flows: 0 errors, 0 warnings"


def test_a_path_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no"):
        check_paths([tmp_path / "none.yaml"])
    with pytest.raises(ConfigurationError, match="holds no flow"):
        check_paths([tmp_path])


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("bank.yml", "call it bank.yaml"),
        ("bank.YAML", "call it bank.yaml"),
        ("bank.txt", "flows are files that end with .yaml"),
    ],
)
def test_a_file_that_is_no_flow_is_told(tmp_path: Path, name: str, cure: str) -> None:
    (tmp_path / name).write_text(FLOW)
    with pytest.raises(ConfigurationError, match="is no flow") as caught:
        check_paths([tmp_path / name])
    assert caught.value.hint == cure


def test_what_a_flow_names_is_looked_for_at_a_site(tmp_path: Path) -> None:
    flow = FLOW + "    - queue: {name: service}\n      exits: {else: hangup}\n"
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/bank.yaml").write_text(flow)
    (tmp_path / "ivrkit.yaml").write_text("queues: {sales: {}}\n")
    assert not check_paths([tmp_path / "flows"]).failed
    report = check_paths([tmp_path / "flows"], load_configuration(tmp_path))
    assert [each.code for each in report.diagnostics] == ["unknown-queue"]
