"""Amounts of money: numbers and the names of units."""

from __future__ import annotations

from decimal import Decimal

from ivrkit.prompts.amounts import Currency, Unit
from ivrkit.prompts.heard_words import HeardWords
from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.chinese_words import Coins
from ivrkit.prompts.understanding.numbers import Numbers
from ivrkit.prompts.understanding.sentence import Ends, Spelling, Table, past


class Money:
    """The amounts of one language: those of its own currency where there is one, else those of
    every currency that it has names for. Which one was named is not told. An amount of another
    currency than the own one has no value."""

    def __init__(
        self, rules: Language, heard: HeardWords, spelling: Spelling, numbers: Numbers
    ) -> None:
        self._numbers = numbers
        self._spelling = spelling
        own = rules.currency.upper()
        every = rules.currencies
        currencies = {own: every[own]} if own in every else every
        sizes: dict[str, Decimal] = {}
        before: dict[str, None] = {}
        for code, names in currencies.items():
            for run, size in self._units(code, names, heard):
                sizes.setdefault(run, size)
            if isinstance(names, Coins) and names.before is not None:
                before[spelling.run(names.before.text)] = None
        self._sizes = Table(sizes)
        others = (run for each in every.items() for run, _ in self._units(*each, heard))
        self._foreign = Table({run: True for run in others if run not in sizes})
        self._before = tuple(before)
        self._joints = numbers.joints
        self._tenths = Decimal("0.1") in sizes.values()

    def amount(self, run: str, begin: int) -> Ends[tuple[Decimal | None, bool]]:
        """Each amount that begins there; a number without a unit is a bare one."""
        for end, number in self._numbers.number(run, past(self._before, run, begin)):
            yield end, (number, True)
            for behind, _ in self._foreign.at(run, end):
                yield behind, (None, False)
            for behind, size in self._sizes.at(run, end):
                yield behind, (number * size, False)
                if number == number.to_integral_value():
                    yield from self._smaller(run, behind, number * size, size)

    def _smaller(
        self, run: str, begin: int, amount: Decimal, size: Decimal
    ) -> Ends[tuple[Decimal, bool]]:
        """What smaller units add to an amount."""
        for end, count in self._numbers.whole(run, past(self._joints, run, begin)):
            sign = -1 if amount < 0 else 1
            if size == 1 and self._tenths and 0 < count < 10:
                yield end, (amount + sign * count * Decimal("0.1"), False)  # 五块二
            elif size == 1 and not self._tenths and 10 <= count < 100:
                yield end, (amount + sign * count * Decimal("0.01"), False)  # twelve euros fifty
            for behind, smaller in self._sizes.at(run, end):
                if smaller < size and count * smaller < size:
                    total = amount + sign * count * smaller
                    yield behind, (total, False)
                    yield from self._smaller(run, behind, total, smaller)

    def _units(self, code: str, names: Currency, heard: HeardWords) -> list[tuple[str, Decimal]]:
        smallest = Decimal(1).scaleb(-names.places)
        tenth = names.tenth if isinstance(names, Coins) else None
        units = (("major", names.major, Decimal(1)), ("tenth", tenth, Decimal("0.1")))
        found = []
        for name, unit, size in (*units, ("minor", names.minor, smallest)):
            texts = (*_texts(unit), *heard.units.get((code, name), ()))
            found += [(run, size) for run in self._spelling.runs(texts)]
        return found


def _texts(unit: Unit | None) -> list[str]:
    return [] if unit is None else [word.text for word in unit.forms.values()]
