from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ivrkit.flow.drawing.formats.svg import Svg
from tests.flow.drawing.conftest import BANK, BELOW, HOSTILE, atlas, hostile, large, untried

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("make", [lambda: atlas({"main": BANK, "below": BELOW}), hostile, large])
def test_it_is_well_formed_and_has_every_box_and_arrow(make: object) -> None:
    drawn = make()  # type: ignore[operator]
    root = ElementTree.fromstring(Svg().render(drawn))
    boxes = [each for each in root.iter(f"{SVG}g") if each.get("data-box")]
    arrows = [each for each in root.iter(f"{SVG}path") if each.get("data-from")]
    assert [each.get("data-box") for each in boxes] == [box.id for box in drawn.main.boxes]
    assert len(arrows) == len(drawn.main.arrows)
    assert not list(root.iter(f"{SVG}script"))


def test_texts_stand_there_as_they_are() -> None:
    root = ElementTree.fromstring(Svg().render(hostile()))
    texts = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    assert f"say {HOSTILE[:59].rstrip()}…" in texts


def test_rows_know_their_lines() -> None:
    root = ElementTree.fromstring(Svg().render(atlas({"main": BANK, "below": BELOW})))
    rows = {e.get("data-path"): e.get("data-row") for e in root.iter(f"{SVG}text")}
    assert rows["main/0"] == "13"


def test_what_no_call_has_taken_is_marked() -> None:
    root = ElementTree.fromstring(Svg().render(untried()))
    classes = [each.get("class", "") for each in root.iter()]
    assert "box section missed" in classes
    assert "arrow way missed" in classes
    assert classes.count("row exit missed-way") == 2
