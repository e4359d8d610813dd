"""What is missing of the prompts of a project, and the command that tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ivrkit.cli.main import application
from ivrkit.prompts import audio
from ivrkit.service.scripts import configuration_for
from ivrkit.service.wording import look_at_prompts

FLOW = """
language: en
sections:
  main:
    - answer
    - say: Welcome.
    - say: {audio: jingle, text: Ding.}
    - say: {phrase: goodbye}
    - language: es
    - hangup
"""
PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  goodbye: {en: Goodbye.}
  unsaid: {en: Never., es: Nunca.}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("flows", "prompts/en", "prompts/es/digits"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "ivrkit.yaml").write_text("flows: flows\n")
    (tmp_path / "flows/main.yaml").write_text(FLOW)
    (tmp_path / "prompts/bank.yaml").write_text(PHRASES)
    for name in ("en/jingle", "en/welcome", "en/forgotten", "es/digits/1"):
        (tmp_path / f"prompts/{name}.wav").write_bytes(audio.silence(0.1))
    return tmp_path


def test_what_is_missing_and_what_is_too_much(project: Path) -> None:
    flows = project / "flows"
    found = look_at_prompts([flows], configuration_for(flows / "x", None))
    main = f"{flows}/main.yaml"
    assert found.texts == {
        "en": [],
        "es": [f"{main}:7", f"{main}:8", "phrase goodbye"],
    }
    assert found.recordings == {"en": [], "es": ["jingle"]}
    assert found.unsaid == ["unsaid"]
    assert found.unused == ["en/forgotten"]
    assert not found.complete


def test_names_that_are_worked_out_may_be_any(project: Path) -> None:
    flow = project / "flows/main.yaml"
    flow.write_text(FLOW.replace("audio: jingle", 'audio: "{{ language }}"'))
    found = look_at_prompts([flow], configuration_for(flow, None))
    assert found.unused == []


def test_a_mistake_is_a_problem(project: Path) -> None:
    (project / "prompts/bank.yaml").write_text("phrases: {a: {xx: x}}")
    found = look_at_prompts([project / "flows"], configuration_for(project / "flows/x", None))
    assert "unknown-field" in {each.code for each in found.problems}
    assert not found.complete


def test_the_command(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    done = CliRunner().invoke(application(), ["prompts", "check", "flows"])
    assert done.exit_code == 1
    assert "es: 3 texts and 1 recording missing" in done.output
    assert "recordings that no flow plays: en/forgotten" in done.output
    (project / "flows/main.yaml").write_text("sections: {main: [answer, {say: Hi.}, hangup]}")
    done = CliRunner().invoke(application(), ["prompts", "check", "flows"])
    assert done.exit_code == 0
    assert "en: no texts and no recordings missing" in done.output
