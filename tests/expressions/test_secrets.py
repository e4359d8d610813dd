from __future__ import annotations

import copy
import json
import pickle
import traceback

import pytest

from ivrkit.expressions import MASK, Secret, contains_secret, revealed


def test_every_way_to_print_it_shows_the_mask() -> None:
    secret = Secret("4711")
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{secret!r}"]
    shown += [
        json.dumps([secret], default=str, ensure_ascii=False),
        str([secret]),
        str({"a": secret}),
    ]
    assert all("4711" not in each and MASK in each for each in shown)


def test_it_is_opened_by_reveal_alone() -> None:
    assert Secret("4711").reveal() == "4711"
    assert Secret(Secret("4711")).reveal() == "4711"
    assert not hasattr(Secret("4711"), "__dict__")


def test_it_is_not_compared_pickled_or_judged_by_accident() -> None:
    secret = Secret("4711")
    assert secret != Secret("4711")
    assert [each for each in (secret, "4711") if each == "4711"] == ["4711"]
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="truth"):
        bool(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_copies_are_itself() -> None:
    secret = Secret(["4711"])
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"a": secret})["a"] is secret


def test_a_traceback_does_not_show_it() -> None:
    secret = Secret("47" + "11")
    with pytest.raises(TypeError) as caught:
        secret + 1  # type: ignore[operator]
    assert "4711" not in "".join(traceback.format_exception(caught.value))


def test_revealed_opens_to_the_bottom() -> None:
    data = {"a": [Secret({"b": Secret("4711")})]}
    assert contains_secret(data)
    assert revealed(data) == {"a": [{"b": "4711"}]}
    assert not contains_secret(revealed(data))
