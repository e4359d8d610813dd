from __future__ import annotations

from typing import Any, cast

import pytest

from ivrkit.engine.engine import Engine
from ivrkit.service.site.readiness import unready
from ivrkit.store import Store


class Standing:
    """An engine and a store in one, as a test wants them."""

    def __init__(self) -> None:
        self.admission = self
        self.draining = False
        self.most = 2
        self.holds = True
        self.calls: dict[str, Any] = {}

    def live(self) -> dict[str, Any]:
        return self.calls


def reasons(standing: Standing, *problems: str, serving: bool = True) -> list[str]:
    return unready(problems, cast(Engine, standing), cast(Store, standing), serving=serving)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"holds": False}, "is not this engine's"),
        ({"draining": True}, "being drained"),
        ({"calls": {"a": 1, "b": 2}}, "all calls of limits: calls"),
    ],
)
def test_one_thing_is_enough(changed: dict[str, Any], said: str) -> None:
    standing = Standing()
    assert reasons(standing) == []
    for name, value in changed.items():
        setattr(standing, name, value)
    (reason,) = reasons(standing)
    assert said in reason


def test_what_is_wrong_and_what_is_not_done_yet() -> None:
    found = reasons(Standing(), "Asterisk is away", serving=False)
    assert found == ["Asterisk is away", "the calls of the engine before are being taken up"]
