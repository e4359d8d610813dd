"""`ivrkit prompts build`, as people see it. The voice is espeak-ng's, and speaks really."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.prompts.test_check import project as project  # the fixture


async def test_it_tells_what_it_made(run: Run, project: Path) -> None:
    done = await run("prompts", "build")
    assert (done.status, done.err) == (0, "")
    assert done.out == "0 recordings, 0 converted now; 3 texts, 3 spoken now\n"
    done = await run("prompts", "build")
    assert done.out == "0 recordings, 0 converted now; 3 texts, 0 spoken now\n"


async def test_it_removes_what_is_old(run: Run, project: Path) -> None:
    await run("prompts", "build")
    catalogue = project / "prompts/all.yaml"
    catalogue.write_text(catalogue.read_text().replace("Goodbye", "So long"))
    done = await run("prompts", "build", "--prune")
    assert done.out.endswith("1 spoken now; 0 files removed, 1 kept for a while\n")
    done = await run("prompts", "build", "--prune", "--keep", "0s")
    assert done.out.endswith("0 spoken now; 1 file removed, 0 kept for a while\n")


async def test_what_cannot_be_made_fails(run: Run, project: Path) -> None:
    (project / "prompts/en").mkdir()
    (project / "prompts/en/goodbye.wav").write_bytes(b"rubbish")
    done = await run("prompts", "build")
    assert done.status == 1
    assert "goodbye.wav: this is no sound file" in done.err
    assert "1 recording, 1 converted now" in done.out


async def test_wrong_use(run: Run, project: Path) -> None:
    done = await run("prompts", "build", "--prune", "--language", "en")
    assert done.status == 2
    done = await run("prompts", "build", "--prune", "--keep", "soon")
    assert done.status == 2
    assert "no duration" in done.err or "not a duration" in done.err
