"""``show``: variables, or the value of an expression."""

from __future__ import annotations

from collections.abc import Iterable

from ivrkit.engine.session import LiveSession
from ivrkit.engine.values import shown as plain
from ivrkit.expressions.expression import Expression
from ivrkit.expressions.values import Value
from ivrkit.qa.stops import shown
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Show(Command):
    name = "show"
    aliases = ("v",)
    usage = "[EXPRESSION]"
    help = """Show all variables of the flow, or what an expression is now: `show customer.balance`.
Secrets are never shown."""

    async def run(self, desk: Desk, arguments: str) -> None:
        if desk.bench.situation.ended is not None and not arguments:
            for name, value in desk.bench.situation.variables.items():
                desk.tell(f"{name}: {shown(value)}")
            return
        session = desk.session
        if arguments:
            desk.tell(shown(plain(Expression.parse(arguments).value(session))))
            return
        names = list(desk.variables())
        if not names:
            desk.tell("the flow has no variables")
        for name in names:
            desk.tell(f"{name}: {shown(plain(_value(session, name)))}")

    def words(self, desk: Desk) -> Iterable[str]:
        return [*desk.variables(), "call", "input", "attempt", "visit", "visits", "language"]


def _value(session: LiveSession, name: str) -> Value:
    try:
        return session.lookup(name)
    except KeyError:
        return None  # of a flow that has been left
