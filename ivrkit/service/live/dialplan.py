"""Parts of the dialplan as scripts give them: a context that waits, and leaves what it should."""

from __future__ import annotations

from collections.abc import Mapping

from ivrkit.call.call import Call
from ivrkit.call.dialplan import DialplanRequest, DialplanResult
from ivrkit.errors import HandoffError
from ivrkit.handoff import AsteriskDialplan, DialplanSettings
from ivrkit.handoff.dialplan_settings import dialplan_of
from ivrkit.qa.given import DialplanUse, Given

CONTEXT, NOWHERE = "ivrkit-test-dialplan", "ivrkit-test-nowhere"
AFTER, NAME, VALUE = "IVRKIT_TEST_AFTER", "IVRKIT_TEST_N", "IVRKIT_TEST_V"

DIALPLAN = f"""\
[{CONTEXT}]
exten => s,1,Wait(${{{AFTER}}})
 same => n,Set(IVRKIT_TEST_I=1)
 same => n(next),Set({NAME}=${{{NAME}_${{IVRKIT_TEST_I}}}})
 same => n,GotoIf($["${{{NAME}}}" = ""]?done)
 same => n,Set(${{{NAME}}}=${{{VALUE}_${{IVRKIT_TEST_I}}}})
 same => n,Set(IVRKIT_TEST_I=$[${{IVRKIT_TEST_I}} + 1])
 same => n,Goto(next)
 same => n(done),Return()
"""


class GivenDialplan:
    """The port :class:`~ivrkit.call.dialplan.Dialplan`, for calls whose scripts give what
    happens. ``given`` tells it by the call's channel."""

    def __init__(
        self, settings: Mapping[str, DialplanSettings], given: Mapping[str, Given]
    ) -> None:
        self._settings = dict(settings)
        self._given = given
        self._uses: dict[tuple[int, str], int] = {}

    async def run(self, call: Call, request: DialplanRequest, *, resumed: bool) -> DialplanResult:
        """Bring about what the script gives. Raises HandoffError where it gives nothing."""
        settings = dialplan_of(self._settings, request.name)
        use = self._use(call.channel.id, request.name)
        played = DialplanSettings(
            context=CONTEXT if use.done else NOWHERE,
            variables=settings.variables,
            results=settings.results,
        )
        left = {settings.results[n]: v for n, v in use.values.items() if n in settings.results}
        await call.channel.set_variables(
            {
                AFTER: f"{use.after:g}",
                f"{NAME}_{len(left) + 1}": "",
                **{f"{NAME}_{i}": name for i, name in enumerate(left, start=1)},
                **{f"{VALUE}_{i}": value or "" for i, value in enumerate(left.values(), start=1)},
            }
        )
        return await AsteriskDialplan({request.name: played}).run(call, request, resumed=resumed)

    def _use(self, channel: str, name: str) -> DialplanUse:
        script = self._given.get(channel) or Given()
        given = script.dialplan.get(name)
        if given is None:
            raise HandoffError(
                f"the script does not give what '{name}' of the dialplan does",
                hint=f"add `dialplan.{name}: {{after: 3s}}` to given:",
            )
        if isinstance(given, DialplanUse):
            return given
        # Counted over all calls of the script.
        used = self._uses[id(script), name] = self._uses.get((id(script), name), 0) + 1
        if used > len(given):
            raise HandoffError(
                f"the script does not give use {used} of '{name}' of the dialplan",
                hint=f"dialplan.{name} in given: lists {len(given)}; add one, or give one for all",
            )
        return given[used - 1]
