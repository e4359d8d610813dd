"""The channels of the fake Asterisk, and the REST requests that change them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from ivrkit.testing.fake_recordings import FakeRecording

if TYPE_CHECKING:
    from ivrkit.testing.fake_asterisk import FakeAsterisk

REASONS = {
    200: "OK",
    204: "No Content",
    404: "Not Found",
    409: "Conflict",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
}


class Answer(NamedTuple):
    """A status and what comes with it. Status 0: the connection breaks instead."""

    status: int
    body: Any = None

    @property
    def reason(self) -> str:
        return REASONS.get(self.status, "")


NO_CONTENT = Answer(204)


def refused(status: int, message: str = "") -> Answer:
    """An answer with Asterisk's form of an error."""
    return Answer(status, {"message": message or REASONS.get(status, "")})


@dataclass
class FakePlayback:
    """Something that plays."""

    id: str
    channel: str
    media: list[str]

    def model(self, state: str) -> dict[str, str]:
        """As ARI shows it."""
        target = f"channel:{self.channel}"
        uri = self.media[-1]
        return {"id": self.id, "media_uri": uri, "target_uri": target, "state": state}


@dataclass
class FakeChannel:
    """A channel: ``here`` while it is in the application, ``place`` where it was sent."""

    id: str
    number: str
    caller: str
    name: str = ""
    state: str = "Ring"
    here: bool = False
    arguments: tuple[str, ...] = ()
    subscriptions: int = 0
    place: tuple[str, str, int] | None = None
    music: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    playbacks: list[str] = field(default_factory=list)
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.idle.set()

    @property
    def heard(self) -> bool:
        """Whether its events are sent to the application."""
        return self.here or self.subscriptions > 0

    def model(self) -> dict[str, Any]:
        """As ARI shows it."""
        inside = ("Stasis", ",".join(("ivrkit", *self.arguments)))
        name, data = inside if self.here else ("Queue", "service,c")
        return {
            "id": self.id,
            "name": self.name or f"PJSIP/caller-{self.id}",
            "state": self.state,
            "protocol_id": "",
            "caller": {"name": "", "number": self.caller},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": "ivrkit",
                "exten": self.number,
                "priority": 1,
                "app_name": name,
                "app_data": data,
            },
            "creationtime": "2026-03-02T10:00:00.000+0000",
            "language": "en",
        }


class Rest:
    """Answers requests, whichever way they came."""

    def __init__(self, asterisk: FakeAsterisk) -> None:
        self._asterisk = asterisk

    @staticmethod
    def split(uri: str) -> tuple[str, dict[str, str]]:
        """Path and query of a URI."""
        path, _, query = uri.partition("?")
        return unquote(path), dict(parse_qsl(query, keep_blank_values=True))

    async def answer(
        self, method: str, path: str, query: dict[str, str], body: dict[str, Any]
    ) -> Answer:
        """Do what is asked."""
        resource, *rest = path.split("/")
        given = {**query, **body}
        listening = await self._asterisk.taps.answer(method, [resource, *rest], given)
        if listening is not None:
            return listening
        if resource == "asterisk":
            return self._about(rest[0], given)
        if resource == "applications":
            return self._application(method, rest, given)
        if resource == "events":
            if self._asterisk.deaf == "unknown":
                return refused(404, "Application not found")
            if self._asterisk.deaf is None:
                self._asterisk.emit("ChannelUserevent", eventname=rest[1], userevent={})
            return NO_CONTENT
        if resource == "playbacks":
            return self._playback(method, rest[0])
        if resource == "recordings":
            return self._recording(method, rest)
        if path == "channels":
            return Answer(200, [channel.model() for channel in self._asterisk.channels.values()])
        return await self._channel(method, rest[0], rest[1:], given)

    def _about(self, what: str, given: dict[str, Any]) -> Answer:
        if what == "info":
            system = {"version": self._asterisk.version, "entity_id": "fake"}
            status = {"startup_time": f"start {self._asterisk.starts}", "last_reload_time": ""}
            return Answer(200, {"system": system, "status": status})
        if what == "ping":
            return Answer(200, {"asterisk_id": "fake", "ping": "pong", "timestamp": ""})
        return Answer(200, {"value": self._asterisk.functions.get(given["variable"], "")})

    def _application(self, method: str, rest: list[str], given: dict[str, Any]) -> Answer:
        asterisk = self._asterisk
        if rest[1:] == ["eventFilter"]:
            asterisk.disallowed = {item["type"] for item in given["disallowed"]}
        elif rest[1:] == ["subscription"]:
            channel = asterisk.channels.get(given["eventSource"].removeprefix("channel:"))
            if channel is None or (method == "DELETE" and not channel.subscriptions):
                return refused(422, "Event source does not exist")
            channel.subscriptions += 1 if method == "POST" else -1
        known = [channel.id for channel in asterisk.channels.values() if channel.heard]
        return Answer(200, {"name": rest[0], "channel_ids": known})

    def _playback(self, method: str, name: str) -> Answer:
        playback = self._asterisk.playbacks.get(name)
        if playback is None:
            return refused(404, "Playback not found")
        if method == "GET":
            return Answer(200, playback.model("playing"))
        self._asterisk.finish(name)
        return NO_CONTENT

    def _recording(self, method: str, rest: list[str]) -> Answer:
        kind, name, *action = rest
        recording = self._asterisk.recordings.get(name)
        if recording is None or (recording.sound is None) != (kind == "live"):
            return refused(404, "Recording not found")
        if action == ["stop"]:
            self._asterisk.recorded(name)
        elif action == ["file"]:
            return Answer(200, recording.sound)
        elif method == "DELETE":
            del self._asterisk.recordings[name]
        else:
            return Answer(200, recording.model("recording"))
        return NO_CONTENT

    async def _channel(
        self, method: str, name: str, rest: list[str], given: dict[str, Any]
    ) -> Answer:
        channel = self._asterisk.channels.get(name)
        if channel is None:
            return refused(404, "Channel not found")
        if not rest:
            if method == "DELETE":
                self._asterisk.hang_up(name, int(given.get("reason_code", 16)))
                return NO_CONTENT
            return Answer(200, channel.model())
        if rest[0] == "variable" and method == "GET":
            value = {**channel.variables, **self._asterisk.functions}.get(given["variable"])
            if value is None:
                return refused(404, "Provided variable was not found")
            return Answer(200, {"value": value})
        if not channel.here:
            return refused(409, "Channel not in Stasis application")
        return await self._command(channel, method, rest, given)

    async def _command(
        self, channel: FakeChannel, method: str, rest: list[str], given: dict[str, Any]
    ) -> Answer:
        action = rest[0]
        if action in ("answer", "variable", "variables"):
            await channel.idle.wait()
        if action == "answer":
            channel.state = "Up"
        elif action == "variable":
            channel.variables[given["variable"].lstrip("_")] = given["value"]
        elif action == "variables":
            if self._asterisk.version.startswith("18."):
                return refused(404, "Resource not found")
            for name, value in given["variables"].items():
                channel.variables[name.lstrip("_")] = value
        elif action == "play":
            self._asterisk.begin(channel, FakePlayback(rest[1], channel.id, given["media"]))
            return Answer(201, {"id": rest[1], "state": "queued"})
        elif action == "record":
            if given["name"] in self._asterisk.recordings:
                return refused(409, "Recording already exists")
            recording = FakeRecording(given["name"], channel.id, given)
            self._asterisk.recordings[recording.name] = recording
            return Answer(201, recording.model("queued"))
        elif action == "moh":
            channel.music = given["mohClass"] if method == "POST" else None
        elif action == "continue":
            place = (given.get("context", ""), given.get("extension", ""))
            channel.place = (*place, int(given.get("priority", 0)))
            self._asterisk.left(channel)
        elif action not in ("ring", "dtmf"):
            return refused(404, "Resource not found")
        return NO_CONTENT
