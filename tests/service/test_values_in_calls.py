"""Values on a call, in every language that has rules: what the parts of a prompt write, the caller
hears as the language's rules say it, and the language of the call decides."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ivrkit.call.events import Saying
from ivrkit.prompts.language import Language, registry
from ivrkit.qa.reading import load_script
from ivrkit.qa.simulating import play_simulated
from ivrkit.service.scripts import FlowBook, configuration_for

TAGS = sorted(registry())
AT = datetime(2026, 3, 3, 14, 5)
PARTS = (
    "{number: 21}",
    "{number: 21, gender: feminine}",
    "{number: -1.25}",
    "{ordinal: 1, gender: masculine}",
    "{ordinal: 21, gender: feminine}",
    "{money: 1.01, currency: EUR}",
    "{money: 1000000, currency: USD}",
    "{digits: \"'0612345678'\", style: phone}",
    "{digits: \"'4970101234567890'\", style: card}",
    "{spell: \"'AB1'\"}",
    "{date: today, style: relative}",
    '{date: "today + days(1)", style: short}',
    "{date: today, style: weekday}",
    "{date: today}",
    "{time: \"time('14:05')\"}",
    "{time: \"time('00:00')\", clock: 12}",
    "{time: \"time('14:05')\", clock: 24}",
    "{datetime: \"datetime('2026-03-03T14:05:00')\", style: relative, clock: 24}",
    '{duration: "minutes(61)"}',
)


def expected(rules: Language) -> list[str]:
    """What the rules say of these values on the second of March."""
    today = date(2026, 3, 2)
    said = (
        rules.number(Decimal(21)),
        rules.number(Decimal(21), "feminine"),
        rules.number(Decimal("-1.25")),
        rules.ordinal(1, "masculine"),
        rules.ordinal(21, "feminine"),
        rules.money(Decimal("1.01"), "EUR"),
        rules.money(Decimal(10**6), "USD"),
        rules.digits("0612345678", style="phone"),
        rules.digits("4970101234567890", style="card"),
        rules.spell("AB1"),
        rules.date(today, "relative", 0),
        rules.date(today + timedelta(days=1), "short"),
        rules.date(today, "weekday"),
        rules.date(today),
        rules.time(AT.time()),
        rules.time(time(0), 12),
        rules.time(AT.time(), 24),
        rules.moment(AT, "relative", 1, 24),
        rules.duration(timedelta(minutes=61)),
    )
    return [each.text for each in said]


def project(folder: Path) -> Path:
    """A flow that says all values in one language after the other, and a call to it."""
    steps = [
        f"    - language: {tag}\n" + "".join(f"    - say: {part}\n" for part in PARTS)
        for tag in TAGS
    ]
    flow = "ivrkit: 1\nflow: values\nlanguage: en\nsections:\n  main:\n    - answer\n"
    files = {
        "ivrkit.yaml": "flows: flows\n",
        "flows/values.yaml": flow + "".join(steps),
        "tests/call.yaml": "script: 1\nflow: values\n"
        "given: {clock: 2026-03-02T14:05:00+01:00}\ncall:\n  - expect: {ended: flow}\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder / "tests/call.yaml"


@pytest.mark.parametrize("restarts", [False, True])
async def test_every_value_is_heard_as_its_language_says_it(tmp_path: Path, restarts: bool) -> None:
    script = project(tmp_path)
    book = FlowBook(configuration_for(script, None))
    outcome = await play_simulated(load_script(script), book.scene(), restart_everywhere=restarts)
    assert outcome.failure is None
    heard: dict[str, list[str]] = {}
    for event in (event for trace in outcome.traces for event in trace):
        if isinstance(event, Saying):
            texts = heard.setdefault(event.language, [])
            texts += [event.text] if texts[-1:] != [event.text] else []
    for tag in TAGS:
        told = expected(registry()[tag]("EUR"))
        assert heard[tag] == [text for i, text in enumerate(told) if told[i - 1 : i] != [text]]
