"""One answer for all uses, or a list with one per use."""

from __future__ import annotations

import pytest

from ivrkit.errors import HandoffError
from ivrkit.qa.uses import Uses


def test_one_answer_serves_all_uses() -> None:
    uses = Uses()
    given = [uses.next("sold", "desk", "the queue 'desk'", "queue.desk") for _ in range(3)]
    assert given == ["sold"] * 3
    assert uses.missing == []


def test_a_list_has_an_answer_per_use_and_name() -> None:
    uses = Uses()

    def take(name: str) -> str:
        return uses.next(["first", "second"], name, f"the queue '{name}'", f"queue.{name}")

    assert [take("desk"), take("shop"), take("desk")] == ["first", "first", "second"]
    with pytest.raises(HandoffError, match="does not give use 3 of the queue 'desk'"):
        take("desk")
    (missing,) = uses.missing
    assert missing.endswith("queue.desk in given: lists 2; add one, or give one for all")
    uses.begin_anew()
    assert take("desk") == "first"
