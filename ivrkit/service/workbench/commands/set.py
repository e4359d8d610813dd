"""``set``: give a variable a value."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.errors import ValueRejected
from ivrkit.expressions.nearest import did_you_mean
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Set(Command):
    name = "set"
    usage = "VARIABLE = EXPRESSION"
    help = """Set a variable, or a field of it: `set customer.vip = true`, `set account = '1234'`.
A session in which this was done cannot be saved as a call script."""

    async def run(self, desk: Desk, arguments: str) -> None:
        name, equals, expression = (each.strip() for each in arguments.partition("="))
        if not equals or not name or not expression:
            raise ValueRejected("say what is set to what", hint="write: set customer.vip = true")
        desk.session  # noqa: B018 - a call that is over has nothing to set
        known = desk.variables()
        if name.partition(".")[0] not in known:
            near = did_you_mean(name, known) or f"variables are {', '.join(known)}"
            raise ValueRejected(f"there is no variable '{name[:40]}'", hint=near)
        desk.bench.set(name, expression)

    def words(self, desk: Desk) -> Iterable[str]:
        return desk.variables()
