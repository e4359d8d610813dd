"""What the pages about translating and recording show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ivrkit.prompts.settings import RecordSettings
from ivrkit.service.configuration import load_configuration
from ivrkit.service.prompts.studio import read_manifest
from ivrkit.service.prompts.translation.giving import Form, give
from ivrkit.service.prompts.translation.sentences import parsed, placeholders

from .markdown import ROOT, blocks

TRANSLATORS = ROOT / "docs/translators.md"
RECORDING = ROOT / "docs/recording-prompts.md"
FLOW = """
language: en

sections:
  main:
    - answer
    - say: Welcome.
    - say:
        - {silence: 1s}
    - say: One moment, please.
    - say: {phrase: goodbye}
"""
CATALOGUE = """\
phrases:
  # Said at the very end; callers are in a hurry.
  goodbye: {en: Goodbye.}
"""


def test_what_a_translator_sees(tmp_path: Path) -> None:
    for name, text in {
        "ivrkit.yaml": "flows: flows\n",
        "flows/bank.yaml": FLOW,
        "prompts/bank.yaml": CATALOGUE,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    given = give(load_configuration(tmp_path / "ivrkit.yaml", {}), "fr", Form.po)
    (shown,) = (each.text for each in blocks(TRANSLATORS) if each.kind == "po")
    assert shown in given.file.decode()


def test_what_is_good_and_what_is_refused() -> None:
    rows = re.findall(r"^\| `(.*)` \| `(.*)` \| `(.*)` \|$", TRANSLATORS.read_text(), re.MULTILINE)
    assert len(rows) == 2
    for text, good, refused in rows:
        model = placeholders(text, mixed=True)
        assert placeholders(good, mixed=True) == model
        assert parsed(good, mixed=True)
        assert placeholders(refused, mixed=True) != model


def test_the_manifest_and_the_settings(tmp_path: Path) -> None:
    (manifest,) = (each.text for each in blocks(RECORDING) if each.kind == "csv")
    (tmp_path / "manifest.csv").write_text(manifest)
    assert read_manifest(tmp_path / "manifest.csv")["take-08.wav"] == ("menu/top", 3)
    (settings,) = (each.text for each in blocks(RECORDING) if each.kind == "yaml")
    written = yaml.safe_load(settings)["prompts"]["record"]
    assert RecordSettings(**{**written, "ring": "45s"}).endpoint == "PJSIP/{number}@trunk"
