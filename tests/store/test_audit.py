"""Who has done what: kept in its order, found by its fields, erased when its time is over."""

from __future__ import annotations

from datetime import timedelta

from ivrkit.store import AuditEntry, AuditQuery, Store
from tests.store.support import NOON


def entry(number: int = 0, **fields: object) -> AuditEntry:
    given: dict[str, object] = {"token": "desk", "action": "calls.hang_up", "outcome": "done"}
    at = NOON + timedelta(minutes=number)
    return AuditEntry(at=at, **(given | fields))  # type: ignore[arg-type]


async def test_it_comes_back_as_it_was_given(store: Store) -> None:
    given = entry(
        tenant="acme",
        target="c1",
        outcome="refused",
        address="10.0.0.7",
        details={"reason": "ü\n", "count": 3},
    )
    store.put_audit(given)
    await store.flush()
    (found,) = await store.audit()
    assert found.id > 0
    assert (found.at, found.token, found.tenant) == (given.at, "desk", "acme")
    assert (found.action, found.target) == ("calls.hang_up", "c1")
    assert (found.outcome, found.address, found.details) == (
        "refused",
        "10.0.0.7",
        {"reason": "ü\n", "count": 3},
    )


async def test_entries_are_found_by_their_fields_and_page_by_page(store: Store) -> None:
    for number in range(70):
        fields = {"token": f"t{number % 2}", "target": f"c{number}", "tenant": "a" * (number == 3)}
        store.put_audit(entry(number, **fields))
    await store.flush()

    async def found(**query: object) -> list[str]:
        return [each.target for each in await store.audit(AuditQuery(**query))]  # type: ignore[arg-type]

    assert await found(limit=2) == ["c69", "c68"]
    assert await found(limit=2, token="t0") == ["c68", "c66"]
    assert await found(tenant="a") == ["c3"]
    assert await found(target="c9") == ["c9"]
    assert await found(outcome="refused") == []
    assert await found(action="calls.hang_up", before=NOON + timedelta(minutes=2)) == ["c1", "c0"]
    assert await found(since=NOON + timedelta(minutes=68)) == ["c69", "c68"]
    first = await store.audit(AuditQuery(limit=60))
    rest = await store.audit(AuditQuery(limit=60, behind=first[-1].id))
    assert [each.target for each in [*first, *rest]] == [f"c{at}" for at in reversed(range(70))]


async def test_they_have_a_time_of_their_own(store: Store) -> None:
    for number in range(2):
        store.put_audit(entry(number))
    await store.flush()
    erased = await store.erase_expired(NOON + timedelta(days=365, minutes=1))
    assert erased.audit == 1
    assert len(await store.audit()) == 1


async def test_what_cannot_be_stored_is_stored_as_well_as_it_can_be(store: Store) -> None:
    store.put_audit(entry(target="a\0b\ud800"))
    await store.flush()
    assert [each.target for each in await store.audit()] == ["a?b?"]
