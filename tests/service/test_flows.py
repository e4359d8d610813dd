"""The flows in service: taken, kept, refused, and remembered by version."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, cast

import pytest

from ivrkit.call.fallbacks import NO_FALLBACKS
from ivrkit.call.locale import Locale
from ivrkit.call.prompt import Prompt
from ivrkit.errors import FlowError, PromptError
from ivrkit.prompts.service import PromptService
from ivrkit.prompts.spoken_text import TextPrompts
from ivrkit.service.flows import MOST_EARLIER, FlowService
from ivrkit.service.world import SiteWorld
from ivrkit.store import Store

FLOW = """
ivrkit: 1
flow: desk
sections:
  main:
    - answer
    - say: {text}
"""


class Voice(TextPrompts):
    """Counts what is spoken beforehand."""

    languages = ("en", "es")

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.fallbacks = NO_FALLBACKS
        self.prepared = 0
        self.locales: list[Locale] = []
        self.problem = ""

    async def prepare(
        self, prompts: Iterable[Prompt], locale: Locale, progress: Any = None
    ) -> None:
        if self.problem:
            raise PromptError(self.problem)
        self.prepared += 1
        self.locales.append(locale)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = Store(tmp_path / "ivrkit.db")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    return Voice(tmp_path / "prompts")


@pytest.fixture
def flows(tmp_path: Path, voice: Voice, store: Store) -> FlowService:
    (tmp_path / "flows").mkdir()
    write(tmp_path, "Hello.")
    return FlowService(
        tmp_path / "flows",
        lambda names: SiteWorld(flows=names),
        cast(PromptService, voice),
        store,
        named=lambda name: "the number 800 leads to it" if name == "desk" else "",
    )


def write(folder: Path, text: str, name: str = "desk") -> None:
    source = FLOW.format(text=text).replace("flow: desk", f"flow: {name}")
    (folder / "flows" / f"{name}.yaml").write_text(source)


async def test_a_flow_is_taken_kept_and_changed(flows: FlowService, tmp_path: Path) -> None:
    assert (await flows.load()).taken == ["desk"]
    first = flows.version("desk")
    assert (await flows.load()).kept == ["desk"]
    assert flows.version("desk") is first
    write(tmp_path, "Good morning.")
    assert (await flows.load()).taken == ["desk"]
    assert flows.version("desk") is not first


async def test_a_flow_with_errors_changes_nothing(flows: FlowService, tmp_path: Path) -> None:
    await flows.load()
    first = flows.version("desk")
    write(tmp_path, "'{{ nobody }}'")
    assert "nobody" in (await flows.load()).refused["desk"]
    assert flows.version("desk") is first
    assert "nobody" in flows.refused["desk"]
    write(tmp_path, "Hello.")
    assert (await flows.load()).kept == ["desk"]
    assert not flows.refused


async def test_a_flow_that_is_as_before_is_spoken_again(flows: FlowService, voice: Voice) -> None:
    """Its recordings may have been changed: what replaces them is not spoken to a caller first."""
    await flows.load()
    await flows.load(prompts=False)
    assert voice.prepared == 1
    await flows.load()
    assert voice.prepared == 2
    voice.problem = "there is no recording 'welcome'"
    assert "welcome" in (await flows.load()).refused["desk"]
    assert flows.version("desk") is not None


async def test_a_version_of_an_earlier_engine_is_in_the_store(
    flows: FlowService, voice: Voice, store: Store, tmp_path: Path
) -> None:
    await flows.load()
    first = flows.versions()[0]
    assert await flows.pinned("desk", first.hash) is first
    write(tmp_path, "Good morning.")
    await flows.load()
    await store.flush()
    found = await flows.pinned("desk", first.hash)
    assert (found.hash, found is first) == (first.hash, False)
    assert await flows.pinned("desk", first.hash) is found
    with pytest.raises(FlowError, match="not in the store"):
        await flows.pinned("desk", "unknown")


async def test_versions_that_are_over_are_not_kept_for_ever(
    flows: FlowService, store: Store, tmp_path: Path
) -> None:
    for number in range(MOST_EARLIER + 3):
        write(tmp_path, f"Text {number}.")
        await flows.load()
        await store.flush()
        await flows.pinned("desk", flows.versions()[0].hash)
    assert len(flows._earlier) == 0
    hashes = [flows.versions()[0].hash]
    for number in range(MOST_EARLIER + 2):
        write(tmp_path, f"Text {number}.")
        checked = flows.library.load("desk").required()
        hashes.append((await flows.pinned("desk", checked.hash)).hash)
    assert len(set(hashes)) == MOST_EARLIER + 3
    assert len(flows._earlier) == MOST_EARLIER


async def test_a_flow_whose_file_has_gone_leaves_service(
    flows: FlowService, store: Store, tmp_path: Path
) -> None:
    write(tmp_path, "The weather.", "weather")
    assert (await flows.load()).taken == ["desk", "weather"]
    weather = flows.version("weather")
    assert weather is not None
    assert flows.since(weather.hash) is not None
    (tmp_path / "flows" / "weather.yaml").unlink()
    assert (await flows.load()).gone == ["weather"]
    assert flows.version("weather") is None
    assert flows.since(weather.hash) is None
    await store.flush()
    pinned = await flows.pinned("weather", weather.hash)
    assert pinned.hash == weather.hash, "a call may be in it"


async def test_a_flow_that_a_number_leads_to_stays_without_its_file(
    flows: FlowService, tmp_path: Path
) -> None:
    await flows.load()
    (tmp_path / "flows" / "desk.yaml").unlink()
    result = await flows.load()
    assert result.stays == {"desk": "the number 800 leads to it"}
    assert flows.version("desk") is not None


async def test_only_what_was_written_is_read_again(
    flows: FlowService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "The weather.", "weather")
    await flows.load()
    read: list[str] = []
    load = flows.library.load
    monkeypatch.setattr(
        flows.library, "load", lambda name, *more: read.append(name) or load(name, *more)
    )
    write(tmp_path, "Rain.", "weather")
    result = await flows.load(prompts=False)
    assert (result.taken, result.kept, read) == (["weather"], ["desk"], ["weather"])


async def test_it_is_spoken_in_every_language_that_its_calls_can_get(
    flows: FlowService, voice: Voice, tmp_path: Path
) -> None:
    write(tmp_path, "{en: Hello., es: Hola., de: Hallo.}")
    await flows.load()
    # German has no rules here: nobody could say a number in it.
    assert [(each.language, each.home) for each in voice.locales] == [("en", "en"), ("es", "en")]


async def test_a_phrase_that_is_changed_makes_a_version(flows: FlowService, tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    catalogue = tmp_path / "prompts/all.yaml"
    await flows.load()
    catalogue.write_text("phrases: {hello: {en: Hello., es: Hola.}}")
    assert (await flows.load()).taken == ["desk"]
    first = flows.version("desk")
    catalogue.write_text("phrases: {hello: {en: Hello., es: Buenos días.}}")
    assert (await flows.load(prompts=False)).taken == ["desk"]
    catalogue.write_text("phrases: {hello: {en: Hello., xx: x}}")
    assert "xx" in (await flows.load()).refused["desk"]
    current = flows.version("desk")
    assert current is not None
    assert current is not first
    assert list(current.phrases) == ["hello"]
    assert first is not None
    stored = await flows.pinned("desk", first.hash)
    welcome = stored.phrases.find("hello")
    assert welcome is not None
    assert welcome.prompts["es"].only_text == "Hola."
