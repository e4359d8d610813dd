"""The cookbook: each recipe is a flow without a finding, and calls that prove it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivrkit.flow.closure import FlowLibrary
from ivrkit.service.flows import load_checked
from ivrkit.service.registries import reader
from ivrkit.service.world import SiteWorld

from .markdown import COOKBOOK, blocks
from .test_pages import is_script
from .test_scripts import page_flows, project_flows

RECIPES = [
    pytest.param(page, name, id=f"{page.stem}-{name}")
    for page in COOKBOOK
    for name in page_flows(page)
]


@pytest.mark.parametrize(("page", "name"), RECIPES)
def test_a_recipe_has_no_finding(page: Path, name: str, tmp_path: Path) -> None:
    flows = project_flows() | page_flows(page)
    for each, text in flows.items():
        file = tmp_path / f"{each}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    world = SiteWorld(flows=flows, queues={"service"})
    checked = load_checked(FlowLibrary(reader(), tmp_path), name, world)
    assert len(checked.diagnostics) == 0, checked.render()


@pytest.mark.parametrize("page", COOKBOOK, ids=lambda page: page.stem)
def test_every_recipe_has_a_flow_and_a_call(page: Path) -> None:
    recipes = re.split(r"^## ", page.read_text("utf-8"), flags=re.MULTILINE)[1:]
    calls = [block.text for block in blocks(page) if is_script(block)]
    text = page.read_text("utf-8")
    for name in page_flows(page):
        called = any(re.search(rf"^flow: {name}$", call, re.MULTILINE) for call in calls)
        assert called or f"- run: {{flow: {name}," in text, f"nobody calls {name}"
    for recipe in recipes:
        assert recipe.count("```yaml") >= 2, recipe.splitlines()[0]
