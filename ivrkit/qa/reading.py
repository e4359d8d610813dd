"""Reads call scripts: every mistake at its line and column, with what to write instead."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from yaml.nodes import MappingNode, Node

from ivrkit.errors import ScriptError
from ivrkit.flow import codes
from ivrkit.flow.diagnostics import Diagnostics, render_all
from ivrkit.flow.source import compose, read_text
from ivrkit.qa.reading_given import read_given
from ivrkit.qa.reading_turns import dial_of, read_turns
from ivrkit.qa.script import Dial, Script
from ivrkit.qa.values import Values

VERSION: Final = "1"
FIELDS: Final = (
    "script", "name", "dial", "flow", "section", "from", "with", "given", "call",
)  # fmt: skip


def read_script(path: Path | str, text: str | None = None) -> tuple[Script | None, Diagnostics]:
    """Read a script. ``text`` is read in place of the file if it is given.

    Returns the script, None if there is an error, and everything that was found.
    """
    diagnostics = Diagnostics()
    file = str(path)
    if text is None:
        text = read_text(Path(path), file, diagnostics)
    source = compose(file, text, diagnostics) if text is not None else None
    if source is None:
        return None, diagnostics
    script = _ScriptReading(Values(source, diagnostics)).read()
    return (None if diagnostics.failed else script), diagnostics


def load_script(path: Path | str) -> Script:
    """Read a script. Raises ScriptError that shows everything that is wrong with it."""
    script, found = read_script(path)
    if script is None:
        try:
            source = Path(path).read_text("utf-8", "replace")
        except OSError:
            source = ""
        raise ScriptError(f"the script cannot be used:\n{render_all(found, source)}")
    return script


class _ScriptReading:
    """The reading of one file."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def read(self) -> Script | None:
        values = self.values
        root = values.source.root
        if _is_flow(root):
            hint = f"call it with: ivrkit simulate {values.source.file}"
            values.fail(codes.WRONG_FORM, "this is a flow, not a call script", root, hint)
            return None
        fields = values.attempt(partial(values.fields, root, "a script", FIELDS))
        if fields is None:
            return None
        self._version(fields, root)
        dial = values.attempt(partial(self._dial, fields, root))
        given = values.attempt(partial(read_given, values, fields.get("given")))
        if "call" not in fields:
            values.fail(
                codes.MISSING_FIELD, "a script needs 'call'", root, "list its turns under `call:`"
            )
            return None
        turns = values.attempt(partial(read_turns, values, fields["call"]))
        name = values.attempt(partial(self._name, fields))
        if dial is None or given is None or turns is None or name is None:
            return None
        source = values.source
        return Script(source.file, name, given, (dial, *turns), source.text)

    def _version(self, fields: dict[str, Node], root: Node) -> None:
        if "script" not in fields:
            self.values.fail(
                codes.MISSING_FIELD, "a script needs 'script'", root, "begin with `script: 1`"
            )
        elif getattr(fields["script"], "value", "") != VERSION:
            message = "this is no version of call scripts"
            self.values.fail(
                codes.UNKNOWN_VERSION, message, fields["script"], f"write `script: {VERSION}`"
            )

    def _name(self, fields: dict[str, Node]) -> str:
        if "name" not in fields:
            return Path(self.values.source.file).stem
        return self.values.text(fields["name"], "the name of the script")

    def _dial(self, fields: dict[str, Node], root: Node) -> Dial:
        if ("dial" in fields) == ("flow" in fields):
            hint = 'write `dial: "800"` for a number, or `flow: bank`'
            message = "a script says either which number is dialled or which flow is called"
            raise self.values.fail(codes.MISSING_FIELD, message, fields.get("flow", root), hint)
        return dial_of(self.values, fields, fields.get("dial") or fields["flow"])


def _is_flow(root: Node) -> bool:
    return isinstance(root, MappingNode) and any(key.value == "sections" for key, _ in root.value)
