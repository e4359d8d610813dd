from __future__ import annotations

from functools import partial

from ivrkit.store import Store
from ivrkit.store.handovers import (
    Handover,
    HandoverState,
    ask,
    find_handover,
    move,
    say_serving,
    withdraw,
)

APP = "ivrkit"
ASKED, OFFERED = HandoverState.ASKED, HandoverState.OFFERED
CONNECTED, NONE = HandoverState.CONNECTED, HandoverState.NONE


async def found(store: Store) -> Handover:
    return await store.query(partial(find_handover, application=APP))


async def step(store: Store, asker: str, old: HandoverState, new: HandoverState) -> bool:
    return await store.write(partial(move, application=APP, asker=asker, old=old, new=new))


async def test_nobody_has_asked(store: Store) -> None:
    assert await found(store) == Handover("", "", "", NONE)


async def test_from_one_engine_to_the_next(store: Store) -> None:
    await store.acquire(APP, "old")
    await store.write(partial(ask, application=APP, asker="new"))
    assert await found(store) == Handover("old", "new", "new", ASKED)
    assert await step(store, "new", ASKED, OFFERED)
    assert not await step(store, "new", ASKED, OFFERED)  # it is left once
    assert not await step(store, "third", OFFERED, CONNECTED)
    assert await step(store, "new", OFFERED, CONNECTED)
    assert not await store.write(partial(withdraw, application=APP, asker="new", old=OFFERED))
    await store.release()
    await store.acquire(APP, "new")
    await store.write(partial(say_serving, application=APP, owner="new"))
    assert await found(store) == Handover("new", "", "new", HandoverState.SERVING)


async def test_an_offer_that_nobody_takes_is_withdrawn(store: Store) -> None:
    await store.acquire(APP, "old")
    await store.write(partial(ask, application=APP, asker="new"))
    await step(store, "new", ASKED, OFFERED)
    assert await store.write(partial(withdraw, application=APP, asker="new", old=OFFERED))
    assert await found(store) == Handover("old", "", "new", NONE)
    assert not await step(store, "new", OFFERED, CONNECTED)


async def test_the_last_one_who_asks_is_the_one(store: Store) -> None:
    await store.acquire(APP, "old")
    await store.write(partial(ask, application=APP, asker="new"))
    await store.write(partial(ask, application=APP, asker="newer"))
    assert not await step(store, "new", ASKED, OFFERED)
    assert (await found(store)).asker == "newer"
