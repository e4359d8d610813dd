"""``save``: the session as a call script."""

from __future__ import annotations

from pathlib import Path

from ivrkit.errors import ScriptError, ValueRejected
from ivrkit.qa.transcript import script_of
from ivrkit.service.workbench.command import Command
from ivrkit.service.workbench.desk import Desk


class Save(Command):
    name = "save"
    usage = "FILE"
    help = """Save the call so far as a call script, which `ivrkit test FILE` plays.
A file that is there is not written over; `save! FILE` does."""

    async def run(self, desk: Desk, arguments: str) -> None:
        save(desk, arguments, over=False)


class SaveOver(Command):
    name = "save!"
    usage = "FILE"
    help = "Save the call so far as a call script, over one that is there."

    async def run(self, desk: Desk, arguments: str) -> None:
        save(desk, arguments, over=True)


def save(desk: Desk, file: str, *, over: bool) -> None:
    """Write the script. Raises ValueRejected and ScriptError."""
    path = Path(file)
    if path.suffix != ".yaml":
        raise ValueRejected("say which file", hint="call scripts end with .yaml: save first.yaml")
    recorded = desk.bench.recorded
    if recorded is None or not recorded.events:
        raise ScriptError("there is no call to save yet")
    text = script_of(recorded, path.stem.replace("-", " "))
    try:
        with path.open("w" if over else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise ScriptError(f"{path} is there already", hint=f"save! {path} writes over it") from None
    except OSError as error:
        raise ScriptError(f"{path} cannot be written: {error.strerror}") from error
    desk.tell(f"saved: ivrkit test {path}")
