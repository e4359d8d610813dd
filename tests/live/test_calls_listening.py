"""A caller who says it: choices, yes and no, and digits, spoken by a voice into a real call and
understood by the toy model of Vosk, or else by PocketSphinx."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Final

import pytest

from ivrkit.qa.outcome import Outcome
from ivrkit.service.live.playing import play_scripts_live

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

TOY = Path(__file__).parents[3] / "shared" / "vosk-toy"
ENGINE = f"{{engine: vosk, model: {TOY}}}" if TOY.is_dir() else "{engine: pocketsphinx}"
FILES = {
    "ivrkit.yaml": f"""
        speech:
          recognisers:
            en: {ENGINE}
    """,
    "flows/desk.yaml": """
        ivrkit: 1
        flow: desk
        exits: {no_input: nobody, no_match: nobody}
        sections:
          main:
            - answer
            - listen:
                into: topic
                prompt: You can say billing, support or sales. Or press one, two or three.
                choices:
                  billing: [billing]
                  support: [support]
                  sales: [sales, transfer me to sales]
                keys:
                  1: {label: billing, to: next}
                  2: {label: support, to: next}
                  3: {label: sales, to: next}
                no_input: Are you still there?
            - switch: topic
              cases: {billing: account, support: support, sales: sales}
          account:
            - listen:
                into: account
                type: digits
                digits: 3
                prompt: Please say or type the three digits of your account.
            - say:
                - Your account is
                - {digits: account}
            - hangup
          support:
            - listen:
                into: urgent
                type: flag
                prompt: Is it urgent?
            - if: urgent
              then:
                - say: Somebody comes at once.
              else:
                - say: Somebody comes tomorrow.
            - hangup
          sales:
            - listen:
                into: person
                prompt: To whom shall I transfer you?
                choices: [operator, sales]
                confirm: true
            - say: "I connect you to {{ person }} now."
            - hangup
          nobody:
            - say: Good bye then.
            - hangup
    """,
    "calls/digits.yaml": """
        script: 1
        flow: desk
        call:
          - hear: one, two or three
          - silence: 1s
          - say: billing
          - hear: three digits of your account
          - silence: 1s
          - say: one two three
          - hear: Your account is 123
    """,
    "calls/no.yaml": """
        script: 1
        flow: desk
        call:
          - hear: one, two or three
          - silence: 1s
          - say: support
          - hear: urgent
          - silence: 1s
          - say: no
          - hear: comes tomorrow
    """,
    "calls/confirmed.yaml": """
        script: 1
        flow: desk
        call:
          - hear: one, two or three
          - silence: 1s
          - say: transfer me to sales
          - hear: shall I transfer you
          - silence: 1s
          - say: operator
          - hear: I understood operator. Is that right?
          - silence: 1s
          - say: "yes"
          - hear: I connect you to operator now
    """,
    "calls/keys.yaml": """
        script: 1
        flow: desk
        call:
          - hear: You can say billing
          - press: 1
          - hear: three digits of your account
          - press: 471
          - hear: Your account is 471
    """,
}
HARD: Final = (
    frozenset[str]() if TOY.is_dir() else frozenset({"calls/digits.yaml", "calls/confirmed.yaml"})
)
"""What PocketSphinx does not understand of a voice that is no person's."""


@pytest.mark.timeout(180)
async def test_who_says_it_reaches_what_who_types_it_does(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name not in HARD}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    outcomes: dict[str, Outcome] = {}

    def show(outcome: Outcome) -> None:
        outcomes[Path(outcome.script.file).stem] = outcome

    scripts = [tmp_path / "calls"]
    run = await play_scripts_live(scripts, tmp_path / "ivrkit.yaml", show=show, tell=lambda _: None)
    assert run.unreadable == []
    assert {name: each.skipped for name, each in outcomes.items() if each.skipped} == {}
    failures = {name: each.failure for name, each in outcomes.items() if not each.passed}
    assert failures == {}
    assert len(outcomes) == len([name for name in files if name.startswith("calls/")])
