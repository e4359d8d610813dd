"""A key is replaced while something is sealed under the one of before."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

from ivrkit.store import Sealer, Store
from ivrkit.store.keys import KeyUse, find_key_use

LATER = datetime.now(UTC) + timedelta(hours=1)


async def test_what_waits_is_sealed_anew_under_a_new_key(store: Store) -> None:
    old, new = b"k" * 32, b"n" * 32
    before = Store(store.database.url, key=old)
    await before.open()
    for key in ("one", "two"):
        await before.outbox.put("mq", key, b"4929123412341234", expires=LATER, secret=True)
    await before.close()
    both = Store(store.database.url, key=new, old_keys=[old])
    await both.open()
    assert await both.query(lambda c: find_key_use(c, both.sealer)) == KeyUse(messages=2)
    assert await both.query(lambda c: find_key_use(c, Sealer(new))) == KeyUse(unknown=2)
    assert await both.outbox.reseal() == 2
    assert await both.outbox.reseal() == 0
    assert await both.query(lambda c: find_key_use(c, both.sealer)) == KeyUse()
    await both.close()
    after = Store(store.database.url, key=new)
    await after.open()
    documents = [kept.document for kept in await after.outbox.due("mq", datetime.now(UTC), 10)]
    await after.close()
    assert documents == [b"4929123412341234"] * 2


async def test_calls_that_need_an_old_key_are_counted(store: Store) -> None:
    old, new = b"k" * 32, b"n" * 32
    for name, key in (("a", old), ("b", new)):
        sealed = Sealer(key).seal(b"1234", name)
        assert sealed is not None
        await store.save_ahead(name, b'{"$secret":"' + base64.b64encode(sealed) + b'"}')
    assert await store.query(lambda c: find_key_use(c, Sealer(new, [old]))) == KeyUse(calls=1)
