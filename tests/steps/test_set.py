"""``set``: values of their types, from top to bottom."""

from __future__ import annotations

from tests.engine.conftest import Bench


async def test_from_top_to_bottom_and_of_their_types(bench: Bench) -> None:
    await bench.call("""
    variables: {a: number, b: number, c: text, task: {amount: money, name: text}}
    sections:
      main:
        - set:
            a: "{{ 1 + 1 }}"
            b: "{{ a * 2 }}"
            c: "{{ a }} and {{ b }}"
            task.amount: "12.5"
            task.name: Ann
        - log: "{{ b + 1 }} {{ c }} {{ task.amount + 1 }} {{ task.name }}"
        - set: {a: none, task.name: none}
        - log: "{{ a == none }} {{ task.name == none }} {{ task.amount }}"
    """)
    await bench.ended()
    assert bench.notes == ["5 2 and 4 13.5 Ann", "true true 12.5"]


async def test_what_is_no_value_of_the_type_is_an_error_and_leaves_the_rest(bench: Bench) -> None:
    await bench.call("""
    variables: {a: number, b: {type: number, default: 7}}
    sections:
      main:
        - set: {a: 1, b: "{{ 'seven' }}"}
          exits: {error: bad}
      bad:
        - log: "{{ error.code }} {{ a }} {{ b }}"
    """)
    await bench.ended()
    assert bench.notes == ["value 1 7"]


async def test_what_is_made_of_a_secret_is_not_seen(bench: Bench) -> None:
    await bench.call("""
    exits: {no_input: hangup, no_match: hangup}
    variables: {pin: secret, copy: text}
    sections:
      main:
        - answer
        - collect: {into: pin, digits: 4}
        - set: {copy: "{{ pin }}!"}
        - log: "{{ copy }}"
          exits: {error: refused}
      refused:
        - log: "{{ error.message }}"
        - hangup
    """)
    await bench.press("4711")
    assert bench.notes == ["a secret cannot be logged (leave it out of the text)"]
    assert not any("4711" in repr(each) for each in bench.events)
