"""``if``: one of two ways, or on."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Bench


@pytest.mark.parametrize(
    ("condition", "ways", "noted"),
    [
        ("true", "then: [{log: then}]", ["then", "behind"]),
        ("false", "then: [{log: then}]", ["behind"]),
        ("false", "else: [{log: else}]", ["else", "behind"]),
        ("vip", "else: elsewhere", ["elsewhere"]),
        ("not vip", "then: elsewhere", ["elsewhere"]),
        ("true", "then: return", []),
    ],
)
async def test_the_ways(bench: Bench, condition: str, ways: str, noted: list[str]) -> None:
    await bench.call(f"""
    variables: {{vip: flag}}
    sections:
      main:
        - if: {condition}
          {ways}
        - log: behind
      elsewhere:
        - log: elsewhere
    """)
    await bench.ended()
    assert bench.notes == noted
