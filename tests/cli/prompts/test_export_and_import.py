"""`ivrkit prompts export` and `import`, as people see them."""

from __future__ import annotations

from pathlib import Path

from ivrkit.prompts import audio
from tests.cli.conftest import Run
from tests.cli.prompts.test_check import project as project  # the fixture
from tests.prompts.test_audio import tone


def translated(file: Path, text: str, translation: str) -> None:
    written = file.read_text()
    assert f'msgid "{text}"\nmsgstr ""' in written
    new = f'msgid "{text}"\nmsgstr "{translation}"'
    file.write_text(written.replace(f'msgid "{text}"\nmsgstr ""', new))


async def test_texts_go_out_and_come_back(run: Run, project: Path) -> None:
    done = await run("prompts", "export", "--language", "fr", "-o", "fr.po")
    assert (done.status, done.out, done.err) == (0, "", "3 texts, 3 of them not translated\n")
    translated(project / "fr.po", "Goodbye.", "Au revoir.")
    translated(project / "fr.po", "Welcome.", "Bienvenue.")
    done = await run("prompts", "import", "fr.po", "--dry-run")
    assert '+  goodbye: {en: Goodbye., fr: "Au revoir."}' in done.out
    assert not (project / "prompts/main.yaml").exists()
    done = await run("prompts", "import", "fr.po")
    assert done.status == 0
    assert done.out.splitlines() == [
        "changed prompts/all.yaml",
        "changed prompts/main.yaml",
    ]
    assert done.err == "fr: 2 new, 1 not translated\n"
    done = await run("prompts", "export", "--language", "fr", "--format", "csv")
    assert "goodbye,,Goodbye.,Au revoir.," in done.out
    assert done.err == "3 texts, 1 of them not translated\n"
    done = await run("prompts", "import", "fr.po")
    assert (done.out, done.err) == ("", "fr: 2 as they were, 1 not translated\n")


async def test_what_is_refused_fails(run: Run, project: Path) -> None:
    await run("prompts", "export", "--language", "fr", "-o", "fr.po")
    translated(project / "fr.po", "Goodbye.", "Salut {{ nom }}")
    done = await run("prompts", "import", "fr.po")
    assert done.status == 1
    assert "fr.po:14: 'goodbye': {{ nom }} is not in the text; copy it as it was" in done.err


async def test_a_studio_delivers(run: Run, project: Path) -> None:
    (project / "studio").mkdir()
    (project / "studio/goodbye.wav").write_bytes(audio.written(tone(440, 0.5)))
    done = await run("prompts", "import", "studio", "-l", "en", "--dry-run")
    assert (done.status, done.err) == (0, "en: 1 would be written\n")
    done = await run("prompts", "import", "studio", "-l", "en")
    assert (done.status, done.out) == (0, "written prompts/en/goodbye.wav ('goodbye')\n")
    assert done.err == "en: 1 written\n"
    (project / "studio/goodby.wav").write_bytes(b"")
    done = await run("prompts", "import", "studio", "-l", "en")
    assert done.status == 1
    assert "left out: goodby.wav: there is no prompt 'goodby': did you mean 'goodbye'" in done.err
    assert "en: 1 as they were, 1 left out" in done.err


async def test_a_telephone_that_cannot_be_called(run: Run, project: Path) -> None:
    (project / "ivrkit.yaml").write_text("flows: flows\nasterisk: {url: 'http://127.0.0.1:9'}\n")
    done = await run("prompts", "record", "1001", "goodbye")
    assert done.status == 1
    assert "Goodbye." in done.out
    assert done.err.startswith("error")
    assert "127.0.0.1:9" in done.err


async def test_wrong_use(run: Run, project: Path) -> None:
    for arguments in (
        ("export", "--language", "en"),
        ("import", "lost.po"),
        ("export", "--language", "fr", "-o", "lost/fr.po"),
    ):
        done = await run("prompts", *arguments)
        assert done.status != 0
        assert done.err.startswith("error")
        assert "Traceback" not in done.err
