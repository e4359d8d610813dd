"""The language server over its protocol, as an editor uses it: the real process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.service.editing.client import Editor, edited, editor

BANK = """\
ivrkit: 1
entry: [balance]
variables:
  account: digits
  customer: {name: text, balance: money}

sections:
  main:
    - answer
    - say: Grüße 😀, welcome.
    - goto: top

  top:
    - menu:
        prompt: How can we help?
        keys:
          1: {say: For balances, to: balance}
          2: {say: For a person, to: agent}
      exits: {no_input: agent, no_match: agent}

  balance:
    - collect:
        into: account
        prompt: Your number.
        digits: 4
      exits: {no_input: agent, no_match: agent}
    - say: "😀 It is {{ account }}"
    - if: visits.balance > 3
      then: agent
    - goto: top

  agent:
    - run: {flow: library/survey, into: survey}
    - queue: service
      exits: {else: hangup}
    - log: "{{ default(customer.name, '?') }}"
    - hangup
"""
SURVEY = """\
ivrkit: 1
returns:
  score: number
sections:
  main:
    - return: {score: 5}
"""
CONFIGURATION = """\
queues:
  service: {}
  cards: {}
numbers:
  "800": {flow: bank, section: balance}
  "801": {flow: other, section: balance}
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "flows/library").mkdir(parents=True)
    (tmp_path / "flows/bank.yaml").write_text(BANK, "utf-8")
    (tmp_path / "flows/library/survey.yaml").write_text(SURVEY, "utf-8")
    (tmp_path / "ivrkit.yaml").write_text(CONFIGURATION, "utf-8")
    return tmp_path


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """One process for all; each test has files of its own."""
    async with editor(tmp_path_factory.mktemp("lsp")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def ed(server: Editor, site: Path) -> AsyncIterator[Editor]:
    server.root = site
    yield server
    server.close_all()


async def test_findings_as_one_types(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    assert await ed.findings(path) == []
    ed.change(path, BANK.replace("goto: top", "goto: tpo", 1))
    (found,) = await ed.finally_found(path, {"missing-section"})
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.source == "ivrkit"
    assert found.range == types.Range(types.Position(10, 12), types.Position(10, 15))
    assert "hint: did you mean 'top'?" in found.message
    assert found.code_description is not None
    assert found.code_description.href.endswith("#missing-section")
    ed.change(path, BANK)
    assert await ed.findings(path) == []


async def test_places_are_counted_as_the_editor_counts_them(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml", BANK.replace("{{ account }}", "{{ acount }}"))
    (found,) = await ed.findings(path)
    assert found.range.start == ed.place(path, "acount")
    assert found.range.end.character - found.range.start.character == len("acount")


async def test_flows_that_are_run_are_checked_with_what_is_not_saved(ed: Editor) -> None:
    bank = ed.open("flows/bank.yaml")
    survey = ed.open("flows/library/survey.yaml")
    assert await ed.findings(bank) == []
    ed.change(survey, SURVEY.replace("score: number", "mark: number"))
    assert {each.code for each in await ed.finally_found(survey, {"unknown-return"})}
    ed.change(bank, BANK.replace("- hangup\n", '- log: "{{ survey.mark }}"\n'))
    await ed.finally_found(bank, set())
    ed.change(survey, SURVEY)
    found = await ed.finally_found(bank, {"undefined-field"})
    assert "mark" in found[0].message
    ed.close(survey)
    ed.close(bank)
    await ed.finally_found(bank, set())


async def test_mistakes_in_a_file_that_is_not_open_are_shown_in_it(ed: Editor, site: Path) -> None:
    (site / "flows/library/survey.yaml").write_text(SURVEY.replace("return:", "retrun:"))
    ed.open("flows/bank.yaml")
    found = await ed.finally_found(site / "flows/library/survey.yaml", {"unknown-verb"})
    assert found[0].range.start.line == 5


async def test_other_files_are_none_of_its_business(ed: Editor) -> None:
    script = ed.open("tests/calls/one.yaml", "script: 1\nname: x\ncall: []\n")
    compose = ed.open("compose.yaml", "services: {a: {image: b}}\n")
    assert await ed.hover(script, "script") == ""
    assert await ed.completions(compose, "services: {a: {|}}\n") == {}


async def test_verbs_and_fields_are_offered(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    steps = BANK + "    - |\n"
    found = await ed.completions(path, steps)
    assert {"say", "menu", "collect", "queue", "hangup"} <= set(found)
    assert "when" not in found
    assert found["menu"].documentation is not None
    edit = found["queue"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text.startswith("queue:\n    name: ${1:service}\n")
    assert found["queue"].insert_text_format is types.InsertTextFormat.Snippet
    bare = await ed.completions(path, BANK + "    |\n")
    edit = bare["say"].text_edit
    assert isinstance(edit, types.TextEdit)
    assert edit.new_text.startswith("- say: ")
    beside = await ed.completions(path, BANK + "    - queue: service\n      |\n")
    assert set(beside) == {"name", "when", "exits"}
    fields = await ed.completions(path, BANK + "    - menu:\n        keys: {}\n        |\n")
    assert {"prompt", "no_input", "attempts"} <= set(fields)
    assert "keys" not in fields
    exits = await ed.completions(path, BANK + "    - queue: service\n      exits: {full: top, |}\n")
    assert {"timeout", "unstaffed", "else"} <= set(exits)
    assert "full" not in exits
    top = await ed.completions(path, BANK + "|")
    assert {"on_error", "on_end", "defaults"} <= set(top)
    assert "sections" not in top


async def test_names_are_offered(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    await ed.findings(path)

    async def offered(line: str) -> set[str]:
        return set(await ed.completions(path, BANK + line))

    targets = await offered("    - goto: |\n")
    assert {"main", "top", "balance", "agent", "return", "hangup"} <= targets
    assert {"balance", "again"} <= await offered("    - menu: {keys: {1: {to: b|}}}\n")
    assert {"account", "customer", "survey"} <= await offered("    - collect:\n        into: |\n")
    assert await offered("    - queue: |\n") >= {"service", "cards"}
    assert "library/survey" in await offered("    - run: {flow: |}\n")
    names = await offered('    - say: "Hello {{ |\n')
    assert {"account", "customer", "call", "now", "upper"} <= names
    assert {"name", "balance"} == await offered('    - say: "Hello {{ customer.|\n')
    assert {"account", "visit"} <= await offered("    - if: |\n")
    assert "score" in await offered('    - log: "{{ survey.|"\n')
    assert {"star", "hash"} <= await offered("    - menu: {terminator: |}\n")
    assert {"true", "false"} <= await offered("    - say: {prompt: x, barge_in: |}\n")


async def test_what_the_site_the_catalogue_and_other_flows_have_is_offered(
    ed: Editor, site: Path
) -> None:
    (site / "prompts").mkdir()
    catalogue = "phrases:\n  welcome: {en: Welcome., de: Willkommen.}\n"
    (site / "prompts/all.yaml").write_text(catalogue)
    (site / "flows/library/survey.yaml").write_text("params: {desk: text}\n" + SURVEY)
    calendars = "calendars:\n  office: {zone: Europe/Berlin, week: {mon-fri: 09:00-17:00}}\n"
    text = BANK.replace(
        "sections:", f"payload: {{reason: {{type: text, optional: true}}}}\n{calendars}sections:"
    )
    text = text.replace("{flow: library/survey,", "{flow: library/survey, with: {desk: a},")
    text = text.replace("- answer", "- answer\n    - say: {phrase: welcome}")
    path = ed.open("flows/bank.yaml", text)
    assert await ed.findings(path) == []
    assert "welcome" in await ed.completions(path, text + "    - say: {phrase: |}\n")
    assert "office" in await ed.completions(path, text + "    - hours: |\n")
    given = text.replace("with: {desk: a}", "with: {|}")
    assert "desk" in await ed.completions(path, given)
    queue = text + "    - queue:\n        name: cards\n        payload: {|}\n"
    assert "reason" in await ed.completions(path, queue)
    ed.change(path, text)
    assert "de: Willkommen." in await ed.hover(path, "phrase: welcome", offset=9)
    found = await ed.client.text_document_definition_async(
        types.DefinitionParams(ed.document(path), ed.place(path, "phrase: welcome", offset=9))
    )
    assert isinstance(found, types.Location)
    assert (Path(found.uri).name, found.range.start.line) == ("all.yaml", 1)


async def test_what_is_known_is_shown(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    await ed.findings(path)
    assert "**menu**" in await ed.hover(path, "menu:")
    assert "Where it leads" in await ed.hover(path, "to: balance")
    digits = await ed.hover(path, "digits: 4")
    assert "How many digits" in digits
    assert "For example" in digits
    section = await ed.hover(path, "goto: top", offset=7)
    assert "section **top**" in section
    assert "2 places lead here" in section
    variable = await ed.hover(path, "{{ account", offset=4)
    assert "**account**: digits" in variable
    assert "line 4" in variable
    assert "`score`: a number" in await ed.hover(path, "library/survey")
    assert "The time in the queue" not in await ed.hover(path, "else: hangup")
    ed.change(path, BANK.replace("    - answer\n", "    - asnwer\n"))
    await ed.finally_found(path, {"unknown-verb"})
    assert "did you mean 'answer'?" in await ed.hover(path, "asnwer")


async def test_from_a_name_to_its_declaration(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")

    async def leads(text: str, offset: int = 0) -> tuple[str, int] | None:
        found = await ed.client.text_document_definition_async(
            types.DefinitionParams(ed.document(path), ed.place(path, text, offset=offset))
        )
        assert found is None or isinstance(found, types.Location)
        return None if found is None else (Path(found.uri).name, found.range.start.line)

    assert await leads("goto: top", 6) == ("bank.yaml", 12)
    assert await leads("to: balance", 5) == ("bank.yaml", 20)
    assert await leads("visits.balance", 10) == ("bank.yaml", 20)
    assert await leads("{{ account", 4) == ("bank.yaml", 3)
    assert await leads("library/survey") == ("survey.yaml", 0)
    assert await leads("into: survey", 8) == ("bank.yaml", 32)
    assert await leads("How can") is None


async def test_all_places_of_a_name(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")

    async def lines(text: str, offset: int, *, declaration: bool = True) -> list[int]:
        found = await ed.client.text_document_references_async(
            types.ReferenceParams(
                types.ReferenceContext(declaration),
                ed.document(path),
                ed.place(path, text, offset=offset),
            )
        )
        assert found is not None
        return [each.range.start.line for each in found]

    assert await lines("goto: top", 6) == [12, 10, 29]
    assert await lines("goto: top", 6, declaration=False) == [10, 29]
    assert await lines("{{ account", 3) == [3, 22, 26]
    assert await lines("library/survey", 2) == [32]


async def test_a_section_is_renamed_with_all_that_leads_to_it(ed: Editor, site: Path) -> None:
    path = ed.open("flows/bank.yaml")
    found = await ed.client.text_document_rename_async(
        types.RenameParams(ed.document(path), ed.place(path, "to: balance", offset=5), "money")
    )
    assert found is not None
    assert found.changes is not None
    new = edited(ed.texts[path], list(found.changes[ed.uri(path)]))
    expected = ed.texts[path].replace("[balance]", "[money]").replace("to: balance", "to: money")
    expected = expected.replace("  balance:\n", "  money:\n").replace(
        "visits.balance", "visits.money"
    )
    assert new == expected
    numbers = site / "ivrkit.yaml"
    changed = edited(CONFIGURATION, list(found.changes[ed.uri(numbers)]))
    assert changed == CONFIGURATION.replace(
        "{flow: bank, section: balance}", "{flow: bank, section: money}"
    )
    variable = await ed.client.text_document_rename_async(
        types.RenameParams(
            ed.document(path), ed.place(path, "{{ account", offset=4), "number_typed"
        )
    )
    assert variable is not None
    assert variable.changes is not None
    text = edited(ed.texts[path], list(variable.changes[ed.uri(path)]))
    assert text == ed.texts[path].replace("account", "number_typed")


async def test_names_that_are_refused(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    for text, name, why in (
        ("to: balance", "My Money", "not the name of a section"),
        ("to: balance", "top", "already"),
        ("to: balance", "return", "reserved word"),
        ("  main:", "start", "begins at its section main"),
        ("{{ account", "call", "always there"),
        ("library/survey", "other", "renamed where it is made"),
        ("How can", "x", "no name stands here"),
    ):
        with pytest.raises(JsonRpcException, match=why):
            await ed.client.text_document_rename_async(
                types.RenameParams(ed.document(path), ed.place(path, text, offset=4), name)
            )


async def test_nothing_is_renamed_while_there_are_mistakes(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml", BANK.replace("- answer", "- asnwer"))
    place = ed.place(path, "to: balance", offset=5)
    prepared = await ed.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(ed.document(path), place)
    )
    assert isinstance(prepared, types.Range)
    with pytest.raises(JsonRpcException, match="mend them first"):
        await ed.client.text_document_rename_async(
            types.RenameParams(ed.document(path), place, "money")
        )


async def test_the_sections_of_a_file(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml", BANK + "    - say: [\n")
    found = await ed.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(ed.document(path))
    )
    assert found is not None
    tops = {each.name: each for each in found if isinstance(each, types.DocumentSymbol)}
    assert list(tops) == ["ivrkit", "entry", "variables", "sections"]
    sections = tops["sections"].children
    assert sections is not None
    assert [each.name for each in sections] == ["main", "top", "balance", "agent"]
    assert (sections[0].range.start.line, sections[0].range.end.line) == (7, 10)


async def test_cures_and_silences(ed: Editor) -> None:
    text = BANK.replace("goto: top", "goto: tpo", 1).replace("prompt: Your", "promt: Your")
    path = ed.open("flows/bank.yaml", text + "\n  unused:\n    - hangup\n")
    found = await ed.findings(path)
    assert {each.code for each in found} >= {"missing-section", "unknown-field"}

    async def actions(text: str) -> dict[str, types.CodeAction]:
        place = ed.place(path, text)
        offered = await ed.client.text_document_code_action_async(
            types.CodeActionParams(
                ed.document(path), types.Range(place, place), types.CodeActionContext([])
            )
        )
        assert offered is not None
        return {each.title: each for each in offered if isinstance(each, types.CodeAction)}

    def applied(action: types.CodeAction) -> str:
        assert action.edit is not None
        assert action.edit.changes is not None
        return edited(ed.texts[path], list(action.edit.changes[ed.uri(path)]))

    goto = (await actions("goto: tpo"))["Write top"]
    assert goto.is_preferred
    assert applied(goto) == ed.texts[path].replace("goto: tpo", "goto: top")
    field = (await actions("promt:"))["Write prompt"]
    assert applied(field) == ed.texts[path].replace("promt:", "prompt:")
    ed.change(path, BANK.replace("2: {say: For a person, to: agent}", "2: agent"))
    (warning,) = await ed.finally_found(path, {"unannounced-key"})
    assert warning.severity is types.DiagnosticSeverity.Warning
    (silence,) = (await actions("2: agent")).values()
    silent = applied(silence)
    assert "          # allow unannounced-key: say why\n          2: agent\n" in silent
    ed.change(path, silent)
    assert await ed.findings(path) == []


async def test_formatting(ed: Editor) -> None:
    text = "sections:\n    main:\n    - say: Grüße 😀\nivrkit: 1"
    path = ed.open("flows/bank.yaml", text)
    options = types.DocumentFormattingParams(ed.document(path), types.FormattingOptions(2, True))
    edits = await ed.client.text_document_formatting_async(options)
    assert edits is not None
    new = "ivrkit: 1\n\nsections:\n  main:\n    - say: Grüße 😀\n"
    assert edited(text, list(edits)) == new
    ed.change(path, new)
    assert await ed.client.text_document_formatting_async(options) in ((), [], None)
    ed.change(path, "sections: [")
    assert await ed.client.text_document_formatting_async(options) in ((), [], None)


async def test_a_large_file_is_answered_while_it_is_checked(ed: Editor) -> None:
    sections = "".join(
        f"  s{number}:\n    - say: Number {number}.\n    - goto: s{(number + 1) % 1000}\n"
        for number in range(1000)
    )
    text = f"sections:\n  main:\n    - answer\n    - goto: s0\n{sections}"
    path = ed.open("flows/bank.yaml", text)
    found = await ed.completions(path, text + "    - goto: s99|\n")
    assert {"s99", "s999"} <= set(found)
    await ed.findings(path)


async def test_a_file_past_all_bounds_is_told_of(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml", "sections:\n  main:\n    - answer\n" + "# x\n" * 300_000)
    (found,) = await ed.findings(path)
    assert found.code == "too-large"
    assert "ivrkit check" in found.message


async def test_whatever_is_typed_it_goes_on(ed: Editor) -> None:
    path = ed.open("flows/bank.yaml")
    unfinished = "sections:\n  main:\n    - say: {{ x"
    for text in ("", "\t", "a: [", '"', unfinished, "\x00", "- " * 500, "? a\n: b", "&a [*a]"):
        await ed.completions(path, text + "|")
        where = types.TextDocumentPositionParams(ed.document(path), types.Position(0, 0))
        await ed.client.text_document_hover_async(
            types.HoverParams(where.text_document, where.position)
        )
        await ed.client.text_document_definition_async(
            types.DefinitionParams(where.text_document, where.position)
        )
        await ed.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(where.text_document)
        )
    ed.change(path, BANK)
    await ed.finally_found(path, set())
