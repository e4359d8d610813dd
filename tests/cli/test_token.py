from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


async def test_a_token_is_made_put_into_the_file_and_listed(run: Run, tmp_path: Path) -> None:
    made = await run("token", "new", "crm", "--scope", "tail", "-s", "calls:read")
    assert made.status == 0
    token, lines = made.out.split("\n", 1)
    assert token.startswith("ivrkit_")
    assert "shown this once" in made.err
    (tmp_path / "ivrkit.yaml").write_text(f"api:\n  tokens:\n{lines}")
    again = await run("token", "new", "crm", "--lasts", "90d", "--format", "json")
    told = json.loads(again.out)
    assert told["replaces"]
    (tmp_path / "ivrkit.yaml").write_text(f"api:\n  tokens:\n{told['lines']}")
    listed = json.loads((await run("token", "--format", "json")).out)
    assert [(each["name"], each["scopes"], each["hashes"]) for each in listed] == [
        ("crm", ["calls:read", "tail"], 2)
    ]
    assert "is being replaced" in (await run("token")).out


async def test_wrong_use_is_told(run: Run) -> None:
    done = await run("token", "new", "crm")
    assert (done.status, "would allow nothing" in done.err) == (1, True)
    done = await run("token", "new", "crm", "-s", "tail", "--lasts", "soon")
    assert (done.status, "--lasts" in done.err) == (2, True)
    done = await run("token", "rotate-local")
    assert (done.status, "no engine has run here" in done.err) == (1, True)
