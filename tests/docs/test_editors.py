"""What the page on editors tells to write is what the programs understand."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import yaml
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from ivrkit.cli.main import application

from .markdown import ROOT, blocks

PAGE = ROOT / "docs" / "editors.md"
FLOWS = ROOT / "flows"


def of_kind(kind: str) -> list[str]:
    return [block.text for block in blocks(PAGE) if block.kind == kind]


def test_the_settings_of_vs_code_are_json_and_start_the_server() -> None:
    schema, server = map(json.loads, of_kind("json"))
    assert list(schema["yaml.schemas"].values()) == ["flows/**/*.yaml"]
    command = [server["glspc.server.command"], *server["glspc.server.commandArguments"]]
    assert command == ["ivrkit", "lsp"]


def test_all_editors_start_the_same_server() -> None:
    (helix,) = map(tomllib.loads, of_kind("toml"))
    server = helix["language-server"]["ivrkit"]
    assert [server["command"], *server["args"]] == ["ivrkit", "lsp"]
    assert helix["language"][0]["language-servers"] == ["ivrkit"]
    for kind in ("lua", "elisp"):
        (text,) = of_kind(kind)
        assert re.search(r'"ivrkit",? "lsp"', text)


def test_the_schema_of_the_page_accepts_its_flow(tmp_path: Path) -> None:
    path = tmp_path / "flow.schema.json"
    assert CliRunner().invoke(application(), ["schema", "--output", str(path)]).exit_code == 0
    (flow,) = of_kind("yaml")
    data = yaml.load(flow, Loader=yaml.BaseLoader)
    assert list(Draft7Validator(json.loads(path.read_text())).iter_errors(data)) == []


def test_the_hooks_run_commands_that_take_files() -> None:
    (hooks,) = map(yaml.safe_load, of_kind("yml"))
    names = [path.relative_to(ROOT).as_posix() for path in FLOWS.rglob("*.yaml")]
    for hook in hooks["repos"][0]["hooks"]:
        assert all(re.match(hook["files"], name) for name in names)
        arguments = [*hook["entry"].split()[1:], "--help"]
        assert CliRunner().invoke(application(), arguments).exit_code == 0
