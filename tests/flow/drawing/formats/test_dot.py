from __future__ import annotations

import subprocess

import pytest

from ivrkit.flow.drawing import Atlas
from ivrkit.flow.drawing.formats.dot import Dot, quoted
from tests.flow.drawing.conftest import BANK, BELOW, atlas, hostile, large, needed, untried

ATLASES = {
    "folded": lambda: atlas({"main": BANK, "below": BELOW}),
    "unfolded": lambda: atlas({"main": BANK, "below": BELOW}, unfold=True),
    "untried": untried,
    "hostile": hostile,
    "large": large,
}


@pytest.mark.parametrize("name", ATLASES)
def test_graphviz_accepts_it(name: str) -> None:
    drawn: Atlas = ATLASES[name]()
    # The canonical form is what Graphviz has understood.
    done = subprocess.run(
        [needed("dot"), "-Tcanon"], input=Dot().render(drawn), capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    arrows = {(arrow.source, arrow.target, arrow.path) for arrow in drawn.main.arrows}
    assert done.stdout.count(" -> ") >= len(arrows)


def test_labels_are_there() -> None:
    text = Dot().render(atlas({"main": BANK, "below": BELOW}))
    assert 'label="no_input"' in text
    assert "menu Press 1 or 2.\\l" in text


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\l\n') == '"a \\"b\\" \\\\l "'
