"""The page about operations names tests, figures and commands that there are."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .markdown import ROOT, blocks

PAGE = ROOT / "docs/operations.md"
TEXT = PAGE.read_text("utf-8")
SHELL = [block for block in blocks(PAGE) if block.kind == "sh"]
PROGRAMS = {
    *(
        "EXTERNAL_ADDRESS=192.0.2.7",
        "asterisk",
        "cp",
        "curl",
        "df",
        "docker/make-secrets",
        "docker",
    ),
    *("du", "ivrkit", "journalctl", "ls", "openssl", "pg_dump", "pg_isready", "systemctl", "tar"),
    *("/opt/ivrkit/bin/ivrkit", "chmod", "chown", "install", "pg_restore", "top"),
}


def test_every_row_of_the_table_names_its_test() -> None:
    table = TEXT.split("## When a part fails")[1].split("## Upgrade")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 12
    for row in rows:
        (named,) = re.findall(r"`(tests/[\w/]+\.py)`", row)
        assert (ROOT / named).is_file(), named


def test_tests_and_figures_that_are_named_are_there() -> None:
    for named in re.findall(r"`(tests/[\w/]+\.py)`", TEXT):
        assert (ROOT / named).is_file(), named
    known = (ROOT / "docs/monitoring.md").read_text("utf-8")
    for figure in re.findall(r"`(ivrkit_\w+)`", TEXT):
        assert f"`{figure}`" in known, figure


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_commands_are_well_formed(block: object, tmp_path: Path) -> None:
    text = block.text  # type: ignore[attr-defined]
    script = tmp_path / "block.sh"
    script.write_text(f"#!/bin/sh\n{text}")
    command = [Path(sys.executable).parent / "shellcheck", "-S", "warning", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert {line.split()[0] for line in text.splitlines() if line} <= PROGRAMS


def test_commands_in_the_container_have_its_secrets() -> None:
    """`docker compose exec` runs no entry point, which gives them."""
    lines = [line for block in SHELL for line in block.text.splitlines() if " exec " in line]
    assert lines
    for line in lines:
        assert " exec ivrkit with-secrets ivrkit " in line, line


def test_the_figures_of_a_call_are_those_of_the_benchmark() -> None:
    """Within a half: they are rounded, and of one machine."""
    results = json.loads((ROOT / "bench/results.json").read_text("utf-8"))["benchmarks"]
    per_call = results["telephones"]["milliseconds_per_call"]["ivrkit"]
    for name, words in (
        ("engine", "about (\\d+) ms of one core"),
        ("asterisk", "about (\\d+) ms \\|"),
    ):
        written = float(re.findall(words, TEXT)[0])
        measured = sorted(per_call[name])[len(per_call[name]) // 2]
        assert measured / 1.5 <= written <= measured * 1.5, name
