"""Many callers at once, by SIPp: with real SIP, RTP in both directions and RFC 4733 keys.

SIPp cannot record: what callers hear is checked with a phone of :mod:`ivrkit.testing.phones`.
"""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import tempfile
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ivrkit.errors import CarrierError, NotAvailable
from ivrkit.testing import ports, processes
from ivrkit.testing.scenario import (
    ANSWERED,
    BYE,
    HUNG_UP,
    REFUSED,
    GiveUp,
    HangUp,
    Keys,
    Pause,
    Reinvite,
    Say,
    Step,
    duration,
    has_keys,
    scenario,
    write_sounds,
)

__all__ = [
    "Callers",
    "Crowd",
    "GiveUp",
    "HangUp",
    "Keys",
    "Load",
    "LoadResult",
    "Pause",
    "Reinvite",
    "Say",
    "Step",
    "place",
]

PAUSE = 0.1
"""Seconds between two looks at what SIPp has written."""


_MEDIA = ports.Stretches(ports.LOAD_RTP)


@dataclass(frozen=True)
class Load:
    """``calls`` callers, ``rate`` new ones per second, each of whom does ``steps``.

    ``longest`` is the time in seconds a caller waits for the other side to hang up. ``at_once``
    are the most calls at one time (SIPp waits then; all of them if not said). The callers' numbers
    are ``caller`` and 1, 2, … behind it. Without ``audio`` they send keys, and else nothing: an RTP
    stream for each of two hundred takes a processor of its own.
    """

    number: str
    calls: int
    rate: float
    steps: Sequence[Step] = ()
    longest: float = 60.0
    at_once: int | None = None
    caller: str = "+49555"
    audio: bool = True


@dataclass(frozen=True)
class LoadResult:
    """What became of the calls. ``errors`` has SIPp's words for what went wrong."""

    calls: int
    succeeded: int
    """Answered, and ended in good order by either side."""
    failed: int
    seconds: float
    """From the first call to the end of the last."""
    most_at_once: int
    answered: int = 0
    """Calls that got a 200."""
    refused: int = 0
    """Calls that got a final answer other than that; they are among the failed ones."""
    bye_received: int = 0
    bye_sent: int = 0
    unexpected: int = 0
    """Messages that were none of those that belong there."""
    errors: str = field(default="", repr=False)

    def __add__(self, other: LoadResult) -> LoadResult:
        """Those of two loads that were placed at the same time."""
        return LoadResult(
            calls=self.calls + other.calls,
            succeeded=self.succeeded + other.succeeded,
            failed=self.failed + other.failed,
            seconds=max(self.seconds, other.seconds),
            most_at_once=self.most_at_once + other.most_at_once,
            answered=self.answered + other.answered,
            refused=self.refused + other.refused,
            bye_received=self.bye_received + other.bye_received,
            bye_sent=self.bye_sent + other.bye_sent,
            unexpected=self.unexpected + other.unexpected,
            errors=self.errors + other.errors,
        )


class Callers:
    """The callers of one load, while they telephone. Its folder keeps the scenario and what SIPp
    writes."""

    def __init__(self, load: Load, sip_port: int, folder: Path) -> None:
        self.load = load
        self._sip_port = sip_port
        self._folder = folder
        self._process: Process | None = None

    async def start(self) -> None:
        """Begin to call. Raises NotAvailable when SIPp is missing or may not send keys."""
        program = processes.require("sipp", "sip-tester")
        if os.geteuid() != 0 and has_keys(self.load.steps):
            raise NotAvailable("SIPp sends keys through raw sockets, which takes root rights")
        load, folder = self.load, self._folder
        folder.mkdir(parents=True, exist_ok=True)
        text = scenario(load.steps, longest=load.longest, caller=load.caller, audio=load.audio)
        (folder / "scenario.xml").write_text(text)
        write_sounds(load.steps, folder)
        self._process = await processes.start(
            [program, *_arguments(load, self._sip_port, folder)],
            output=folder / "log",
            folder=folder,
        )

    async def stop(self) -> None:
        """Stop calling at once: calls in progress are left as they are."""
        if self._process is not None:
            await processes.end(self._process, signal.SIGKILL)

    @property
    def numbers(self) -> list[str]:
        """The callers' numbers, in the order of their calls."""
        return [f"{self.load.caller}{number}" for number in range(1, self.load.calls + 1)]

    def happened(self) -> Mapping[str, list[str]]:
        """What has become of each caller so far, by number: ``answered``, ``refused 486``, ``bye``
        (the other side has ended the call), ``hung-up``."""
        found: dict[str, list[str]] = {}
        for number, what in self._written():
            found.setdefault(f"{self.load.caller}{number}", []).append(what)
        return found

    async def until_answered(self, calls: int | None = None, patience: float = 60) -> None:
        """Wait until so many (all of them) got a 200. Raises TimeoutError, which tells how many
        did, and CarrierError when SIPp has ended before that."""
        wanted = self.load.calls if calls is None else calls
        try:
            async with asyncio.timeout(patience):
                while (count := self._count()[ANSWERED]) < wanted:
                    if self._process is None or self._process.returncode is not None:
                        raise CarrierError(f"{count} of {wanted} were answered: {self._errors()}")
                    await asyncio.sleep(PAUSE)
        except TimeoutError:
            count = self._count()[ANSWERED]
            raise TimeoutError(f"{count} of {wanted} calls were answered") from None

    async def result(self) -> LoadResult:
        """Wait until all calls are over. Raises CarrierError when SIPp itself fails."""
        assert self._process is not None, "started before"
        await self._process.wait()
        told = self._errors() + self._refusals()
        if self._process.returncode not in (0, 1):  # 1: at least one call failed
            told = told or (self._folder / "log").read_text(errors="replace")[-2000:]
            raise CarrierError(
                f"SIPp failed with exit status {self._process.returncode}: {told[:2000]}"
            )
        result = read_statistics(self._folder / "statistics.csv", told)
        count = self._count()
        return replace(
            result,
            succeeded=result.succeeded - count[REFUSED],
            failed=result.failed + count[REFUSED],
            answered=count[ANSWERED],
            refused=count[REFUSED],
            bye_received=count[BYE],
            bye_sent=count[HUNG_UP],
            unexpected=told.count("nexpected "),
        )

    def _refusals(self) -> str:
        written = [(number, what) for number, what in self._written() if REFUSED in what]
        return "".join(f"{self.load.caller}{number}: {what}\n" for number, what in written)

    def _count(self) -> Counter[str]:
        return Counter(what.split()[0] for _, what in self._written())

    def _written(self) -> Iterator[tuple[str, str]]:
        file = self._folder / "callers"
        for line in file.read_text(errors="replace").splitlines() if file.is_file() else ():
            number, _, what = line.partition(" ")
            if what:  # else it is being written
                yield number, what

    def _errors(self) -> str:
        file = self._folder / "errors"
        return file.read_text(errors="replace") if file.is_file() else ""


class Crowd:
    """Callers who behave in different ways, at the same time.

    ::

        async with Crowd(asterisk.sip_port, folder) as crowd:
            menus = await crowd.call(Load("802", calls=50, rate=20, steps=(Pause(60), HangUp())))
            await crowd.call(Load("807", calls=50, rate=20, steps=(Pause(2), Keys("1"))))
            await crowd.until_answered()
            ...
            assert (await crowd.result()).failed == 0

    Every load has numbers of its own: two digits behind its ``caller``, by which the callers are
    found in traces and records.
    """

    def __init__(self, sip_port: int, folder: Path) -> None:
        self._sip_port = sip_port
        self._folder = folder
        self.loads: list[Callers] = []

    async def call(self, load: Load) -> Callers:
        """Begin to place the calls of a load. Raises as :meth:`Callers.start` does."""
        number = len(self.loads) + 10
        own = replace(load, caller=f"{load.caller}{number}")
        callers = Callers(own, self._sip_port, self._folder / str(number))
        self.loads.append(callers)
        await callers.start()
        return callers

    async def until_answered(self, patience: float = 60) -> None:
        """Wait until every call got a 200."""
        await asyncio.gather(*(each.until_answered(patience=patience) for each in self.loads))

    async def result(self) -> LoadResult:
        """Wait until all calls are over, and add them up."""
        results = await asyncio.gather(*(each.result() for each in self.loads))
        return sum(results, LoadResult(0, 0, 0, 0.0, 0))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in self.loads:
            await each.stop()


async def place(load: Load, sip_port: int, folder: Path | None = None) -> LoadResult:
    """Place the calls and wait until all are over.

    ``folder`` keeps the scenario and SIPp's files; without it they are dropped. Raises
    CarrierError when SIPp itself fails, NotAvailable when it is missing or may not send keys.
    """
    if folder is not None:
        return await _place(load, sip_port, folder)
    with tempfile.TemporaryDirectory(prefix="ivrkit-load-") as temporary:
        return await _place(load, sip_port, Path(temporary))


async def _place(load: Load, sip_port: int, folder: Path) -> LoadResult:
    callers = Callers(load, sip_port, folder)
    await callers.start()
    try:
        return await callers.result()
    finally:
        await callers.stop()


def read_statistics(file: Path, errors: str = "") -> LoadResult:
    """The last line of SIPp's statistics file, whose (C) columns are sums over the whole run."""
    with file.open(newline="") as text:
        rows = list(csv.DictReader(text, delimiter=";"))
    if not rows:
        raise CarrierError(f"SIPp has left no statistics in {file}")
    last = rows[-1]
    return LoadResult(
        calls=int(last["TotalCallCreated"]),
        succeeded=int(last["SuccessfulCall(C)"]),
        failed=int(last["FailedCall(C)"]),
        seconds=_instant(last["CurrentTime"]) - _instant(last["StartTime"]),
        most_at_once=max(int(row["CurrentCall"]) for row in rows),
        errors=errors,
    )


def _arguments(load: Load, sip_port: int, folder: Path) -> list[str]:
    own = str(ports.free_ports(1))
    at_once = min(load.at_once or load.calls, load.calls)
    # A call has four ports, and the next one with it as soon as it is over.
    media = str(_MEDIA.take(4 * load.calls))
    longest = sum(duration(step) for step in load.steps) + load.longest
    limit = round(load.calls / load.rate + longest * (load.calls / at_once) + 30)
    return [
        f"{ports.LOOPBACK}:{sip_port}",
        *("-sf", str(folder / "scenario.xml"), "-s", load.number),
        *("-i", ports.LOOPBACK, "-mi", ports.LOOPBACK, "-p", own, "-mp", media),
        *("-m", str(load.calls), "-r", f"{load.rate:g}", "-l", str(at_once)),
        *("-timeout", f"{limit}s", "-timeout_error", "-nostdin", "-skip_rlimit"),
        *("-trace_stat", "-stf", str(folder / "statistics.csv"), "-fd", "1"),
        *("-trace_err", "-error_file", str(folder / "errors")),
        *("-trace_logs", "-log_file", str(folder / "callers")),
    ]


def _instant(text: str) -> float:
    """The seconds since 1970 of SIPp's ``date<tab>time<tab>seconds``."""
    return float(text.split("\t")[-1])
