"""A page per language: its golden table, and the words that have to be recorded."""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterable
from typing import Final

from babel import Locale

from docs.generator.golden import RECORDED, TABLES, Row, rows
from docs.generator.markdown import code, prose, table
from ivrkit.expressions.plurals import forms_of
from ivrkit.prompts.language import Language, registry
from ivrkit.prompts.vocabulary import FORMS, vocabulary

PACKAGES: Final = {"de": "asterisk-prompt-de"}
"""Debian's packages of recordings; the others are ``asterisk-core-sounds-<tag>-wav``."""
NOTICE: Final = (
    "<!-- Made by `make docs` from the say rules and tests/prompts/languages/golden/{tag}.yaml. "
    "Edit these. -->\n\n"
)
TITLES: Final = {
    "number": "Numbers",
    "money": "Amounts",
    "date": "Dates",
    "time": "Times of day",
    "datetime": "Dates with a time",
    "digits": "Digits",
    "ordinal": "Places in an order",
    "duration": "Lengths of time",
    "spell": "Letters",
    "press": "Announcements of menus",
}


def pages() -> dict[str, str]:
    """The pages by the name of their file."""
    tags = sorted(path.stem for path in TABLES.glob("*.yaml"))
    return {f"languages/{tag}.md": page(tag) for tag in tags}


def page(tag: str) -> str:
    """The page of a language."""
    kind = registry()[tag]
    name = Locale.parse(tag, sep="-").get_display_name("en")
    parts = [f"# {name} ({code(tag)})", _about(kind), _facts(kind)]
    table_rows = rows(tag)
    for form, title in TITLES.items():
        said = [row for row in table_rows if row.form == form]
        parts += [f"## {title}", table(("written", "shown", "spoken", "recordings"), _cells(said))]
    parts += ["## Words to record", _words(kind)]
    return NOTICE.format(tag=tag) + "\n\n".join(parts) + "\n"


def _about(kind: type[Language]) -> str:
    """What the files of the language say of it."""
    modules = [kind.__module__, f"{kind.__module__}_words"]
    found = [name for name in modules if importlib.util.find_spec(name) is not None]
    return "\n\n".join(prose(inspect.getdoc(importlib.import_module(name))) for name in found)


def _facts(kind: type[Language]) -> str:
    facts = {
        "plural forms of `count`": ", ".join(map(_form, _forms(kind))),
        "genders of `number` and `ordinal`": ", ".join(map(code, kind.genders)) or "none",
        "currencies": ", ".join(sorted(kind.currencies)),
        "callers say for yes": ", ".join(kind.yes),
        "callers say for no": ", ".join(kind.no),
        "recordings": _package(kind.tag),
    }
    return table(("", ""), facts.items())


def _forms(kind: type[Language]) -> list[tuple[str, list[int]]]:
    """The plural forms with the first whole numbers that take them."""
    found: dict[str, list[int]] = {form: [] for form in sorted(forms_of(kind.tag))}
    for number in (*range(103), 10**6):
        found[kind.plural(number)].append(number)
    return list(found.items())


def _form(form: tuple[str, list[int]]) -> str:
    name, numbers = form
    few = ", ".join(map(str, numbers[:6]))
    return f"{code(name)} ({few or 'fractions'}{', …' if len(numbers) > 6 else ''})"


def _package(tag: str) -> str:
    if not (RECORDED / f"{tag}.txt").is_file():
        return "Debian has no package of recordings"
    package = PACKAGES.get(tag, f"asterisk-core-sounds-{tag}-wav")
    return f"Debian's {code(package)}"


def _cells(found: Iterable[Row]) -> Iterable[tuple[str, str, str, str]]:
    for row in found:
        written = ", ".join(f"{name}: {_scalar(value)}" for name, value in row.part.items())
        part = f"{{{written}}}" if row.form != "press" else row.part["press"]
        yield code(part), row.text, row.words, " ".join(row.sounds)


def _scalar(value: str) -> str:
    """A value as a flow writes it."""
    plain = value.replace("-", "").replace(".", "").replace(":", "").replace(" ", "").isalnum()
    return value if plain and value.strip() == value else f"'{value}'"


def _words(kind: type[Language]) -> str:
    """What a studio has to record."""
    words: dict[str, str] = {}
    for form in FORMS:
        words.update(vocabulary(kind(), form))
    for currency in sorted(kind.currencies):
        words.update(vocabulary(kind(), "money", {"currency": currency}))
    if (RECORDED / f"{kind.tag}.txt").is_file():
        words = {sound: words[sound] for sound in words if sound in kind.unrecorded}
        about = (
            f"{_package(kind.tag)} lacks these words. A value with one of them is spoken by the "
            "voice until a recording of that name is there."
        )
    else:
        about = (
            "These are all the words of the rules. A value is played from recordings when all its "
            "words were recorded under these names."
        )
    listed = ", ".join(f"{code(sound)} {word}" for sound, word in sorted(words.items()))
    return f"{about}\n\n{listed}"
