"""The lint in its details: what it tells of, and above all what it does not."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from .conftest import CheckFlow, Site, told


def menu(
    findings: CheckFlow, fields: str, *, head: str = "", site: Site | None = None
) -> list[str]:
    """The codes found in a flow with one menu (its fields are given) and a section `other`."""
    text = f"""{dedent(head)}
sections:
  main:
    - answer
    - menu:
{indent(dedent(fields).strip(chr(10)), " " * 8)}
      exits: {{no_input: hangup, no_match: bye}}
  other:
    - say: This is the other section.
  bye:
    - say: Goodbye.
"""
    found = findings(text, site)
    return [each.code for each in found if each.code != "missing-translation"]


# ---- keys in texts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        "prompt: Press 1 for more.\nkeys: {1: other}",
        "prompt: Press one for more.\nkeys: {1: other}",
        "prompt: Press 1 to 3.\nkeys: {1: other, 2: other, 3: other, 4: again}",
        "prompt: Press star or hash.\nkeys: {star: other, hash: other}",
        "prompt: Press 22.\nkeys: {2X: other}",
        'prompt: Press 4.\nkeys: {"[3-5]": other}',
        "prompt: Where to?\nkeys: {1: other, 2: bye}",
        'prompt: "Press {{ call.to }}."\nkeys: {1: other, 2: bye}',
        "prompt: {audio: menu}\nkeys: {1: other, 2: bye}",
        "prompt: Press 1.\nkeys: {1: other}\nno_match: Please press 1.",
        "prompt: Hello.\nkeys: {1: {say: For more, to: other}}\nno_match: Please press 1.",
        "intro: You may press 2 at once.\nprompt: Press 1 or 2.\nkeys: {1: other, 2: bye}",
        "prompt: Press 1. To end what you type, press hash.\nkeys: {1: other}\nterminator: hash",
        "prompt: Press 1.\nkeys: {1: other, 2: {to: bye, when: call.to == '1'}}",
        "prompt: Dial 112 in an emergency, or press 1.\nkeys: {1: other}",
        "prompt: {en: Press 1., es: Pulse 1.}\nkeys: {1: other}",
    ],
)
def test_keys_and_texts_that_agree(findings: CheckFlow, fields: str) -> None:
    assert menu(findings, fields) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("prompt: Press 2 for more.\nkeys: {1: other}", "unmapped-key"),
        ("prompt: Press 1.\nkeys: {1: other}\nno_input: Please press 3.", "unmapped-key"),
        ("prompt: Press 1.\nkeys: {1: other, hash: bye}", "unannounced-key"),
        (
            "prompt: Well?\nkeys: {1: {say: For more, to: other}, 2: bye}",
            "unannounced-key",
        ),
        ("prompt: {en: Press 1., es: Pulse 2.}\nkeys: {1: other}", "unmapped-key"),
        ("prompt: {es: Pulse 2.}\nkeys: {1: other}", "unmapped-key"),
    ],
)
def test_keys_and_texts_that_do_not(findings: CheckFlow, fields: str, code: str) -> None:
    assert menu(findings, fields) == [code]


def test_keys_of_the_whole_flow_are_there_too(findings: CheckFlow) -> None:
    fields = "prompt: Press 1, or press 0 for a person.\nkeys: {1: other}"
    assert menu(findings, fields, head="keys: {0: bye}") == []
    assert menu(findings, fields, head='shortcuts: {"0": bye}') == []
    assert menu(findings, f"{fields}\nflow_keys: false", head="keys: {0: bye}") == ["unmapped-key"]


def test_a_question_for_digits(findings: CheckFlow) -> None:
    text = """
        sections:
          main:
            - answer
            - collect:
                into: account
                prompt: Enter your number, then press hash. Press star to begin again.
                digits: 4-6
                restart: star
                confirm: {prompt: Press 1 if it is right and 2 if not.}
              exits: {else: hangup}
        """
    assert findings(text) == []
    assert told(findings(text.replace("restart: star", "flush: true"))) == [("unmapped-key", 7)]


def test_another_language_is_not_understood(findings: CheckFlow) -> None:
    assert menu(findings, "prompt: Press 2.\nkeys: {1: other}", head="language: fr") == []


# ---- retries, timers, lengths --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ("no_input: [One., Two.]", []),
        ("no_input: [One., Two., Three.]", ["unheard-retry"]),
        ("attempts: 1\nno_match: One.", ["unheard-retry"]),
        ("attempts: {no_match: 1}\nno_input: One.", []),
        ("attempts: {total: 1}\nno_input: One.", ["unheard-retry"]),
        ("attempts: {each: 5, total: 2}\nno_input: [One., Two.]", ["unheard-retry"]),
        ('attempts: "{{ attempt }}"\nno_input: [One., Two., Three.]', []),
        ("first_digit: 2s", []),
        ("between_digits: 6s", ["crossed-timers"]),
        ("first_digit: 3s\nbetween_digits: 4s", ["crossed-timers"]),
        ('first_digit: "{{ default(duration(call.to), duration(call.from)) }}"', []),
    ],
)
def test_attempts_and_timers(findings: CheckFlow, fields: str, codes: list[str]) -> None:
    assert menu(findings, f"prompt: Press 1.\nkeys: {{1: other}}\n{fields}") == codes


def test_retries_of_the_defaults_are_for_all(findings: CheckFlow) -> None:
    head = "defaults: {menu: {no_input: Hello., attempts: 3}}"
    assert menu(findings, "prompt: Press 1.\nkeys: {1: other}\nattempts: 1", head=head) == []


def test_a_short_first_digit_where_more_keys_may_come(findings: CheckFlow) -> None:
    fields = 'prompt: Press 1 or 22.\nkeys: {1: other, "22": bye}\nfirst_digit: 2s'
    assert menu(findings, fields) == ["crossed-timers"]


def test_a_recording_before_the_first_choice(findings: CheckFlow) -> None:
    fields = "prompt: [{audio: welcome}, Press 1.]\nkeys: {1: other}"
    assert menu(findings, fields, site=Site(lengths={"welcome": 29.0})) == []
    assert menu(findings, fields, site=Site(lengths={"welcome": 31.0})) == ["long-prompt"]
    behind = "prompt: [Press 1., {audio: welcome}]\nkeys: {1: other}"
    assert menu(findings, behind, site=Site(lengths={"welcome": 31.0})) == []
    silent = "prompt: [{silence: 20s}, {silence: 11s}, Press 1.]\nkeys: {1: other}"
    assert menu(findings, silent) == ["long-prompt"]


# ---- ways ----------------------------------------------------------------------------------------


def steps(findings: CheckFlow, text: str, head: str = "") -> list[tuple[str, int]]:
    """What is found in steps of main (the first is on line 1), with a few sections behind."""
    body = dedent(text).strip("\n")
    flow = f"""sections:
  main:
{indent(body, "    ")}
  other:
    - say: This is the other section.
  news:
    - say: There is nothing new.
    - back
  counted:
    - if: visit > 2
      then: other
    - goto: main
"""
    found = findings(f"{dedent(head)}\n{flow}", lint=True)
    lines = head.count("\n") + 3
    return [
        (each.code, each.mark.line - lines)
        for each in found
        if each.code not in ("unreached-section", "unreached-step")
    ]


ASK = """
- answer
- menu:
    prompt: Press 1.
    keys: {1: KEY}
  exits: {no_input: SILENCE, no_match: WRONG}
- say: Behind it.
"""


@pytest.mark.parametrize(
    ("key", "silence", "wrong", "found"),
    [
        ("other", "hangup", "hangup", []),
        ("main", "hangup", "other", []),
        ("other", "main", "other", [("no-way-out", 2)]),
        ("other", "again", "other", [("no-way-out", 2)]),
        ("other", "other", "main", [("no-way-out", 2)]),
        ("other", "counted", "other", []),
        ("other", "next", "next", []),
        ("other", "news", "other", [("no-way-out", 2)]),
        ("other", "main", "main", [("no-way-out", 2)]),
    ],
)
def test_callers_in_a_circle(
    findings: CheckFlow, key: str, silence: str, wrong: str, found: list[tuple[str, int]]
) -> None:
    text = ASK.replace("KEY", key).replace("SILENCE", silence).replace("WRONG", wrong)
    assert steps(findings, text) == found


PIN = """
- answer
- collect:
    into: pin
    prompt: Enter your code.
    digits: 4
    check: pin in pins
  exits: {no_input: hangup, no_match: WRONG}
- goto: RIGHT
"""
PINS = 'variables: {pin: secret, tries: {type: number, default: 0}}\ndata: {pins: {"1": true}}'


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ("other", []),
        ("counted", []),
        ("main", [("unbounded-guessing", 2)]),
        ("[{say: Wrong.}, {goto: main}]", [("unbounded-guessing", 2)]),
        ("[{if: tries > 2, then: hangup}, {set: {tries: '{{ tries + 1 }}'}}, {goto: main}]", []),
    ],
)
def test_guesses(findings: CheckFlow, wrong: str, found: list[tuple[str, int]]) -> None:
    head = PINS if "tries" in wrong else PINS.replace(", tries: {type: number, default: 0}", "")
    text = PIN.replace("WRONG", wrong).replace("RIGHT", "other")
    assert steps(findings, text, head) == found
    # Who was right may come back, and what is no secret may be guessed.
    again = PIN.replace("WRONG", "other").replace("RIGHT", "main")
    assert steps(findings, again, PINS.split(", tries")[0] + "}\n" + PINS.split("\n")[1]) == []
    assert steps(findings, text, head.replace("secret", "digits")) in (
        [],
        [("no-way-out", 2)],
    )


JUDGED = """
- answer
- collect: {into: pin, digits: 4, prompt: Enter your code.}
  exits: {else: hangup}
- JUDGE
- goto: other
"""


@pytest.mark.parametrize(
    ("judge", "found"),
    [
        ("{if: pin != '2580', then: main}", [("unbounded-guessing", 2)]),
        ("{if: pin != '2580', then: [{say: Wrong.}, {goto: main}]}", [("unbounded-guessing", 2)]),
        ("{if: pin == '2580', then: other, else: main}", [("unbounded-guessing", 2)]),
        ("{if: pin != '2580' and visit < 3, then: main}", []),
        ("{if: pin != '2580', then: counted}", []),
        (
            "{if: pin != '2580', then: [{menu: {prompt: 'To try again, press 1.', "
            "keys: {1: main}}, exits: {else: hangup}}]}",
            [],
        ),
        ("{if: pin != '2580', then: [{say: Wrong.}, hangup]}", []),
        ("{if: call.to == '1', then: main}", []),
    ],
)
def test_guesses_that_are_judged_behind_the_question(
    findings: CheckFlow, judge: str, found: list[tuple[str, int]]
) -> None:
    text = JUDGED.replace("JUDGE", judge)
    head = "variables: {pin: secret}"
    assert steps(findings, text, head) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- if: call.to == '1'\n  then: other\n  else: other", [("same-either-way", 1)]),
        ("- if: call.to == '1'\n  then: other\n- goto: other", [("same-either-way", 1)]),
        ("- if: call.to == '1'\n  then: other\n- goto: other\n  when: call.to", []),
        ("- if: call.to == '1'\n  then: next\n- goto: other", []),
        (
            "- switch: call.to\n  cases: {1: other, 2: other}\n  else: other",
            [("same-either-way", 1)],
        ),
        ("- answer\n- queue: service\n  exits: {else: other}\n- goto: other", []),
    ],
)
def test_the_same_whatever_comes_of_it(
    findings: CheckFlow, text: str, found: list[tuple[str, int]]
) -> None:
    assert steps(findings, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- hangup", []),
        (ASK.replace("KEY", "hangup").replace("SILENCE", "next").replace("WRONG", "next"), []),
        (ASK.replace("KEY", "[{log: done}, {hangup: }]"), [("silent-end", 5)]),
        (ASK.replace("KEY", "[{say: Goodbye.}, {hangup: }]"), []),
        (ASK.replace("KEY", "[{log: done}, {run: other}, {hangup: }]"), []),
    ],
)
def test_the_end_of_a_call(findings: CheckFlow, text: str, found: list[tuple[str, int]]) -> None:
    text = text.replace("{hangup: }", "hangup")
    text = text.replace("SILENCE", "hangup").replace("WRONG", "hangup")
    assert [each[0] for each in steps(findings, text)] == [each[0] for each in found]


DELETE = """
- answer
- menu:
    prompt: PROMPT
    keys:
      1: other
      2: {LABELto: [{forget: x}]}
      3: other
  exits: {else: hangup}
"""


@pytest.mark.parametrize(
    ("prompt", "label", "found"),
    [
        ("Press 1 to hear it, 2 to delete it, 3 to keep it.", "", True),
        ("To hear it, press 1. To erase it, press 2. To keep it, press 3.", "", True),
        ("Press 1 to delete nothing, 2 to go on, 3 to stop.", "", False),
        ("Press 1, 2 or 3.", "label: delete, ", True),
        ("Press 1 or 3.", "say: To remove it, ", True),
        ("Press 1 or 3.", "say: To go on, ", False),
    ],
)
def test_deleting(findings: CheckFlow, prompt: str, label: str, found: bool) -> None:
    text = DELETE.replace("PROMPT", prompt).replace("LABEL", label)
    assert [each for each, _ in steps(findings, text)] == (["unconfirmed-delete"] if found else [])


# ---- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("kind == 'sales'", []),
        ("kind == 'other'", []),
        ("kind != 'nobody'", ["never-holds"]),
        ("kind in ['sales', 'sails']", ["never-holds"]),
        ("code == '1234'", []),
        ("code == '12345'", ["never-holds"]),
        ("code == ' 1 '", ["never-holds"]),
        ("input.keys == ' 9 '", ["never-holds"]),
        ("call.to == ' 9 '", []),
        ("open == 'anything'", []),
        ("tries > 2", ["perhaps-unset"]),
        ("tries and tries > 2", []),
        ("tries == 2", []),
        ("(tries or 0) > 2", []),
        ("tries is none or tries > 2", []),
        ("tries * 2 == 4", ["perhaps-unset"]),
        ("length(name) > 3", ["perhaps-unset"]),
    ],
)
def test_conditions(findings: CheckFlow, condition: str, codes: list[str]) -> None:
    text = f"""
        variables:
          kind: {{type: text, default: other}}
          code: digits
          open: text
          tries: number
          name: text
        sections:
          main:
            - answer
            - menu:
                prompt: Press 1 or 2.
                into: kind
                keys: {{1: {{label: sales, to: next}}, 2: {{label: service, to: next}}}}
              exits: {{else: hangup}}
            - collect: {{into: code, prompt: Your code., digits: 4}}
              exits: {{else: hangup}}
            - set: {{open: "{{{{ call.from }}}}"}}
            - if: {condition}
              then:
                - say: Yes.
        """
    assert [each.code for each in findings(text)] == codes


def test_what_is_set_before_in_the_same_step_is_there(findings: CheckFlow) -> None:
    text = """
        variables: {one: number, two: number}
        sections:
          main:
            - set: {one: 1, two: "{{ one + 1 }}"}
        """
    assert findings(text) == []
    swapped = text.replace('one: 1, two: "{{ one + 1 }}"', 'two: "{{ one + 1 }}", one: 1')
    assert told(findings(swapped)) == [("perhaps-unset", 5)]


def test_cases_that_nothing_sets(findings: CheckFlow) -> None:
    text = """
        variables: {kind: text}
        sections:
          main:
            - set: {kind: sales}
            - switch: kind
              cases:
                sales:
                  - say: Sales.
                sails:
                  - say: Sails.
        """
    assert told(findings(text)) == [("never-holds", 11)]


# ---- languages ---------------------------------------------------------------------------------


def test_a_flow_in_a_language_that_nobody_speaks(findings: CheckFlow) -> None:
    text = "language: tlh\nsections: {main: [{say: nuqneH}]}"
    assert told(findings(text, Site(spoken={"en"}))) == [("unspoken-language", 1)]
    assert findings(text, Site(spoken={"tlh"})) == []
    assert findings(text, Site()) == []


@pytest.mark.parametrize(("after", "told_of"), [("2s", []), ("4s", []), ("6s", ["silent-wait"])])
def test_what_begins_late_leaves_the_caller_in_silence(
    findings: CheckFlow, after: str, told_of: list[str]
) -> None:
    flow = f"""
on_error: hangup
sections:
  main:
    - answer
    - http:
        service: a
        get: /
        timeout: 9s
        meanwhile: {{after: {after}, do: [say: One moment please.]}}
      exits: {{not_found: hangup}}
    - say: Goodbye.
"""
    assert [each.code for each in findings(flow)] == told_of
