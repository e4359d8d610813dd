"""Sections and steps that nothing reaches, circles, on_end, keys, secrets: the finer points."""

from __future__ import annotations

from .conftest import CheckFlow, told


def test_a_flow_wide_exit_counts_as_a_way_to_its_section(findings: CheckFlow) -> None:
    text = """
    exits: {no_input: agent}
    sections:
      main: [{say: Hello.}]
      agent: [{say: Bye.}]
    """
    assert findings(text) == []


def test_each_group_of_lost_sections_is_told_of_once(findings: CheckFlow) -> None:
    text = """
    sections:
      main: [hangup]
      a: [{goto: b}]
      b: [{say: Hello.}, {goto: a}]
      c: [{goto: b}]
      d: [{say: Hello.}, {goto: d}]
    """
    assert told(findings(text)) == [("unreached-section", 6), ("unreached-section", 7)]


def test_a_missing_section_is_not_also_a_step_that_is_not_reached(findings: CheckFlow) -> None:
    text = """
    variables: {x: text}
    sections:
      main:
        - answer
        - menu: {keys: {1: nowhere}}
          exits: {else: hangup}
    """
    assert told(findings(text)) == [("missing-section", 6)]


def test_an_entry_that_does_not_exist(findings: CheckFlow) -> None:
    text = "entry: [remnd]\nsections: {main: [{say: Hello.}, {goto: remind}], remind: [hangup]}"
    (found,) = findings(text)
    assert (found.code, found.hint) == ("missing-section", "did you mean 'remind'?")


def test_a_circle_that_speaks_is_none(findings: CheckFlow) -> None:
    assert findings("sections: {main: [{say: Hello.}, {goto: main}]}") == []
    found = findings("sections: {main: [answer, {log: x}, {goto: main}]}")
    assert told(found) == [("endless", 1)]


def test_a_circle_through_a_section_that_is_run(findings: CheckFlow) -> None:
    quiet = "sections: {main: [{run: part}, {goto: main}], part: [{log: x}]}"
    assert told(findings(quiet)) == [("endless", 1)]
    assert findings(quiet.replace("{log: x}", "{say: x.}")) == []


def test_a_circle_is_told_of_once(findings: CheckFlow) -> None:
    text = """
    variables: {x: {type: number, default: 0}}
    sections:
      main:
        - say: Hello.
        - goto: a
      a:
        - set: {x: 1}
        - goto: b
      b:
        - set: {x: 2}
        - goto: a
    """
    found = findings(text)
    assert told(found) == [("endless", 8)]
    assert "a > b" in found[0].message


def test_on_end_is_followed_through_its_sections(findings: CheckFlow) -> None:
    text = """
    on_end:
      - if: call.ended == 'agent'
        then: more
    sections:
      main:
        - say: Hello.
      more:
        - queue: {name: service}
          exits: {else: hangup}
        - say: Bye.
    """
    found = findings(text)
    assert told(found) == [("caller-gone", 9)]
    assert found[0].message == "queue needs the caller, who is gone when on_end > more runs"


def test_what_on_end_leads_to_is_reached(findings: CheckFlow) -> None:
    text = "on_end: close\nsections: {main: [{say: Hello.}], close: [{log: x}]}"
    assert findings(text) == []


# ---- keys ---------------------------------------------------------------------------------------


def test_a_shortcut_that_begins_another_entry(findings: CheckFlow) -> None:
    text = """
    shortcuts:
      1: cards
    sections:
      main:
        - answer
        - menu:
            keys:
              12: hangup
          exits: {else: hangup}
        - menu:
            keys: {13: hangup}
          exits: {else: hangup}
      cards: [hangup]
    """
    found = findings(text.replace("12: hangup", "12: next"))
    assert told(found) == [("key-begins-another", 3)]
    assert found[0].severity == "warning"


def test_a_key_of_the_flow_is_hidden_at_a_line(findings: CheckFlow) -> None:
    text = """
    keys:
      0: hangup
    sections:
      main:
        - answer
        - collect: {into: entry, digits: 2, prompt: Type it.}
          exits: {else: hangup}
        - menu: {keys: {1: next, X: next}}
          exits: {else: hangup}
        - log: "{{ entry }}"
    """
    (found,) = findings(text)
    assert found.code == "hidden-key"
    assert "in line 9" in found.message
    assert "flow_keys: false" in found.hint


def test_zero_settle_leaves_the_longer_entry_hidden(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - answer
        - menu:
            settle: 0s
            keys:
              1: hangup
              12: hangup
          exits: {else: hangup}
    """
    assert told(findings(text)) == [("hidden-key", 9)]


def test_entries_with_conditions_may_exclude_one_another(findings: CheckFlow) -> None:
    text = """
    variables: {vip: flag}
    sections:
      main:
        - answer
        - menu:
            keys:
              "[1-3]": {to: hangup, when: vip}
              "[2-4]": {to: hangup, when: not vip}
          exits: {else: hangup}
    """
    (found,) = findings(text)
    assert (found.code, found.severity) == ("same-keys", "warning")


def test_equal_words_are_told_of(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - answer
        - menu:
            keys:
              1: {to: hangup, words: [cards]}
              2: {to: hangup, words: [Cards]}
          exits: {else: hangup}
    """
    assert told(findings(text)) == [("same-keys", 8)]


def test_equal_words_in_another_language_are_told_of(findings: CheckFlow) -> None:
    text = """
    keys: {0: {to: hangup, words: {en: agent, de: Mensch}}, 9: {to: hangup, words: {de: mensch!}}}
    sections:
      main:
        - answer
        - language: de
        - menu:
            keys:
              1: {to: hangup, words: {en: cards, de: Karte}}
              2: {to: hangup, words: {en: card, de: KARTE}}
              3: {to: hangup, words: {de: Mensch}}
          exits: {else: hangup}
    """
    found = findings(text, lint=False)
    assert told(found) == [("same-keys", 2), ("same-keys", 10)]
    assert found[1].hint == "choose other words for one of them"


def test_words_of_a_flow_that_others_run_may_be_in_any_language(findings: CheckFlow) -> None:
    text = """
    language: en
    sections:
      main:
        - menu:
            keys: {1: {to: return, words: {en: yes, tlh: hija}}}
          exits: {else: return}
    """
    assert findings(text, as_part=True) == []
    assert ("words-elsewhere", 6) in told(findings(text, as_part=False))


# ---- secrets ------------------------------------------------------------------------------------

PIN = """
variables: {pin: secret, queue: text}
sections:
  main:
    - answer
    - collect: {into: pin, digits: 4}
      exits: {else: hangup}
"""


def test_a_secret_in_a_prompt_needs_reveal(findings: CheckFlow) -> None:
    assert told(findings(PIN + "    - say: {digits: pin}\n")) == [("secret", 8)]
    assert told(findings(PIN + '    - say: "It is {{ pin }}."\n')) == [("secret", 8)]
    assert findings(PIN + "    - say: {digits: pin, reveal: true}\n") == []


def test_a_secret_in_a_setting(findings: CheckFlow) -> None:
    queue = '    - queue: {name: "{{ pin }}", among: [desk]}\n      exits: {else: hangup}\n'
    found = findings(PIN + queue)
    assert told(found) == [("secret", 8)]
    assert found[0].message == "a secret is put into name of queue"


def test_a_type_of_the_question_that_is_secret(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - answer
        - collect: {into: card, type: {type: digits, secret: true}, digits: 16}
          exits: {else: hangup}
        - log: "{{ card }}"
    """
    assert told(findings(text)) == [("secret", 7)]


def test_a_secret_may_be_compared(findings: CheckFlow) -> None:
    assert findings(PIN + "    - if: pin == '1234'\n      then: hangup\n") == []
    assert findings(PIN + "    - say: Good.\n      when: pin != '0000'\n") == []


# ---- expressions --------------------------------------------------------------------------------


def test_constants_of_data_have_types(findings: CheckFlow) -> None:
    text = """
    data:
      accounts:
        "123456": {name: Ann Lee, balance: 12.50}
        "654321": {name: Bob Ray, balance: 3}
    variables: {account: {type: digits, default: "123456"}}
    sections:
      main:
        - say: "{{ accounts[account].name }}"
        - say: {money: "accounts[account].balance"}
        - say: "{{ accounts[account].nam }}"
    """
    assert told(findings(text)) == [("undefined-field", 11)]


def test_a_flow_wide_key_is_announced_with_what_the_flow_knows(findings: CheckFlow) -> None:
    text = """
    variables: {name: {type: text, default: agent}}
    keys:
      0: {say: "For {{ name }}", to: hangup}
      1: {say: "For {{ nam }}", to: hangup}
    sections:
      main:
        - answer
        - menu: {keys: {2: hangup}}
          exits: {else: hangup}
    """
    assert told(findings(text)) == [("undefined-name", 5)]


def test_all_mistakes_are_told_at_once(findings: CheckFlow) -> None:
    text = """
    sections:
      main:
        - say: "{{ one }} and {{ two }}"
        - goto: nowhere
    """
    assert told(findings(text)) == [
        ("undefined-name", 4),
        ("undefined-name", 4),
        ("missing-section", 5),
    ]


def test_a_secret_is_handed_to_what_declares_it_secret_and_to_nothing_else(
    findings: CheckFlow,
) -> None:
    part = "params: {code: secret, open: text}\nsections: {main: [return]}\n"
    main = PIN + '    - run: {flow: part, with: {code: "{{ pin }}", open: OPEN}}\n'
    assert findings(main, part=part) == []
    found = findings(main.replace("OPEN", '"{{ pin }}"'), part=part)
    assert [each.message for each in found] == [
        "a secret is put into open, which is not declared secret"
    ]
    returned = "variables: {pin: secret}\nreturns: {code: secret, open: text}\nsections:\n  main:\n"
    typed = "    - collect: {into: pin, digits: 4}\n      exits: {else: hangup}\n"
    back = returned + typed + '    - return: {code: "{{ pin }}", open: OPEN}\n'
    assert findings(back, as_part=True) == []
    assert told(findings(back.replace("OPEN", '"{{ pin }}"'), as_part=True)) == [("secret", 7)]
