from __future__ import annotations

import json
from pathlib import Path

from ivrkit.channels.ari import generate
from ivrkit.channels.ari.generated import events


def test_the_committed_files_are_what_the_stored_facts_yield() -> None:
    made = generate.generated(generate.stored())
    folder = generate.HERE / "generated"
    assert {path.name for path in folder.glob("*.py")} == {*made, "__init__.py"}
    for name, text in made.items():
        assert (folder / name).read_text() == text, f"run make generate: {name}"


def test_facts_are_kept_and_prose_is_not() -> None:
    document = {
        "_copyright": "theirs",
        "apiVersion": "2.0.0",
        "models": {
            "Thing": {
                "description": "prose",
                "subTypes": ["B", "A"],
                "properties": {"id": {"type": "string", "required": True, "description": "p"}},
            }
        },
    }
    facts = generate.extracted(document)
    assert "prose" not in json.dumps(facts)
    assert facts["models"]["Thing"] == {
        "properties": {"id": {"type": "string", "required": True}},
        "subTypes": ["A", "B"],
    }


def test_running_it_writes_the_same_files(tmp_path: Path) -> None:
    stored = generate.HERE / "apidocs"
    before = {path: path.read_text() for path in stored.glob("*.json")}
    assert generate.main([str(stored)]) == 0
    assert {path: path.read_text() for path in stored.glob("*.json")} == before


def test_a_name_that_python_reserves_gets_an_underscore() -> None:
    assert events.TextMessage.__struct_encode_fields__[1] == "from"
    assert generate.file_name("deviceStates") == "device_states"
