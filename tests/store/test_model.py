"""The store against a dict: whatever is done in whatever order, they agree after a flush."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ivrkit.call.events import Noted, TraceEvent
from ivrkit.store import Store

CALLS = st.sampled_from(["a", "b", "c", "d"])


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.sessions: dict[str, bytes] = {}
        self.traces: dict[str, list[TraceEvent]] = {}
        self.count = 0
        self.open()

    def open(self) -> None:
        self.store = Store(Path(self.folder.name) / "s.db")
        self.loop.run_until_complete(self.store.open())

    def capture(self) -> bytes:
        self.count += 1
        return str(self.count).encode()

    @rule(call=CALLS)
    def save(self, call: str) -> None:
        self.sessions[call] = self.capture()
        self.store.save(call, self.sessions[call])

    @rule(calls=st.lists(CALLS, min_size=1))
    def save_many(self, calls: list[str]) -> None:
        for call in calls:
            self.save(call)

    @rule(call=CALLS)
    def save_ahead(self, call: str) -> None:
        self.sessions[call] = self.capture()
        self.loop.run_until_complete(self.store.save_ahead(call, self.sessions[call]))
        found = self.loop.run_until_complete(self.store.session(call))
        assert found == self.sessions[call]

    @rule(call=CALLS)
    def forget(self, call: str) -> None:
        self.sessions.pop(call, None)
        self.store.forget(call)

    @rule(call=CALLS, texts=st.lists(st.text(max_size=5), max_size=3))
    def append(self, call: str, texts: list[str]) -> None:
        events = [Noted(text=text) for text in texts]
        self.traces.setdefault(call, []).extend(events)
        self.store.append(call, events)

    @rule()
    def flush(self) -> None:
        self.loop.run_until_complete(self.store.flush())
        for call, events in self.traces.items():
            assert self.loop.run_until_complete(self.store.trace(call)) == events

    @rule()
    def reopen(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.open()

    @invariant()
    def agrees(self) -> None:
        if self.count % 5 == 0:
            self.loop.run_until_complete(self.store.flush())
            assert dict(self.loop.run_until_complete(self.store.sessions())) == self.sessions

    def teardown(self) -> None:
        self.flush()
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        self.folder.cleanup()


StoreMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
test_the_store_is_a_dict = StoreMachine.TestCase
