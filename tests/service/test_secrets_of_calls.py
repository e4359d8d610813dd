"""Secrets of callers on their way through every kind of system outside, each of which also fails
and says them back; through a recogniser; and where a flow would show them. They are searched for in
all that is left: both stores with their logs, the log at its most talkative, answers of the API.

How keys, HTTP, Asterisk and a crash leave none is shown by calls on a real Asterisk.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ivrkit.call import Call, Exit
from ivrkit.call.events import Asked, Entered, TraceEvent
from ivrkit.connectors.socket import SocketConnector
from ivrkit.expressions.secrets import MASK
from ivrkit.flow.check import check
from ivrkit.service.configuration import Configuration
from ivrkit.service.logs import LogSettings, configure_logs
from ivrkit.service.site import Site
from ivrkit.service.world import SiteWorld
from ivrkit.steps.milestone import Milestone
from ivrkit.store import Store
from ivrkit.testing.fake_asterisk import FakeAsterisk
from ivrkit.testing.fake_host import FakeHost
from tests.engine.conftest import Bench, bench
from tests.searching import answers, files, sealed_under, searched, written
from tests.service.logs.conftest import log
from tests.store.conftest import postgresql_server, postgresql_url, sqlite_url
from tests.store.support import until

__all__ = ["bench", "log", "postgresql_server", "postgresql_url", "sqlite_url"]

PIN = "860317542961"
KEY = b"\xab" * 32
OPEN = "9340175286"
"""No secret: that this is found shows that the search finds what there is."""
TOLD = "{{ error.code }}: {{ error.message }}"
ASKS = {
    "database": 'database: {source: crm, query: "select :pin as pin", into: kept}',
    "database-wrong": "database: {source: crm, query: \"select json_extract('{}', :pin) as x\", "
    "into: x}",
    "database-twice": 'database: {source: crm, execute: "insert into pins values (:pin)"}',
    "socket": 'socket: {host: far, send: "PIN {{ pin }}", reads: true}',
    "socket-wrong": 'socket: {host: far, send: "ECHO {{ pin }}", reads: true, '
    "pattern: 'OK (.*)', into: y}",
    "socket-defect": 'socket: {host: far, send: "DEFECT {{ pin }}", reads: true}',
    "python": 'python: {plugin: vault, function: good, with: {pin: "{{ pin }}"}}',
    "python-wrong": 'python: {plugin: vault, function: bad, with: {pin: "{{ pin }}"}}',
    "python-refused": 'python: {plugin: vault, function: refused, with: {pin: "{{ pin }}"}}',
    "process-wrong": 'python: {plugin: apart, function: bad, with: {pin: "{{ pin }}"}}',
    "native": 'native: {library: vault, function: tell, with: {text: "{{ pin }}"}}',
    "native-wrong": 'native: {library: vault, function: small, with: {number: "{{ pin }}"}}',
    "publish-kept": "publish: {broker: queue, to: pins, keep_until_sent: true, "
    'message: {pin: "{{ pin }}"}, headers: {x-pin: "{{ pin }}"}}',
    "publish": 'publish: {broker: queue, to: pins, text: "{{ pin }}", expires: 10s}',
    "bug": "milestone: broken",
}
LONG = {"timeout": "30s"}
GOES = {"database", "socket", "python", "publish-kept"}
"""Those that are answered; all others fail."""
FLOW = (
    f"""\
ivrkit: 1
flow: vault
language: en
variables:
  day: digits
  pin: secret
  kept: {{pin: {{type: digits, secret: true}}}}
exits: {{no_input: hangup, no_match: hangup}}
on_error: broken
defaults: {{collect: {{first_digit: 60s}}}}
sections:
  main:
    - answer
    - collect: {{into: day, digits: {len(OPEN)}}}
    - collect: {{into: pin, digits: {len(PIN)}}}
"""
    + "".join(
        f"    - name: {name}\n      {step}\n      exits: {{else: [{{log: '{name} {TOLD}'}}]}}\n"
        for name, step in ASKS.items()
        if name != "bug"
    )
    + f"""\
    - name: bug
      {ASKS["bug"]}
  broken:
    - log: "{TOLD}"
    - collect: {{into: day, digits: 1}}
"""
)
PLUGIN = """\
from ivrkit.plugins import Refused

def good(pin: str) -> None:
    pass

def bad(pin: str) -> None:
    ways = {pin: int(pin)}
    raise ValueError(f"{pin} and {ways}")

def refused(pin: str) -> None:
    raise Refused(f"{pin} is wrong")
"""
LIBRARY = """\
#include <stdint.h>
#include <stdio.h>
int32_t tell(const char *text) { fprintf(stderr, "%s", text); return 7; }
int32_t small(int8_t number) { return number; }
"""


def project(folder: Path, host: FakeHost, broker: int) -> dict[str, Any]:
    """The files of a site, and its connectors."""
    for name in ("flows", "plugins"):
        (folder / name).mkdir()
    (folder / "flows" / "vault.yaml").write_text(FLOW)
    for name in ("vault", "apart"):
        (folder / "plugins" / f"{name}.py").write_text(PLUGIN)
    source = folder / "vault.c"
    source.write_text(LIBRARY)
    command = ["cc", "-shared", "-fPIC", "-o", str(folder / "libvault.so"), str(source)]
    subprocess.run(command, check=True, timeout=60)
    # The database itself is given the secret: it keeps none of it.
    database = sqlite3.connect(folder / "crm.db")
    database.execute("create table pins (pin check (pin = ''))")
    database.close()
    functions = ["good", "bad", "refused"]
    taken = {"parameters": [{"name": "text", "type": "text"}], "returns": "status"}
    number = {"parameters": [{"name": "number", "type": "int8"}], "returns": "int32"}
    return {
        "database": {
            "crm": {"connection": f"DRIVER={{SQLite3}};Database={folder / 'crm.db'};", **LONG},
        },
        "socket": {"far": {"address": host.address, **LONG}},
        "python": {
            "vault": {"module": "vault", "functions": functions, **LONG},
            "apart": {
                "module": "apart",
                "functions": functions,
                "in": "process",
                "workers": 1,
                **LONG,
            },
        },
        "native": {
            "vault": {
                "library": str(folder / "libvault.so"),
                "functions": {"tell": taken, "small": number},
                "workers": 1,
                **LONG,
            }
        },
        "broker": {"queue": {"url": f"mqtt://127.0.0.1:{broker}", **LONG}},
    }


@asynccontextmanager
async def site(folder: Path, url: str, key: str) -> AsyncIterator[tuple[Site, FakeAsterisk]]:
    async with (
        FakeHost({r"PIN (\d+)": "OK", r"ECHO (\d+)": "NO {0}"}) as host,
        await asyncio.start_server(refuses, "127.0.0.1") as broker,
        FakeAsterisk() as asterisk,
    ):
        configuration = Configuration.model_validate(
            {
                "asterisk": asterisk.settings(),
                "numbers": {"800": "vault"},
                "api": {"port": 0},
                "store": {"url": url, **({"key": key} if key else {})},
                "connectors": project(folder, host, broker.sockets[0].getsockname()[1]),
            }
        ).placed(folder)
        async with Site(configuration, tell=lambda text: None) as running:
            yield running, asterisk


async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A broker of MQTT 5 that takes no message, and says it back with that."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            (kind,) = await reader.readexactly(1)
            length = shift = 0
            while True:
                (byte,) = await reader.readexactly(1)
                length, shift = length | (byte & 127) << shift, shift + 7
                if byte < 128:
                    break
            packet = await reader.readexactly(length)
            if kind >> 4 == 1:
                writer.write(b"\x20\x03\0\0\0")
            elif kind >> 4 == 3:
                number = 2 + int.from_bytes(packet[:2])
                told = b"\x1f\0\x0c" + PIN.encode()
                answer = packet[number : number + 2] + b"\x87" + bytes([len(told)]) + told
                writer.write(bytes([0x40, len(answer)]) + answer)
    writer.close()


async def breaks_down(step: Milestone, call: Call) -> Exit:
    secret = call.session.lookup("pin").reveal()  # type: ignore[union-attr]
    raise RuntimeError(f"a defect, with {len(secret)} characters at hand")


def defective(ask: Any) -> Any:
    """A connector with a defect, whose text quotes what it was given."""

    async def asks(connector: SocketConnector, request: Any, attempt: Any) -> Any:
        message = request.parameters["message"].reveal()
        if message.startswith("DEFECT"):
            raise RuntimeError(f"cannot send {message}")
        return await ask(connector, request, attempt)

    return asks


def contents(when: str, *folders: Path) -> dict[str, bytes]:
    found = {}
    for path in files(*folders, but=Path("none")):
        with suppress(OSError):
            found[f"{path}, {when}"] = path.read_bytes()
    return found


def sealed_in(folder: Path) -> list[str]:
    """The files in which something of a call is that was sealed."""
    begins = sealed_under(KEY)
    return [name for name, body in contents("now", folder).items() if begins in body]


def _found_nowhere(seen: Mapping[str, bytes]) -> None:
    assert [each for name, body in seen.items() for each in searched(name, body, [PIN])] == []


def talkative(folder: Path, form: str) -> Path:
    """A log that tells all it can."""
    path = folder / "engine.log"
    settings = {"level": "debug", "format": form, "file": path}
    configure_logs(LogSettings.model_validate(settings))
    return path


def spelt(digits: str) -> str:
    """As a recogniser hears it."""
    return next(each.decode() for each in written(digits) if each[:1].isalpha())


@pytest.mark.parametrize(
    ("store", "form", "key"),
    [("sqlite", "text", KEY.hex()), ("sqlite", "json", ""), ("postgresql", "json", KEY.hex())],
    ids=["sqlite, text", "no key, json", "postgresql, json"],
)
async def test_no_system_outside_leaves_a_secret_behind(
    store: str,
    form: str,
    key: str,
    tmp_path: Path,
    log: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Milestone, "run", breaks_down)
    monkeypatch.setattr(SocketConnector, "ask", defective(SocketConnector.ask))
    lines = talkative(tmp_path, form)
    folders = [tmp_path]
    if store == "postgresql":
        folders.append(request.getfixturevalue("postgresql_server").folder)
    events: list[TraceEvent] = []
    seen: dict[str, bytes] = {}

    def entered(path: str) -> bool:
        return any(isinstance(each, Entered) and each.path == path for each in events)

    url = request.getfixturevalue(f"{store}_url")
    async with site(tmp_path, url, key) as (running, asterisk):
        running.engine.subscribe(lambda _, event: events.append(event))
        channel = asterisk.call("800", caller="+4930123")
        await until(lambda: entered("main/1"))
        asterisk.press(channel, OPEN + PIN)
        await until(lambda: entered("broken/1"))
        await until(lambda: not key or "is put off" in lines.read_text())
        (call,) = running.engine.live()
        await running.store.flush()
        seen |= await answers(running.configuration.state, call, running.api_port)
        seen |= contents("in the call", *folders)
        assert bool(sealed_in(tmp_path)) == bool(store == "sqlite" and key)
        asterisk.press(channel, "1")
        await until(lambda: not running.engine.live())
        await running.store.flush()
        seen |= contents("behind it", *folders)
        await until(lambda: not sealed_in(tmp_path))
    seen |= contents("later", *folders)
    seen["output"] = str(log.readouterr()).encode()
    # Each of them was asked, and those that fail have failed.
    asked = [each.exit == "next" for each in events if isinstance(each, Asked)]
    goes = GOES if key else GOES - {"publish-kept"}
    assert asked == [name in goes for name in ASKS if name != "bug"]
    assert sum(MASK in each.error for each in events if isinstance(each, Asked)) >= 2
    for told in (f"near '{MASK}'", f"cannot send {MASK}", "a defect, with 12 characters"):
        assert told in lines.read_text()
    _found_nowhere(seen)
    control = [name for name, body in seen.items() if searched(name, body, [OPEN])]
    for place in ("/trace", "ivrkit.db" if store == "sqlite" else "pg_wal"):
        assert any(place in name for name in control), control


HEARD = f"""
    exits: {{no_input: hangup, no_match: hangup}}
    on_error: hangup
    variables: {{day: digits, pin: {{type: digits, secret: true}}}}
    sections:
      main:
        - answer
        - listen: {{into: day, digits: {len(OPEN)}, prompt: The day.}}
        - listen: {{into: pin, digits: {len(PIN)}, prompt: Your code., confirm: true}}
        - wait: 10s
"""


@pytest.mark.parametrize("form", ["text", "json"])
async def test_what_a_recogniser_hears_is_left_nowhere(
    form: str, bench: Bench, tmp_path: Path, log: pytest.CaptureFixture[str]
) -> None:
    talkative(tmp_path, form)
    store = Store(tmp_path / "ivrkit.db", key=KEY)
    await store.open()
    bench.keeper = store  # type: ignore[assignment]
    await bench.call(HEARD)
    await bench.quiet()
    await bench.say(spelt(OPEN), spelt(OPEN[:-1]))
    await bench.quiet()
    await bench.say(spelt(PIN)[:12], spelt(PIN))
    await bench.quiet()
    await bench.say(spelt(PIN), spelt(PIN) + " or so")
    await bench.quiet()
    await bench.press("1")
    assert "pin" in bench.variables
    await store.flush()
    seen = contents("in the call", tmp_path)
    await bench.ended()
    await store.flush()
    seen |= contents("behind it", tmp_path)
    await store.close()
    seen |= contents("later", tmp_path)
    seen["events"] = "\n".join(map(str, bench.events)).encode()
    seen["output"] = str(log.readouterr()).encode()
    _found_nowhere(seen)
    control = [name for name, body in seen.items() if searched(name, body, [OPEN])]
    assert any("ivrkit.db" in name for name in control), control
    assert any(spelt(OPEN).encode() in body for body in seen.values())


SHOWS = {
    "payload": "queue: {name: service, payload: {account: '{{ pin }}'}}",
    "file": "file: {root: notes, append: notes.txt, text: '{{ pin }}'}",
    "name of a file": "file: {root: notes, append: '{{ pin }}.txt', text: x}",
    "log": "log: '{{ pin }}'",
    "memory": "remember: {key: x, value: '{{ pin }}', keep: 1d}",
    "prompt": "say: '{{ pin }}'",
    "variable": "set: {open: '{{ pin }}'}\n    - log: '{{ open }}'",
    "dialplan": "dialplan: {run: NoOp, with: {x: '{{ pin }}'}}",
}
SHOWN = f"""\
ivrkit: 1
language: en
variables: {{pin: secret, open: text}}
payload: {{account: digits}}
exits: {{no_input: hangup, no_match: hangup}}
on_error: failed
sections:
  main:
    - answer
    - collect: {{into: pin, digits: {len(PIN)}, prompt: x}}
    - %s
  failed:
    - log: "{TOLD}"
"""


@pytest.mark.parametrize("step", SHOWS.values(), ids=SHOWS)
async def test_what_would_show_a_secret_is_found_before_and_refused_in_the_call(
    step: str, bench: Bench, tmp_path: Path, log: pytest.CaptureFixture[str]
) -> None:
    lines = talkative(tmp_path, "text")
    flow = SHOWN % step
    await bench.call(flow)
    found = check(bench.version, SiteWorld(flows=["main"]))
    assert "secret" in [each.code for each in found]
    await bench.press(PIN)
    await bench.ended()
    assert bench.failures in (["expression"], ["handoff"])
    assert [" secret" in each for each in bench.notes] == [True]
    seen = {"log": lines.read_bytes(), "output": str(log.readouterr()).encode()}
    seen["events"] = "\n".join(map(str, bench.events)).encode()
    seen["heard"] = "\n".join(bench.heard).encode()
    _found_nowhere(seen)
