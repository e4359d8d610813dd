"""What Spanish says, as its speakers would: the golden table."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import PromptError
from ivrkit.prompts.language import Languages
from ivrkit.prompts.languages.es import LARGEST, Spanish, cardinal
from ivrkit.prompts.words import Utterance

ES = Spanish("EUR")


def spoken(said: Utterance) -> str:
    return ES.speech(said.words)


NUMBERS = (
    ("0", "cero"),
    ("1", "uno"),
    ("7", "siete"),
    ("15", "quince"),
    ("16", "dieciséis"),
    ("21", "veintiuno"),
    ("22", "veintidós"),
    ("26", "veintiséis"),
    ("30", "treinta"),
    ("31", "treinta y uno"),
    ("99", "noventa y nueve"),
    ("100", "cien"),
    ("101", "ciento uno"),
    ("115", "ciento quince"),
    ("200", "doscientos"),
    ("555", "quinientos cincuenta y cinco"),
    ("700", "setecientos"),
    ("999", "novecientos noventa y nueve"),
    ("1000", "mil"),
    ("1001", "mil uno"),
    ("1100", "mil cien"),
    ("2026", "dos mil veintiséis"),
    ("21000", "veintiún mil"),
    ("31001", "treinta y un mil uno"),
    ("100000", "cien mil"),
    ("500000", "quinientos mil"),
    ("1000000", "un millón"),
    ("2000000", "dos millones"),
    ("21000001", "veintiún millones uno"),
    ("1000000000", "mil millones"),
    ("1000000000000", "un billón"),
    ("-5", "menos cinco"),
    ("3.14", "tres coma uno cuatro"),
    ("-0.5", "menos cero coma cinco"),
)


@pytest.mark.parametrize(("value", "words"), NUMBERS)
def test_numbers(value: str, words: str) -> None:
    assert spoken(ES.number(Decimal(value))) == words


MONEY = (
    ("0", "EUR", "cero euros"),
    ("1", "EUR", "un euro"),
    ("12.50", "EUR", "doce euros con cincuenta céntimos"),
    ("21", "EUR", "veintiún euros"),
    ("0.01", "EUR", "un céntimo"),
    ("0.50", "EUR", "cincuenta céntimos"),
    ("101.21", "USD", "ciento un dólares con veintiún centavos"),
    ("1", "GBP", "una libra"),
    ("200", "GBP", "doscientas libras"),
    ("21.01", "GBP", "veintiuna libras con un penique"),
    ("1500", "MXN", "mil quinientos pesos"),
    ("1000000", "COP", "un millón de pesos"),
    ("2500000", "COP", "dos millones quinientos mil pesos"),
    ("990", "CLP", "novecientos noventa pesos"),
    ("-3.20", "EUR", "menos tres euros con veinte céntimos"),
    ("1", "CRC", "un colón"),
    ("5", "CRC", "cinco colones"),
)


@pytest.mark.parametrize(("value", "currency", "words"), MONEY)
def test_money(value: str, currency: str, words: str) -> None:
    assert spoken(ES.money(Decimal(value), currency)) == words


DATES = (
    ("2026-03-02", "full", "lunes, dos de marzo de dos mil veintiséis"),
    ("2026-05-01", "full", "viernes, primero de mayo de dos mil veintiséis"),
    (
        "1999-12-31",
        "full",
        "viernes, treinta y uno de diciembre de mil novecientos noventa y nueve",
    ),
    ("2026-08-21", "short", "veintiuno de agosto"),
    ("2026-01-01", "short", "primero de enero"),
    ("2026-03-07", "weekday", "sábado"),
    ("2026-03-04", "weekday", "miércoles"),
)


@pytest.mark.parametrize(("day", "style", "words"), DATES)
def test_dates(day: str, style: str, words: str) -> None:
    assert spoken(ES.date(date.fromisoformat(day), style)) == words


TIMES = (
    ("00:00", "las doce de la noche"),
    ("00:30", "las doce y media de la noche"),
    ("01:00", "la una de la madrugada"),
    ("05:59", "las cinco y cincuenta y nueve de la madrugada"),
    ("06:00", "las seis de la mañana"),
    ("09:05", "las nueve y cinco de la mañana"),
    ("10:30", "las diez y media de la mañana"),
    ("12:00", "las doce del mediodía"),
    ("13:15", "la una y cuarto de la tarde"),
    ("19:45", "las siete y cuarenta y cinco de la tarde"),
    ("20:00", "las ocho de la noche"),
    ("23:01", "las once y uno de la noche"),
)


@pytest.mark.parametrize(("at", "words"), TIMES)
def test_times(at: str, words: str) -> None:
    assert spoken(ES.time(time.fromisoformat(at))) == words


ORDINALS = (
    (1, "primero"),
    (3, "tercero"),
    (7, "séptimo"),
    (10, "décimo"),
    (11, "undécimo"),
    (13, "decimotercero"),
    (20, "vigésimo"),
    (21, "vigésimo primero"),
    (45, "cuadragésimo quinto"),
    (99, "nonagésimo noveno"),
    (120, "número ciento veinte"),
)


@pytest.mark.parametrize(("value", "words"), ORDINALS)
def test_ordinals(value: int, words: str) -> None:
    assert spoken(ES.ordinal(value)) == words


DURATIONS = (
    ({"seconds": 0}, "cero segundos"),
    ({"seconds": 1}, "un segundo"),
    ({"minutes": 1}, "un minuto"),
    ({"minutes": 2, "seconds": 5}, "dos minutos y cinco segundos"),
    ({"hours": 1}, "una hora"),
    ({"hours": 21}, "veintiuna horas"),
    ({"hours": 25, "minutes": 30}, "un día, una hora y treinta minutos"),
    ({"minutes": -3}, "menos tres minutos"),
)


@pytest.mark.parametrize(("given_", "words"), DURATIONS)
def test_durations(given_: dict[str, Any], words: str) -> None:
    assert spoken(ES.duration(timedelta(**given_))) == words


OTHERS = (
    (ES.digits("123"), "123", "uno dos tres"),
    (ES.digits("5551234"), "5551234", "cinco cinco cinco, uno dos tres cuatro"),
    (ES.digits("0-4"), "0-4", "cero, cuatro"),
    (ES.spell("Ñu1"), "Ñ U 1", "eñe, u, uno"),
    (ES.spell("wé"), "W É", "uve doble, e"),
    (ES.press("1"), ", pulse 1.", ", pulse uno."),
    (ES.press("*2"), ", pulse asterisco 2.", ", pulse asterisco dos."),
    (ES.press("#"), ", pulse almohadilla.", ", pulse almohadilla."),
    (
        ES.moment(datetime(2026, 3, 2, 13, 0), "short"),
        "2 de marzo a la 1 de la tarde",
        "dos de marzo a la una de la tarde",
    ),
    (ES.number(Decimal("12.5")), "12,5", "doce coma cinco"),
    (ES.money(Decimal("1.50"), "EUR"), "1 euro con 50 céntimos", None),
    (ES.date(date(2026, 3, 2)), "lunes, 2 de marzo de 2026", None),
    (ES.time(time(13, 5)), "la 1:05 de la tarde", None),
    (ES.ordinal(2), "2.º", None),
    (ES.duration(timedelta(minutes=65)), "1 hora y 5 minutos", None),
)


@pytest.mark.parametrize(("said", "text", "words"), OTHERS)
def test_the_text_and_the_words(said: Utterance, text: str, words: str | None) -> None:
    assert said.text == text
    assert words is None or spoken(said) == words


ANNOUNCED = (
    ("Para saldos, pulse 1.", "1"),
    ("Para saldos, pulse 1. Para tarjetas, pulse 2.", "1 2"),
    ("Pulse 1 para saldos, 2 para tarjetas o 3 para repetir.", "1 2 3"),
    ("Marque uno o dos.", "1 2"),
    ("Presione la tecla asterisco.", "*"),
    ("y después pulse almohadilla", "#"),
    ("Oprima la tecla numeral.", "#"),
    ("Para volver, marque * 9", "*9"),
    ("Elija la opción 4.", "4"),
    ("En caso de emergencia marque 112.", ""),
    ("Marque los 8 dígitos de su cuenta.", ""),
    ("Tiene 3 mensajes.", ""),
    ("Pulse una tecla.", ""),
)


@pytest.mark.parametrize(("text", "keys"), ANNOUNCED)
def test_announced_keys(text: str, keys: str) -> None:
    found = Languages().announced(text, "es-MX")
    assert [each.keys for each in found] == keys.split()


def test_what_cannot_be_said() -> None:
    for wrong in (
        lambda: ES.number(Decimal(LARGEST) + 1),
        lambda: ES.digits(""),
        lambda: ES.digits("a"),
        lambda: ES.spell(""),
        lambda: ES.money(Decimal(1), "XXX"),
        lambda: Spanish().money(Decimal(1), ""),
    ):
        with pytest.raises(PromptError):
            wrong()


@given(st.integers(0, LARGEST))
def test_every_number_has_words_without_holes(number: int) -> None:
    for feminine in (True, False):
        words = cardinal(number, noun=True, feminine=feminine)
        assert words
        assert all(word.text.strip() == word.text and word.sound for word in words)
