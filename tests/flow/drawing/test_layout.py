from __future__ import annotations

import sys

import pytest

from ivrkit.errors import NotAvailable
from ivrkit.flow.drawing.layout import Picture, laid_out
from ivrkit.flow.drawing.model import Arrow, Box, BoxKind, Drawing
from tests.flow.drawing.conftest import drawing, large


def apart(picture: Picture) -> bool:
    """Whether no box lies on another."""
    placed = list(picture.placed.values())
    return not any(
        one.x < two.x + two.width
        and two.x < one.x + one.width
        and one.y < two.y + two.height
        and two.y < one.y + one.height
        for number, one in enumerate(placed)
        for two in placed[:number]
    )


@pytest.mark.parametrize("unfold", [False, True])
def test_no_box_lies_on_another_and_all_lie_in_the_picture(unfold: bool) -> None:
    picture = laid_out(drawing(unfold=unfold))
    assert apart(picture)
    for each in picture.placed.values():
        assert each.x > 0
        assert each.y > 0
        assert each.x + each.width < picture.width
        assert each.y + each.height < picture.height
    assert len(picture.frames) == (2 if unfold else 0)


def test_a_large_flow() -> None:
    picture = laid_out(large().main)
    assert len(picture.placed) > 140
    assert apart(picture)


def test_the_call_begins_at_the_left() -> None:
    placed = laid_out(drawing()).placed
    assert placed["main|start"].x < placed["main|main"].x < placed["main|other"].x


def test_arrows_begin_at_their_step_and_end_at_their_box() -> None:
    picture = laid_out(drawing())
    for route in picture.routes:
        source = picture.placed[route.arrow.source]
        target = picture.placed[route.arrow.target]
        (x, y), (to_x, to_y) = route.spots[0], route.spots[-1]
        assert x in (source.x, source.x + source.width)
        assert source.y < y < source.y + source.height
        assert to_x in (target.x, target.x + target.width)
        assert target.y < to_y < target.y + target.height


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_boxes_that_nothing_joins(count: int) -> None:
    boxes = [Box(f"b{n}", BoxKind.SECTION, f"b{n}", "main", f"b{n}") for n in range(count)]
    picture = laid_out(Drawing("main", "main", boxes, [], ["main"]))
    assert apart(picture)


def test_a_long_chain_and_a_circle() -> None:
    boxes = [Box(f"b{n}", BoxKind.SECTION, f"b{n}", "main", f"b{n}") for n in range(400)]
    arrows = [Arrow(f"b{n}", f"b{(n + 1) % 400}") for n in range(400)]
    picture = laid_out(Drawing("main", "main", boxes, arrows, ["main"]))
    assert apart(picture)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grandalf", None)
    with pytest.raises(NotAvailable, match=r"ivrkit\[graph\]"):
        laid_out(drawing())
