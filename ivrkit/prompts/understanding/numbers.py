"""Numbers: the say rule of numbers, backwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from ivrkit.errors import PromptError
from ivrkit.prompts.heard_words import HeardWords
from ivrkit.prompts.language import Language
from ivrkit.prompts.understanding.sentence import Ends, Spelling, Table, forms_at, past

GROUP: Final = 1000
"""Numbers below it are looked up; those beyond are put together from them."""
_POWERS: Final = tuple(10**places for places in range(3, 16))
_COUNTS: Final = (*range(1, 100), *range(100, 1000, 100))
"""Counts of a thousand, a million … in which a language may show another form of a number."""
_PLACES: Final = 6

_Memo: TypeAlias = dict[tuple[int, int], dict[int, int]]


class Numbers:
    """The numbers of one language. ``groups`` are those below a thousand, by how they are said."""

    def __init__(self, rules: Language, heard: HeardWords, spelling: Spelling) -> None:
        self._rules = rules
        self._spelling = spelling
        self._genders = ("", *rules.genders)
        self.joints = spelling.runs(heard.joints)
        self._skips = self._says_skipped_places()
        known: dict[str, int] = {}
        for number in range(GROUP):
            for form in self._forms(number):
                known.setdefault(form, number)
        for number, texts in heard.numbers.items():
            known |= dict.fromkeys(spelling.runs(texts), number)
        self.groups = Table(known)
        self._scales: list[tuple[int, tuple[str, ...]]] = []
        self._bare: dict[int, tuple[str, ...]] = {}
        for size in _POWERS:
            self._learn_scale(size)
        for size, forms in self._scales:
            self._learn_counts(size, forms)
        self._learn_hundreds()
        minus = self._said(Decimal(-1)).removesuffix(self._said(Decimal(1)))
        self._minus = (minus, *spelling.runs(heard.negative))
        self.digits = self._digit_names(heard)
        self._repeats = Table({spelling.run(text): n for text, n in heard.repeats.items()})
        self._plus = spelling.runs(heard.plus)
        self._points, self._tails = self._fractions(heard)

    # ---- what is found at a place -------------------------------------------------------------

    def whole(self, run: str, begin: int) -> Ends[int]:
        """Each whole number that begins there."""
        yield from self._below(run, begin, len(self._scales), {}).items()

    def number(self, run: str, begin: int) -> Ends[Decimal]:
        """Each number that begins there: negative, with places, or digit by digit."""
        start = past(self._minus, run, begin)
        sign = -1 if start > begin else 1
        for end, whole in self.whole(run, start):
            yield end, Decimal(sign * whole)
            for point in forms_at(self._points, run, end):
                for last, places in self._places(run, point):
                    yield last, sign * (whole + places)
        for end, digits in self.string(run, start):
            if len(digits) > 1:
                yield end, sign * Decimal(digits)

    def string(self, run: str, begin: int) -> Ends[str]:
        """Digits one behind the other, also several as one number, as telephone numbers are said:
        the longest number first ("twenty five" is 25)."""
        digits, at = "", begin
        while at < len(run):
            end, said = self._some_digits(run, at)
            if end == at:
                return
            digits, at = digits + said, end
            yield at, digits

    def phone(self, run: str, begin: int) -> Ends[str]:
        """Digits, perhaps with a plus in front."""
        start = past(self._plus, run, begin)
        for end, digits in self.string(run, start):
            yield end, "+" * (start > begin) + digits

    def _some_digits(self, run: str, at: int) -> tuple[int, str]:
        for end, times in self._repeats.at(run, at):
            for last, digit in self.digits.at(run, end):
                return last, digit * times
        numbers = ((end, str(number)) for end, number in self.groups.at(run, at))
        several = (*self.digits.at(run, at), *numbers)
        return max(several, key=lambda each: each[0], default=(at, ""))

    def _below(self, run: str, begin: int, scale: int, memo: _Memo) -> dict[int, int]:
        """Each number made of the first ``scale`` scales that begins there, by its end."""
        known = memo.get((begin, scale))
        if known is not None:
            return known
        found: dict[int, int] = {}
        for end, number in self.groups.at(run, begin):
            found.setdefault(end, number)
        for place in range(scale):
            size, forms = self._scales[place]
            heads = list(self._below(run, begin, place, memo).items())
            counted = [
                (end, count) for at, count in heads if count for end in forms_at(forms, run, at)
            ]
            counted += [(end, 1) for end in forms_at(self._bare[size], run, begin)]
            for end, count in counted:
                found.setdefault(end, count * size)
                behind = past(self.joints, run, end)
                next_place = size // 10 if self._skips and behind == end else 1
                for last, number in self._below(run, behind, place, memo).items():
                    if number:
                        shifted = number * next_place if number < 10 else number
                        found.setdefault(last, count * size + shifted)
        memo[begin, scale] = found
        return found

    def _places(self, run: str, begin: int) -> Iterator[tuple[int, Decimal]]:
        if not self._tails:
            for end, digits in self.string(run, begin):
                yield end, Decimal(f"0.{digits}")
            return
        for end, count in self.whole(run, begin):
            for last, places in self._tails.at(run, end):
                if count < 10**places:
                    yield last, Decimal(count).scaleb(-places)

    # ---- what the rules tell ------------------------------------------------------------------

    def forms(self, number: int) -> tuple[str, ...]:
        """How a number may be said, by itself and before nouns of each gender."""
        own = [run for run, value in self.groups.known.items() if value == number]
        return tuple(dict.fromkeys((*self._forms(number), *own)))

    def _forms(self, number: int) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                self._spelling.said(self._rules.number(Decimal(number), gender))
                for gender in self._genders
            )
        )

    def _said(self, value: Decimal) -> str:
        return self._spelling.said(self._rules.number(value))

    def _learn_scale(self, size: int) -> None:
        """The words of a scale, if it has some of its own: those behind a count."""
        try:
            twice = self._said(Decimal(2 * size))
        except PromptError:
            return
        if dict(self.whole(twice, 0)).get(len(twice)) == 2 * size:
            return
        forms: dict[str, None] = {}
        for count in (1, 2, 5, 21):
            said = self._said(Decimal(count * size))
            before = [form for form in self._forms(count) if said.startswith(form)]
            if before and len(longest := max(before, key=len)) < len(said):
                forms[said[len(longest) :]] = None
        if any(form.endswith(self._ends) for form in forms):
            return  # "cent mille": a count in a form that is learnt later
        bare = self._said(Decimal(size))
        self._scales.append((size, tuple(sorted(forms, key=len, reverse=True))))
        self._bare[size] = tuple(dict.fromkeys((bare, *forms)))

    @property
    def _ends(self) -> tuple[str, ...]:
        return tuple(form for _, forms in self._scales for form in forms)

    def _learn_counts(self, size: int, forms: Sequence[str]) -> None:
        """Forms of a number that it has before a scale, or behind one, only: "deux cent mille"."""
        known = dict(self.groups.known)
        for count in _COUNTS:
            said = self._said(Decimal(count * size))
            if dict(self.whole(said, 0)).get(len(said)) == count * size:
                continue
            for form in forms:
                if said.endswith(form):
                    known.setdefault(said.removesuffix(form), count)
        for rest in (*_COUNTS, 110, 111):
            said, before = self._said(Decimal(size + rest)), self._said(Decimal(size))
            if said.startswith(before):
                behind = said[len(before) :]
                known.setdefault(behind[past(self.joints, behind, 0) :], rest)
        self.groups = Table(known)

    def _learn_hundreds(self) -> None:
        """Hundreds and what is behind them said apart: "hundred and five", "hunderteins"."""
        known = dict(self.groups.known)
        below = [(run, number) for run, number in known.items() if 0 < number < 100]
        joints = self.joints if self._skips else ("", *self.joints)
        for hundreds in range(100, GROUP, 100):
            heads = set(self.forms(hundreds))
            for rest in (11, 80):  # "settecento undici", "settecent' ottanta"
                for form in self._forms(hundreds + rest):
                    heads |= {form.removesuffix(tail) for tail in self._forms(rest)} - {form}
            for head in heads:
                for run, number in below:
                    for joint in joints:
                        known.setdefault(head + joint + run, hundreds + number)
                    if self._skips and number < 10:
                        known.setdefault(head + run, hundreds + 10 * number)
        self.groups = Table(known)

    def _says_skipped_places(self) -> bool:
        """Whether a place that is skipped is said (一百零五), so that a digit behind a hundred
        without it is of the next place (一百五 is 150)."""
        joined = {form.endswith(self.joints) for form in self._before(105, 5)}
        return bool(self.joints) and joined == {True}

    def _before(self, number: int, last: int) -> list[str]:
        """What stands before the end of a number."""
        return [
            form.removesuffix(tail)
            for form in self._forms(number)
            for tail in self._forms(last)
            if form.endswith(tail)
        ]

    def _digit_names(self, heard: HeardWords) -> Table[str]:
        names = {self._spelling.said(self._rules.digits(str(n))): str(n) for n in range(10)}
        names |= {form: str(number) for number in range(10) for form in self._forms(number)}
        return Table(names | dict.fromkeys(self._spelling.runs(heard.zeros), "0"))

    def _fractions(self, heard: HeardWords) -> tuple[tuple[str, ...], Table[int] | None]:
        """What stands between a number and its places, and what behind these, if anything does, by
        how many they are."""
        points: dict[str, None] = {}
        tails: dict[str, int] = {}
        for whole in (1, 2, 5):
            for places in range(1, _PLACES + 1):
                for count in (1, 2, 5):
                    said = self._said(whole + Decimal(count).scaleb(-places))
                    middle, tail = self._apart(said, whole, count)
                    if places == 1:
                        points[middle] = None
                    if tail:
                        tails[tail] = places
        points |= dict.fromkeys(self._spelling.runs(heard.points))
        return tuple(filter(None, points)), Table(tails) if tails else None

    def _apart(self, said: str, whole: int, count: int) -> tuple[str, str]:
        """What stands behind the first number, and behind the last."""
        head = max((form for form in self._forms(whole) if said.startswith(form)), key=len)
        rest = said[len(head) :]
        at, form = max((rest.rfind(form), form) for form in self._forms(count))
        return rest[:at], rest[at + len(form) :]
