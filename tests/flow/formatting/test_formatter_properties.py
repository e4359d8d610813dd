"""Over flows in every layout that hands may give them: the meaning and the comments stay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.flow.formatting import Formatter
from ivrkit.service.registries import reader
from tests.flow.formatting.meaning import of

FORMATTER = Formatter(reader().language)

WORDS = st.sampled_from(
    ["Welcome.", "it is 10:30", "0123", "yes", "a 'b' c", 'say "x"', "Ärger", "x" * 90, "1e3", "on"]
)
NAMES = st.sampled_from(["alpha", "beta", "gamma"])


@dataclass
class Text:
    """A text, to be written in whatever way it can be."""

    value: str


def texts() -> st.SearchStrategy[Any]:
    return st.one_of(WORDS, st.lists(WORDS, min_size=2, max_size=4).map(" ".join)).map(Text)


def targets(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(NAMES, st.just("next"), steps)


def some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """A mapping with some of these keys."""
    return st.fixed_dictionaries({}, optional=fields)


def saying(prompt: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"say": prompt})


def joined(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(*parts).map(lambda found: {k: v for part in found for k, v in part.items()})


def step(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    prompt = st.one_of(
        texts(),
        st.lists(texts(), min_size=1, max_size=3),
        st.fixed_dictionaries({"text": texts(), "when": st.just("visit == 1")}),
        st.just({"currency": "EUR", "money": "balance"}),
    )
    entry = st.fixed_dictionaries({"to": targets(steps)}, optional={"say": prompt})
    menu = some(
        {
            "keys": st.dictionaries(
                st.sampled_from(["1", "2", "hash"]), st.one_of(targets(steps), entry), min_size=1
            ),
            "prompt": prompt,
            "no_input": prompt,
            "attempts": st.sampled_from(["2", {"total": "4", "no_input": "2"}]),
            "into": st.just("choice"),
        }
    )
    beside = {
        "when": st.just("visit == 1"),
        "name": st.just("a step"),
        "exits": st.fixed_dictionaries({"error": targets(steps)}),
    }
    return st.one_of(
        st.just("answer"),
        joined(saying(prompt), some(beside)),
        joined(st.fixed_dictionaries({"menu": menu}), some(beside)),
        st.builds(lambda then: {"then": then, "if": "visit == 1"}, targets(steps)),
        st.builds(lambda a, b: {"set": {"z": a, "a": b}}, texts(), WORDS.map(Text)),
    )


STEPS = st.deferred(lambda: st.lists(step(STEPS), min_size=1, max_size=3))
FLOWS = st.fixed_dictionaries(
    {"sections": st.dictionaries(NAMES, STEPS, min_size=1)},
    optional={
        "title": texts(),
        "ivrkit": st.just("1"),
        "exits": st.just({"no_match": "alpha", "no_input": "alpha"}),
        "variables": st.just({"z": "text", "a": {"default": "b", "choice": ["a", "b"]}}),
        "on_error": NAMES,
    },
)


class Writer:
    """Writes data as YAML in a layout of chance."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.comments = 0

    def chance(self, of: int = 4) -> bool:
        return self.random.randrange(of) == 0

    def mixed(self, value: dict[str, Any]) -> list[tuple[str, Any]]:
        return self.random.sample(list(value.items()), len(value))

    def comment(self) -> str:
        self.comments += 1
        return f"# c{self.comments}"

    def above(self, indent: int) -> str:
        found = ""
        while self.chance(6):
            found += "\n" if self.chance(2) else f"{' ' * indent}{self.comment()}\n"
        return found

    def tail(self) -> str:
        return f"{' ' * self.random.randint(2, 4)}{self.comment()}" if self.chance(6) else ""

    def scalar(self, value: Any, indent: int, *, within: bool = False) -> str:
        if not isinstance(value, Text):
            return str(value)
        text = value.value
        plain = not within and not re.search(r": |'|\"", text)
        way = self.random.choice(["plain", "'", '"'])
        if way == "plain" and plain:
            if " " in text and self.chance(3):
                return text.replace(" ", f"\n{' ' * (indent + 3)}", 1)
            return text
        if way == "'":
            return "'" + text.replace("'", "''") + "'"
        return '"' + text.replace('"', '\\"') + '"'

    def inline(self, value: Any) -> str:
        if isinstance(value, dict):
            pairs = [f"{key}: {self.inline(each)}" for key, each in self.mixed(value)]
            pad = " " * self.random.randint(0, 1)
            return f"{{{pad}{', '.join(pairs)}{pad}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self.inline, value))}]"
        return self.scalar(value, 0, within=True)

    def value(self, value: Any, indent: int, under: int) -> str:
        """What stands behind a colon, with the line break at its end."""
        if isinstance(value, Text) and self.chance(6) and "  " not in value.value:
            return f" |-\n{' ' * (indent + under)}{value.value}\n"
        if not isinstance(value, dict | list) or self.chance(3):
            shown = (
                self.inline(value) if isinstance(value, dict | list) else self.scalar(value, indent)
            )
            return f" {shown}{self.tail()}\n"
        if isinstance(value, list):
            return self.tail() + "\n" + self.items(value, indent + self.random.randint(0, 4))
        return self.tail() + "\n" + self.pairs(value, indent + under)

    def pairs(self, value: dict[str, Any], indent: int) -> str:
        under = self.random.randint(1, 4)
        return "".join(
            f"{self.above(indent)}{' ' * indent}{key}:{self.value(each, indent, under)}"
            for key, each in self.mixed(value)
        )

    def items(self, value: list[Any], indent: int) -> str:
        found = ""
        for each in value:
            found += self.above(indent)
            if isinstance(each, dict) and not self.chance(4):
                gap = self.random.randint(1, 3)
                inner = indent + 1 + gap
                lines = self.pairs(each, inner).split("\n")
                while not lines[0].strip() or lines[0].strip().startswith("#"):
                    lines.pop(0)
                found += f"{' ' * indent}-{' ' * gap}{lines[0].lstrip(' ')}\n" + "\n".join(
                    lines[1:]
                )
            else:
                shown = (
                    self.inline(each)
                    if isinstance(each, dict | list)
                    else self.scalar(each, indent)
                )
                found += f"{' ' * indent}- {shown}{self.tail()}\n"
        return found


@settings(max_examples=150, deadline=None)
@given(FLOWS, st.integers(0, 10**9))
def test_meaning_and_comments_stay(flow: dict[str, Any], seed: int) -> None:
    text = Writer(seed).pairs(flow, 0)
    before, found = reader().read("f.yaml", text, name="f")
    new = FORMATTER.format("f.yaml", text).text
    assert new is not None
    assert FORMATTER.format("f.yaml", new).text == new
    after, _ = reader().read("f.yaml", new, name="f")
    assert (before is None) == (after is None), [str(each) for each in found]
    if before is not None:
        assert of(before) == of(after)
    pieces = re.compile(r"# c[0-9]+")
    assert sorted(pieces.findall(text)) == sorted(pieces.findall(new))


@settings(max_examples=60, deadline=None)
@given(FLOWS, st.integers(0, 10**9))
def test_every_layout_of_usual_yaml_is_brought_into_form(flow: dict[str, Any], seed: int) -> None:
    """No line of it is left where chance had put it: all depths are even."""
    text = Writer(seed).pairs(flow, 0)
    new = FORMATTER.format("f.yaml", text).text
    assert new is not None
    keys = re.compile(r"^( *)(?:- )*[a-z_]+:(?: |$)", re.MULTILINE)
    assert {len(found[1]) % 2 for found in keys.finditer(new)} <= {0}


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="a:-#\n  {}[],|>&*?'\"\\\t", max_size=60))
def test_whatever_is_written_is_laid_out_once_or_left_alone(text: str) -> None:
    new = FORMATTER.format("f.yaml", text).text
    if new is not None:
        assert FORMATTER.format("f.yaml", new).text == new
