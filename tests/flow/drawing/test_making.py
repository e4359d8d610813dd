from __future__ import annotations

from ivrkit.flow.drawing.model import ArrowKind, BoxKind, Drawing, LineKind
from tests.flow.drawing.conftest import BANK, BELOW, atlas, drawing, large


def boxes(drawn: Drawing, kind: BoxKind) -> list[str]:
    return [box.title for box in drawn.boxes if box.kind is kind]


def arrows(drawn: Drawing, source: str) -> dict[str, str]:
    """What leads away from a box, by what it leads to."""
    return {
        arrow.target.removeprefix("main|"): arrow.label
        for arrow in drawn.arrows
        if arrow.source == f"main|{source}"
    }


def test_sections_stand_in_the_order_of_the_file() -> None:
    assert boxes(drawing(), BoxKind.SECTION) == ["main", "other", "part", "agent"]
    assert [box.note for box in drawing().boxes if box.title == "agent"] == ["entry"]


def test_what_holds_for_the_whole_flow_is_an_entry_of_its_own() -> None:
    drawn = drawing()
    assert boxes(drawn, BoxKind.ENTRY) == ["start", "keys", "on_error", "on_end"]
    assert boxes(drawn, BoxKind.SHARED) == ["exits: no_match"]
    assert arrows(drawn, "start") == {"main": "", "agent": ""}
    assert arrows(drawn, "keys") == {"agent": "*31", "end|end|main|keys": ""}
    assert arrows(drawn, "on_error") == {"agent": ""}
    kinds = {arrow.kind for arrow in drawn.arrows if arrow.source == "main|on_error"}
    assert kinds == {ArrowKind.INTERRUPT}


def test_exits_are_labelled_arrows() -> None:
    drawn = drawing()
    leads = arrows(drawn, "main")
    assert leads["other"] == "1"
    assert leads["agent"] == "no_input"
    assert leads["exits/no_match"] == "no_match"
    assert leads["end|hang up|main|main"] == "4"
    assert leads["end|end|main|main"] == "3"
    assert arrows(drawn, "agent")["end|hang up|main|agent"].startswith("timeout, full")


def test_branches_are_steps_further_in() -> None:
    other = next(box for box in drawing().boxes if box.title == "other")
    told = [(line.depth, line.kind, f"{line.verb} {line.text}".strip()) for line in other.lines]
    assert told == [
        (0, LineKind.STEP, "if call.from == '1'"),
        (1, LineKind.WAY, "then:"),
        (2, LineKind.STEP, "say One."),
        (2, LineKind.STEP, "goto main"),
        (0, LineKind.STEP, "run part"),
        (0, LineKind.STEP, "run below"),
    ]
    assert [line.row for line in other.lines][:3] == [18, 19, 19]


def test_what_is_run_is_folded_and_unfolds() -> None:
    folded = drawing()
    assert boxes(folded, BoxKind.FLOW) == ["below"]
    run = {a.target: a for a in folded.arrows if a.kind is ArrowKind.RUN}
    assert set(run) == {"main|part", "flow|below"}
    unfolded = drawing(unfold=True)
    assert boxes(unfolded, BoxKind.FLOW) == []
    assert unfolded.flows == ["main", "below"]
    assert "below|main" in {a.target for a in unfolded.arrows if a.kind is ArrowKind.RUN}


def test_every_flow_has_a_drawing_of_its_own() -> None:
    drawings = atlas({"main": BANK, "below": BELOW}).drawings
    assert [each.flow for each in drawings] == ["main", "below"]
    assert [each.title for each in drawings] == ["The main line", "Below"]


def test_a_way_inside_a_section_is_no_arrow_unless_it_goes_back_to_its_beginning() -> None:
    drawn = drawing(
        """
        ivrkit: 1
        flow: main
        sections:
          main:
            - say: Hello.
            - menu: {prompt: Press., keys: {1: next, 2: main, 3: again}}
              exits: {no_input: next, no_match: hangup}
            - say: Good.
        """
    )
    assert arrows(drawn, "main") == {
        "main": "2",
        "end|hang up|main|main": "no_match",
        "end|end|main|main": "",
    }


def test_every_arrow_has_both_its_boxes() -> None:
    for drawn in (drawing(), drawing(unfold=True), large().main):
        ids = {box.id for box in drawn.boxes}
        assert len(ids) == len(drawn.boxes)
        assert all({arrow.source, arrow.target} <= ids for arrow in drawn.arrows)
        paths = {box.id: {line.path for line in box.lines} for box in drawn.boxes}
        assert all(a.path in paths[a.source] for a in drawn.arrows if "/" in a.path)


def test_what_no_call_has_taken_is_marked() -> None:
    missed = {"main": {("other", ""), ("main/1", "keys/1"), ("agent/0", "exits/full")}}
    drawn = atlas({"main": BANK, "below": BELOW}, missed=missed).main
    assert [box.title for box in drawn.boxes if box.missed] == ["other"]
    assert [arrow.label for arrow in drawn.arrows if arrow.missed] == ["1"]
    partly = {arrow.partly for arrow in drawn.arrows if arrow.partly}
    assert partly == {("1",), ("full",)}
