"""`ivrkit prompts check`, as people and programs see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FLOW = """
language: en
sections:
  main:
    - answer
    - say: Welcome.
    - say: {phrase: goodbye}
    - hangup
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "ivrkit.yaml": "flows: flows\n",
        "flows/main.yaml": FLOW,
        "prompts/all.yaml": "phrases:\n  goodbye: {en: Goodbye.}\n  unsaid: {en: Never.}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


async def test_it_is_told_by_language(run: Run, project: Path) -> None:
    done = await run("prompts", "check")
    assert done.status == 0
    assert "warning[unsaid-phrase]" in done.out
    assert "en\n  nothing is missing\n  note[spoken] 1 time; --notes lists them" in done.out
    assert "1 language, 0 recordings: 0 errors, 1 warning" in done.out
    assert (await run("prompts", "check", "--strict")).status == 1
    listed = await run("prompts", "check", "flows", "--notes")
    assert "note[spoken]" in listed.out
    assert "the phrase 'goodbye' is spoken by a voice" in listed.out


async def test_what_is_missing_fails(run: Run, project: Path) -> None:
    (project / "prompts/en").mkdir()
    (project / "prompts/en/goodbye.wav").write_bytes(b"rubbish")
    done = await run("prompts", "check", "--language", "es")
    assert done.status == 1
    assert "error[missing-text]" in done.out
    assert "hint: add `es:` to it" in done.out
    done = await run("prompts", "check")
    assert done.status == 1
    assert "goodbye.wav: this is no sound file" in done.out
    assert "hint: save it as .wav" in done.out


async def test_for_programs(run: Run, project: Path) -> None:
    done = await run("prompts", "check", "--format", "json")
    found = json.loads(done.out)
    assert found["languages"] == ["en"]
    assert found["counts"] == {"error": 0, "warning": 1, "note": 1}
    assert {each["kind"] for each in found["findings"]} == {"unsaid-phrase", "spoken"}


async def test_wrong_use(run: Run, project: Path) -> None:
    assert (await run("prompts", "check", "nowhere")).status == 1
    done = await run("prompts", "check", "--language", "english")
    assert done.status == 1
    assert "'english' is not the tag of a language" in done.err
