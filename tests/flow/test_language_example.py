"""The example of the language's definition: loaded and checked without a finding."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

import ivrkit.prompts.parts
import ivrkit.steps
from ivrkit.call import Call, Exit, Kind, Part, Step
from ivrkit.call.exits import GO_ON
from ivrkit.call.fields import Label
from ivrkit.errors import PromptError
from ivrkit.flow.check import check
from ivrkit.flow.closure import FlowLibrary
from ivrkit.flow.model import FlowVersion
from ivrkit.flow.reader import Reader
from ivrkit.flow.registry import Registry
from ivrkit.flow.world import Announced, Wording


class Voicemail(Step):
    """Takes a message; of a later release."""

    verb: ClassVar[str] = "voicemail"
    kind: ClassVar[Kind] = Kind.CALLER
    answered: ClassVar[bool] = True
    example: ClassVar[str] = "- voicemail: {mailbox: service}"

    mailbox: Label

    async def run(self, call: Call) -> Exit:
        return GO_ON


LATER = {each.verb: each for each in (Voicemail,)}


class Site:
    queues = ("service",)
    flows = ("bank", "library/survey")
    ports = None
    dialplan = None
    connectors = None
    functions = None
    calendars = None
    recognition = None

    def entrances(self, flow: str) -> tuple[()]:
        return ()

    def speaks(self, language: str) -> bool | None:
        return None

    def has_audio(self, name: str) -> bool | None:
        return False

    def announced(self, text: str, language: str) -> Sequence[Announced]:
        return ()

    def wording(self, language: str) -> Wording | None:
        return None

    def recorded(self, name: str, language: str) -> float | None:
        return None

    def unsayable(self, part: Part, language: str) -> PromptError | None:
        return None


SURVEY = """
ivrkit: 1
variables: {score: digits}
sections:
  main:
    - menu:
        into: score
        prompt: How did we do, from 1 to 5?
        keys: {"[1-5]": next}
      exits: {else: return}
    - log: "score {{ score }}"
"""

BANK = r"""
ivrkit: 1
flow: bank
title: Acme Bank, main line
language: en

variables:
  account: digits
  customer: {name: text, balance: money, vip: flag}
  reason: {choice: [balances, cards, other], default: other}

payload:                         # what an agent's screen receives: checked on every path to a queue
  customer: {type: text, optional: true}
  account: {type: digits, optional: true}
  reason: {choice: [balances, cards, other]}

keys:                            # understood in every menu and collect of this flow and of the flows it runs
  0: {say: For a person, to: agent}
  9: again
shortcuts:                       # understood in every menu, however deep
  "*31": cards

defaults:
  menu: {attempts: 3, first_digit: 5s, between_digits: 2s}
exits: {no_input: agent, no_match: agent}   # for every step that does not say otherwise
on_error: apology                # a step that failed, and whose own exits do not say where to go
on_end: wrap-up                  # once, when the call is over, however it ended

sections:
  main:
    - answer
    - say: Welcome to Acme Bank.
    - goto: top

  top:
    - menu:
        into: reason             # the label of the choice
        keys:
          1: {label: balances, say: For balances, words: [balance, account], to: balance}
          2: {label: cards, say: For cards, to: cards}
        no_input:
          - Are you still there?
          - Please press a key.
        no_match: That is not one of the choices.

  balance:
    - collect:
        into: account
        prompt: Enter your account number, then the hash key.
        digits: 6-12
        terminator: hash
        restart: star
        confirm: true
        check:
          - database:
              source: crm
              query: select name, balance, vip from accounts where number = :account
              into: customer
            exits: {not_found: wrong}      # a wrong entry: no_match is said and the question asked again
        no_match: I could not find that account.
    - say:
        - "{{ customer.name }}, your balance is"
        - {money: customer.balance, currency: EUR}
    - goto: top

  cards:
    - say: Our card desk will help you.
    - goto: agent

  agent:
    - queue:
        name: service
        priority: "{{ 10 if customer.vip else 0 }}"
        payload: {customer: "{{ customer.name }}", account: "{{ account }}", reason: "{{ reason }}"}
        timeout: 5m
      exits: {else: message}     # full, unstaffed, timeout: all the ways that are not "answered"
    - run: {flow: library/survey}      # an agent was there and has hung up
    - hangup

  message:
    - voicemail: {mailbox: service}

  apology:
    - say: We are sorry, something went wrong.
    - goto: agent

  wrap-up:
    - log: "{{ call.ended }} after {{ call.path }}"
"""  # noqa: E501 - as it stands in the definition


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> FlowVersion:
    verbs = dict(Registry.find(Step, "verb", ivrkit.steps))  # type: ignore[type-abstract]
    parts = Registry.find(Part, "form", ivrkit.prompts.parts)  # type: ignore[type-abstract]
    reader = Reader({**verbs, **LATER}, parts)
    library = FlowLibrary(reader, Path(tmp_path_factory.mktemp("flows")))
    loaded = library.load("bank", {"bank": BANK, "library/survey": SURVEY})
    assert [str(each) for each in loaded.diagnostics] == []
    return loaded.required()


def test_it_is_loaded_with_the_flow_it_runs(version: FlowVersion) -> None:
    assert set(version.flows) == {"bank", "library/survey"}
    assert list(version.flow.sections) == [
        "main",
        "top",
        "balance",
        "cards",
        "agent",
        "message",
        "apology",
        "wrap-up",
    ]


def test_it_is_checked_without_a_finding(version: FlowVersion) -> None:
    assert [str(each) for each in check(version, Site())] == []


def test_without_the_lookup_the_balance_would_be_reported(version: FlowVersion) -> None:
    """The check of the collect is what gives the customer a value on every path."""
    verbs = dict(Registry.find(Step, "verb", ivrkit.steps))  # type: ignore[type-abstract]
    parts = Registry.find(Part, "form", ivrkit.prompts.parts)  # type: ignore[type-abstract]
    reader = Reader({**verbs, **LATER}, parts)
    text = BANK.replace("exits: {not_found: wrong}", "exits: {not_found: next}")
    flow, found = reader.read("bank.yaml", text, name="bank")
    assert flow is not None, list(found)
    flows = {"bank": flow, "library/survey": version.flows["library/survey"]}
    told = list(check(FlowVersion("bank", "", flows), Site()))
    assert {each.code for each in told} == {"perhaps-unset", "lookup-leaves"}
    (unset,) = (each for each in told if each.code == "perhaps-unset")
    assert "main > top > balance" in unset.message
