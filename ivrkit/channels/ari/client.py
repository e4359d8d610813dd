"""The typed ARI client: what is asked of Asterisk."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ivrkit.call.channel import RecordingForm
from ivrkit.channels.ari.generated.applications import Application
from ivrkit.channels.ari.generated.asterisk import Module, Variable
from ivrkit.channels.ari.generated.bridges import Bridge
from ivrkit.channels.ari.generated.channels import Channel
from ivrkit.channels.ari.generated.playbacks import Playback
from ivrkit.channels.ari.generated.recordings import LiveRecording, StoredRecording
from ivrkit.channels.ari.replies import Reply, refusal
from ivrkit.channels.ari.transport import Transport
from ivrkit.channels.ari.uris import quote
from ivrkit.errors import CarrierError, ChannelGone

ModelT = TypeVar("ModelT")

FORMAT = "wav"
"""In which recordings are made: 8 kHz, 16 bit, as prompts are played."""


class AriClient(Transport):
    """A connection to one Asterisk, and what can be asked of it.

    Methods about a channel raise ChannelGone when it is no longer there (or no longer ours), and
    CarrierError when Asterisk refuses.
    """

    longest: float | None = None
    """Seconds after which Asterisk hangs up a channel that is made here, though nobody tells it to:
    who made it may have been killed. None: never."""

    async def command(
        self,
        method: str,
        channel: str,
        action: str,
        body: Mapping[str, Any] | None = None,
        *,
        repeat: bool = True,
        waits: bool = False,
        busy: bool = False,
        later: bool = False,
    ) -> None:
        """A command to a channel. Raises ChannelGone or CarrierError when it is refused."""
        uri = f"channels/{quote(channel)}/{action}"
        reply = await self.request(
            method, uri, body, repeat=repeat, waits=waits, busy=busy, later=later
        )
        if not reply.ok:
            raise refusal(reply, action.partition("?")[0])

    async def hang_up(self, channel: str, cause: int) -> None:
        """Hang up, when Asterisk is back if it is away; one that is gone is no error."""
        uri = f"channels/{quote(channel)}?reason_code={cause}"
        reply = await self.request("DELETE", uri, later=True)
        if not reply.ok and reply.status != 404:
            raise refusal(reply, "hang up")

    async def channel(self, channel: str) -> Channel | None:
        """The channel now, wherever it is; None when it is gone."""
        reply = await self.request("GET", f"channels/{quote(channel)}")
        if reply.status == 404:
            return None
        return self._read(reply, Channel, "channel")

    async def channels(self) -> list[Channel]:
        """All channels of this Asterisk."""
        return self._read(await self.request("GET", "channels"), list[Channel], "channels")

    async def variable(self, channel: str, name: str) -> str | None:
        """A variable of a channel, or a function evaluated on it; None when it is not set."""
        uri = f"channels/{quote(channel)}/variable?variable={quote(name, safe='')}"
        reply = await self.request("GET", uri)
        if reply.ok:
            return reply.read(Variable).value
        if reply.status == 404 and "channel" not in reply.message.lower():
            return None
        raise refusal(reply, f"variable {name}")

    async def set_variables(
        self, channel: str, variables: Mapping[str, str], *, busy: bool = False
    ) -> None:
        """Set variables: all at once where this Asterisk can, else one by one."""
        if self.version.many_variables:
            many = {"variables": dict(variables)}
            await self.command("POST", channel, "variables", many, waits=True, busy=busy)
            return
        for name, value in variables.items():
            # In the body: what stands in a URI ends up in the log of a server on the way.
            body = {"variable": name, "value": value}
            await self.command("POST", channel, "variable", body, waits=True, busy=busy)

    async def play(self, channel: str, playback: str, media: Sequence[str]) -> None:
        """Start a playback under this id; it is not repeated when the answer is lost."""
        body = {"media": list(media)}
        await self.command("POST", channel, f"play/{quote(playback)}", body, repeat=False)

    async def stop_playback(self, playback: str) -> bool:
        """Stop it; False when Asterisk does not know it (any more)."""
        reply = await self.request("DELETE", f"playbacks/{quote(playback)}", later=True)
        if not reply.ok and reply.status != 404:
            raise CarrierError(f"stop: Asterisk answered {reply.status} {reply.message}")
        return reply.ok

    async def playback(self, playback: str) -> Playback | None:
        """A playback; None when Asterisk does not know it (any more)."""
        reply = await self.request("GET", f"playbacks/{quote(playback)}")
        return None if reply.status == 404 else self._read(reply, Playback, "playback")

    async def record(self, channel: str, name: str, form: RecordingForm, terminate_on: str) -> bool:
        """Start a recording under this name; False when there is one of it already. Raises
        CarrierError."""
        body = {
            "name": name,
            "format": FORMAT,
            "maxDurationSeconds": math.ceil(form.longest),
            "maxSilenceSeconds": math.ceil(form.end_silence),
            "ifExists": "fail",
            "beep": form.beep,
            "terminateOn": terminate_on,
        }
        uri = f"channels/{quote(channel)}/record"
        reply = await self.request("POST", uri, body)
        if reply.status == 409 and await self._has_recording(name):
            return False
        if reply.status == 500:
            raise CarrierError(
                f"record: Asterisk answered 500 {reply.message}",
                hint="is there a folder `recording` in Asterisk's spool that it may write to?",
            )
        if not reply.ok:
            raise refusal(reply, "record")
        return True

    async def _has_recording(self, name: str) -> bool:
        for kind in ("live", "stored"):
            if (await self.request("GET", f"recordings/{kind}/{quote(name)}")).ok:
                return True
        return False

    async def live_recording(self, name: str) -> LiveRecording | None:
        """A recording that goes on; None when there is none of this name (any more)."""
        reply = await self.request("GET", f"recordings/live/{quote(name)}")
        return None if reply.status == 404 else self._read(reply, LiveRecording, "recording")

    async def stop_recording(self, name: str) -> None:
        """End a recording and keep it; one that has ended, or is just ending (409), is no
        error."""
        reply = await self.request("POST", f"recordings/live/{quote(name)}/stop", later=True)
        if not reply.ok and reply.status not in (404, 409):
            raise CarrierError(f"stop: Asterisk answered {reply.status} {reply.message}")

    async def recording_file(self, name: str) -> bytes | None:
        """The sound file of a recording that has ended; None when there is none."""
        reply = await self.fetch(f"recordings/stored/{quote(name)}/file")
        if reply.status == 404:
            return None
        if not reply.ok:
            raise CarrierError(f"recording: Asterisk answered {reply.status} {reply.message}")
        return reply.body

    async def recordings(self) -> list[str]:
        """The names of all recordings that have ended and are kept."""
        reply = await self.request("GET", "recordings/stored")
        return [each.name for each in self._read(reply, list[StoredRecording], "recordings")]

    async def erase_recording(self, name: str) -> None:
        """Delete the sound file; one that is not there is no error."""
        reply = await self.request("DELETE", f"recordings/stored/{quote(name)}")
        if not reply.ok and reply.status != 404:
            raise CarrierError(f"erase: Asterisk answered {reply.status} {reply.message}")

    async def leave(self, channel: str, context: str | None, extension: str, priority: int) -> None:
        """Let a channel go on in the dialplan; not repeated when the answer is lost."""
        where = ""
        if context is not None:
            place = f"context={quote(context)}&extension={quote(extension)}"
            where = f"?{place}&priority={priority}"
        await self.command("POST", channel, f"continue{where}", repeat=False)

    async def subscribe(self, channel: str) -> None:
        """Report this channel's events wherever it is."""
        reply = await self.request("POST", self._subscription(channel))
        if reply.status == 422:
            raise ChannelGone(f"subscribe: {reply.message}")
        if not reply.ok:
            raise refusal(reply, "subscribe")

    async def unsubscribe(self, channel: str) -> None:
        """Take a subscription back; one that does not exist is no error."""
        await self.request("DELETE", self._subscription(channel), later=True)

    async def create(self, endpoint: str, channel: str, formats: str = "ulaw") -> None:
        """A channel in our application that is not dialled: nothing is called."""
        body = {
            "endpoint": endpoint,
            "app": self.application,
            "channelId": channel,
            "formats": formats,
            **self._limited(),
        }
        reply = await self.request("POST", "channels/create", body, repeat=False)
        self._read(reply, Channel, "create")

    async def originate(
        self,
        endpoint: str,
        *,
        channel: str,
        other: str = "",
        arguments: str = "",
        application: str | None = None,
        caller: str = "",
        formats: str = "ulaw",
        timeout: int = 30,
    ) -> Channel:
        """Place a call; the near end of it comes into ``application`` when it is answered.

        ``other`` names the far half of a Local channel. ``formats`` must be given: a Local channel
        would else pick one that no sound file has.
        """
        body = {
            "endpoint": endpoint,
            "otherChannelId": other,
            "app": application or self.application,
            "appArgs": arguments,
            "callerId": caller,
            "timeout": timeout,
            "formats": formats,
            **self._limited(),
        }
        given = {name: value for name, value in body.items() if value != ""}
        reply = await self.request("POST", f"channels/{quote(channel)}", given, repeat=False)
        if not reply.ok:
            raise CarrierError(f"call {endpoint}: Asterisk answered {reply.status} {reply.message}")
        return reply.read(Channel)

    async def send_keys(self, channel: str, keys: str) -> None:
        """Send keys to the other side of a channel; at once, and in order."""
        await self.command("POST", channel, "dtmf", {"dtmf": keys}, repeat=False)

    async def snoop(self, channel: str, snoop: str) -> None:
        """Hear what comes in on a channel, by a channel of its own in our application."""
        body = {"app": self.application, "spy": "in"}
        uri = f"snoop/{quote(snoop)}"
        await self.command("POST", channel, uri, body, repeat=False)

    async def external_media(self, channel: str, form: str, way: Mapping[str, str]) -> Channel:
        """A channel that carries audio in and out of Asterisk, in our application. It is never
        asked for twice: an Asterisk that has it already may crash."""
        made = {"channelId": channel, "app": self.application, "format": form}
        body = {**made, **way, **self._limited()}
        reply = await self.request("POST", "channels/externalMedia", body, repeat=False)
        return self._read(reply, Channel, "external media")

    async def make_bridge(self, bridge: str) -> None:
        """An empty bridge."""
        body = {"type": "mixing", "name": bridge}
        reply = await self.request("POST", f"bridges/{quote(bridge)}", body, repeat=False)
        self._read(reply, Bridge, "bridge")

    async def join(self, bridge: str, channels: Sequence[str]) -> None:
        """Put channels into a bridge."""
        uri = f"bridges/{quote(bridge)}/addChannel"
        reply = await self.request("POST", uri, {"channel": list(channels)}, waits=True)
        if not reply.ok:
            raise refusal(reply, "join")

    async def bridges(self) -> list[Bridge]:
        """All bridges of this Asterisk."""
        return self._read(await self.request("GET", "bridges"), list[Bridge], "bridges")

    async def remove_bridge(self, bridge: str) -> None:
        """Let a bridge go; what is in it stays by itself. One that is gone is no error."""
        reply = await self.request("DELETE", f"bridges/{quote(bridge)}")
        if not reply.ok and reply.status != 404:
            raise refusal(reply, "remove bridge")

    async def runs(self, module: str) -> bool:
        """Whether this Asterisk has a module, and it runs."""
        reply = await self.request("GET", f"asterisk/modules/{module}.so")
        return reply.ok and reply.read(Module).status == "Running"

    async def subscribed(self) -> Application | None:
        """Our application: its channels, and those that it is subscribed to."""
        reply = await self.request("GET", f"applications/{quote(self.application)}")
        return None if reply.status == 404 else self._read(reply, Application, "application")

    def _limited(self) -> dict[str, Any]:
        """The time limit of a channel that is made: of a Local one, both halves go with it."""
        if self.longest is None:
            return {}
        return {"variables": {"TIMEOUT(absolute)": f"{self.longest:g}"}}

    def _subscription(self, channel: str) -> str:
        source = quote(f"channel:{channel}", safe="")
        return f"applications/{quote(self.application)}/subscription?eventSource={source}"

    def _read(self, reply: Reply, model: type[ModelT], action: str) -> ModelT:
        if not reply.ok:
            raise CarrierError(f"{action}: Asterisk answered {reply.status} {reply.message}")
        return reply.read(model)
