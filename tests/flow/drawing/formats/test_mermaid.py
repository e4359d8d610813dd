"""What is drawn is read by Mermaid's own parser, in a browser."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ivrkit.flow.drawing.formats.mermaid import Mermaid, escaped
from tests.flow.drawing.conftest import BANK, BELOW, atlas, hostile, large, needed, untried

VERSION = "12.3.0"
MEMBER = "package/dist/mermaid.min.js"


def mermaid_js() -> Path:
    """Mermaid as its makers publish it, fetched once."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ivrkit"
    file = folder / f"mermaid-{VERSION}.min.js"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        npm = [needed("npm"), "pack", "--silent", f"mermaid@{VERSION}"]
        done = subprocess.run(npm, cwd=folder, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, f"Mermaid could not be fetched: {done.stderr}"
        package = folder / done.stdout.split()[-1]
        with tarfile.open(package) as archive:
            member = archive.extractfile(MEMBER)
            assert member is not None
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes(member.read())
        part.rename(file)
        package.unlink()
    return file


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_content("<div id='here'></div>")
    page.add_script_tag(path=mermaid_js())
    page.evaluate("mermaid.initialize({startOnLoad: false, maxTextSize: 1e6, maxEdges: 5000})")
    yield page
    page.close()


ATLASES = {
    "folded": lambda: atlas({"main": BANK, "below": BELOW}),
    "unfolded": lambda: atlas({"main": BANK, "below": BELOW}, unfold=True),
    "untried": untried,
    "hostile": hostile,
    "large": large,
}


@pytest.mark.parametrize("name", ATLASES)
def test_mermaid_accepts_it(page: Page, name: str) -> None:
    text = Mermaid().render(ATLASES[name]())
    assert page.evaluate("text => mermaid.parse(text)", text)["diagramType"] == "flowchart-v2"


def test_mermaid_shows_the_texts_as_they_are(page: Page) -> None:
    text = Mermaid().render(hostile())
    page.evaluate(
        """async text => {
            const drawn = await mermaid.render("drawn", text);
            document.getElementById("here").innerHTML = drawn.svg;
        }""",
        text,
    )
    shown = page.inner_text("#here")
    assert 'say "><script>window.broken = 1</script>' in " ".join(shown.split())
    assert page.evaluate("window.broken") is None


def test_what_could_mean_something_is_a_number() -> None:
    assert escaped('a "b" <i> `c` **d** #35; [x] é') == (
        "a #34;b#34; #60;i#62; #96;c#96; #42;#42;d#42;#42; #35;35#59; #91;x#93; é"
    )
