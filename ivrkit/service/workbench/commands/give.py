"""``give``: what the services around the call answer."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from ivrkit.connectors.connector import kinds
from ivrkit.errors import ValueRejected
from ivrkit.flow.diagnostics import Diagnostics
from ivrkit.flow.source import compose
from ivrkit.qa.given import Given
from ivrkit.qa.reading_connectors import FAILURES
from ivrkit.qa.reading_given import read_given
from ivrkit.qa.values import Values
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Give(Command):
    name = "give"
    usage = "SERVICE NAME RESULT [after TIME] | what stands in given: of a call script"
    help = """Say what a service answers from now on: `give queue service timeout after 20s`.
`give queue service answered` is as it was. Everything that call scripts take is taken:
`give queue.service: {answered: {agent: PJSIP/1002, talk: 2m, result: sold}}`,
`give queues.service: {waiting: 3, staffed: 0}`,
`give database.crm: {name: Ann Lee, balance: 12.50}`, `give http.payments timeout`."""

    async def run(self, desk: Desk, arguments: str) -> None:
        text = _written(arguments)
        given = _read(text)
        if given.clock is not None:
            raise ValueRejected("the time of the call is not given here", hint="use at")
        desk.bench.give(given, _by_name(text))
        desk.tell(f"given: {text}")

    def words(self, desk: Desk) -> Iterable[str]:
        return ("queue", "queues", "dialplan", *kinds())


def _written(arguments: str) -> str:
    """One line of ``given:``."""
    if ":" in arguments:
        return arguments
    match arguments.split():
        case [service, name, result] if service not in kinds():
            return f"{service}.{name}: {result}"
        case [service, name, result]:
            failed = result in FAILURES
            return f"{service}.{name}: " + (f"{{{result}: true}}" if failed else result)
        case [service, name, result, "after", time] if service in kinds():
            way = f"{result}: true" if result in FAILURES else f"answer: {result}"
            return f"{service}.{name}: {{{way}, after: {time}}}"
        case [service, name, result, "after", time]:
            return f"{service}.{name}: {{{result}: true, after: {time}}}"
    raise ValueRejected("say what is given", hint="write: give queue service timeout after 20s")


def _read(text: str) -> Given:
    """What the line gives. Raises ValueRejected with what is wrong with it."""
    found = Diagnostics()
    source = compose("give", text, found)
    given = None
    if source is not None:
        given = read_given(Values(source, found), source.root)
    if given is None or found.failed:
        first = found.errors[0]
        raise ValueRejected(first.message, hint=first.hint or "write what given: takes")
    return given


def _by_name(text: str) -> dict[str, str]:
    """The line by what it is about, each as it was written."""
    root = yaml.compose(text, yaml.SafeLoader)
    assert root is not None, "it was read before"
    return {
        key.value: yaml.serialize(value, width=10_000, allow_unicode=True).removesuffix("...\n")
        for key, value in root.value
    }
