"""``record``: let the caller leave a message."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar, Final

from ivrkit.call import Assignment, Call, Exit, ExitSpec, Kind, Step
from ivrkit.call.channel import RecordingEnded, RecordingForm
from ivrkit.call.events import Recorded, Recording
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Duration, Flag, KeepField, KeySetField, Variable
from ivrkit.call.messages import Keeping, Message, Messages
from ivrkit.errors import CarrierError, ChannelGone, ExpressionError, IvrkitError, ValueRejected
from ivrkit.expressions.expression import Setting
from ivrkit.expressions.types import Type

LOG = logging.getLogger(__name__)

LONGEST: Final = timedelta(minutes=2)
MOST: Final = timedelta(hours=1)
END_SILENCE: Final = timedelta(seconds=3)
MESSAGE: Final = Type(
    "record", fields={"file": Type("text"), "seconds": Type("number"), "id": Type("text")}
)


class Record(Step):
    """Records what the caller says: after a beep, until a key, a silence or its longest time.

    `into` receives a record: `file` is what a prompt plays (`{audio: "{{ message.file }}"}`), in
    this call or a later one; `seconds` is its length, `id` its name in the store. A caller who
    hangs up while speaking has left a message, too: it is kept before `on_end` runs.
    """

    verb: ClassVar[str] = "record"
    kind: ClassVar[Kind] = Kind.CALLER
    main: ClassVar[str | None] = "into"
    answered: ClassVar[bool] = True
    needs: ClassVar[tuple[type, ...]] = (Messages,)
    exits: ClassVar[tuple[ExitSpec, ...]] = (ExitSpec("empty", "The caller has said nothing."),)
    example: ClassVar[str] = """\
- say: Please speak after the tone, and press the hash key when you are done.
- record: {into: message, longest: 3m, keep: 7d}
  exits: {empty: hangup}
- say:
    - You have said
    - {audio: "{{ message.file }}"}
"""

    into: Variable
    """The variable that receives the message."""
    beep: Flag = True
    """Whether a tone sounds before it."""
    longest: Duration | None = None
    """How long it may be: 2m if not said, 1h at most."""
    end_silence: Duration | None = None
    """How much silence ends it: 3s if not said, in whole seconds; `0s`: none does."""
    end_keys: KeySetField = "#"
    """The keys that end it: `hash`, `"0#"`, `any`, `none`."""
    replace: Flag = True
    """Whether the message that the variable held before, of this call, is erased."""
    keep: KeepField | None = None
    """How long it is kept: a duration, or `call`: until the call is over. As long as
    `retention: media` in ivrkit.yaml says, if not said."""

    def assigns(self) -> tuple[Assignment, ...]:
        return (Assignment(self.into, MESSAGE),)

    async def run(self, call: Call) -> Exit:
        form, keeping = self._form(call), self._keeping(call)
        name = f"{call.id}.{call.session.entry.number}.0"
        messages = call.use(Messages)  # type: ignore[type-abstract]
        message = await call.clock.outside(messages.prepare(name))
        if message is None:
            await self._begin(call, name, form, keeping)
            call.trace(Recording(id=name, longest=form.longest))
            message = await self._recorded(call, name, keeping)
        else:  # another engine has kept it, and died before it could say so
            call.trace(Recorded(id=name, seconds=message.seconds, by="gap", kept=True))
            await _erase(call, name)
            await self._set(call, message)
        return Exit("empty") if message is None else GO_ON

    async def _begin(self, call: Call, name: str, form: RecordingForm, keeping: Keeping) -> None:
        """Begin it, or take up what another engine has begun, which died."""
        try:
            await call.channel.record(name, form)
        except ChannelGone:
            if await call.clock.outside(call.channel.recorded(name)) is not None:
                await self._kept(call, name, keeping, "hangup")
            raise

    async def _recorded(self, call: Call, name: str, keeping: Keeping) -> Message | None:
        """Wait until it is over, and keep it however that comes."""
        try:
            ended = await _ended(call, name)
        except asyncio.CancelledError:
            raise  # the engine stops, the caller goes on speaking: the next engine takes it up
        except BaseException:
            await call.clock.outside(call.channel.stop_recording(name))
            await self._kept(call, name, keeping, "interrupted")
            raise
        if not ended.ok:
            call.trace(Recorded(id=name, by=ended.by))
            await _erase(call, name)
            raise CarrierError("the caller could not be recorded", hint="see Asterisk's log")
        return await self._kept(call, name, keeping, ended.by)

    async def _kept(self, call: Call, name: str, keeping: Keeping, by: str) -> Message | None:
        messages = call.use(Messages)  # type: ignore[type-abstract]
        sound = await call.clock.outside(call.channel.recorded(name))
        message = None
        if sound is not None:
            try:
                message = await call.clock.outside(messages.keep(call, name, sound, keeping))
            except IvrkitError:
                LOG.error("recording %s is not kept here: it stays with the carrier", name)
                raise
            await _erase(call, name)
        seconds = message.seconds if message is not None else 0.0
        call.trace(Recorded(id=name, seconds=seconds, by=by, kept=message is not None))
        await self._set(call, message)
        return message

    async def _set(self, call: Call, message: Message | None) -> None:
        """Hand it over, and erase the one that it replaces."""
        before = _held(call, self.into)
        if message is None:
            call.session.set(self.into, None)
            return
        call.session.set(
            self.into,
            {
                "file": message.file,
                "seconds": Decimal(f"{message.seconds:g}"),
                "id": message.id,
            },
        )
        if self.replace and before not in (None, message.id):
            messages = call.use(Messages)  # type: ignore[type-abstract]
            await call.clock.outside(messages.erase(call, str(before)))

    def _form(self, call: Call) -> RecordingForm:
        longest = _duration(call, self.longest, LONGEST)
        if not timedelta(seconds=1) <= longest <= MOST:
            raise ValueRejected("a message lasts from 1s to 1h", hint="write longest: 3m")
        silence = _duration(call, self.end_silence, END_SILENCE)
        if silence < timedelta(0):
            raise ValueRejected("a silence is not less than nothing", hint="write end_silence: 3s")
        return RecordingForm(
            longest.total_seconds(), silence.total_seconds(), self.end_keys, self.beep
        )

    def _keeping(self, call: Call) -> Keeping:
        keep = call.session.setting(self.keep) if self.keep is not None else None
        if isinstance(keep, timedelta) and keep <= timedelta(0):
            raise ValueRejected("nothing is kept for no time", hint="write keep: 7d, or keep: call")
        return Keeping(
            call.session.flow_name,
            self.into,
            keep if isinstance(keep, timedelta) else None,
            isinstance(keep, str),
        )


async def _ended(call: Call, name: str) -> RecordingEnded:
    while True:
        event = await call.channel.receive(RecordingEnded)
        assert event is not None, "without a deadline something comes"
        if event.recording == name:
            return event


async def _erase(call: Call, name: str) -> None:
    """The carrier need not have it any more."""
    try:
        await call.clock.outside(call.channel.erase_recording(name))
    except CarrierError as error:
        LOG.warning("recording %s stays with the carrier: %s", name, error)


def _duration(call: Call, setting: Setting | None, usual: timedelta) -> timedelta:
    value = call.session.setting(setting) if setting is not None else usual
    if not isinstance(value, timedelta):
        raise ExpressionError("how long to record is none", hint="set the variable first")
    return value


def _held(call: Call, variable: str) -> Any:
    """The id of the message that a variable (or a field of one) holds; None without one."""
    first, *fields = variable.split(".")
    try:
        value: Any = call.session.lookup(first)
    except (KeyError, ExpressionError):
        return None
    for each in (*fields, "id"):
        value = value.get(each) if isinstance(value, dict) else None
    return value
