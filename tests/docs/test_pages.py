"""Every example of the documentation is tried; every link leads somewhere; no page is stale.

How a block is tried depends on what it is:

- ``yaml`` that begins with ``# ivrkit.yaml``: a configuration.
- ``yaml`` that begins with ``phrases:``: the catalogue for which all other blocks are tried.
- ``yaml`` with ``script:``: a call script, run in the simulator (``test_scripts``).
- ``yaml`` with ``sections:``: a flow; another mapping: fields of a flow; a list: steps. They are
  checked, within :mod:`tests.docs.surroundings` where they are not whole. Nothing may be found, or
  what the ``text`` block right behind them shows.
- ``python``: run, the blocks of a page one after the other (``test_programs``).
- ``sh``: each ``ivrkit …`` is a command line that the program understands.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import typer
import yaml

from docs.generator.diagnostics import HARD_TO_SHOW, samples
from docs.generator.pages import DOCS, pages
from docs.generator.samples import PHRASES, findings, shown
from ivrkit.call.prompt import Part
from ivrkit.call.step import Step
from ivrkit.cli.main import application
from ivrkit.flow.codes import CATALOGUE
from ivrkit.service.configuration import load_configuration
from ivrkit.service.registries import parts, verbs

from .markdown import COOKBOOK, PAGES, ROOT, Block, anchors, blocks, links
from .surroundings import found, with_fields, with_steps

ALL = [block for page in PAGES for block in blocks(page)]
STORY = ROOT / "docs" / "tutorial.md"
"""Its blocks build on one another: ``test_tutorial``."""
DIAGNOSTICS = ROOT / "docs" / "diagnostics.md"
ENVIRONMENT = {
    "LEDGER_PASSWORD": "pa55word",
    "IVRKIT_STORE_KEY": "0" * 64,
    **dict.fromkeys(
        ("CRM_TOKEN", "METRICS_TOKEN", "OTEL_TOKEN", "WEBHOOK_SECRET"),
        "0123456789abcdef0123456789abcdef",
    ),
    "IVRKIT_ARI_PASSWORD": "secret",
    "CRM_PASSWORD": "secret",
    "VOICE_KEY": "secret",
    "DISPATCH_PASSWORD": "secret",
    "IVRKIT_STORE_PASSWORD": "secret",
}


def of_kind(kind: str) -> list[Block]:
    return [block for block in ALL if block.kind == kind and block.page != STORY]


def is_configuration(block: Block) -> bool:
    return block.text.startswith("# ivrkit.yaml")


def is_script(block: Block) -> bool:
    return re.search(r"^script:", block.text, re.MULTILINE) is not None


def is_catalogue(block: Block) -> bool:
    return block.text.startswith("phrases:")


FLOWS = [
    block
    for block in of_kind("yaml")
    if block.page != DIAGNOSTICS
    and block.page not in COOKBOOK  # test_cookbook
    and not is_configuration(block)
    and not is_script(block)
    and not is_catalogue(block)
]


@pytest.mark.parametrize("block", list(filter(is_catalogue, ALL)), ids=str)
def test_a_catalogue_is_the_one_of_the_samples(block: Block) -> None:
    assert block.text == PHRASES.read_text("utf-8")


# ---- pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_generated_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == pages()[name], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / each.partition("#")[0]).resolve() for each in links(index)}
    assert {page for page in PAGES if page.parent == DOCS} - {index} <= linked


def test_every_block_says_what_it_is() -> None:
    assert [str(block) for block in ALL if not block.kind] == []


# ---- flows -------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", FLOWS, ids=str)
def test_a_flow_or_a_piece_of_one_is_as_it_should_be(block: Block) -> None:
    data = yaml.load(block.text, Loader=yaml.BaseLoader)
    if isinstance(data, list):
        told = found(*with_steps(block.text))
    elif "sections" not in data:
        told = found(*with_fields(block.text))
    else:
        told = found(block.text, name=data.get("flow", "main"))
    assert shown(told, block.text) == (block.shown or "").strip("\n")


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_the_example_of_a_verb_is_fine(verb: str) -> None:
    assert_fine(verbs()[verb])


@pytest.mark.parametrize("form", sorted(parts()))
def test_the_example_of_a_part_is_fine(form: str) -> None:
    assert_fine(parts()[form])


def assert_fine(kind: type[Step] | type[Part]) -> None:
    example = kind.example
    steps = example if issubclass(kind, Step) else f"- say:\n    - {example}\n"
    assert [str(each) for each in found(*with_steps(steps))] == []


# ---- diagnostics -------------------------------------------------------------------------------


def test_every_diagnostic_has_a_sample() -> None:
    assert set(CATALOGUE) - HARD_TO_SHOW == set(samples())


@pytest.mark.parametrize("code", sorted(samples()))
def test_a_sample_has_its_mistake_and_the_mended_one_has_none(code: str) -> None:
    sample = samples()[code]
    assert [each.code for each in findings(sample.bad)] == [code]
    assert [str(each) for each in findings(sample.good)] == []


# ---- configuration, commands --------------------------------------------------------------------


@pytest.mark.parametrize(
    "block", [each for each in of_kind("yaml") if is_configuration(each)], ids=str
)
def test_a_configuration_can_be_read(block: Block, tmp_path: Path) -> None:
    path = tmp_path / "ivrkit.yaml"
    (tmp_path / "store.key").write_text("0" * 64)
    path.write_text(block.text)
    configuration = load_configuration(path, ENVIRONMENT)
    configuration.store_keys(ENVIRONMENT)
    configuration.api.configured_tokens()


@pytest.mark.parametrize("block", [each for each in ALL if each.kind == "sh"], ids=str)
def test_commands_are_understood(block: Block) -> None:
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        program = words[0].removeprefix(".venv/bin/") if words else ""
        if program == "ivrkit":
            stops = [words.index(each) for each in ("|", ">", "<") if each in words]
            assert_understood(words[1 : min(stops, default=None)])
        elif program == "make":
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text()


def assert_understood(arguments: list[str]) -> None:
    """The arguments are read to the end, and nothing is done."""
    command: click.Command = typer.main.get_command(application())
    context = click.Context(command, info_name="ivrkit")
    while isinstance(command, click.Group) and arguments:
        if arguments[0] in ("--help", "-h", "--version"):
            return
        found_ = command.get_command(context, arguments[0])
        assert found_ is not None, f"there is no command {arguments[0]}"
        command, arguments = found_, arguments[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    command.make_parser(context).parse_args(arguments)
