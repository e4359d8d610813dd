"""What is written in place of a field that a verb does not have, and what is told of it."""

from __future__ import annotations

import pytest

from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.registries import reader

HOLDER = """
on_error: hangup
exits: {unknown: hangup}
sections:
  main:
    - answer
    - %s
"""


def findings(step: str) -> list[Diagnostic]:
    """What is told of a flow with this step when it is read."""
    return list(reader().read("bank.yaml", HOLDER % step, name="bank")[1])


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ("http: {service: a, url: /x}", "write get: /path, or post, put, patch, delete"),
        ("http: {service: a, get: /x, retries: 3}", "it is a setting of the connector"),
        ("database: {source: a, sql: select 1}", "write query:, or execute: for a change"),
        ("file: {root: a, path: x.csv}", "write read: path, or write, append, delete"),
        ("socket: {host: a, message: X}", "write send:"),
        ("publish: {broker: a, topic: x}", "write to:"),
        ("publish: {broker: a, to: x, into: y}", "nothing is answered; `request` waits"),
        ("request: {broker: a, to: x, keep_until_sent: true}", "the caller waits for the answer"),
        ("python: {plugin: a, function: b, args: x}", "write with: {name: value}"),
        ("native: {library: a, function: b, reads: true}", "ivrkit.yaml says it"),
    ],
)
def test_what_was_meant_is_told(step: str, hint: str) -> None:
    (told,) = findings(step)
    assert (told.code, told.hint.startswith(hint)) == ("unknown-field", True), told


def test_what_is_meant_is_never_a_field_of_the_verb() -> None:
    language = reader().language
    for name, verb in language.verbs.items():
        assert not set(verb.meant) & set(language.verb(name).fields), name


@pytest.mark.parametrize("text", ["'{\"a\": 1}'", "'[1, 2]'", '\'{"a": "{{ call.from }}"}\''])
def test_a_document_is_no_text_of_json(text: str) -> None:
    step = f"publish: {{broker: a, to: x, message: {text}}}"
    (told,) = findings(step)
    assert told.code == "wrong-form"
    assert told.message == "a document is written as a mapping or list, not as a text of JSON"


@pytest.mark.parametrize("text", ['"{{ call.from }}"', '"[call me] please"', '"{{ now }} and }"'])
def test_other_texts_are_documents(text: str) -> None:
    step = f"publish: {{broker: a, to: x, message: {text}}}"
    assert findings(step) == []
