from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.call import Branch, Jump, Reserved, Word
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import render_all
from ivrkit.flow.model import Flow
from ivrkit.flow.reader import FLOW_FIELDS, Reader

Good = Callable[[str], Flow]
Read = Callable[[str], Any]

WHOLE = """
ivrkit: 1
flow: main
title: Acme Bank, main line
language: de-AT
params: {greeting: {type: prompt, optional: true}}
returns: {paid: money}
outcomes: [refused, called_back]
entry: [desk]
variables:
  account: digits
  customer: {name: text, vip: flag}
payload:
  account: {type: digits, optional: true}
keys:
  0: {say: For a person, to: desk}
  9: again
shortcuts:
  "*31": [answer]
exits: {no_input: desk, else: [answer]}
on_error: desk
on_end: [answer]
max_call: 30m
sections:
  main:
    - answer
  desk:
    - say: Hello
"""


def test_the_fields_of_a_flow(flow: Good) -> None:
    read = flow(WHOLE)
    assert (read.name, read.title, read.language) == ("main", "Acme Bank, main line", "de-AT")
    assert read.language_version == 1
    assert read.params["greeting"].type.kind == "prompt"
    assert read.returns["paid"].type.kind == "money"
    assert read.outcomes == ("refused", "called_back")
    assert read.entry == ("desk",)
    assert read.variables["customer"].type.fields["vip"].kind == "flag"
    assert read.variables["account"].mark.line == 11
    assert read.payload["account"].type.optional
    assert [key.target for key in read.keys] == [Jump("desk"), Reserved(Word.AGAIN)]
    assert read.keys[0].say is not None
    assert read.exits["no_input"] == Jump("desk")
    assert read.on_error == Jump("desk")
    assert read.max_call == timedelta(minutes=30)
    assert list(read.sections) == ["main", "desk"]
    assert read.sections["desk"].nodes[0].path == "desk/0"
    assert read.source == WHOLE


def test_lists_outside_of_sections_have_paths_that_no_section_can_have(flow: Good) -> None:
    read = flow(WHOLE)
    assert sorted(branch.path for branch in read.lists()) == [
        "desk",
        "flow_exits/else",
        "flow_shortcuts/*31",
        "main",
        "on_end",
    ]
    assert isinstance(read.on_end, Branch)
    assert read.on_end.nodes[0].path == "on_end/0"


def test_constants_are_what_they_look_like_unless_they_say_their_type(flow: Good) -> None:
    data = flow(
        """
        data:
          rates: [1, 2.50, "3", 007, -4, true, "true", x, none]
          vat: 19
          codes: {type: {list: digits}, value: [1, 02]}
          day: {type: date, value: 2026-03-02}
          table: {a: {b: 1}}
        sections: {main: []}
        """
    ).data
    assert data["rates"] == [
        Decimal(1),
        Decimal("2.50"),
        "3",
        "007",
        Decimal(-4),
        True,
        "true",
        "x",
        None,
    ]
    assert data["vat"] == Decimal(19)
    assert data["codes"] == ["1", "02"]
    assert data["day"] == date(2026, 3, 2)
    assert data["table"] == {"a": {"b": Decimal(1)}}


def test_a_flow_is_named_by_its_place_by_itself_or_by_its_file(reader: Reader) -> None:
    text = "sections: {main: []}"
    for path, written, name, expected in (
        ("x/survey.yaml", "", "library/survey", "library/survey"),
        ("x/survey.yaml", "flow: survey\n", "library/survey", "library/survey"),
        ("x/survey.yaml", "flow: library/survey\n", "library/survey", "library/survey"),
        ("x/survey.yaml", "flow: other\n", None, "other"),
        ("x/survey.yaml", "", None, "survey"),
    ):
        flow, found = reader.read(path, written + text, name=name)
        assert flow is not None, list(found)
        assert flow.name == expected


def test_a_flow_with_another_name_than_its_file_is_refused(reader: Reader) -> None:
    flow, found = reader.read("survey.yaml", "flow: bank\nsections: {main: []}", name="a/survey")
    assert flow is None
    assert [each.code for each in found] == [codes.FLOW_NAME]


def test_a_file_is_read_from_disk(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "bank.yaml").write_text("sections: {main: [answer]}")
    flow, found = reader.read(tmp_path / "bank.yaml")
    assert flow is not None
    assert len(found) == 0
    missing, found = reader.read(tmp_path / "none.yaml")
    assert missing is None
    assert [each.code for each in found] == [codes.UNREADABLE]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("ivrkit: 2", "1:9", codes.UNKNOWN_VERSION),
        ("flow: Acme Bank", "1:7", codes.BAD_NAME),
        ("titel: x", "1:1", codes.UNKNOWN_FIELD),
        ("language: english", "1:11", codes.BAD_NAME),
        ("outcomes: refused", "1:11", codes.WRONG_FORM),
        ("outcomes: [next]", "1:12", codes.RESERVED_NAME),
        ("outcomes: [Not Paid]", "1:12", codes.BAD_NAME),
        ("variables: {Account: digits}", "1:13", codes.BAD_NAME),
        ("variables: {call: text}", "1:13", codes.RESERVED_NAME),
        ("variables: {if: text}", "1:13", codes.RESERVED_NAME),
        ("variables: {a: {b: mony}}", "1:20", codes.BAD_TYPE),
        ("variables: {a: {type: number, default: x}}", "1:40", codes.BAD_TYPE),
        ("variables: {a: {list: {choice: []}}}", "1:32", codes.BAD_TYPE),
        ("variables: [a]", "1:12", codes.WRONG_FORM),
        ("variables:\n  a:", "2:5", codes.BAD_TYPE),
        ("variables:", "1:1", codes.WRONG_FORM),
        ("data: {pin: {type: digits, value: 1a}}", "1:35", codes.BAD_VALUE),
        ("data: x", "1:7", codes.WRONG_FORM),
        ("keys: {0: {say: x}}", "1:11", codes.MISSING_FIELD),
        ("exits: {no_input: {say: x}}", "1:19", codes.MISSING_DASH),
        ("max_call: forever", "1:11", codes.BAD_VALUE),
        ("max_call: 0s", "1:11", codes.BAD_VALUE),
        ("on_error: Sorry!", "1:11", codes.BAD_NAME),
        ("defaults: {mneu: {attempts: 2}}", "1:12", codes.UNKNOWN_FIELD),
    ],
)
def test_one_mistake_gives_one_message(read: Read, text: str, place: str, code: str) -> None:
    flow, found = read(f"{text}\nsections: {{main: []}}\n")
    assert flow is None
    assert [(f"{each.mark.line}:{each.mark.column}", each.code) for each in found] == [
        (place, code)
    ]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("title: x", "1:1", codes.MISSING_FIELD),
        ("sections:", "1:1", codes.WRONG_FORM),
        ("sections: [a]", "1:11", codes.WRONG_FORM),
        ("- answer", "1:3", codes.WRONG_FORM),
        ("answer", "1:1", codes.WRONG_FORM),
        ("sections: {next: []}", "1:12", codes.RESERVED_NAME),
        ("sections: {Main_Menu: []}", "1:12", codes.BAD_NAME),
        ("sections:\n  main:\n    say: x", "3:5", codes.MISSING_DASH),
        ("sections:\n  main:", "2:3", codes.WRONG_FORM),
        ("sections:\n  main: answer", "2:9", codes.WRONG_FORM),
        ("sections:\n  main: {{ x }}", "2:9", codes.UNQUOTED_EXPRESSION),
    ],
)
def test_sections_are_lists_of_steps(read: Read, text: str, place: str, code: str) -> None:
    flow, found = read(text)
    assert flow is None
    assert [(f"{each.mark.line}:{each.mark.column}", each.code) for each in found] == [
        (place, code)
    ]


def test_every_field_of_a_flow_has_been_read_here() -> None:
    assert set(FLOW_FIELDS) <= {line.split(":")[0] for line in WHOLE.splitlines()} | {
        "calendars",
        "data",
        "defaults",
    }


KEYS = [*FLOW_FIELDS, "say", "menu", "collect", "if", "set", "keys", "1", "*", "to", "when"]
WORDS = [*KEYS, "", "{{ a }}", "{{", "a b", "x #y", "5s", "true", "next", "6-12", "- a", "a: b"]


def yaml_values() -> st.SearchStrategy[Any]:
    scalars = st.sampled_from(WORDS) | st.text(max_size=8)
    return st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
        ),
        max_leaves=25,
    )


def written(value: Any, indent: int = 0) -> str:
    """A value as block YAML, its texts without quotes: good or bad as it falls."""
    blank = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(
            f"\n{blank}{key}: {written(each, indent + 1)}" for key, each in value.items()
        )
    if isinstance(value, list) and value:
        return "".join(f"\n{blank}- {written(each, indent + 1)}" for each in value)
    return {"[]": "[]", "{}": "{}"}.get(repr(value), str(value))


@settings(max_examples=300, deadline=None)
@given(yaml_values(), yaml_values())
def test_whatever_a_file_holds_gives_a_flow_or_findings(
    reader: Reader, head: Any, steps: Any
) -> None:
    section = written(steps, 2)
    for text in (written(head), f"sections:\n  main:{section}\n{written(head)}"):
        flow, found = reader.read("f.yaml", text)
        assert (flow is None) == found.failed
        render_all(found, text)
        for each in found:
            assert each.mark.line >= 1, each
            assert each.mark.length >= 1, each


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.characters(codec=None), max_size=60)
    | st.text("{}[]:-*&!#'\" \n\tab,|>?%@", max_size=40)
)
def test_whatever_characters_a_file_holds_nothing_is_raised(reader: Reader, text: str) -> None:
    flow, found = reader.read("f.yaml", text)
    assert flow is None
    assert found.failed
    render_all(found, text)


def test_the_collector_rests_while_a_flow_is_read_and_runs_again(reader: Reader) -> None:
    assert gc.isenabled()
    reader.read("f.yaml", "sections: {main: [answer]}")
    assert gc.isenabled()
    gc.disable()
    try:
        reader.read("f.yaml", "sections: {main: [answer]}")
        assert not gc.isenabled()
    finally:
        gc.enable()
