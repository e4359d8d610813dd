"""Every code of the checks: a flow that has the mistake, at its line, and one that has not.

In a bad sample the line with the mistake ends with ``  # here``; it is the only finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import NamedTuple

import pytest

from ivrkit.errors import PromptError
from ivrkit.flow.world import Entrance, Function

from .conftest import CheckFlow, Site, Understanding, told
from .lint_samples import LINTS


class Sample(NamedTuple):
    code: str
    bad: str
    good: str
    site: Site | None = None
    runs: Mapping[str, str] = {}


SAMPLES = [
    Sample(
        "runs-itself",
        """
        sections:
          main:
            - answer
            - say: Welcome.
            - run: {flow: bank}  # here
        """,
        """
        exits: {no_input: hangup, no_match: hangup}
        sections:
          main:
            - answer
            - menu:
                keys:
                  1: {say: To begin anew, to: again}
                  2: {say: To leave, to: hangup}
        """,
        runs={},  # the page of diagnostics has a sample of its own: there the flow is called main
    ),
    Sample(
        "missing-section",
        """
        sections:
          main:
            - answer
            - goto: ballance  # here
          balance:
            - hangup
        """,
        """
        sections:
          main:
            - goto: balance
          balance:
            - hangup
        """,
    ),
    Sample(
        "missing-section",
        """
        sections:
          main:
            - run: greet  # here
        """,
        """
        sections:
          main:
            - run: greeting
          greeting:
            - say: Hello.
        """,
    ),
    Sample(
        "missing-section",
        """
        on_error: sorry  # here
        sections:
          main:
            - say: Hello.
        """,
        """
        on_error: sorry
        sections:
          main:
            - say: Hello.
          sorry:
            - say: Sorry.
        """,
    ),
    Sample(
        "nothing-around",
        """
        sections:
          main:
            - say: Hello.
            - again  # here
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1.
                keys:
                  1:
                    - say: Hello.
                    - again
              exits: {no_input: hangup, no_match: hangup}
        """,
    ),
    Sample(
        "nothing-around",
        """
        variables: {vip: flag}
        sections:
          main:
            - if: vip
              then: wrong  # here
        """,
        """
        variables: {pin: digits}
        sections:
          main:
            - answer
            - collect:
                into: pin
                digits: 4
                check:
                  - if: pin == '0000'
                    then: wrong
              exits: {no_input: hangup, no_match: hangup}
        """,
    ),
    Sample(
        "nothing-around",
        """
        sections:
          main:
            - repeat: 2
              do:
                - say: Hello.
              exits:
                used_up:
                  - break  # here
        """,
        """
        sections:
          main:
            - repeat: 2
              do:
                - say: Hello.
                - break
        """,
    ),
    Sample(
        "needs-among",
        """
        variables: {wish: text}
        sections:
          main:
            - language: "{{ wish }}"  # here
            - say: Hello.
        """,
        """
        variables: {wish: text}
        sections:
          main:
            - language: {language: "{{ wish }}", among: [en]}
            - say: Hello.
        """,
    ),
    Sample(
        "unspoken-language",
        """
        variables: {wish: text}
        sections:
          main:
            - language:
                language: "{{ wish }}"
                among: [en, tlh]  # here
            - say: Hello.
        """,
        """
        sections:
          main:
            - language: en
            - say: Hello.
        """,
        Site(spoken={"en"}),
    ),
    Sample(
        "words-elsewhere",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Say cards, or press 1.
                keys:
                  1:
                    to: hangup
                    words:
                      en: cards
                      fr: cartes  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - language: fr
            - menu:
                prompt: {en: "Say cards, or press 1.", fr: Dites cartes ou tapez 1.}
                keys:
                  1: {to: hangup, words: {en: cards, fr: cartes}}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "unanswerable-here",
        """
        language: de
        variables: {topic: text}
        sections:
          main:
            - answer
            - listen:  # here
                prompt: Sagen Sie, worum es geht.
                type: text
                into: topic
              exits: {else: hangup}
            - log: "{{ topic }}"
        """,
        """
        language: de
        variables: {number: digits}
        sections:
          main:
            - answer
            - collect:
                prompt: Bitte geben Sie Ihre Kundennummer ein.
                digits: 6
                into: number
              exits: {else: hangup}
            - log: "{{ number }}"
        """,
        site=Site(recognition=Understanding()),
    ),
    Sample(
        "not-understood",
        """
        language: de
        keys:
          0: {to: hangup, words: hilfe}  # here
        sections:
          main:
            - answer
            - menu:
                prompt: Bitte drücken Sie die 1.
                keys: {1: hangup}
              exits: {else: hangup}
        """,
        """
        keys:
          0: {to: hangup, words: help}
        sections:
          main:
            - answer
            - menu:
                prompt: Please press 1.
                keys: {1: hangup}
              exits: {else: hangup}
        """,
        Site(recognition=Understanding()),
    ),
    Sample(
        "unknown-word",
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 or 2.
                keys:
                  1: {to: hangup, words: help}
                  2:
                    to: hangup
                    words:
                      - sales
                      - The "Helpdesk", please  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 or 2.
                keys:
                  1: {to: hangup, words: help}
                  2: {to: hangup, words: [sales, help desk]}
              exits: {else: hangup}
        """,
        Site(recognition=Understanding(unknown={"helpdesk"})),
    ),
    Sample(
        "unknown-dialplan",
        """
        sections:
          main:
            - answer
            - dialplan: card-terminl  # here
              exits: {failed: hangup}
        """,
        """
        sections:
          main:
            - answer
            - dialplan: card-terminal
              exits: {failed: hangup}
        """,
        Site(dialplan={"card-terminal"}),
    ),
    Sample(
        "unknown-calendar",
        """
        sections:
          main:
            - hours: offise  # here
              exits: {closed: hangup}
            - say: Hello.
        """,
        """
        calendars:
          desk: {zone: Europe/Berlin, week: {mon: "09:00-17:00"}}
        sections:
          main:
            - hours: office
              exits: {closed: hangup}
            - hours: {calendar: desk, at: now}
              exits: {closed: hangup}
            - say: Hello.
        """,
        Site(calendars={"office"}),
    ),
    Sample(
        "no-entrance",
        """
        sections:
          main:
            - goto: desk
          desk:  # here
            - say: Hello.
        """,
        """
        entry: [desk]
        sections:
          main:
            - goto: desk
          desk:
            - say: Hello.
        """,
        Site(numbers=(Entrance("800", "desk"), Entrance("801", "main"))),
    ),
    Sample(
        "leaves-at-once",
        """
        sections:
          main:
            - repeat: 2
              do: greeting  # here
          greeting:
            - say: Hello.
        """,
        """
        sections:
          main:
            - repeat: 2
              do:
                - run: greeting
          greeting:
            - say: Hello.
        """,
    ),
    Sample(
        "unknown-exit",
        """
        sections:
          main:
            - answer
            - queue: {name: service}
              exits:
                timeouts: hangup  # here
                else: hangup
        """,
        """
        sections:
          main:
            - answer
            - queue: {name: service}
              exits:
                timeout: hangup
                error: hangup
                else: hangup
        """,
    ),
    Sample(
        "no-target",
        """
        sections:
          main:
            - answer
            - menu:  # here
                keys: {1: hangup}
              exits: {no_input: hangup}
        """,
        """
        exits: {no_match: hangup}
        sections:
          main:
            - answer
            - menu:
                keys: {1: hangup}
              exits: {no_input: hangup}
        """,
    ),
    Sample(
        "unreached-section",
        """
        sections:
          main:
            - say: Hello.
          cards:  # here
            - goto: more
          more:
            - goto: cards
        """,
        """
        keys: {0: cards}
        sections:
          main:
            - answer
            - menu:
                keys: {1: hangup}
              exits: {else: hangup}
          cards:
            - goto: more
          more:
            - say: Hello.
            - goto: cards
        """,
    ),
    Sample(
        "unreached-step",
        """
        sections:
          main:
            - goto: end
            - say: Hello.  # here
            - say: And again.
          end:
            - hangup
        """,
        """
        variables: {vip: flag}
        sections:
          main:
            - goto: end
              when: vip
            - say: Hello.
          end:
            - hangup
        """,
    ),
    Sample(
        "unreached-step",
        """
        variables: {vip: flag}
        sections:
          main:
            - if: vip
              then: end
              else: other
            - say: Hello.  # here
          end:
            - hangup
          other:
            - say: Goodbye.
        """,
        """
        variables: {vip: flag}
        sections:
          main:
            - if: vip
              then: end
              else:
                - say: Please wait.
            - say: Hello.
          end:
            - hangup
        """,
    ),
    Sample(
        "no-main",
        """
        sections:
          start:  # here
            - say: Hello.
        """,
        """
        sections:
          main:
            - say: Hello.
        """,
    ),
    Sample(
        "undefined-name",
        """
        variables: {account: {type: digits, default: "1"}}
        sections:
          main:
            - say: "Your account is {{ acount }}."  # here
        """,
        """
        variables: {account: {type: digits, default: "1"}}
        data: {hotline: "0800"}
        sections:
          main:
            - say: "Your account is {{ account }}, our number {{ hotline }}, {{ call.id }}."
        """,
    ),
    Sample(
        "undefined-name",
        """
        variables: {account: digits}
        sections:
          main:
            - set:
                acount: "12"  # here
            - say: "{{ acount }}"
        """,
        """
        variables: {account: digits}
        sections:
          main:
            - set:
                account: "12"
            - say: "{{ account }}"
        """,
    ),
    Sample(
        "wrong-type",
        """
        variables: {reason: {choice: [cards, other]}}
        sections:
          main:
            - answer
            - menu:
                into: reason
                keys:
                  1: {label: card, to: hangup}  # here
                  2: {label: other, to: hangup}
              exits: {else: hangup}
        """,
        """
        variables: {reason: {choice: [cards, other]}}
        sections:
          main:
            - answer
            - menu:
                into: reason
                keys:
                  1: {label: cards, to: hangup}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "wrong-type",
        """
        variables: {score: number}
        sections:
          main:
            - answer
            - menu:
                into: score
                keys:
                  "[1-5]": next
                  star: next  # here
              exits: {else: hangup}
        """,
        """
        variables: {score: number}
        sections:
          main:
            - answer
            - menu:
                into: score
                keys:
                  "[1-5]": next
                  star: {label: 0, to: next}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "undefined-field",
        """
        sections:
          main:
            - log: "{{ call.form }}"  # here
        """,
        """
        sections:
          main:
            - log: "{{ call.from }} {{ visits.main }} {{ queues.service.waiting }}"
        """,
    ),
    Sample(
        "undefined-field",
        """
        variables: {task: {step: text}}
        sections:
          main:
            - set:
                task.stepp: amount  # here
        """,
        """
        variables: {task: {step: text}}
        sections:
          main:
            - set:
                task.step: amount
        """,
    ),
    Sample(
        "unknown-function",
        """
        sections:
          main:
            - log: "{{ uper(call.id) }}"  # here
        """,
        """
        sections:
          main:
            - log: "{{ upper(call.id) }}"
        """,
    ),
    Sample(
        "bad-arguments",
        """
        sections:
          main:
            - log: "{{ upper(call.id, 3) }}"  # here
        """,
        """
        sections:
          main:
            - log: "{{ upper(call.id) }}"
        """,
    ),
    Sample(
        "wrong-type",
        """
        variables: {patience: {type: flag, default: true}}
        sections:
          main:
            - wait: "{{ patience }}"  # here
        """,
        """
        variables: {patience: {type: duration, default: 3s}}
        sections:
          main:
            - wait: "{{ patience }}"
        """,
    ),
    Sample(
        "wrong-type",
        """
        variables: {count: number}
        sections:
          main:
            - set:
                count: many  # here
        """,
        """
        variables: {count: number}
        sections:
          main:
            - set:
                count: 12
            - set: {count: none}
        """,
    ),
    Sample(
        "never-holds",
        """
        variables: {reason: {choice: [cards, other], default: other}}
        sections:
          main:
            - if: reason == 'card'  # here
              then: hangup
        """,
        """
        variables: {reason: {choice: [cards, other], default: other}}
        sections:
          main:
            - if: reason == 'cards'
              then: hangup
        """,
    ),
    Sample(
        "never-holds",
        """
        variables: {reason: {choice: [cards, other], default: other}}
        sections:
          main:
            - switch: reason
              cases:
                card: hangup  # here
        """,
        """
        variables: {reason: {choice: [cards, other], default: other}}
        sections:
          main:
            - switch: reason
              cases:
                cards: hangup
                none: hangup
        """,
    ),
    Sample(
        "always-none",
        """
        sections:
          main:
            - log: "{{ call.id ~ none }}"  # here
        """,
        """
        sections:
          main:
            - log: "{{ call.id ~ 'x' }}"
        """,
    ),
    Sample(
        "perhaps-unset",
        """
        variables: {account: digits}
        sections:
          main:
            - say: "Your account is {{ account }}."  # here
        """,
        """
        variables: {account: digits}
        sections:
          main:
            - say: "Your account is {{ account }}."
              when: account
            - say: "It is {{ default(account, 'unknown') }}, {{ account if account else 'none' }}."
            - set: {account: "123"}
            - say: "Your account is {{ account }}."
        """,
    ),
    Sample(
        "payload-missing",
        """
        payload: {account: digits}
        sections:
          main:
            - answer
            - queue: {name: service}  # here
              exits: {else: hangup}
        """,
        """
        payload: {account: digits}
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect: {into: account, digits: 4}
              exits: {else: hangup}
            - queue:
                name: service
                payload: {account: "{{ account }}"}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "payload-missing",
        """
        payload: {account: digits}
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect: {into: account, digits: 4}
              exits: {else: agent}
            - goto: agent
          agent:
            - queue:
                name: service
                payload: {account: "{{ account }}"}  # here
              exits: {else: hangup}
        """,
        """
        payload: {account: {type: digits, optional: true}}
        variables: {account: digits}
        sections:
          main:
            - answer
            - collect: {into: account, digits: 4}
              exits: {else: agent}
            - goto: agent
          agent:
            - queue:
                name: service
                payload: {account: "{{ account }}"}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "payload-unknown",
        """
        payload: {account: {type: digits, optional: true}}
        sections:
          main:
            - answer
            - queue:
                name: service
                payload: {acount: "1"}  # here
              exits: {else: hangup}
        """,
        """
        payload: {account: {type: digits, optional: true}}
        sections:
          main:
            - answer
            - queue:
                name: service
                payload: {account: "1"}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "wrong-type",
        """
        payload: {reason: {choice: [cards, other]}}
        sections:
          main:
            - answer
            - queue:
                name: service
                payload: {reason: balances}  # here
              exits: {else: hangup}
        """,
        """
        payload: {reason: {choice: [cards, other]}}
        sections:
          main:
            - answer
            - queue:
                name: service
                payload: {reason: cards}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "secret",
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - log: "entered {{ pin }}"  # here
        """,
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4, check: pin != '0000'}
              exits: {else: hangup}
            - if: pin == '1234'
              then:
                - log: entered
        """,
    ),
    Sample(
        "secret",
        """
        variables: {pin: secret}
        payload: {pin: digits}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - queue:
                name: service
                payload: {pin: "{{ pin }}"}  # here
              exits: {else: hangup}
        """,
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - say: {digits: pin, reveal: true}
        """,
    ),
    Sample(
        "secret",
        """
        variables: {pin: secret, copy: text}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - set:
                copy: "{{ pin }}"  # here
        """,
        """
        variables: {pin: secret, copy: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - set:
                copy: "{{ pin }}"
        """,
    ),
    Sample(
        "secret",
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - log: "{{ input.keys }}"  # here
        """,
        """
        variables: {pin: secret}
        sections:
          main:
            - answer
            - collect: {into: pin, digits: 4}
              exits: {else: hangup}
            - menu:
                keys: {1: next}
              exits: {else: hangup}
            - log: "{{ input.keys }}"
        """,
    ),
    Sample(
        "into-without-returns",
        """
        sections:
          main:
            - run:
                section: part
                into: x  # here
          part:
            - say: Hello.
        """,
        """
        sections:
          main:
            - run: part
          part:
            - say: Hello.
        """,
    ),
    Sample(
        "unknown-argument",
        """
        sections:
          main:
            - run:
                section: part
                with: {question: Why}  # here
          part:
            - say: Hello.
        """,
        """
        sections:
          main:
            - run:
                section: part
          part:
            - say: Hello.
        """,
    ),
    Sample(
        "unknown-outcome",
        """
        outcomes: [refused]
        sections:
          main:
            - return: {exit: refussed}  # here
        """,
        """
        outcomes: [refused]
        sections:
          main:
            - return: {exit: refused}
        """,
    ),
    Sample(
        "unknown-return",
        """
        returns: {score: number}
        sections:
          main:
            - return: {scores: 3}  # here
        """,
        """
        returns: {score: number}
        sections:
          main:
            - return: {score: 3}
        """,
    ),
    Sample(
        "section-as-text",
        """
        sections:
          main:
            - say: cards  # here
            - goto: cards
          cards:
            - hangup
        """,
        """
        sections:
          main:
            - say: Cards.
            - goto: cards
          cards:
            - hangup
        """,
    ),
    Sample(
        "same-keys",
        """
        sections:
          main:
            - answer
            - menu:
                keys:
                  "[1-3]": hangup
                  "[2-4]": hangup  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - menu:
                keys:
                  "X": hangup
                  2: hangup
              exits: {else: hangup}
        """,
    ),
    Sample(
        "hidden-key",
        """
        shortcuts:
          1: cards  # here
        sections:
          main:
            - answer
            - menu:
                keys: {1: hangup}
              exits: {else: hangup}
          cards:
            - hangup
        """,
        """
        shortcuts:
          1: cards
        sections:
          main:
            - answer
            - menu:
                keys: {1: next}
                flow_keys: false
              exits: {else: hangup}
            - menu:
                keys: {2: hangup}
              exits: {else: hangup}
          cards:
            - hangup
        """,
    ),
    Sample(
        "key-begins-another",
        """
        sections:
          main:
            - answer
            - menu:
                keys:
                  1: hangup  # here
                  12: hangup
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - menu:
                keys:
                  2: hangup
                  12: hangup
              exits: {else: hangup}
        """,
    ),
    Sample(
        "untypeable-key",
        """
        sections:
          main:
            - answer
            - menu:
                restart: star
                keys:
                  "*1": hangup  # here
                  2: hangup
              exits: {else: hangup}
        """,
        """
        shortcuts: {"*31": cards}
        sections:
          main:
            - answer
            - collect: {into: account, digits: 4-6, restart: star}
              exits: {else: hangup}
          cards:
            - hangup
        """,
    ),
    Sample(
        "bad-value",
        """
        sections:
          main:
            - answer
            - collect:
                into: account
                digits: 4-6
                restart: hash  # here
                terminator: hash
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - collect: {into: account, digits: 4-6, restart: star, terminator: hash}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "not-answered",
        """
        sections:
          main:
            - say: Hello.
            - queue: {name: service}  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - say: Hello.
            - answer
            - queue: {name: service}
              exits: {else: hangup}
        """,
    ),
    Sample(
        "caller-gone",
        """
        on_end: close
        sections:
          main:
            - say: Hello.
          close:
            - log: over
            - say: Goodbye.  # here
        """,
        """
        on_end: close
        sections:
          main:
            - say: Hello.
          close:
            - log: "{{ call.ended }}"
        """,
    ),
    Sample(
        "endless",
        """
        variables: {count: {type: number, default: 0}}
        sections:
          main:
            - set: {count: "{{ count + 1 }}"}  # here
            - goto: more
          more:
            - goto: main
        """,
        """
        variables: {count: {type: number, default: 0}}
        sections:
          main:
            - set: {count: "{{ count + 1 }}"}
            - goto: more
              when: count < 10
          more:
            - goto: main
        """,
    ),
    Sample(
        "missing-argument",
        """
        sections:
          main:
            - run: {flow: survey}  # here
        """,
        """
        sections:
          main:
            - run: {flow: survey, with: {question: How are you?}}
        """,
        runs={"survey": "params: {question: text}\nsections: {main: [{log: '{{ question }}'}]}"},
    ),
    Sample(
        "unknown-queue",
        """
        sections:
          main:
            - answer
            - queue: {name: sevice}  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - queue: {name: service}
              exits: {else: hangup}
        """,
        Site(queues=["service"]),
    ),
    Sample(
        "unknown-phrase",
        """
        sections:
          main:
            - answer
            - say: {phrase: welcome-back}  # here
        """,
        """
        sections:
          main:
            - answer
            - say: Welcome back.
        """,
    ),
    Sample(
        "missing-translation",
        """
        sections:
          main:
            - answer
            - language: es
            - say: {en: Welcome., es: Bienvenido.}
            - say: Goodbye.  # here
        """,
        """
        sections:
          main:
            - answer
            - language: es
            - say: {en: Welcome., es: Bienvenido.}
            - say: {en: Goodbye., es: Adiós.}
        """,
    ),
    Sample(
        "missing-plural",
        """
        data: {callers: 5}
        sections:
          main:
            - answer
            - say: {count: callers, one: One caller.}  # here
        """,
        """
        data: {callers: 5}
        sections:
          main:
            - answer
            - say: {count: callers, one: One caller., other: "{{ n }} callers."}
        """,
    ),
    Sample(
        "unsayable",
        """
        data: {balance: 12.50}
        sections:
          main:
            - answer
            - say: {money: balance, currency: EURO}  # here
        """,
        """
        data: {balance: 12.50}
        sections:
          main:
            - answer
            - say: {money: balance, currency: EUR}
        """,
    ),
    Sample(
        "unused-plural",
        """
        data: {callers: 5}
        sections:
          main:
            - answer
            - say: {count: callers, one: One., few: "{{ n }}.", other: "{{ n }}."}  # here
        """,
        """
        data: {callers: 5}
        sections:
          main:
            - answer
            - say: {count: callers, zero: Nobody., one: One., other: "{{ n }}."}
        """,
    ),
    Sample(
        "missing-audio",
        """
        sections:
          main:
            - say: {audio: welcme}  # here
        """,
        """
        sections:
          main:
            - say: {audio: welcome}
            - say: {audio: goodbye, text: Goodbye.}
        """,
        Site(recordings=["welcome"]),
    ),
    Sample(
        "missing-port",
        """
        sections:
          main:
            - answer
            - queue: {name: service}  # here
              exits: {else: hangup}
        """,
        """
        sections:
          main:
            - answer
            - say: Hello.
        """,
        Site(ports=[]),
    ),
    Sample(
        "nothing-meanwhile",
        """
        sections:
          main:
            - wait:
                for: 5s
                meanwhile: next  # here
            - say: Done.
        """,
        """
        sections:
          main:
            - wait:
                for: 5s
                meanwhile: [{say: One moment.}]
            - say: Done.
        """,
    ),
    Sample(
        "away-meanwhile",
        """
        sections:
          main:
            - answer
            - wait: {for: 5s, meanwhile: hold}
            - say: Done.
          hold:
            - run: desk
          desk:
            - say: One moment.
            - queue: service  # here
              exits: {else: hangup}
        """,
        """
        exits: {no_input: next, no_match: next}
        sections:
          main:
            - answer
            - wait: {for: 5s, meanwhile: hold}
            - say: Done.
          hold:
            - menu: {prompt: For an agent press 1., keys: {1: desk}}
          desk:
            - queue: service
              exits: {else: hangup}
        """,
    ),
]


CONNECTORS = Site(connectors={"database": {"crm": False, "archive": True}})
SAMPLES += [
    Sample(
        "unknown-connector",
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:
                source: cmr  # here
                query: select name from accounts where number = :account
                take: value
                into: name
              exits: {not_found: hangup}
            - say: "Hello {{ name }}."
        """,
        """
        on_error: hangup
        variables: {account: {type: digits, default: "100200"}, name: text}
        sections:
          main:
            - answer
            - database:
                source: crm
                query: select name from accounts where number = :account
                take: value
                into: name
              exits: {not_found: hangup}
            - say: "Hello {{ name }}."
        """,
        site=CONNECTORS,
    ),
    Sample(
        "only-reads",
        """
        on_error: hangup
        exits: {unknown: hangup}
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - database:
                source: archive  # here
                execute: update accounts set visits = visits + 1 where number = :account
            - say: Thank you.
        """,
        """
        on_error: hangup
        exits: {unknown: hangup}
        variables: {account: {type: digits, default: "100200"}}
        sections:
          main:
            - answer
            - database:
                source: crm
                execute: update accounts set visits = visits + 1 where number = :account
            - say: Thank you.
        """,
        site=CONNECTORS,
    ),
]
LIBRARY = Site(
    connectors={"native": {"tariff": False, "other": False}},
    functions={
        "native": {
            "tariff": {
                "quote": Function({"zone": True, "code": False}, reads=True),
                "book": Function({}),
                "any": Function(),
            }
        }
    },
)
SAMPLES += [
    Sample(
        "function-not-allowed",
        """
        on_error: hangup
        sections:
          main:
            - answer
            - native: {library: tariff, function: qoute, with: {zone: 3}}  # here
              exits: {unknown: hangup}
            - say: Thank you.
        """,
        """
        on_error: hangup
        exits: {unknown: hangup}
        sections:
          main:
            - answer
            - native: {library: tariff, function: quote, with: {zone: 3}}
            - native: {library: tariff, function: any, with: {more: 3}}
              exits: {unknown: hangup}
            - say: Thank you.
        """,
        site=LIBRARY,
    ),
    Sample(
        "wrong-argument",
        """
        on_error: hangup
        sections:
          main:
            - answer
            - native:
                library: tariff
                function: quote
                with: {zone: 3, size: 4}  # here
            - say: Thank you.
        """,
        """
        on_error: hangup
        exits: {unknown: hangup}
        sections:
          main:
            - answer
            - native: {library: tariff, function: quote, with: {zone: 3, code: A}}
            - say: Thank you.
        """,
        site=LIBRARY,
    ),
    Sample(
        "wrong-argument",
        """
        on_error: hangup
        sections:
          main:
            - answer
            - native:
                library: tariff
                function: quote  # here
                with: {code: A}
            - say: Thank you.
        """,
        """
        on_error: hangup
        exits: {unknown: hangup}
        sections:
          main:
            - answer
            - native: {library: tariff, function: quote, with: {zone: 3}}
            - say: Thank you.
        """,
        site=LIBRARY,
    ),
]
SAMPLES += [Sample(*each) for each in LINTS]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.code)
def test_the_mistake_is_told_of_once_at_its_line(sample: Sample, findings: CheckFlow) -> None:
    text = dedent(sample.bad)
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.endswith("  # here"))
    found = findings(text.replace("  # here", ""), sample.site, lint=True, **sample.runs)
    assert told(found) == [(sample.code, line)], [str(each) for each in found]
    assert found[0].message
    assert found[0].mark.column > 0


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: each.code)
def test_nothing_is_told_of_what_is_right(sample: Sample, findings: CheckFlow) -> None:
    assert [
        str(each) for each in findings(sample.good, sample.site, lint=True, **sample.runs)
    ] == []


QUEUE = """
sections:
  main:
    - answer
    - queue: {name: sevice}
      exits: {else: hangup}
"""


def test_a_queue_that_the_site_does_not_have(findings: CheckFlow) -> None:
    found = findings(QUEUE, Site(queues=["service"]))
    assert told(found) == [("unknown-queue", 5)]
    assert found[0].hint == "did you mean 'service'?"
    assert findings(QUEUE, Site(queues=None)) == []
    assert findings(QUEUE, Site(queues=["sevice"])) == []


def test_a_recording_that_is_missing_and_has_no_text(findings: CheckFlow) -> None:
    text = """
        sections:
          main:
            - say: {audio: welcome}
            - say: {audio: bye, text: Goodbye.}
        """
    assert told(findings(text, Site(recordings=[]))) == [("missing-audio", 4)]
    assert findings(text, Site(recordings=["welcome"])) == []
    assert findings(text, Site(recordings=None)) == []


class Folder(Site):
    """A site whose recordings have names of small letters."""

    def has_audio(self, name: str) -> bool | None:
        if not name.islower():
            raise PromptError("that is no name of a recording", hint="write small letters")
        return True


def test_a_name_that_no_recording_can_have(findings: CheckFlow) -> None:
    text = """
        sections:
          main:
            - say: {audio: Welcome}
            - say: {audio: Bye, text: Goodbye.}
            - say: {audio: bye}
        """
    found = findings(text, Folder())
    assert told(found) == [("bad-name", 4), ("bad-name", 5)]
    assert found[0].hint == "write small letters"


def test_a_port_that_the_site_does_not_serve(findings: CheckFlow) -> None:
    found = findings(QUEUE.replace("sevice", "service"), Site(ports=[]))
    assert told(found) == [("missing-port", 5)]
    assert findings(QUEUE, Site(ports=None)) == []
