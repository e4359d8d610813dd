"""What surely has a value where, and the path on which it has none."""

from __future__ import annotations

import pytest

from .conftest import CheckFlow, told

HEAD = """
variables: {account: digits, vip: flag, task: {step: text, amount: text}}
sections:
  main:
    - answer
"""


def messages(findings: CheckFlow, steps: str, rest: str = "", **runs: str) -> list[str]:
    body = "".join(f"    {line}\n" for line in steps.strip("\n").split("\n"))
    found = findings(HEAD + body + rest, **runs)
    return [f"{each.code}: {each.message}" for each in found]


def unset(name: str, way: str) -> str:
    return f"perhaps-unset: '{name}' has no value here when the call comes by {way}"


COLLECT = """\
- collect: {into: account, digits: 4}
  exits: {no_input: other, no_match: hangup}
"""
OTHER = """\
  other:
    - say: {digits: account}
"""


def test_the_path_names_the_sections(findings: CheckFlow) -> None:
    assert messages(findings, COLLECT + "- goto: other", OTHER) == [
        unset("account", "main > other, and collect (line 6) was left by no_input")
    ]


def test_a_question_gives_a_value_only_by_its_usual_exit(findings: CheckFlow) -> None:
    good = COLLECT.replace("other", "hangup")
    assert messages(findings, good + "- goto: other", OTHER) == []


def test_a_menu_gives_a_value_by_each_of_its_keys(findings: CheckFlow) -> None:
    menu = """\
- menu:
    into: account
    keys: {1: other, 2: next}
  exits: {else: hangup}
- say: {digits: account}
"""
    assert messages(findings, menu, OTHER) == []
    by_silence = menu.replace("{else: hangup}", "{no_input: next, no_match: hangup}")
    assert messages(findings, by_silence, OTHER) == [
        unset("account", "main, and menu (line 6) was left by no_input")
    ]


def test_both_branches_of_an_if_must_set_it(findings: CheckFlow) -> None:
    steps = """\
- if: vip
  then: [{set: {account: "1"}}]
  else: [{set: {account: "2"}}]
- say: {digits: account}
"""
    assert messages(findings, steps) == []
    lines = steps.replace('  else: [{set: {account: "2"}}]\n', "")
    assert messages(findings, lines) == [unset("account", "main")]


@pytest.mark.parametrize(
    "guarded",
    [
        "- say: {digits: account}\n  when: account",
        "- say: {digits: account}\n  when: account is not none and vip",
        "- say: {digits: account, when: account != none}",
        "- if: account\n  then: [{say: {digits: account}}]",
        "- if: not account\n  then: hangup\n- say: {digits: account}",
        "- if: account is none\n  then: hangup\n  else: [{say: {digits: account}}]",
        "- hangup:\n  when: account is none\n- say: {digits: account}",
        "- switch: account\n  cases: {1: [{say: {digits: account}}]}",
        "- say: '{{ default(account, 0) }}'",
        "- say: \"{{ account or 'unknown' }}\"",
    ],
)
def test_a_guard_is_believed(guarded: str, findings: CheckFlow) -> None:
    assert messages(findings, guarded) == []


@pytest.mark.parametrize(
    "unguarded",
    [
        "- say: {digits: account}\n  when: vip",
        "- if: account\n  then: [{say: Hello.}]\n- say: {digits: account}",
        "- if: account\n  else: [{say: {digits: account}}]",
        "- switch: account\n  cases: {1: next}\n  else: [{say: {digits: account}}]",
        "- switch: account\n  cases: {none: [{say: {digits: account}}]}",
    ],
)
def test_another_condition_is_none(unguarded: str, findings: CheckFlow) -> None:
    assert messages(findings, unguarded) == [unset("account", "main")]


def test_none_takes_a_value_away(findings: CheckFlow) -> None:
    assert messages(
        findings, '- set: {account: "1"}\n- set: {account: none}\n- say: {digits: account}'
    ) == [unset("account", "main")]


def test_a_field_that_is_set_by_itself(findings: CheckFlow) -> None:
    steps = "- set: {task.step: amount}\n- say: '{{ task.step }}'\n"
    assert messages(findings, steps) == []
    assert messages(findings, steps + "- say: '{{ task.amount }}'") == [
        unset("task.amount", "main")
    ]


def test_conditions_and_settings_may_be_none(findings: CheckFlow) -> None:
    assert messages(findings, "- if: account == '1'\n  then: hangup") == []
    assert messages(findings, "- log: \"{{ 'a' if vip else 'b' }}\"") == []


def test_one_message_per_variable_and_section(findings: CheckFlow) -> None:
    assert len(messages(findings, "- say: {digits: account}\n- say: '{{ account }}'")) == 1


def test_an_error_leaves_by_on_error_with_what_was_set(findings: CheckFlow) -> None:
    sorry = "  sorry:\n    - say: {digits: account}\non_error: sorry\n"
    assert messages(findings, '- say: Hello.\n- set: {account: "1"}\n- say: Bye.', sorry) == [
        unset("account", "main > on_error > sorry")
    ]
    assert messages(findings, '- set: {account: "1"}\n- say: Bye.', sorry) == []


def test_a_flow_wide_key_leads_away_from_every_question(findings: CheckFlow) -> None:
    menu = "- menu: {keys: {1: next}}\n  exits: {else: hangup}\n"
    steps = f'{menu}- set: {{account: "1"}}\n{menu}- say: Bye.'
    rest = OTHER + "keys: {0: other}\n"
    assert messages(findings, steps, rest) == [unset("account", "main > keys > other")]
    assert messages(findings, f'- set: {{account: "1"}}\n{menu}- say: Bye.', rest) == []


def test_on_end_knows_only_what_never_changes(findings: CheckFlow) -> None:
    rest = '  close:\n    - log: "{{ account }}"\non_end: close\n'
    assert messages(findings, '- set: {account: "1"}\n- say: Hello.', rest) == [
        unset("account", "on_end > close")
    ]


def test_a_check_gives_its_values_to_what_follows(findings: CheckFlow) -> None:
    steps = """\
- collect:
    into: account
    digits: 4
    confirm: {prompt: "You typed {{ account }}. Press 1 if that is right."}
    check:
      - say: {digits: account}
      - if: account == '0000'
        then: wrong
      - set: {vip: true}
  exits: {no_input: hangup, no_match: other}
- say: "{{ account }} {{ vip }}"
"""
    way = "main > other, and collect (line 6) was left by no_match"
    assert messages(findings, steps, OTHER) == [unset("account", way)]


# ---- sections that are run ----------------------------------------------------------------------


def test_a_section_that_is_run_may_set_what_follows_needs(findings: CheckFlow) -> None:
    rest = '  ask:\n    - goto: more\n  more:\n    - set: {account: "1"}\n'
    assert messages(findings, "- run: ask\n- say: {digits: account}", rest) == []


def test_a_section_that_sets_it_on_some_ways_only(findings: CheckFlow) -> None:
    rest = """\
  ask:
    - return:
      when: vip
    - set: {account: "1"}
"""
    assert messages(findings, "- run: ask\n- say: {digits: account}", rest) == [
        unset("account", "main")
    ]


def test_what_was_set_before_is_kept_by_each_who_runs_it(findings: CheckFlow) -> None:
    steps = """\
- run: greet
- set: {account: "1"}
- run: greet
- say: {digits: account}
"""
    assert messages(findings, steps, "  greet:\n    - say: Hello.\n") == []


def test_a_section_that_is_run_may_take_values_away(findings: CheckFlow) -> None:
    rest = "  clear:\n    - set: {account: none}\n"
    assert messages(
        findings, '- set: {account: "1"}\n- run: clear\n- say: {digits: account}', rest
    ) == [unset("account", "main")]


def test_what_a_section_needs_comes_from_whoever_runs_it(findings: CheckFlow) -> None:
    assert messages(findings, '- run: other\n- set: {account: "1"}\n- run: other', OTHER) == [
        unset("account", "main > other")
    ]


def test_a_section_that_runs_itself_comes_to_an_end(findings: CheckFlow) -> None:
    rest = """\
  down:
    - run: down
      when: vip
    - set: {account: "1"}
"""
    assert messages(findings, "- run: down\n- say: {digits: account}", rest) == []


def test_behind_a_section_that_never_comes_back_is_nothing(findings: CheckFlow) -> None:
    rest = "  end:\n    - hangup\n"
    assert messages(findings, "- run: end\n- say: {digits: account}", rest) == [
        "unreached-step: this step is never reached: run before it always leads elsewhere"
    ]


# ---- the payload --------------------------------------------------------------------------------


def test_a_payload_field_that_some_path_does_not_set(findings: CheckFlow) -> None:
    rest = """\
  agent:
    - queue: {name: service, payload: {account: "{{ account }}"}}
      exits: {else: hangup}
payload: {account: digits}
"""
    steps = "- collect: {into: account, digits: 4}\n  exits: {else: agent}\n- goto: agent"
    assert messages(findings, steps, rest) == [
        "payload-missing: the payload field 'account' may be missing: 'account' has no value when "
        "the call comes by main > agent"
    ]
    assert messages(findings, steps.replace("else: agent", "else: hangup"), rest) == []


def test_a_text_in_a_payload_field_is_told_of_once(findings: CheckFlow) -> None:
    rest = """\
  agent:
    - queue: {name: service, payload: {account: "no. {{ account }}"}}
      exits: {else: hangup}
payload: {account: text}
"""
    assert len(messages(findings, "- goto: agent", rest)) == 1


def test_findings_stand_at_the_variable(findings: CheckFlow) -> None:
    found = findings(HEAD + '    - say: "Your account is {{ account }}."\n')
    (only,) = found
    assert told(found) == [("perhaps-unset", 6)]
    assert (only.mark.column, only.mark.length, only.severity) == (32, 7, "warning")


def test_the_exit_without_the_value_is_named(findings: CheckFlow) -> None:
    steps = """\
- http: {service: a, get: /x, take: {account: /a}}
  exits: {not_found: next, refused: next}
- say: "{{ account }}"
"""
    assert messages(findings, steps, "on_error: hangup\n") == [
        unset("account", "main, and http (line 6) was left by not_found or refused")
    ]
