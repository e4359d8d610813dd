from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from ivrkit.errors import ExpressionError, PromptError
from ivrkit.expressions import Secret
from ivrkit.prompts.languages.en import English
from tests.prompts.support import PARTS, Names, part


def test_a_value_becomes_a_dynamic_piece(names: Names) -> None:
    piece = part("money", money="customer.balance", currency="EUR").evaluate(names)
    assert (piece.form, piece.value, dict(piece.options)) == (
        "money",
        Decimal("12.50"),
        {"currency": "EUR"},
    )
    assert piece.dynamic
    assert not piece.secret


def test_settings_left_out_are_left_out(names: Names) -> None:
    assert part("date", date="day").evaluate(names).options == {}


def test_a_setting_may_be_computed(names: Names) -> None:
    made = part("digits", digits="'123456'", group="{{ count }}")
    assert made.static is None
    assert made.evaluate(names).options == {"group": Decimal(3)}


def test_a_literal_is_the_same_in_every_call(names: Names) -> None:
    made = part("number", number="5", language="en", voice="low", speed="0.8")
    piece = made.static
    assert piece is not None
    assert not piece.dynamic
    assert (piece.value, piece.language, piece.voice, piece.speed) == (Decimal(5), "en", "low", 0.8)
    assert made.evaluate(names) is piece


@pytest.mark.parametrize("source", ["count", "count + 1", "today", "upper('x')"])
def test_what_may_change_is_not_static(source: str) -> None:
    assert part("number", number=source).static is None


def test_a_secret_is_not_spoken(names: Names) -> None:
    with pytest.raises(ExpressionError, match=r"'pin' is a secret.*reveal: true beside digits"):
        part("digits", digits="pin").evaluate(names)


def test_a_secret_is_read_back_when_the_flow_says_so(names: Names) -> None:
    piece = part("digits", digits="pin", reveal=True).evaluate(names)
    assert piece.secret
    assert isinstance(piece.value, Secret)
    assert "4711" not in repr(piece)


def test_none_is_an_error_that_names_the_expression(names: Names) -> None:
    with pytest.raises(ExpressionError, match="'nothing' is none"):
        part("number", number="nothing").evaluate(names)


@pytest.mark.parametrize(
    ("form", "source", "complaint"),
    [
        ("number", "account", "take digits"),
        ("number", "vip", "is a flag"),
        ("digits", "day", "says digits"),
        ("spell", "customer", "is a record"),
        ("money", "account", "says amounts"),
        ("date", "at", "is a time"),
        ("time", "day", "is a date"),
    ],
)
def test_a_value_of_another_kind_is_refused(
    names: Names, form: str, source: str, complaint: str
) -> None:
    with pytest.raises(ExpressionError, match=complaint):
        part(form, **{form: source}).evaluate(names)


def test_a_secret_currency_is_refused(names: Names) -> None:
    with pytest.raises(ExpressionError, match="secret"):
        part("money", money="count", currency="{{ pin }}").evaluate(names)


def test_a_currency_without_value_is_refused(names: Names) -> None:
    with pytest.raises(ExpressionError, match="'currency' is none"):
        part("money", money="count", currency="{{ nothing }}").evaluate(names)


def test_a_datetime_is_a_date_and_a_time(names: Names) -> None:
    piece = part("date", date="moment").evaluate(names)
    assert isinstance(piece.value, date)
    assert part("time", time="moment").evaluate(names).value == names.lookup("moment")


@pytest.mark.parametrize(
    ("day", "away"),
    [("2026-03-01", -1), ("2026-03-02", 0), ("2026-03-03", 1), ("2025-03-02", -365)],
)
def test_a_relative_date_knows_how_far_it_is_from_the_calls_today(
    names: Names, day: str, away: int
) -> None:
    names.values["day"] = date.fromisoformat(day)
    made = part("date", date="day", style="relative")
    assert made.static is None
    assert made.evaluate(names).options == {"style": "relative", "away": Decimal(away)}


def test_a_moment_of_tonight_is_tomorrow(names: Names) -> None:
    names.values["moment"] = datetime(2026, 3, 3, 0, 30)
    made = part("datetime", datetime="moment", style="{{ 'relative' }}")
    assert made.evaluate(names).options["away"] == 1


def test_what_is_no_style_gender_or_clock_is_refused_with_those_there_are() -> None:
    language = English()
    for form, value, options, cure in (
        ("date", date(2026, 3, 2), {"style": "fully"}, "did you mean 'full'"),
        ("digits", "123", {"style": "telephone"}, "phone"),
        ("number", Decimal(1), {"gender": "feminin"}, "did you mean 'feminine'"),
        ("time", time(1), {"clock": "13"}, "12"),
    ):
        with pytest.raises(PromptError, match=cure):
            PARTS[form].utterance(value, options, language)
