"""The walls of the house (design, section 2). When one falls, move the walls, not the test."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import ivrkit
from ivrkit import steps
from ivrkit.call import Call, Kind, Step
from ivrkit.flow.registry import Registry

PACKAGE = Path(ivrkit.__file__).parent
ROOT = PACKAGE.parent
LAYERS = (
    "cli",
    "service",
    "testing : qa",
    "engine : channels.ari : channels.agi : channels.simulator",
    "steps : prompts : speech : handoff : connectors : mailbox : fax",
    "store",
    "flow",
    "call",
    "expressions : input : plugins : workers",
    "errors",
)
MOST_LINES = 400
MOST_FUNCTION_LINES = 60
WHOLLY_OF_AN_EXTRA = (
    "service/editing/protocol.py",
    "service/editing/server.py",
    "service/telemetry/exporting.py",
    "service/telemetry/identity.py",
    "service/telemetry/spans.py",
)
"""Modules that are imported by name where the extra is there, and by nothing else."""
GENERATED = ("channels/ari/generated/",)


def product_files() -> Iterator[Path]:
    return (path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(path: Path, *, always: bool = False) -> set[str]:
    """The packages that a file imports, by the first part of their names; ``always``: those that
    it imports by being imported itself, and not only in a function."""
    found: set[str] = set()
    tree = ast.parse(path.read_text())
    for node in tree.body if always else ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(each.name.partition(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found


def existing(rooms: str) -> list[str]:
    """Those rooms of a line that have been built."""
    named = [room.strip() for room in rooms.split(":")]
    return [
        r
        for r in named
        if (PACKAGE / r.replace(".", "/") / "__init__.py").exists()
        or (PACKAGE / f"{r}.py").exists()
    ]


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """The contracts for import-linter, made from the table above."""
    layers = [line for line in (existing(rooms) for rooms in LAYERS) if line]
    sections = [
        "[importlinter]\nroot_package = ivrkit\n",
        "[importlinter:contract:layers]\nname = each line imports only from lines above\n"
        "type = layers\nlayers =\n"
        + "".join(f"    {' | '.join(f'ivrkit.{room}' for room in line)}\n" for line in layers),
    ]
    for number, line in enumerate(layers):
        if len(line) > 1:
            sections.append(
                f"[importlinter:contract:line{number}]\nname = strangers on line {number}\n"
                "type = independence\nmodules =\n"
                + "".join(f"    ivrkit.{room}\n" for room in line)
            )
    services = [room for room in existing(LAYERS[4]) if room != "steps"]
    sections.append(
        "[importlinter:contract:steps]\nname = steps see no service\ntype = forbidden\n"
        "source_modules =\n    ivrkit.steps\nforbidden_modules =\n"
        + "".join(f"    ivrkit.{room}\n" for room in services)
    )
    path = tmp_path / "importlinter.ini"
    path.write_text("\n".join(sections))
    return path


def test_rooms_import_only_from_lines_above(contracts: Path) -> None:
    # As a process of its own: it configures logging for the whole of the one it runs in.
    program = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    command = [*program, "--config", str(contracts), "--no-cache"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_room_is_on_a_line() -> None:
    named = {room.strip().split(".")[0] for rooms in LAYERS for room in rooms.split(":")}
    rooms = {module.name for module in pkgutil.iter_modules([str(PACKAGE)])}
    assert rooms - named <= {"__main__"}


def test_no_file_is_crowded() -> None:
    crowded = {
        str(path.relative_to(ROOT)): lines
        for path in product_files()
        if not any(part in path.as_posix() for part in GENERATED)
        and (lines := path.read_text().count("\n")) > MOST_LINES
    }
    assert crowded == {}


def test_no_function_is_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{each.name}": lines
        for path in product_files()
        for each in functions(path)
        if (lines := (each.end_lineno or 0) - each.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert long == {}


def test_every_module_tells_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in product_files()
        if ast.get_docstring(ast.parse(path.read_text())) is None
    ]
    assert silent == []


def test_no_room_for_leftovers() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [path for path in product_files() if path.stem in forbidden] == []


def declared(requirements: list[str]) -> set[str]:
    """The names of the packages that are required."""
    return {re.split(r"[<>=!;\[ ]", each)[0].lower().replace("_", "-") for each in requirements}


def test_everything_imported_is_installed_with_the_package() -> None:
    """Not only here, where the tools of development bring their own packages along. What an extra
    brings is imported where it is used, so that the rest works without it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = declared(project["dependencies"])
    extras = project["optional-dependencies"]
    more = base.union(*(declared(extras[name]) for name in extras if name != "dev"))
    brought = {"pydantic_core": "pydantic", "yarl": "aiohttp", "multidict": "aiohttp"}
    providers = packages_distributions()

    def missing(path: Path, known: set[str], *, always: bool) -> set[str]:
        return {
            f"{path.relative_to(ROOT)}: {name}"
            for name in imported(path, always=always) - sys.stdlib_module_names - {"ivrkit"}
            if not {p.lower().replace("_", "-") for p in providers.get(name, [name])} & known
            and brought.get(name) not in known
        }

    for path in product_files():
        of_an_extra = path.relative_to(PACKAGE).as_posix() in WHOLLY_OF_AN_EXTRA
        assert of_an_extra or missing(path, base, always=True) == set()
        assert missing(path, more, always=False) == set()


def test_the_call_has_eight_members() -> None:
    members = {name for name in vars(Call) if not name.startswith("_")}
    assert members == {"id", "channel", "clock", "session", "keys", "say", "trace", "use"}


VERBS = Registry.find(Step, "verb", steps)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_declares_itself(verb: str) -> None:
    step = VERBS[verb]
    assert isinstance(step.kind, Kind)
    assert step.__doc__
    assert step.example.startswith("- ")
    assert step.__module__.rpartition(".")[2].rstrip("_") == verb
    assert all(exit_.text for exit_ in step.exits)
    assert isinstance(step.needs, tuple)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_has_a_call_script(verb: str) -> None:
    scripts = [*(ROOT / "tests" / "calls").rglob("*.yaml")]
    folders = (ROOT / "flows", ROOT / "tests" / "flows")
    used = "".join(path.read_text() for folder in folders for path in folder.rglob("*.yaml"))
    assert scripts
    assert f"- {verb}" in used


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_is_tried_in_the_simulator(verb: str) -> None:
    module = VERBS[verb].__module__.rpartition(".")[2]
    assert (ROOT / "tests" / "steps" / f"test_{module}.py").is_file()
