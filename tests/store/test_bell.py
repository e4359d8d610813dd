from __future__ import annotations

import threading

from ivrkit.store.bell import Bell


def test_who_waits_is_woken() -> None:
    bell = Bell()
    heard: list[bool] = []
    thread = threading.Thread(target=lambda: heard.append(bell.wait(20)), daemon=True)
    thread.start()
    bell.ring()
    thread.join(20)
    assert heard == [True]


def test_what_rang_before_is_heard_once_however_often_it_rang() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(20)
    assert not bell.wait(0.001)
    bell.ring()
    assert bell.wait(20)


def test_nobody_waits_longer_than_he_wanted() -> None:
    assert not Bell().wait(0.001)
