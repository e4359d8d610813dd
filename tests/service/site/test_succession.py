"""What an engine does when the store fails it in the middle of a hand-over. The whole of it, with
two engines and an Asterisk, is live: ``tests/live/test_calls_taking_over.py``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from ivrkit.channels.ari.carrier import AriCarrier
from ivrkit.engine.engine import Engine
from ivrkit.errors import StoreError
from ivrkit.service.site import succession
from ivrkit.service.site.condition import Condition
from ivrkit.service.site.succession import Holder, somebody_serves
from ivrkit.store import Store
from ivrkit.store.handovers import ask, say_serving

APP = "ivrkit"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(succession, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(succession, "HEIR_SECONDS", 0.0)


class Failing:
    """A store whose first queries fail."""

    def __init__(self, store: Store, failures: int) -> None:
        self._store = store
        self.left = failures

    async def query(self, work: Callable[..., Any]) -> Any:
        if self.left:
            self.left -= 1
            raise StoreError("the store does not answer")
        return await self._store.query(work)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "s.db")
    await opened.open()
    yield opened
    await opened.close()


async def test_calls_go_on_while_the_store_cannot_tell_who_asks(store: Store) -> None:
    await store.acquire(APP, "old")
    await store.write(partial(ask, application=APP, asker="new"))
    condition = Condition()
    condition.wanted.set()
    nobody: Any = None  # neither calls nor Asterisk are touched
    failing = cast(Store, Failing(store, 1))
    holder = Holder(failing, APP, cast(Engine, nobody), cast(AriCarrier, nobody), condition)
    assert await holder.hand_over() is False
    assert not condition.wanted.is_set()
    assert store.holds


async def test_a_store_that_fails_is_asked_again_whether_the_next_engine_serves(
    store: Store,
) -> None:
    await store.acquire(APP, "new")
    await store.write(partial(say_serving, application=APP, owner="new"))
    failing = Failing(store, 3)
    assert await somebody_serves(cast(Store, failing), APP, "old") is True
    assert failing.left == 0


async def test_nobody_has_the_application_behind_a_failure(store: Store) -> None:
    failing = Failing(store, 3)
    assert await somebody_serves(cast(Store, failing), APP, "old") is False
    assert not store.holds
