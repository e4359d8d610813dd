"""What the numbers of a site ask of a flow."""

from __future__ import annotations

import pytest

from ivrkit.flow.world import Entrance

from .conftest import CheckFlow, Site

FLOW = """
    params: {queue: text, patience: {type: duration, default: 5m}}
    entry: [desk]
    sections:
      main:
        - say: "{{ queue }} {{ patience }}"
      desk:
        - say: Hello.
        - goto: other
      other:
        - say: Other.
"""


@pytest.mark.parametrize(
    ("entrance", "expected"),
    [
        (Entrance("800", "main", ["queue"]), []),
        (Entrance("800", "desk", ["queue", "patience"]), []),
        (Entrance("800", "other", ["queue"]), [("no-entrance", "not listed under `entry`")]),
        (Entrance("800", "dsk", ["queue"]), [("no-entrance", "does not exist")]),
        (Entrance("800", "main"), [("missing-argument", "gives no 'queue'")]),
        (
            Entrance("800", "main", ["queue", "ptience"]),
            [("unknown-argument", "'ptience', which is no parameter")],
        ),
    ],
)
def test_a_number_fits_its_flow(
    findings: CheckFlow, entrance: Entrance, expected: list[tuple[str, str]]
) -> None:
    found = findings(FLOW, Site(numbers=[entrance]))
    assert [each.code for each in found] == [code for code, _ in expected]
    for diagnostic, (_, text) in zip(found, expected, strict=True):
        assert text in diagnostic.message
        assert "800" in diagnostic.message
