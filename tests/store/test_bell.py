from __future__ import annotations

import threading

from ivrkit.store.bell import Bell


def test_who_waits_is_woken() -> None:
    bell, done = Bell(), threading.Event()

    def wait() -> None:
        bell.wait()
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    bell.ring()
    assert done.wait(20)


def test_what_rang_before_is_heard_once_however_often_it_rang() -> None:
    bell, done = Bell(), threading.Event()
    bell.ring()
    bell.ring()
    bell.wait()

    def wait() -> None:
        bell.wait()
        done.set()

    threading.Thread(target=wait, daemon=True).start()
    assert not done.is_set()
    bell.ring()
    assert done.wait(20)


def test_nobody_waits_longer_than_he_wanted() -> None:
    Bell().wait(0.001)
