"""A project with flows, a catalogue and recordings, to be looked at and built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ivrkit.prompts import audio, voice
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.prompts.checking import check_prompts
from ivrkit.service.prompts.findings import Finding, Report
from tests.prompts.support import Hum
from tests.prompts.test_audio import tone

FLOW = """
language: en
variables: {calls: {type: number, default: 1}}
sections:
  main:
    - answer
    - say: Welcome.
    - say: {audio: jingle, text: Ding.}
    - say: {phrase: goodbye}
    - say: {number: "calls + 1"}
    - language: es
    - hangup
"""
PHRASES = """
phrases:
  welcome: {en: Welcome., es: Bienvenido.}
  goodbye: {en: Goodbye., es: Adiós.}
"""


@dataclass
class Place:
    """The folder of a project."""

    root: Path
    settings: str = ""

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def record(self, name: str, sound: bytes | None = None) -> Path:
        path = self.root / "prompts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(audio.written(tone(440, 0.5)) if sound is None else sound)
        return path

    @property
    def configuration(self) -> Configuration:
        self.write("ivrkit.yaml", f"flows: flows\nprompts: {{engine: hum{self.settings}}}\n")
        return load_configuration(self.root / "ivrkit.yaml", {})

    def check(self, *languages: str, **options: Any) -> Report:
        return check_prompts([self.root / "flows"], self.configuration, languages, **options)

    def found(self, *languages: str) -> set[tuple[str, str, str, str]]:
        """Level, kind, language, and the file's name with its line, of all findings."""
        report = self.check(*languages)
        return {
            (str(each.level), each.kind, each.language, Path(each.place).name)
            for each in report.findings
        }

    def findings(self, kind: str, *languages: str) -> list[Finding]:
        return [each for each in self.check(*languages).findings if each.kind == kind]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    known = {**voice.registry(), "hum": Hum}
    monkeypatch.setattr("ivrkit.prompts.speakers.registry", lambda: known)
    Hum.asked, Hum.gate, Hum.failing = [], None, None
    made = Place(tmp_path)
    made.write("flows/main.yaml", FLOW)
    made.write("prompts/bank.yaml", PHRASES)
    made.record("en/jingle.wav")
    return made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many recordings were looked into since it was last asked."""
    looked: list[str] = []
    for name in ("measured", "converted"):
        real = getattr(__import__("ivrkit.prompts.measuring", fromlist=[name]), name)

        def counting(*given: Any, real: Any = real) -> Any:
            looked.append("")
            return real(*given)

        monkeypatch.setattr(f"ivrkit.prompts.building.{name}", counting)

    def taken() -> int:
        count = len(looked)
        looked.clear()
        return count

    return taken
