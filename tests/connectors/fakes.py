"""A connector that does what a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import SecretStr

from ivrkit.call.connecting import Request
from ivrkit.connectors.connector import Attempt, Connector, ConnectorSettings, Place
from ivrkit.connectors.guard import Guard

Behaviour = Callable[[Attempt], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRequest(Request):
    kind: ClassVar[str] = "fake"


class FakeSettings(ConnectorSettings):
    """Settings with a secret."""

    password: SecretStr = SecretStr("pa55word")
    looks: tuple[str, ...] = ()

    def reads(self, operation: str) -> bool:
        return operation in self.looks


class FakeConnector(Connector[FakeSettings]):
    """Does one behaviour after the other; the last one again and again."""

    def __init__(self, settings: FakeSettings, *behaviours: Behaviour) -> None:
        super().__init__("crm", settings, Place())
        self.kind = "fake"  # type: ignore[misc]  # found by no registry
        self.behaviours = list(behaviours)
        self.asked = 0
        self.cancelled = 0

    async def ask(self, request: Any, attempt: Attempt) -> Any:
        behaviour = self.behaviours[min(self.asked, len(self.behaviours) - 1)]
        self.asked += 1
        try:
            return await behaviour(attempt)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    async def probe(self) -> str:
        return "well"


def guarded(*behaviours: Behaviour, **settings: Any) -> tuple[Guard, FakeConnector]:
    connector = FakeConnector(FakeSettings(**settings), *behaviours)
    return Guard(connector), connector


def request(**fields: Any) -> FakeRequest:
    return FakeRequest(connector="crm", operation="look up", **fields)


def answers(value: Any) -> Behaviour:
    async def behave(attempt: Attempt) -> Any:
        return value

    return behave


def never(*, sent: bool) -> Behaviour:
    async def behave(attempt: Attempt) -> Any:
        attempt.sent = sent
        await asyncio.get_running_loop().create_future()

    return behave


def fails(error: Exception, *, sent: bool = False) -> Behaviour:
    async def behave(attempt: Attempt) -> Any:
        attempt.sent = sent
        raise error

    return behave
