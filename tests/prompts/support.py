"""What the tests of the prompts share: a scope, parts from their texts, a voice that hums."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np

from ivrkit.call.prompt import Part, Prompt
from ivrkit.expressions import Expression, Secret, Setting, Template, Type, Value
from ivrkit.prompts import audio
from ivrkit.prompts.loudness import RATE
from ivrkit.prompts.part import registry
from ivrkit.prompts.voice import Voice


@dataclass
class Names:
    """A scope that knows a customer."""

    values: dict[str, Value] = field(
        default_factory=lambda: {
            "customer": {"name": "Ann Lee", "balance": Decimal("12.50")},
            "account": "1234567",
            "pin": Secret("4711"),
            "count": Decimal(3),
            "day": date(2026, 3, 2),
            "at": time(10, 30),
            "moment": datetime(2026, 3, 2, 14, 5),
            "nothing": None,
            "vip": True,
        }
    )

    def lookup(self, name: str) -> Value:
        return self.values[name]

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 10, 0)

    def random(self) -> float:
        return 0.5


EXPRESSIONS = {"when", "number", "digits", "spell", "money", "date", "time", "datetime", "ordinal"}
SETTINGS = {
    "group": "number",
    "currency": "text",
    "style": "text",
    "clock": "text",
    "gender": "text",
    "silence": "duration",
    "tone": "text",
    "length": "duration",
}
PARTS = registry()


def part(form: str, **fields: Any) -> Part:
    """A part with its fields read from texts, as a flow file has them."""
    read: dict[str, Any] = {}
    for name, text in fields.items():
        if name in EXPRESSIONS:
            read[name] = Expression.parse(text)
        elif name in SETTINGS:
            read[name] = Setting.parse(text, Type(SETTINGS[name]))
        elif name == "speed":
            read[name] = Decimal(text)
        elif name in ("text", "audio", "ssml"):
            read[name] = Template.parse(text)
        else:
            read[name] = text
    return PARTS[form](**read)


def prompt(*parts: str | Part) -> Prompt:
    """A prompt of texts and parts."""
    return Prompt(
        tuple(part("text", text=each) if isinstance(each, str) else each for each in parts)
    )


class Hum(Voice):
    """A voice that hums, 50 ms a character, and notes what it was asked for."""

    name = "hum"
    asked: list[str] = []  # noqa: RUF012 (emptied before each test)
    gate: asyncio.Event | None = None
    failing: Exception | None = None

    async def speak(self, text: str, language: str, voice: str | None, speed: float) -> bytes:
        Hum.asked.append(text)
        if Hum.gate is not None:
            await Hum.gate.wait()
        if Hum.failing is not None:
            raise Hum.failing
        count = round(RATE * 0.05 * len(text) / speed)
        wave = 0.5 * np.sin(2 * np.pi * 200 * np.arange(count) / RATE)
        return audio.written(wave.astype(np.float32))

    async def version(self) -> str:
        return "1"

    async def voices(self, language: str) -> Collection[str]:
        return ["low", "high"]
