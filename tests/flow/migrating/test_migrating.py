"""The way through the versions: today's, and one of the future that stands only here."""

from __future__ import annotations

from textwrap import dedent
from typing import ClassVar

import pytest
from yaml.nodes import ScalarNode

from ivrkit.errors import FlowError
from ivrkit.flow.migrating import Document, Migration, Migrator, migrations
from ivrkit.flow.migrating.document import pairs
from ivrkit.flow.reader import VERSION
from ivrkit.service.registries import reader


class PromptsAreSpoken(Migration):
    """In version 2 of this test, `say` is called `speak`."""

    since: ClassVar[str] = "1"

    def change(self, document: Document) -> None:
        for mapping in document.mappings():
            for key, _ in pairs(mapping):
                if key.value == "say":
                    document.replace(key, "speak")


class TitlesAreNeeded(Migration):
    """In version 3 of this test, every flow has a title, and `none` is called `nothing`."""

    since: ClassVar[str] = "2"

    def change(self, document: Document) -> None:
        if document.field("title") is None:
            document.insert_field("title: A flow")
        for mapping in document.mappings():
            for _, value in pairs(mapping):
                if isinstance(value, ScalarNode) and document.written(value) == "none":
                    document.replace(value, "nothing")


class Clumsy(Migration):
    since: ClassVar[str] = "1"

    def change(self, document: Document) -> None:
        document.replace(document.root.value[0][0], "a")
        document.replace(document.root.value[0][0], "b")


LATER = {**migrations(), "1": PromptsAreSpoken, "2": TitlesAreNeeded}


def test_there_is_a_way_from_every_version() -> None:
    assert list(migrations()) == [str(number) for number in range(VERSION)]


def test_a_file_without_a_version_gets_it_behind_its_first_comments() -> None:
    text = "# The bank.\n\n# its name\nflow: bank\nsections: {main: [answer]}\n"
    done = Migrator().migrate("bank.yaml", text)
    assert done.since == 0
    assert done.text == (
        "# The bank.\n\n# its name\nivrkit: 1\nflow: bank\nsections: {main: [answer]}\n"
    )
    flow, found = reader().read("bank.yaml", done.text)
    assert flow is not None
    assert not list(found)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{sections: {main: [answer]}}\n", "{ivrkit: 1, sections: {main: [answer]}}\n"),
        ("ivrkit: 0  # old\nsections: {}\n", "ivrkit: 1  # old\nsections: {}\n"),
        ("---\nsections: {}\n", "---\nivrkit: 1\nsections: {}\n"),
        ("ivrkit: 1\nsections: {}\n", "ivrkit: 1\nsections: {}\n"),
        ("ivrkit: '1'\nsections: {}\n", "ivrkit: '1'\nsections: {}\n"),
    ],
)
def test_the_version_is_written(before: str, after: str) -> None:
    assert Migrator().migrate("f.yaml", before).text == after


def test_a_file_runs_through_all_versions_and_keeps_its_layout() -> None:
    before = """\
    # The bank.
    ivrkit: 1      # of the language

    sections:
      main:
        # greeting
        - say: Welcome to say,
            say
        - menu:
            keys: {1: {to: main, say: For one}}
        - set: {x: none}
    """
    after = """\
    # The bank.
    title: A flow
    ivrkit: 3      # of the language

    sections:
      main:
        # greeting
        - speak: Welcome to say,
            say
        - menu:
            keys: {1: {to: main, speak: For one}}
        - set: {x: nothing}
    """
    done = Migrator(LATER, version=3).migrate("f.yaml", dedent(before))
    assert [str(each) for each in done.diagnostics] == []
    assert done.text == dedent(after)
    assert Migrator(LATER, version=3).migrate("f.yaml", dedent(after)).text == dedent(after)


def test_a_newer_file_says_what_is_needed() -> None:
    done = Migrator().migrate("f.yaml", "ivrkit: 7\nsections: {}\n")
    assert done.text is None
    (found,) = done.diagnostics
    assert (found.code, found.mark.line, found.mark.column) == ("unknown-version", 1, 9)
    assert "version 7 of the language" in found.message
    assert "use an ivrkit that reads version 7" in found.hint
    _, told = reader().read("f.yaml", "ivrkit: 7\nsections: {main: [answer]}\n")
    assert [(each.message, each.hint) for each in told] == [(found.message, found.hint)]


def test_the_check_of_an_older_file_leads_to_the_migration() -> None:
    _, found = reader().read("f.yaml", "ivrkit: 0\nsections: {main: [answer]}\n")
    assert [each.hint for each in found] == ["bring it to this version with: ivrkit migrate FILE"]


@pytest.mark.parametrize("text", ["ivrkit: x\n", "ivrkit: [1]\n", "- a\n", "a: [\n", ""])
def test_what_cannot_be_migrated_is_told(text: str) -> None:
    done = Migrator().migrate("f.yaml", text)
    assert done.text is None
    assert done.diagnostics.failed


def test_two_edits_of_one_place_are_a_mistake_of_the_migration() -> None:
    with pytest.raises(FlowError, match="twice"):
        Migrator({**migrations(), "1": Clumsy}, version=2).migrate("f.yaml", "a: b\nivrkit: 1\n")
