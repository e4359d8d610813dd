"""``hours``: open or not, by a calendar."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from ivrkit.call import Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import CalendarChoice, CalendarNames, MomentField
from ivrkit.call.opening import Calendars
from ivrkit.errors import ExpressionError
from ivrkit.expressions.types import Type
from ivrkit.steps.choosing import chosen_name


class Hours(Step):
    """Asks a calendar of the flow, or of the site (`calendars:`), whether it is open now, and goes
    on if so.

    What there is to say about it is in `hours`: `hours.opens` (the next opening), `hours.closes`
    (when what is open now, or opens next, closes) and `hours.reason` (the name of the holiday or
    exception of the day). All are none where there is nothing to tell.
    """

    verb: ClassVar[str] = "hours"
    kind: ClassVar[Kind] = Kind.INNER
    main: ClassVar[str | None] = "calendar"
    needs: ClassVar[tuple[type, ...]] = (Calendars,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (
        ExitSpec("closed", "It is closed."),
        ExitSpec("holiday", "It is closed for a holiday.", optional=True, otherwise="closed"),
    )
    example: ClassVar[str] = """\
- hours: office
  exits:
    closed:
      - say: ["We are closed. We open again on", {date: hours.opens}, at, {time: hours.opens}]
      - hangup
"""

    calendar: CalendarChoice
    """The calendar, by its name."""
    among: CalendarNames = ()
    """The calendars that are possible, where the name comes from data."""
    at: MomentField | None = None
    """Another moment than now to ask about: an appointment."""

    async def run(self, call: Call) -> Exit:
        session = call.session
        name = chosen_name(call, self.calendar, self.among, "calendar")
        calendar = session.calendars.get(name) or call.use(Calendars).find(name)
        if calendar is None:
            raise ExpressionError(
                f"there is no calendar '{name}' here", hint="add it to calendars: in ivrkit.yaml"
            )
        found = calendar.at(self._moment(call))
        session.provide(
            "hours",
            {"opens": found.opens, "closes": found.closes, "reason": found.reason or None},
        )
        if found.open:
            return GO_ON
        return Exit("holiday", otherwise="closed") if found.holiday else Exit("closed")

    def _moment(self, call: Call) -> datetime:
        if self.at is None:
            return call.clock.now()
        moment = Type("datetime").accept(call.session.value(self.at))
        if not isinstance(moment, datetime):
            raise ExpressionError(
                f"{self.at.source} has no value", hint="ask for the appointment before"
            )
        return moment
