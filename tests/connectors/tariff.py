"""The C library of the tests, built anew for each run, and settings for it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from ivrkit.connectors.connector import Place
from ivrkit.connectors.native import NativeConnector
from ivrkit.connectors.native import NativeSettings as Settings

SOURCE = Path(__file__).with_name("tariff.c")
FUNCTIONS: dict[str, dict[str, Any]] = {
    "add": {
        "parameters": [{"name": "a", "type": "int32"}, {"name": "b", "type": "int32"}],
        "returns": "int32",
        "reads": True,
    },
    "quote": {
        "parameters": [
            {"name": "zone", "type": "int32"},
            {"name": "code", "type": "text(8)"},
            {"name": "amount", "type": "int64", "scale": 2},
            {"name": "answer", "type": "text(64)", "out": True},
            {"name": "size", "type": "uint64", "value": 64},
        ],
        "returns": "status",
        "not_found": [3],
    },
    "split": {
        "parameters": [
            {"name": "amount", "type": "double"},
            {"name": "whole", "type": "int32", "out": True},
            {"name": "rest", "type": "text(8)", "out": True},
        ],
        "returns": "double",
    },
    "name_of": {"parameters": [{"name": "zone", "type": "int32"}], "returns": "text"},
    "length_of": {
        "parameters": [{"name": "text", "type": "text", "optional": True}],
        "returns": "int32",
    },
    "shout": {"parameters": [{"name": "text", "type": "text"}], "returns": "int32"},
    "turn": {
        "parameters": [
            {"name": "data", "type": "bytes(4)"},
            {"name": "count", "type": "int32"},
            {"name": "turned", "type": "bytes(4)", "out": True},
        ],
    },
    "next_one": {
        "symbol": "count_up",
        "parameters": [{"name": "number", "type": "int32", "out": True, "value": 41}],
    },
    "process": {"returns": "int32"},
    "nothing_real": {"returns": "double"},
    "crash": {"parameters": [{"name": "how", "type": "int32"}], "returns": "int32"},
    "crash_reading": {
        "symbol": "crash",
        "parameters": [{"name": "how", "type": "int32"}],
        "returns": "int32",
        "reads": True,
    },
    "hang": {"returns": "int32"},
    "hang_reading": {"symbol": "hang", "returns": "int32", "reads": True},
    "hang_and_tell": {"parameters": [{"name": "path", "type": "text"}], "returns": "int32"},
    "chatter": {"returns": "int32"},
    "overflow": {
        "parameters": [{"name": "answer", "type": "text(8)", "out": True}],
        "returns": "status",
    },
    "fill": {"parameters": [{"name": "answer", "type": "text(8)", "out": True}]},
    "greedy": {"parameters": [{"name": "megabytes", "type": "int32"}], "returns": "status"},
    "variable": {"parameters": [{"name": "name", "type": "text"}], "returns": "text"},
    "open_files": {"returns": "int32"},
    **{
        f"same_{kind}": {
            "parameters": [{"name": "value", "type": kind}],
            "returns": kind,
        }
        for kind in (
            *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
            *("float", "double"),
        )
    },
    **{
        f"double_{kind}": {
            "parameters": [
                {"name": "value", "type": kind},
                {"name": "twice", "type": kind, "out": True},
            ],
        }
        for kind in ("int8", "int64", "uint64", "float", "double")
    },
    "opposite": {"parameters": [{"name": "value", "type": "bool"}], "returns": "bool"},
}
"""What the configuration of a site would say of it."""


def build(folder: Path) -> Path:
    """Compile it. What the tests do not need says cc."""
    library = folder / "libtariff.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(SOURCE)]
    subprocess.run(command, check=True, timeout=60)
    return library


def connector(library: Path, **settings: Any) -> NativeConnector:
    """A connector to it."""
    fields = {"library": library, "functions": FUNCTIONS, "timeout": "20s", **settings}
    return NativeConnector("tariff", Settings.model_validate(fields), Place(library.parent))
