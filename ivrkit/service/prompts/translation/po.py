"""PO files (GNU gettext), as Poedit, Weblate and others read them; Babel writes and reads them.

The context (``msgctxt``) is the id of a text. Plural forms are CLDR's, in the order of the header
that says which number takes which.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from babel.plural import to_gettext

from ivrkit.errors import ConfigurationError
from ivrkit.expressions.plurals import FORMS, forms_of
from ivrkit.service.prompts.translation.sentences import ONLY, Forms
from ivrkit.service.prompts.translation.translated import Translated, TranslatedFile
from ivrkit.service.prompts.translation.units import Unit

OTHER: Final = "other"
_JOINT: Final = re.compile(rb'"\s*\n\s*"')
"""Between the lines of one text."""
_COUNTS: Final = re.compile(rb'nplurals([^;\\"]*)')
_COUNT: Final = re.compile(rb"\s*=\s*\d\s*")
"""Babel makes a list of so many forms for each message, however many are said."""
_HEADER: Final = r"""# Texts that callers hear.
# What stands in braces is a value: keep it, and put it where it belongs.
msgid ""
msgstr ""
"Language: {language}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {forms}\n"

"""


def written(units: Iterable[Unit], language: str) -> bytes:
    """The file for a language."""
    forms = plural_forms(language)
    catalog = Catalog(_locale(language), charset="utf-8")
    catalog.mime_headers = [("Plural-Forms", forms)]
    for unit in units:
        message = catalog.add(
            _id(unit.source),
            _string(unit, language),
            locations=unit.places,
            auto_comments=[*unit.comments, *_told(unit)],
            context=unit.id,
        )
        message.flags.discard("python-format")
        message.flags.discard("python-brace-format")
    target = io.BytesIO()
    target.write(_HEADER.format(language=_locale(language), forms=forms).encode())
    write_po(target, catalog, width=0, omit_header=True)
    return target.getvalue()


def read(raw: bytes, name: str, language: str = "") -> TranslatedFile:
    """A file of this name; ``language`` is that of one which does not say its own. Raises
    ConfigurationError for what is no PO file."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if not all(_COUNT.fullmatch(each) for each in _COUNTS.findall(_JOINT.sub(b"", raw))):
        raise _unreadable(name, "Plural-Forms says no number of forms, or more than any language")
    try:
        catalog = read_po(lines, abort_invalid=True)
    except PoFileError as error:
        raise _unreadable(f"{name}:{error.lineno + 1}", str(error.args[0])) from None
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise _unreadable(name, str(error)) from None
    language = str(catalog.locale_identifier or "").replace("_", "-") or language
    if not language:
        raise ConfigurationError(f"{name} does not say its language", hint="name it: --language fr")
    found = TranslatedFile(language, obsolete=len(catalog.obsolete))
    for message in catalog:
        if message.id:
            found.texts.append(_read(message, language, name))
    return found


def plural_forms(language: str) -> str:
    """The header that tells which number takes which form."""
    locale = _parsed(language)
    rule = to_gettext(locale.plural_form) if locale is not None else "nplurals=1; plural=(0);"
    return _whole(rule)


def _whole(rule: str) -> str:
    """The rule for whole numbers: ``e``, the exponent of a number as it is written, is no word of
    gettext's, and always 0 in a call."""
    for written_, meant in (("e >= 0 && e <= 5", "1"), ("e == 0", "1")):
        rule = rule.replace(written_, meant)
    return rule


def ordered(language: str) -> list[str]:
    """The forms of a language in the order of that header."""
    there = forms_of(language)
    return [form for form in FORMS if form in there]


def _parsed(language: str) -> Locale | None:
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _locale(language: str) -> str:
    return language.replace("-", "_")


def _id(source: Forms) -> str | tuple[str, str]:
    if ONLY in source:
        return source[ONLY]
    many = source.get(OTHER) or next(iter(source.values()))
    return source.get("one", many), many


def _string(unit: Unit, language: str) -> str | tuple[str, ...]:
    if ONLY in unit.source:
        return unit.translation.get(ONLY, "")
    return tuple(unit.translation.get(form, "") for form in ordered(language))


def _told(unit: Unit) -> list[str]:
    told = list(unit.contexts)
    shown = {"one", OTHER}
    told += [f"{form}: {text}" for form, text in unit.source.items() if form not in {ONLY, *shown}]
    return [" ".join(each.split()) for each in told]


def _read(message: Message, language: str, name: str) -> Translated:
    line = message.lineno or 1
    given = message.string or ""
    if isinstance(message.id, tuple | list):
        forms = ordered(language)
        if isinstance(given, str) or len(given) != len(forms):
            count = 1 if isinstance(given, str) else len(given)
            raise ConfigurationError(
                f"{name}:{line}: {count} plural forms where {language} has "
                f"{len(forms)}: {', '.join(forms)}",
                hint="keep the line Plural-Forms as it was exported",
            )
        source = {"one": message.id[0], OTHER: message.id[1]}
        translation = dict(zip(forms, given, strict=True))
    else:
        source, translation = {ONLY: message.id}, {ONLY: str(given)}
    return Translated(message.context or "", source, translation, line, message.fuzzy)


def _unreadable(place: str, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"{place}: this is no PO file that can be read: {reason[:200]}",
        hint="it is what `ivrkit prompts export` writes, with translations in it",
    )
