"""Words in call scripts: a voice speaks them into the call, and a recogniser understands them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ivrkit.qa.outcome import Outcome
from ivrkit.service.live.playing import play_scripts_live

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

FILES = {
    "ivrkit.yaml": """
        speech:
          recognisers:
            en: {engine: pocketsphinx}
    """,
    "flows/desk.yaml": """
        ivrkit: 1
        flow: desk
        keys:
          0: {words: [operator], to: person}
        sections:
          main:
            - answer
            - menu:
                prompt: You can say billing or holidays. Or press one or two, or zero for a person.
                keys:
                  1: {words: [billing], to: billing}
                  2: {words: [holidays], to: holidays}
                no_input: Are you still there?
              exits: {else: hangup}
          billing:
            - say: Your bill is paid.
            - hangup
          holidays:
            - say: We are closed on holidays.
            - hangup
          person:
            - say: One moment please.
            - hangup
    """,
    "calls/word.yaml": """
        script: 1
        flow: desk
        call:
          - hear: zero for a person
          - silence: 1s
          - say: billing
          - hear: Your bill is paid
    """,
    "calls/barge-in.yaml": """
        script: 1
        flow: desk
        call:
          - hear: You can say
          - say: holidays
          - never_hear: zero for a person
          - hear: closed on holidays
    """,
    "calls/flow-wide.yaml": """
        script: 1
        flow: desk
        call:
          - hear: zero for a person
          - silence: 1s
          - say: operator
          - hear: One moment please
    """,
    "calls/key.yaml": """
        script: 1
        flow: desk
        call:
          - hear: zero for a person
          - press: 2
          - hear: closed on holidays
    """,
    "calls/silent.yaml": """
        script: 1
        flow: desk
        call:
          - hear: zero for a person
          - silence: 6s
          - hear: Are you still there
    """,
    "calls/unsure.yaml": """
        script: 1
        flow: desk
        call:
          - {say: billing, confidence: 0.1}
    """,
}


@pytest.mark.timeout(180)
async def test_scripts_with_words_pass_live(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    outcomes: dict[str, Outcome] = {}

    def show(outcome: Outcome) -> None:
        outcomes[Path(outcome.script.file).stem] = outcome

    scripts = [tmp_path / "calls"]
    run = await play_scripts_live(scripts, tmp_path / "ivrkit.yaml", show=show, tell=lambda _: None)
    assert run.unreadable == []
    skipped = outcomes.pop("unsure")
    assert "a real one decides" in skipped.skipped
    failures = {name: each.failure for name, each in outcomes.items() if not each.passed}
    assert failures == {}
    assert len(outcomes) == len([name for name in FILES if name.startswith("calls/")]) - 1
