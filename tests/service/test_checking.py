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


WARNED = "variables: {account: digits}\n" + FLOW


def test_warnings_that_nobody_wants(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/bank.yaml").write_text(WARNED)
    settings = tmp_path / "ivrkit.yaml"
    settings.write_text("check: {allow: [unused]}\n")
    report = check_paths([tmp_path / "flows"])
    assert [each.code for each in report.diagnostics] == ["unused"]
    assert report.warned
    assert not report.failed
    report = check_paths([tmp_path / "flows"], load_configuration(tmp_path))
    assert not report.warned
    settings.write_text("check: {allow: [unsued]}\n")
    with pytest.raises(ConfigurationError, match="no code 'unsued'") as caught:
        check_paths([tmp_path / "flows"], load_configuration(tmp_path))
    assert caught.value.hint == "did you mean 'unused'?"


def test_silences_hold_for_what_reading_finds_too(tmp_path: Path) -> None:
    flow = tmp_path / "bank.yaml"
    flow.write_text("sections:\n  main:\n    - say: [Are you there?]\n")
    assert [each.code for each in check_paths([flow]).diagnostics] == ["text-in-brackets"]
    flow.write_text(
        "sections:\n  main:\n    - say: [Are you there?]  # allow text-in-brackets: one text\n"
    )
    assert not check_paths([flow]).warned


def test_worst_cases_of_flows_without_errors(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(FLOW + "    - wait: 90s\n")
    (tmp_path / "bad.yaml").write_text(FLOW + "    - wiat: 90s\n")
    report = check_paths([tmp_path], worst=True)
    assert [each.flow for each in report.worst] == ["good"]
    assert report.figures().splitlines()[1:] == [
        "  longest call    1m 30s",
        "  to a person     no step hands over to a person",
        "  dead ends       none",
        "  asks            nothing outside",
    ]
    assert check_paths([tmp_path]).worst == []


def test_phrases_that_no_flow_says(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "prompts").mkdir()
    flow = tmp_path / "flows/bank.yaml"
    flow.write_text(FLOW + "    - say: {phrase: hello}\n    - say: Goodbye.\n")
    phrases = tmp_path / "prompts/phrases.yaml"
    phrases.write_text(
        "phrases:\n  hello: {en: Hello.}\n  bye: {en: Goodbye.}\n  old: {en: No more.}\n"
    )
    report = check_paths([tmp_path / "flows"])
    assert [(each.code, each.mark.line) for each in report.diagnostics] == [("unused-phrase", 4)]
    assert "old: {en: No more.}" in report.render()
    assert not check_paths([flow]).warned
    phrases.write_text(phrases.read_text().replace("  old", "  # allow unused-phrase: soon\n  old"))
    assert not check_paths([tmp_path / "flows"]).warned
    (tmp_path / "flows/broken.yaml").write_text(FLOW + "    - sya: Hello.\n")
    phrases.write_text("phrases:\n  hello: {en: Hello.}\n  old: {en: No more.}\n")
    codes = [each.code for each in check_paths([tmp_path / "flows"]).diagnostics]
    assert "unused-phrase" not in codes
