"""What the formatter changes, and what it never touches."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from ivrkit.flow.formatting import Formatter
from ivrkit.service.registries import reader
from tests.flow.formatting.meaning import of

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path
    for folder in ("flows", "tests", "docs", "ivrkit/service/projects")
    for path in (ROOT / folder).rglob("*.yaml")
)


@pytest.fixture(scope="module")
def formatter() -> Formatter:
    return Formatter(reader().language)


def formatted(formatter: Formatter, text: str) -> str:
    found = formatter.format("f.yaml", dedent(text))
    assert found.text is not None, [str(each) for each in found.diagnostics]
    assert formatter.format("f.yaml", found.text).text == found.text
    return found.text


def test_fields_of_the_flow_stand_in_the_languages_order(formatter: Formatter) -> None:
    before = """\
    # The main line.
    sections:
      main: [answer]
    # where mistakes go
    on_error: main

    flow: bank
    ivrkit: 1
    """
    after = """\
    # The main line.
    ivrkit: 1

    flow: bank
    # where mistakes go
    on_error: main

    sections:
      main: [answer]
    """
    assert formatted(formatter, before) == dedent(after)


def test_the_verb_stands_first_and_its_fields_in_their_order(formatter: Formatter) -> None:
    before = """\
    sections:
        main:
        -   exits:
                # silence
                no_input: main   # again
                no_match: main
            when: visit == 1
            menu:
              no_match: No.

              keys:
                1: {to: main, say: For one, label: one}
              # the question
              prompt: Which?
        - {when: visit == 2, say: Welcome.}
        - when: visit == 3
          say: {when: attempt == 1, text: Hello.}
    """
    after = """\
    sections:
      main:
        - menu:
            # the question
            prompt: Which?

            keys:
              1: {label: one, say: For one, to: main}
            no_match: No.
          when: visit == 1
          exits:
            # silence
            no_input: main   # again
            no_match: main
        - {say: Welcome., when: visit == 2}
        - say: {text: Hello., when: attempt == 1}
          when: visit == 3
    """
    assert formatted(formatter, before) == dedent(after)


def test_between_sections_stands_one_empty_line(formatter: Formatter) -> None:
    before = """\
    flow: bank
    sections:


      main:
        - answer


        - say: Hello.
      # about the end
      end:
        - hangup



      last: [hangup]


    """
    after = """\
    flow: bank

    sections:
      main:
        - answer

        - say: Hello.

      # about the end
      end:
        - hangup

      last: [hangup]
    """
    assert formatted(formatter, before) == dedent(after)


def test_texts_stay_as_they_are_written(formatter: Formatter) -> None:
    before = """\
    sections:
       main:
       - say: This is a long text that goes on
           and was folded by hand, 10:30 or 0123
       - say: |
            Two lines,
              the second deeper   

            and a third.   # no comment
       - say:
            What follows the colon
            below it.
       - say: "in quotes
           and folded"
       - say: >-
           folded
       - log: 'it''s'
       - log: 'plain quotes'
       - log: "a \\u00e9"
       - set: {a: 007, b: '007', c: 1_000, d: yes, e: 2026-03-02T10:00:00+01:00}
    """
    after = """\
    sections:
      main:
        - say: This is a long text that goes on
            and was folded by hand, 10:30 or 0123
        - say: |
            Two lines,
              the second deeper   

            and a third.   # no comment
        - say:
             What follows the colon
             below it.
        - say: "in quotes
            and folded"
        - say: >-
            folded
        - log: 'it''s'
        - log: "plain quotes"
        - log: "a \\u00e9"
        - set: {a: 007, b: "007", c: 1_000, d: yes, e: 2026-03-02T10:00:00+01:00}
    """
    assert formatted(formatter, before) == dedent(after)


def test_comments_stay_with_what_they_are_about(formatter: Formatter) -> None:
    before = """\
    # yaml-language-server: $schema=flow.schema.json

    # The bank.
    flow: bank   # its name
    sections:   # all of them
      # first
      main:
        # greeting
        - answer
          # deeper
        # - say: later
      # behind main

      # before end
      end:
        - hangup
        # in the end
    # at the very end
    """
    after = """\
    # yaml-language-server: $schema=flow.schema.json

    # The bank.
    flow: bank   # its name

    sections:   # all of them
      # first
      main:
        # greeting
        - answer
          # deeper
        # - say: later
      # behind main

      # before end
      end:
        - hangup
        # in the end
    # at the very end
    """
    assert formatted(formatter, before) == dedent(after)


def test_what_has_an_order_of_its_own_keeps_it(formatter: Formatter) -> None:
    text = """\
    variables:
      z: text
      a: text

    defaults:
      menu: {attempts: 2}
      collect: {attempts: 3}

    sections:
      main:
        - set: {z: 1, a: 2}
        - menu:
            keys:
              2: main
              1: end
              "*": end
          exits: {no_match: end, no_input: end}

      end: [hangup]

      also: [hangup]
    """
    assert formatted(formatter, text) == dedent(text)


@pytest.mark.parametrize(
    "text",
    [
        "sections: {main: [answer]}\n",
        "variables: &a {x: text}\nparams: *a\nsections:\n   main: [answer]\n",
        "sections:\n  ? main\n  : - answer\n",
        "{sections: {main: [answer]}}\n",
        "sections:\n  main:\n    - say: |2\n        x\n",
        "sections:\n  main:\n    - say: |+\n        x\n\n    - answer\n",
        "sections:\n  main:\n    - [say, x]\n",
        "- a\n",
        'sections:\n  main:\n    - say: "a\u2028b"\n',
    ],
)
def test_what_is_written_unusually_is_left_alone(formatter: Formatter, text: str) -> None:
    assert formatter.format("f.yaml", text).text == text


def test_a_file_that_is_no_yaml_is_refused_with_its_mistake(formatter: Formatter) -> None:
    found = formatter.format("f.yaml", "sections:\n  main: [a\n")
    assert found.text is None
    assert [each.code for each in found.diagnostics] == ["yaml-syntax"]


def test_a_flow_with_mistakes_of_the_language_is_laid_out_all_the_same(
    formatter: Formatter,
) -> None:
    before = "sections:\n    main:\n    - saay: x\n    - {prompt: y, goto: z}\n"
    after = "sections:\n  main:\n    - saay: x\n    - {prompt: y, goto: z}\n"
    assert formatted(formatter, before) == after


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_flow_of_this_project_means_another_thing_afterwards(
    formatter: Formatter, path: Path
) -> None:
    try:
        text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return  # a sample of just that mistake
    found = formatter.format(path.name, text)
    if found.text is None:
        assert found.diagnostics.failed
        return
    assert formatter.format(path.name, found.text).text == found.text
    before, _ = reader().read("f.yaml", text, name="f")
    after, _ = reader().read("f.yaml", found.text, name="f")
    assert (before is None) == (after is None)
    if before is not None:
        assert of(before) == of(after)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "flows").rglob("*.yaml")), ids=lambda path: path.stem
)
def test_the_example_flows_are_formatted(formatter: Formatter, path: Path) -> None:
    text = path.read_text("utf-8")
    assert formatter.format(str(path), text).text == text


def test_a_thousand_sections_are_laid_out(formatter: Formatter) -> None:
    step = "   - menu: {keys: {1: {to: main, say: For one}}}\n     when: visit == 1\n"
    sections = "".join(f"   s{number}:\n{step * 5}" for number in range(1000))
    text = f"sections:\n   main:\n   - answer\n{sections}"
    found = formatter.format("f.yaml", text).text
    assert found is not None
    assert found.count("    - menu: {keys: {1: {say: For one, to: main}}}\n") == 5000
