"""`ivrkit prompts check`: all that is missing and wrong, looked for again only where it changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from ivrkit.errors import ConfigurationError
from ivrkit.flow.names import is_language
from ivrkit.prompts.building import Progress, look_into
from ivrkit.prompts.ledger import Ledger
from ivrkit.prompts.recordings import Recordings
from ivrkit.service.configuration import Configuration
from ivrkit.service.prompts import recorded, sound, texts
from ivrkit.service.prompts.findings import Finding, Report, in_order
from ivrkit.service.prompts.inputs import inputs_of
from ivrkit.service.prompts.project import Project, read_project

NOTE: Final = "check"
"""Under which the ledger has the last report."""

OF_ALL: Final[Sequence[Callable[[Project], Iterator[Finding]]]] = (
    texts.mistakes,
    texts.unsaid,
    recorded.unused,
    recorded.badly_named,
)
OF_A_LANGUAGE: Final[Sequence[Callable[[Project, str], Iterator[Finding]]]] = (
    texts.without_rules,
    texts.missing,
    texts.unnamed,
    recorded.missing,
    recorded.words,
)


class _Kept(msgspec.Struct):
    inputs: str
    texts: str
    report: Report


def check_prompts(
    paths: Sequence[Path],
    configuration: Configuration,
    languages: Iterable[str] = (),
    *,
    again: bool = False,
    progress: Progress | None = None,
) -> Report:
    """What is missing and wrong in the prompts of flows (files, folders) at a site, in all
    languages that calls can get, or in these ``languages``.

    Where nothing has changed since the last time, that is told again; ``again`` looks at all.
    Raises ConfigurationError for a path or language that does not exist, PromptError when the
    cache cannot be written.
    """
    wanted = known_languages(languages)
    recordings = Recordings.of(configuration.prompts)
    ledger = Ledger(configuration.prompts.cache)
    asked = " ".join(wanted)
    inputs = f"{inputs_of(paths, configuration, recordings)} {asked}"
    kept = None if again else _kept(ledger)
    if kept is not None and kept.inputs == inputs:
        return kept.report
    texts_inputs = f"{inputs_of(paths, configuration, recordings, sounds=False)} {asked}"
    looking = look_into(recordings, ledger, again=again, progress=progress)
    if kept is not None and kept.texts == texts_inputs:
        found, known = _without_sound(kept.report.findings), kept.report.languages
    else:
        project = read_project(paths, configuration, recordings, wanted)
        known = wanted or list(project.languages)
        found = _of_project(project, known)
    found += sound.wrong(configuration.prompts, recordings.files, looking)
    report = Report(in_order(found), known, len(recordings.files))
    report = report.only(known) if wanted else report
    if not looking.unread:
        encoded = msgspec.json.encode(_Kept(inputs, texts_inputs, report)).decode()
        ledger.write_note(NOTE, encoded)
    return report


def known_languages(tags: Iterable[str]) -> list[str]:
    """The tags, each once. Raises ConfigurationError for one that is no language's."""
    for tag in tags:
        if not is_language(tag):
            raise ConfigurationError(
                f"'{tag[:40]}' is not the tag of a language", hint="write en, de or de-AT"
            )
    return list(dict.fromkeys(tags))


def _of_project(project: Project, languages: Sequence[str]) -> list[Finding]:
    found = [each for find in OF_ALL for each in find(project)]
    for language in languages:
        for look in OF_A_LANGUAGE:
            found += look(project, language)
    return found


def _without_sound(findings: Iterable[Finding]) -> list[Finding]:
    return [each for each in findings if each.kind not in sound.KINDS]


def _kept(ledger: Ledger) -> _Kept | None:
    try:
        return msgspec.json.decode(ledger.note(NOTE) or b"null", type=_Kept | None)
    except msgspec.MsgspecError:
        return None
