"""Where fragments stand when they are tried.

A list of steps stands behind the first steps of `main` below; a mapping without ``sections``
replaces the fields of this flow that it names. Only what is found in the fragment's own lines
counts.
"""

from __future__ import annotations

import re
from textwrap import indent

from docs.generator.samples import findings
from ivrkit.flow.diagnostics import Diagnostic
from ivrkit.service.world import SiteWorld

FIELDS = """\
ivrkit: 1
returns: {score: number}
outcomes: [refused]
data:
  accounts:
    "123456": {name: Ann Lee, balance: 12.50, vip: false}
  orders: {"4711": on its way}
variables:
  account: {type: digits, default: 123456}
  order: {type: digits, default: 4711}
  customer: {name: text, balance: money, vip: flag}
  reason: {type: {choice: [balances, cards, other]}, default: other}
  score: {type: number, default: 3}
  attempts_left: number
  pin: secret
  at: {type: time, default: 10:30}
  appointment: {day: date, at: time}
  booking: {reference: text}
  task: {step: text}
  total: {type: money, default: 12.50}
  payment: {paid: text, receipt: text}
payload:
  reason: {type: {choice: [balances, cards, other]}, optional: true}
"""
BEFORE = """\
sections:
  main:
    - answer
    - wait: 1s
    - set:
        customer: "{{ accounts['123456'] }}"
        appointment.day: 2026-03-02
        appointment.at: "10:30"
        booking.reference: AB12
"""
BEHIND = """\
    - goto: everywhere
  everywhere:
    - menu:
        prompt: Where to?
        keys: {1: top, 2: balance, 3: agent, 4: hangup}
      exits: {no_input: hangup, no_match: hangup}
  top:
    - say: We are at the top.
  balance:
    - say: Your balance is fine.
  agent:
    - say: An agent comes.
"""
OTHERS = {
    "library/survey": """\
ivrkit: 1
params: {question: {type: text, optional: true}}
returns: {score: number}
variables: {score: number}
sections:
  main:
    - menu: {prompt: From 1 to 5?, keys: {"[1-5]": next}, into: score}
      exits: {no_input: hangup, no_match: hangup}
    - return: {score: "{{ score }}"}
""",
    "library/question": "params: {question: text}\nsections: {main: [hangup]}\n",
}
WORLD = SiteWorld(
    flows=("main", *OTHERS),
    queues=("service", "cards"),
    audio=lambda name: name == "welcome",
)
_TOP = re.compile(r"^(?=[a-z_]+:)", re.MULTILINE)


def with_steps(fragment: str) -> tuple[str, range]:
    """A flow around steps, and the lines in which the steps stand."""
    head = FIELDS + BEFORE
    first = head.count("\n") + 1
    body = indent(fragment, "    ")
    return head + body + BEHIND, range(first, first + body.count("\n"))


def with_fields(fragment: str) -> tuple[str, range]:
    """A flow around some of its fields."""
    named = {each.split(":")[0] for each in _TOP.split(fragment) if each.strip()}
    kept = "".join(each for each in _TOP.split(FIELDS) if each.split(":")[0] not in named)
    return fragment + kept + BEFORE + BEHIND, range(1, fragment.count("\n") + 1)


def found(text: str, lines: range | None = None, *, name: str = "main") -> list[Diagnostic]:
    """What is found in a flow, in these lines of it. What a piece declares it need not use."""
    every = findings(text, name, world=WORLD, others=OTHERS)
    if lines is None:
        return list(every)
    return [each for each in every if each.mark.line in lines and each.code != "unused"]
