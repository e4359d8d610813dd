"""What `ivrkit prompts build` and `check` cost where nothing has changed, beside a bare walk
through the same files: `os.scandir` and a `stat` of each."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from statistics import median

import numpy as np

from bench.rows import Benchmark, Row, Tell, rounded
from ivrkit.errors import PromptError
from ivrkit.prompts import audio
from ivrkit.service.configuration import Configuration, load_configuration
from ivrkit.service.prompts.building import build_prompts
from ivrkit.service.prompts.checking import check_prompts

NAME = "prompts-build"
LANGUAGES, PHRASES = 25, 2000
QUICK_LANGUAGES, QUICK_PHRASES = 3, 20
REGIONS = ("AA", "AB", "AC", "AD", "AE")
TAGS = [
    f"{language}-{region}" for region, language in product(REGIONS, ("en", "es", "fr", "de", "it"))
]
SECONDS = 0.05
MOST = 6.0
"""How much more than the bare walk: the copies are looked for too, and all is compared."""
FLOW = """\
language: {first}
params: {{chosen: {{type: digits, default: "0"}}}}
sections:
  main:
    - answer
    - switch: chosen
      cases: {{{cases}}}
      else: said
{sections}
  said:
{said}
    - hangup
"""

Measured = Callable[[], Awaitable[object]]


async def measure(folder: Path, rounds: int, quick: bool, tell: Tell) -> Benchmark:
    """A project of very many recordings: built once, then again and again. Raises IvrkitError."""
    languages, phrases = (QUICK_LANGUAGES, QUICK_PHRASES) if quick else (LANGUAGES, PHRASES)
    configuration = _project(folder, TAGS[:languages], phrases)
    files = languages * phrases
    first = {}
    for name, work in _works(configuration).items():
        begun = time.perf_counter()
        await work()
        first[name] = rounded(time.perf_counter() - begun)
        tell(f"{name} of {files:,} recordings for the first time: {first[name]:.1f} s")
    rows = []
    for name, work in _works(configuration).items():
        mine, bare = [], []
        for number in range(1, rounds + 1):
            bare.append(_walked(configuration.prompts.folder, files))
            mine.append(await _timed(work))
            tell(f"{number}/{rounds} {name} {mine[-1]:.1f} ms, bare walk {bare[-1]:.1f} ms")
        ratio = median(one / other for one, other in zip(mine, bare, strict=True))
        what = f"`prompts {name}` a second time"
        beside = "bare scandir and stat"
        measured, reference = rounded(median(mine)), rounded(median(bare))
        rows.append(Row(what, beside, measured, reference, rounded(ratio), most=MOST))
    data = {"languages": languages, "phrases": phrases, "recordings": files, "first_seconds": first}
    return Benchmark(NAME, f"Prompts of {files:,} recordings", "ms", tuple(rows), data)


def _works(configuration: Configuration) -> dict[str, Measured]:
    async def build() -> None:
        built = await build_prompts(configuration)
        if built.problems:
            raise PromptError(built.problems[0])

    async def check() -> None:
        check_prompts([configuration.flows], configuration)

    return {"build": build, "check": check}


async def _timed(work: Measured) -> float:
    begun = time.perf_counter()
    await work()
    return 1000 * (time.perf_counter() - begun)


def _walked(folder: Path, files: int) -> float:
    """Milliseconds of looking at every file."""
    begun = time.perf_counter()
    waiting, found = [str(folder)], 0
    while waiting:
        for entry in os.scandir(waiting.pop()):
            if entry.is_dir():
                waiting.append(entry.path)
            else:
                entry.stat()
                found += 1
    spent = 1000 * (time.perf_counter() - begun)
    if found < files:
        raise PromptError(f"{found} files were found where {files} had been written")
    return spent


def _project(folder: Path, tags: list[str], phrases: int) -> Configuration:
    names = [f"phrase-{number}" for number in range(phrases)]
    for number, tag in enumerate(tags):
        (folder / "prompts" / tag).mkdir(parents=True)
        for place, name in enumerate(names):
            sound = _sound(number * phrases + place)
            (folder / "prompts" / tag / f"{name}.wav").write_bytes(sound)
    texts = [
        f"  {name}: {{{', '.join(f'{tag}: {name} in {tag}.' for tag in tags)}}}\n" for name in names
    ]
    (folder / "prompts/all.yaml").write_text("phrases:\n" + "".join(texts))
    (folder / "flows").mkdir()
    (folder / "flows/main.yaml").write_text(_flow(tags, names))
    (folder / "ivrkit.yaml").write_text("flows: flows\n")
    return load_configuration(folder / "ivrkit.yaml", {})


def _flow(tags: list[str], names: list[str]) -> str:
    sections = "".join(
        f"  in-{tag.lower()}: [{{language: {tag}}}, {{goto: said}}]\n" for tag in tags
    )
    cases = ", ".join(f'"{number}": in-{tag.lower()}' for number, tag in enumerate(tags))
    said = "\n".join(f"    - say: {{phrase: {name}}}" for name in names)
    return FLOW.format(first=tags[0], cases=cases, sections=sections, said=said)


def _sound(number: int) -> bytes:
    """A short tone that no other recording is."""
    at = np.arange(round(SECONDS * 8000)) / 8000
    return audio.written((0.2 * np.sin(2 * np.pi * (300 + number / 50) * at)).astype(np.float32))
