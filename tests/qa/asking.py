"""A kind of connector and a verb that asks it, for what all of them have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from ivrkit import steps
from ivrkit.call import Assignment, Call, Exit, ExitSpec, Step
from ivrkit.call.connecting import Request
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Flag, SecretValueField, Variable
from ivrkit.connectors.connector import Attempt, Connector, ConnectorSettings, kinds
from ivrkit.errors import ValueRejected
from ivrkit.expressions.types import Type
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.prompts.part import registry as prompt_parts
from ivrkit.steps.connecting import ConnectorStep


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRequest(Request):
    kind: ClassVar[str] = "desk"

    def given(self, answer: Any) -> Any:
        if isinstance(answer, bool):
            raise ValueRejected("a desk answers by a record or a text")
        return answer


class Desk(Connector[ConnectorSettings]):
    """Answers with its name."""

    kind: ClassVar[str] = "desk"
    settings_model: ClassVar[type[ConnectorSettings]] = ConnectorSettings
    requests: ClassVar[type[Request]] = DeskRequest

    async def ask(self, request: Any, attempt: Attempt) -> Any:
        return f"the desk {self.name}"

    async def probe(self) -> str:
        return "there"


class Ask(ConnectorStep):
    """Asks a desk."""

    verb: ClassVar[str] = "ask"
    main: ClassVar[str | None] = "about"
    asks_kind: ClassVar[str] = "desk"
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        *ConnectorStep.exits,
        ExitSpec("not_found", "There is none."),
    )
    example: ClassVar[str] = "- ask: account\n"

    about: SecretValueField
    into: Variable | None = None
    read: Flag = True

    @property
    def reads(self) -> bool:
        return self.read

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into, Type("any")),) if self.into is not None else ()

    def connector(self, call: Call) -> str:
        return "crm"

    def request(self, call: Call, **common: Any) -> Request:
        asked = call.session.value(self.about)
        return DeskRequest(operation="look", parameters={"about": asked}, **common)

    def answered_by(self, call: Call, request: Request, answer: Any) -> Exit:
        if answer == []:
            return Exit("not_found")
        if self.into is not None:
            call.session.set(self.into, answer)
        return GO_ON


def reader_with_ask() -> Reader:
    """All verbs there are, and this."""
    verbs = Registry.find(Step, "verb", steps)  # type: ignore[type-abstract]
    verbs.add(Ask)
    return Reader(verbs, prompt_parts())


@contextmanager
def desks() -> Iterator[None]:
    """There is this kind of connector."""
    kinds().add(Desk)
    try:
        yield
    finally:
        del kinds()._classes["desk"]
