from __future__ import annotations

import gc
from pathlib import Path

from ivrkit.call.prompt import Constant, Media, Piece, Rendered
from ivrkit.prompts.kept import Kept
from ivrkit.prompts.plan import key_of

RENDERED = Rendered((Media(Path("welcome.wav"), 1.0, "Welcome."),), "Welcome.", "en")


def welcome() -> Constant:
    """A prompt that is composed now, as those of a confirmation are."""
    return Constant((Piece("text", "Welcome."),))


def filled(pieces: Constant) -> Kept:
    kept = Kept(10)
    key = key_of(pieces, "en")
    assert key is not None
    kept.keep(key, RENDERED)
    return kept


def test_what_says_the_same_is_found_by_other_pieces_too() -> None:
    kept = filled(welcome())
    pieces = welcome()
    assert kept.find(pieces, "en") is kept.find(pieces, "en") is RENDERED
    assert kept.find(list(pieces), "en") is RENDERED
    assert kept.find(pieces, "fr") is None


def test_what_is_forgotten_is_not_found_by_pieces_that_have_led_to_it() -> None:
    pieces = welcome()
    kept = filled(pieces)
    assert kept.find(pieces, "en") is RENDERED
    kept.clear()
    assert kept.find(pieces, "en") is None


def test_what_one_has_made_is_not_taken_for_anothers() -> None:
    pieces = welcome()
    assert filled(pieces).find(pieces, "en") is RENDERED
    assert Kept(10).find(pieces, "en") is None


def test_pieces_that_are_composed_in_a_call_go_with_it() -> None:
    kept = filled(welcome())
    before = constants()
    for _ in range(100):
        assert kept.find(welcome(), "en") is RENDERED
    assert constants() - before < 10


def constants() -> int:
    """How many prompts are in memory; those that flows of other tests have left among them."""
    gc.collect()
    return sum(isinstance(each, Constant) for each in gc.get_objects())
