"""Writes ``generated/``: ARI's events and models as typed structs, one file per resource.

Run by hand when Asterisk has something new::

    python -m ivrkit.channels.ari.generate /usr/share/asterisk/rest-api

takes the facts of the interface (names, types, what is required) out of the api-docs that
Asterisk installs into ``apidocs/``, and makes the Python files from there. Without a folder only
the second half is done. Asterisk's own descriptions stay where they are: they are its authors'.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESOURCES = (
    "applications",
    "asterisk",
    "bridges",
    "channels",
    "deviceStates",
    "endpoints",
    "events",
    "playbacks",
    "recordings",
)
PLAIN = {
    "string": "str",
    "Date": "str",
    "boolean": "bool",
    "int": "int",
    "long": "int",
    "double": "float",
    "object": "dict[str, Any]",
}
EMPTY = {"str": '""', "bool": "False", "int": "0", "float": "0.0"}
Models = Mapping[str, Mapping[str, Any]]


def main(arguments: list[str]) -> int:
    """Write the files; the only argument is Asterisk's ``rest-api`` folder."""
    if arguments:
        for resource in RESOURCES:
            facts = extracted(json.loads((Path(arguments[0]) / f"{resource}.json").read_text()))
            text = json.dumps(facts, indent=1, sort_keys=True) + "\n"
            (HERE / "apidocs" / f"{resource}.json").write_text(text)
    for name, text in generated(stored()).items():
        (HERE / "generated" / name).write_text(text)
    return 0


def stored() -> dict[str, Models]:
    """The models of every resource, from ``apidocs/``."""
    return {
        resource: json.loads((HERE / "apidocs" / f"{resource}.json").read_text())["models"]
        for resource in RESOURCES
    }


def extracted(document: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one api-docs file, without its prose."""
    models = {}
    for name, model in document["models"].items():
        properties = {
            key: {"type": value["type"], "required": bool(value.get("required"))}
            for key, value in model["properties"].items()
        }
        models[name] = {"properties": properties, "subTypes": sorted(model.get("subTypes", ()))}
    return {"apiVersion": document["apiVersion"], "models": models}


def generated(resources: Mapping[str, Models]) -> dict[str, str]:
    """The text of each file in ``generated/``, by its name."""
    homes = {model: file_name(home) for home, models in resources.items() for model in models}
    files = {f"{file_name(name)}.py": _module(name, resources[name], homes) for name in resources}
    return dict(sorted(files.items()))


def file_name(resource: str) -> str:
    """``deviceStates`` becomes ``device_states``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", resource).lower()


def _module(resource: str, models: Models, homes: Mapping[str, str]) -> str:
    classes = "\n\n".join(_class(name, models) for name in _bases_first(models))
    lines = [f'"""ARI\'s models of the resource ``{resource}``. Generated; see ``generate.py``."""']
    lines += ["", "from __future__ import annotations", ""]
    if "Any]" in classes:
        lines += ["from typing import Any", ""]
    lines += ["import msgspec", ""]
    needed: dict[str, set[str]] = {}
    for name in set(re.findall(r"\b[A-Z]\w+", classes)) & homes.keys():
        if homes[name] != file_name(resource):
            needed.setdefault(homes[name], set()).add(name)
    for home in sorted(needed):
        names = ", ".join(sorted(needed[home]))
        lines.append(f"from ivrkit.channels.ari.generated.{home} import {names}")
    return "\n".join([*lines, *([""] if needed else []), "", classes])


def _bases_first(models: Models) -> Iterator[str]:
    bases = [name for name, model in models.items() if model["subTypes"]]
    depth = {name: len(list(_ancestors(name, models))) for name in models}
    yield from sorted(bases, key=lambda name: (depth[name], name))
    yield from sorted(set(models) - set(bases))


def _ancestors(name: str, models: Models) -> Iterator[str]:
    base = _base(name, models)
    while base:
        yield base
        base = _base(base, models)


def _base(name: str, models: Models) -> str | None:
    """The nearest model that lists this one among its subtypes."""
    bases = [key for key, model in models.items() if name in model["subTypes"]]
    return min(bases, key=lambda key: len(models[key]["subTypes"]), default=None)


def _class(name: str, models: Models) -> str:
    model, base = models[name], _base(name, models)
    options = "frozen=True, gc=False, kw_only=True"
    if base:
        head = f'class {name}({base}, {options}, tag="{name}"):'
    elif model["subTypes"]:
        head = f'class {name}(msgspec.Struct, {options}, tag_field="type"):'
    else:
        head = f"class {name}(msgspec.Struct, {options}):"
    fields = [
        _field(key, facts["type"], facts["required"])
        for key, facts in model["properties"].items()
        if not (key == "type" and (base or model["subTypes"]))
    ]
    body = "\n".join(f"    {line}" for line in sorted(fields) or ["pass"])
    return f"{_folded(head)}\n{body}\n"


def _folded(head: str) -> str:
    if len(head) <= 100:
        return head
    name, arguments = head[:-2].split("(", 1)
    return f"{name}(\n    {arguments}\n):"


def _field(key: str, kind: str, required: bool) -> str:
    """One field. Texts and numbers have an empty default even where Asterisk promises them:
    an older release that does not know the field is no reason to lose the event."""
    name = f"{key}_" if keyword.iskeyword(key) else key
    listed = re.fullmatch(r"List\[(\w+)\]", kind)
    if listed:
        inner = "Any" if listed[1] == "object" else PLAIN.get(listed[1], listed[1])
        return f"{name}: list[{inner}] = msgspec.field(default_factory=list)"
    python = PLAIN.get(kind, kind)
    if kind == "object":
        return f"{name}: {python} = msgspec.field(default_factory=dict)"
    if kind not in PLAIN:
        return f"{name}: {python}" if required else f"{name}: {python} | None = None"
    if name != key:
        return f'{name}: {python} = msgspec.field(default={EMPTY[python]}, name="{key}")'
    return f"{name}: {python} = {EMPTY[python]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
