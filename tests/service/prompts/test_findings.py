from __future__ import annotations

import re
from pathlib import Path

from ivrkit.service.prompts import sound
from ivrkit.service.prompts.findings import KINDS, Finding, Level, Report, in_order

PAGE = Path(__file__).parents[3] / "docs/building-prompts.md"


def test_the_page_has_every_kind_with_its_meaning() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == KINDS


def test_those_of_the_sound_are_known() -> None:
    assert set(KINDS) >= sound.KINDS


def test_the_worst_comes_first_and_nothing_twice() -> None:
    note = Finding(Level.note, "spoken", "b", language="en")
    error = Finding(Level.error, "silent", "a", language="en")
    common = Finding(Level.warning, "unsaid-phrase", "c")
    assert in_order([note, error, common, note]) == [common, error, note]


def test_a_report_for_some_languages() -> None:
    findings = [Finding(Level.error, "silent", "a", language=tag) for tag in ("en", "es", "")]
    report = Report(findings, ["en", "es"], 3)
    only = report.only(["es"])
    assert [each.language for each in only.findings] == ["es", ""]
    assert only.languages == ["es"]
    assert report.failed
    assert report.warned
    assert report.count(Level.error) == 3
    assert [each.language for each in report.of("en")] == ["en"]
