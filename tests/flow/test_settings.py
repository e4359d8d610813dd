"""Settings that are written and can never be right."""

from __future__ import annotations

import pytest

from ivrkit.service.registries import reader


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("wait: -5s", "'-5s' is less than 0s"),
        ("wait: 0s", ""),
        ("repeat: {most: -1}", "'-1' is less than 0"),
        ("repeat: {most: 2.5}", "'2.5' is no whole number"),
        ("repeat: {most: 0}", ""),
        ("repeat: {most: '{{ entry }}'}", ""),
        ("menu: {keys: {1: next}, prompt: Press 1., attempts: 0}", "'0' is less than 1"),
        ("menu: {keys: {1: next}, prompt: Press 1., attempts: {total: 0}}", "'0' is less than 1"),
    ],
)
def test_what_is_written_and_can_never_be_right(step: str, message: str) -> None:
    beside = "      do: [{say: x}]" if "repeat" in step else "      exits: {else: hangup}"
    text = f"""
variables: {{entry: {{type: number, default: 3}}}}
sections:
  main:
    - answer
    - {step}
{"" if "wait" in step else beside}
    - log: "{{{{ entry }}}}"
"""
    _, found = reader().read("main.yaml", text, name="main")
    assert [each.message for each in found] == ([message] if message else [])


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        ("set: {entry: []}", 'write "{{ [] }}"'),
        ("remember: {key: a, value: {}}", 'write "{{ {} }}"'),
        ("say: [{date: today, style: long}]", "there are: full, relative, short, weekday"),
    ],
)
def test_what_to_write_instead(step: str, hint: str) -> None:
    text = f"variables: {{entry: {{list: text}}}}\nsections:\n  main:\n    - {step}\n"
    _, found = reader().read("main.yaml", text, name="main")
    assert [each.hint for each in found] == [hint]
