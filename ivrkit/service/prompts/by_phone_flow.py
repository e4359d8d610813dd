"""The flow by which a person records a prompt over the telephone."""

from __future__ import annotations

from typing import Final

NAME: Final = "record-prompt"
KEPT: Final = "kept"
CANCELLED: Final = "cancelled"
WORDS: Final = "words"
"""The param that holds the text to be read; empty where nobody knows it."""

LANGUAGE: Final = "@language@"

FLOW: Final = """\
ivrkit: 1
flow: record-prompt
title: Somebody records a prompt
language: en
params: {words: {type: text, default: ""}}
variables: {take: {type: {file: text, seconds: number, id: text}, optional: true}}
defaults:
  menu: {attempts: 5, first_digit: 8s}
exits: {no_input: gone, no_match: gone}
on_error: failed
sections:
  main:
    - answer
    - wait: 500ms
    - goto: ready

  ready:
    - menu:
        keys:
          1: {say: To record, to: record}
          2:
            say: To hear the text
            when: words != ''
            to:
              - {say: {text: "{{ words }}", language: @language@}}
              - again
          0: {say: To cancel, to: cancelled}

  record:
    - say: Speak after the tone, and press the hash key at the end.
    - record: {into: take, longest: 10m, end_silence: 6s, end_keys: hash, keep: 1h}
      exits: {empty: empty}
    - goto: review

  empty:
    - say: There was nothing to hear.
    - goto: ready

  review:
    - menu:
        keys:
          1: {say: To hear your recording, to: [{say: {audio: "{{ take.file }}"}}, again]}
          2: {say: To keep it, to: kept}
          3: {say: To record it again, to: record}
          4:
            say: To hear the text
            when: words != ''
            to:
              - {say: {text: "{{ words }}", language: @language@}}
              - again
          0: {say: To cancel, to: cancelled}

  kept:
    - milestone: {name: kept, values: {recording: "{{ take.id }}"}}
    - say: Your recording is kept. Goodbye.
    - hangup

  cancelled:
    - milestone: cancelled
    - say: Nothing is kept. Goodbye.
    - hangup

  gone:
    - say: Nothing is kept. Goodbye.
    - hangup

  failed:
    - say: Something has failed. Goodbye.
    - hangup
"""


def flow_for(language: str) -> str:
    """The flow, for a text in this language."""
    return FLOW.replace(LANGUAGE, language)
