"""The first connection to Asterisk: waited for, except where waiting does not help."""

from __future__ import annotations

import pytest

from ivrkit.errors import CarrierRefused, CarrierUnavailable
from ivrkit.service.site import connecting
from ivrkit.service.site.connecting import as_soon_as_it_is_there


async def test_an_asterisk_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "AGAIN_SECONDS", 0)
    answers = [
        CarrierUnavailable("nobody is there", hint="start it"),
        CarrierUnavailable("nobody is there", hint="start it"),
        CarrierUnavailable("it starts"),
        None,
    ]
    told: list[str] = []

    async def connect() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    await as_soon_as_it_is_there(connect, told.append)
    assert answers == []
    assert told == [
        "waiting for Asterisk: nobody is there; start it",
        "waiting for Asterisk: it starts",
    ]


async def test_one_that_will_not_have_us_is_said_at_once() -> None:
    told: list[str] = []

    async def connect() -> None:
        raise CarrierRefused("it refuses the user", hint="compare the passwords")

    with pytest.raises(CarrierRefused, match="refuses the user"):
        await as_soon_as_it_is_there(connect, told.append)
    assert told == []
