from __future__ import annotations

from typing import Any

import pytest

from ivrkit.errors import BudgetExceeded
from ivrkit.expressions import FixedScope, Secret
from ivrkit.expressions.run import MOST_STEPS, Run, fits


def test_touching_a_secret_is_remembered() -> None:
    run = Run(FixedScope())
    assert run.touch("a") == "a"
    assert not run.secret
    assert run.touch(Secret(3)) == 3
    assert run.secret


def test_opening_goes_to_the_bottom() -> None:
    run = Run(FixedScope())
    assert run.opened({"a": [Secret(1), (2,)]}) == {"a": [1, [2]]}
    assert run.secret
    assert run.steps == 4


def test_steps_are_counted() -> None:
    run = Run(FixedScope(), MOST_STEPS - 1)
    run.charge(1)
    with pytest.raises(BudgetExceeded):
        run.charge(1)


def test_depth_is_bounded() -> None:
    data: list[Any] = []
    for _ in range(100):
        data = [data]
    with pytest.raises(BudgetExceeded):
        Run(FixedScope()).opened(data)


def test_lengths_are_bounded() -> None:
    assert fits(65_536) == 65_536
    with pytest.raises(BudgetExceeded):
        fits(65_537)
