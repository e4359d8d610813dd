"""`ivrkit prompts build`: everything that calls can need is made before they come.

Recordings are converted and levelled, texts spoken; both lie where the engine looks for them. What
was made stays as long as nobody asks for it to be removed.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ivrkit.errors import FlowError, IvrkitError, PromptError
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.names import is_language
from ivrkit.prompts import tree
from ivrkit.prompts.building import Looking, look_into
from ivrkit.prompts.cache import FOLDER as STATIC
from ivrkit.prompts.ledger import Ledger
from ivrkit.prompts.recordings import FOLDER as RECORDINGS
from ivrkit.prompts.recordings import Recordings
from ivrkit.prompts.service import Progress, PromptService
from ivrkit.prompts.speakers import Speakers
from ivrkit.service.configuration import Configuration
from ivrkit.service.flows import load_checked, speak, spoken_languages
from ivrkit.service.prompts.checking import known_languages
from ivrkit.service.prompts.inputs import inputs_of
from ivrkit.service.registries import reader
from ivrkit.service.world import configured_world

NOTE: Final = "build"
"""Under which the ledger has what the last complete build began from."""
CONVERTED: Final = "converted"
"""Under which it has how the recordings and their copies were then."""
RETIRED: Final = "retired"
"""Under which it has since when files are needed no more."""

UNFINISHED: Final = 3600.0
"""Seconds after which a file that was begun was given up."""

Bars = Callable[[str], Progress]
"""Takes what is done, and gives what is told how much of it is."""


@dataclass
class Built:
    """What came of a build: how many ``recordings`` there are and were ``converted`` now, how many
    texts were ``spoken`` now; what could not be made, with the reason; how many files were
    ``removed``, and how many are ``kept`` that nobody needs."""

    recordings: int = 0
    converted: int = 0
    spoken: int = 0
    lasting: int = 0
    removed: int = 0
    kept: int = 0
    problems: list[str] = field(default_factory=list)


async def build_prompts(
    configuration: Configuration,
    languages: Iterable[str] = (),
    *,
    again: bool = False,
    prune: bool = False,
    keep: float = 0.0,
    bars: Bars = lambda what: lambda done, of: None,
    now: Callable[[], float] = time.time,
) -> Built:
    """Make all that is not there: in all languages, or in these.

    ``again`` looks into every recording again. ``prune`` removes what nobody needs any more, and
    has not needed for ``keep`` seconds. Raises ConfigurationError for what is no language,
    PromptError when the cache cannot be written.
    """
    wanted = known_languages(languages)
    settings = configuration.prompts
    recordings = Recordings.of(settings)
    ledger = Ledger(settings.cache)
    before = {} if again or prune or wanted else _noted(ledger.note(CONVERTED))
    looking = Looking()
    if before and before == _state(recordings, before):
        built = Built(len(recordings.files), problems=before["problems"])
    else:
        looking = await asyncio.to_thread(
            look_into,
            recordings,
            ledger,
            convert=True,
            again=again,
            wanted=_of_languages(wanted),
            progress=bars("recordings"),
        )
        problems = _problems(configuration, looking)
        built = Built(len(looking.looked), looking.done, problems=problems)
        if not wanted and not looking.unread:
            state = _state(recordings, {"problems": problems})
            ledger.write_note(CONVERTED, json.dumps(state))
    texts = _Texts(configuration, recordings, ledger, wanted)
    await texts.build(built, again, bars)
    if prune and texts.complete:
        _prune(configuration, recordings, ledger, looking, texts.needed, built, keep, now())
    return built


def _state(recordings: Recordings, before: dict[str, Any]) -> dict[str, Any]:
    """What differs when recordings, or copies of them, are not as they were ``before``."""
    return {
        "recordings": tree.fingerprint(recordings.files),
        "form": recordings.form,
        "copies": tree.fingerprint_of_names(tree.names(recordings.copies)),
        "problems": before.get("problems", []),
    }


def _of_languages(wanted: Sequence[str]) -> Callable[[str], bool] | None:
    """Which recordings: those of the languages, and those of no language."""
    if not wanted:
        return None

    def is_wanted(name: str) -> bool:
        tag, inside, _ = name.partition("/")
        return not inside or tag in wanted or not is_language(tag)

    return is_wanted


def _problems(configuration: Configuration, looking: Looking) -> list[str]:
    folder = configuration.prompts.folder
    found = {name: each.problem for name, each in looking.looked.items() if each.problem}
    return [f"{folder}/{name}: {why}" for name, why in sorted({**found, **looking.unread}.items())]


class _Texts:
    """The texts of all flows. ``needed`` are the files that they and the recordings need, and
    ``complete`` says that all of them are there."""

    def __init__(
        self,
        configuration: Configuration,
        recordings: Recordings,
        ledger: Ledger,
        wanted: Sequence[str],
    ) -> None:
        self._configuration = configuration
        self._recordings = recordings
        self._ledger = ledger
        self._wanted = wanted
        self.needed: set[str] = set()
        self.complete = False

    async def build(self, built: Built, again: bool, bars: Bars) -> None:
        """Speak what is missing; at once when nothing has changed and all is there."""
        begun = await self._begun()
        if not again and not self._wanted and await self._is_built(begun):
            built.lasting, self.complete = len(self.needed), True
            return
        prompts = PromptService(self._configuration.prompts, recordings=self._recordings)
        try:
            said = await self._speak_all(prompts, built, bars)
            built.spoken = prompts.spoken_now
            static = self._configuration.prompts.cache / STATIC
            self.needed = {each.relative_to(static).as_posix() for each in prompts.lasting}
            built.lasting = len(self.needed)
            # What another voice than the first one spoke is to be spoken by that one next time.
            if not self._wanted and said is not None and not prompts.stood_in:
                noted = {"inputs": begun, "voices": await self._voices(said)}
                self._ledger.write_needed(self.needed)
                self._ledger.write_note(NOTE, json.dumps(noted))
                self.complete = True
        finally:
            await prompts.close()

    async def _begun(self) -> str:
        paths = [self._configuration.flows]
        return await asyncio.to_thread(
            inputs_of, paths, self._configuration, self._recordings, sounds=False
        )

    async def _is_built(self, begun: str) -> bool:
        """Whether the last complete build began from the same files, settings and voices, and
        what it made is still there."""
        noted = _noted(self._ledger.note(NOTE))
        voices = noted.get("voices", {})
        if noted.get("inputs") != begun or await self._voices(voices) != voices:
            return False
        self.needed = self._ledger.needed()
        there = tree.names(self._configuration.prompts.cache / STATIC)
        return self.needed <= there

    async def _voices(self, languages: Iterable[str]) -> dict[str, str]:
        """What decides how languages sound: engines, versions, voices, speeds, loudness."""
        speakers = Speakers(self._configuration.prompts)
        found = {}
        try:
            for tag in languages:
                try:
                    found[tag] = await speakers.sounds_like(tag)
                except IvrkitError as error:
                    found[tag] = str(error)
        finally:
            await speakers.close()
        return found

    async def _speak_all(
        self, prompts: PromptService, built: Built, bars: Bars
    ) -> list[str] | None:
        """The languages of all flows; None when something could not be said."""
        configuration = self._configuration
        settings = configuration.prompts
        library = FlowLibrary(reader(), configuration.flows, settings.folder, settings.fallbacks)
        names = library.names()
        world = configured_world(configuration, names)
        languages: dict[str, None] = {}
        problems = len(built.problems)
        for name in names:
            checked = await asyncio.to_thread(load_checked, library, name, world)
            if checked.version is None:
                count = len(checked.diagnostics.errors)
                built.problems.append(
                    f"flow {name}: {count} error{'' if count == 1 else 's'}; "
                    "`ivrkit check` tells them"
                )
                continue
            languages.update(dict.fromkeys(spoken_languages(checked.version, prompts.languages)))
            try:
                await speak(checked.version, prompts, bars(f"texts of {name}"), self._wanted)
            except (PromptError, FlowError) as error:
                built.problems.append(f"flow {name}: {error}")
        return list(languages) if len(built.problems) == problems else None


def _noted(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _prune(
    configuration: Configuration,
    recordings: Recordings,
    ledger: Ledger,
    looking: Looking,
    texts: set[str],
    built: Built,
    keep: float,
    now: float,
) -> None:
    """Remove the files that neither texts nor recordings need, once they were not needed for so
    long: calls in progress may still say them."""
    cache = configuration.prompts.cache
    copies = {
        recordings.copy_name(name, each.content)
        for name, each in looking.looked.items()
        if not each.problem
    }
    there = {f"{STATIC}/{name}" for name in tree.names(cache / STATIC) - texts}
    there |= {f"{RECORDINGS}/{name}" for name in tree.names(cache / RECORDINGS) - copies}
    since = {name: at for name, at in _noted(ledger.note(RETIRED)).items() if name in there}
    for name in sorted(there):
        unfinished = name.rpartition("/")[2].startswith(".")  # perhaps of one who writes it now
        patience = max(keep, UNFINISHED) if unfinished else keep
        if now - float(since.setdefault(name, now)) < patience:
            built.kept += 1
            continue
        try:
            (cache / name).unlink(missing_ok=True)
        except OSError as error:
            raise PromptError(f"{cache / name} cannot be removed: {error.strerror}") from None
        built.removed += 1
        del since[name]
    ledger.write_note(RETIRED, json.dumps(since))
