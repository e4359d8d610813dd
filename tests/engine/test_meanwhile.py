"""``meanwhile``: what runs for the caller while a step goes on."""

from __future__ import annotations

import asyncio

import pytest

from ivrkit.call.events import Interrupted, Left, Music
from ivrkit.qa.given import Given, QueueUse
from tests.engine.conftest import Bench
from tests.engine.lookup import Lookup, Post, reader_with_lookup

WAIT = """
    exits: {no_input: hangup, no_match: hangup}
    sections:
      main:
        - answer
        - wait:
            for: 10s
            meanwhile:
              - say: You will be helped soon.
              - say: Thank you for your patience.
        - say: Here we are.
"""
LOOKUP = """
    exits: {no_input: hangup, no_match: hangup, not_found: nobody}
    on_error: sorry
    on_end: [{log: "end {{ name }}"}]
    variables: {name: {type: text, default: nobody}}
    sections:
      main:
        - answer
        - lookup:
            lasts: 3s
            into: name
            meanwhile:
              - say: We are looking for your data, which may take some time, so please stay with us.
            keys:
              1: [{say: "Looking, still looking and looking."}, {log: key}]
              2: other
        - say: "Hello {{ name }}."
      other: [{log: other}]
      nobody: [{log: not found}]
      sorry: [{log: "{{ error.code }}"}]
"""


@pytest.fixture
def lookup(bench: Bench) -> Bench:
    bench.reader = reader_with_lookup()
    Lookup.ended.clear()
    Post.ended.clear()
    return bench


def music(bench: Bench) -> list[tuple[float, float | None]]:
    """When music began, and how long it was heard."""
    return [(each.at, each.seconds) for each in bench.channel.caller.heard if each.music]


def left(bench: Bench, path: str) -> list[str]:
    return [each.exit for each in bench.of(Left) if each.path == path]


async def test_it_runs_and_leaves_the_rest_to_music(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.ended()
    assert bench.heard == [
        "You will be helped soon.",
        "Thank you for your patience.",
        "Here we are.",
    ]
    ((began, heard),) = music(bench)
    assert began + (heard or 0) == 10
    assert [each.name for each in bench.of(Music)] == ["default"]


async def test_it_is_cut_off_between_two_words(bench: Bench) -> None:
    await bench.call(WAIT.replace("10s", "1s"))
    await bench.ended()
    assert bench.said[0] == ("You will be helped soon.", "interrupted")
    assert bench.heard[-1] == "Here we are."
    assert music(bench) == []


async def test_it_may_begin_later(bench: Bench) -> None:
    flow = WAIT.replace("meanwhile:", "meanwhile:\n              after: 4s\n              do:")
    flow = flow.replace("              - say", "                - say")
    await bench.call(flow)
    await bench.after(3.9)
    assert bench.heard == []
    await bench.after(0.2)
    assert bench.last_heard().text == "You will be helped soon."
    await bench.ended()
    assert bench.heard[-1] == "Here we are."


SECTION = """
    exits: {no_input: hangup, no_match: hangup}
    variables: {times: {type: number, default: 0}}
    sections:
      main:
        - answer
        - wait: {for: 30s, meanwhile: hold}
        - log: "behind {{ times }}"
      hold:
        - say: Please hold.
        - set: {times: "{{ times + 1 }}"}
        - menu:
            prompt: Press 1 to leave, 2 for nothing.
            keys: {1: other, 2: next, 3: return}
            attempts: 5
            no_input: Still there?
        - log: fell
      other: [{log: other}]
"""


async def test_a_section_runs_with_the_variables_of_the_flow(bench: Bench) -> None:
    await bench.call(SECTION)
    await bench.ended()
    assert bench.notes == ["behind 1"]
    assert bench.sections == ["main", "hold"]


@pytest.mark.parametrize(
    ("key", "notes", "exit_"),
    [
        ("1", ["other"], "meanwhile"),
        ("2", ["fell", "behind 1"], "next"),
        ("3", ["behind 1"], "next"),
    ],
)
async def test_a_jump_out_ends_the_step_and_return_ends_the_section(
    bench: Bench, key: str, notes: list[str], exit_: str
) -> None:
    await bench.call(SECTION)
    await bench.quiet()
    await bench.quiet()
    await bench.press(key)
    await bench.ended()
    assert bench.notes == notes
    assert left(bench, "main/1") == [exit_]


async def test_a_menu_inside_comes_before_the_keys_of_the_step(bench: Bench) -> None:
    flow = SECTION.replace("meanwhile: hold", "meanwhile: hold, keys: {1: main, 7: away}")
    await bench.call(flow + "      away: [{log: away}]\n")
    await bench.quiet()
    await bench.quiet()
    await bench.press("7")
    await bench.ended()
    assert bench.notes == ["away"]


async def test_a_flow_that_is_run_inside_is_left_with_the_step(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - wait: {for: 5s, meanwhile: [{run: {flow: inner}}]}
            - log: behind
        """,
        flows={
            "inner": """
            on_end: [{log: inner ended}]
            sections:
              main: [{wait: 1m}]
            """
        },
    )
    await bench.ended()
    assert bench.notes == ["behind"]


async def test_one_inside_another(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - wait:
                for: 5s
                meanwhile:
                  - wait: {for: 2s, meanwhile: [{say: Inner.}]}
                  - log: inner over
                  - wait: {for: 1m, meanwhile: [{say: Second.}]}
            - log: behind
        """
    )
    await bench.ended()
    assert bench.notes == ["inner over", "behind"]
    assert bench.events[-1].at == 5


async def test_the_work_is_done_and_the_caller_hears_what_came_of_it(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.ended()
    assert [end for _, end in lookup.said] == ["interrupted", "finished"]
    assert lookup.heard[-1] == "Hello Ann Lee."
    assert lookup.notes == ["end Ann Lee"]
    assert left(lookup, "main/1") == ["next"]


@pytest.mark.parametrize(
    ("given", "notes"),
    [("found: false", ["not found"]), ("fails: true", ["carrier"])],
)
async def test_the_work_ends_otherwise(lookup: Bench, given: str, notes: list[str]) -> None:
    await lookup.call(LOOKUP.replace("into: name", given))
    await lookup.ended()
    assert lookup.notes[:-1] == notes


async def test_work_that_takes_no_time(lookup: Bench) -> None:
    await lookup.call(LOOKUP.replace("lasts: 3s", "lasts: 0s"))
    await lookup.ended()
    assert lookup.heard[-1] == "Hello Ann Lee."


async def test_steps_behind_a_key_run_while_the_work_goes_on(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.after(0.5)
    await lookup.press("1")
    await lookup.after(2.4)
    assert Lookup.ended == []
    await lookup.after(0.2)
    assert Lookup.ended == ["done"]
    await lookup.ended()
    assert lookup.notes == ["key", "end Ann Lee"]


async def test_steps_behind_a_key_are_cut_off_too(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.after(2.5)
    await lookup.press("1")
    await lookup.ended()
    assert lookup.notes == ["end Ann Lee"]
    assert ("Looking, still looking and looking.", "interrupted") in lookup.said


async def test_a_jump_gives_the_work_up(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.after(1)
    await lookup.press("2")
    await lookup.ended()
    assert Lookup.ended == ["cancelled"]
    assert lookup.notes == ["other", "end nobody"]


async def test_a_hang_up_gives_reading_up(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.after(1)
    await lookup.hang_up()
    assert Lookup.ended == ["cancelled"]
    assert lookup.notes == ["end nobody"]
    assert lookup.clock.time() == 1


@pytest.mark.parametrize(
    ("lasts", "end", "name"), [("9s", "done", "Ann Lee"), ("20s", "cancelled", "nobody")]
)
async def test_a_write_that_has_begun_is_let_finish(
    lookup: Bench, lasts: str, end: str, name: str
) -> None:
    await lookup.call(LOOKUP.replace("lasts: 3s", f"lasts: {lasts}\n            writes: true"))
    await lookup.after(1)
    await lookup.hang_up()
    await lookup.ended()
    assert Lookup.ended == [end]
    assert lookup.notes == [f"end {name}"]


async def test_a_write_that_fails_when_nobody_listens_any_more(lookup: Bench) -> None:
    broken = "lasts: 3s\n            writes: true\n            fails: true"
    await lookup.call(LOOKUP.replace("lasts: 3s", broken))
    await lookup.after(1)
    await lookup.hang_up()
    await lookup.ended()
    assert (Lookup.ended, lookup.notes) == (["done"], ["end nobody"])


async def test_work_that_somebody_else_has_broken_off(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    await lookup.after(1)
    (work,) = [each for each in asyncio.all_tasks() if "outside" in repr(each.get_coro())]
    work.cancel()
    await lookup.ended()
    assert lookup.notes == ["not_available", "end nobody"]


async def test_a_verb_that_knows_nothing_of_it_is_let_finish_too(lookup: Bench) -> None:
    await lookup.call(
        """
        on_end: [{log: "{{ posted }}"}]
        variables: {posted: {type: text, default: no}}
        sections:
          main: [answer, {post: 3s}]
        """
    )
    await lookup.after(1)
    await lookup.hang_up()
    await lookup.ended()
    assert (Post.ended, lookup.notes) == (["done"], ["yes"])


async def test_the_engine_dies_and_the_step_is_entered_anew(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.after(0.6)
    await bench.die()
    await bench.recover()
    await bench.after(9.9)
    assert "Here we are." not in bench.heard
    await bench.ended()
    assert bench.heard[-3:] == [
        "You will be helped soon.",
        "Thank you for your patience.",
        "Here we are.",
    ]


async def test_the_music_of_an_engine_that_died_is_stopped(bench: Bench) -> None:
    await bench.call(WAIT)
    await bench.after(8)
    await bench.die()
    await bench.recover()
    first, *_ = music(bench)
    assert first[1] is not None


@pytest.mark.parametrize(("writes", "notes"), [("false", "end Ann Lee"), ("true", "end nobody")])
async def test_the_engine_dies_while_work_goes_on(lookup: Bench, writes: str, notes: str) -> None:
    """What may be done twice is done again; of the rest nobody knows how it went."""
    flow = LOOKUP.replace("into: name", f"into: name\n            writes: {writes}")
    await lookup.call(flow)
    await lookup.after(1)
    await lookup.die()
    await lookup.recover()
    await lookup.ended()
    assert lookup.notes[-1] == notes


async def test_nothing_is_left_behind(lookup: Bench) -> None:
    await lookup.call(LOOKUP)
    before = len(asyncio.all_tasks())
    await lookup.after(1)
    await lookup.press("2")
    await lookup.ended()
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) <= before - 1


async def test_stopping_the_engine_cancels_the_work(lookup: Bench) -> None:
    await lookup.call(LOOKUP.replace("into: name", "writes: true"))
    await lookup.after(1)
    await lookup.simulation.stop()
    assert Lookup.ended == ["cancelled"]


async def test_music_alone(bench: Bench) -> None:
    await bench.call(
        """
        sections:
          main:
            - answer
            - wait: {for: 10s, music: jazz, keys: {1: [{say: In between.}]}}
        """
    )
    await bench.after(4)
    await bench.press("1")
    await bench.ended()
    assert [each.music for each in bench.channel.caller.heard] == ["jazz", "", "jazz"]
    assert bench.heard == ["In between."]


async def test_the_flows_own_key_leaves_it_all(bench: Bench) -> None:
    await bench.call(
        "    keys: {0: person}\n"
        + WAIT.replace("            meanwhile:", "            keys: {}\n            meanwhile:")
        + "      person: [{log: person}]\n"
    )
    await bench.after(1)
    await bench.press("0")
    await bench.ended()
    assert bench.notes == ["person"]
    assert [each.by for each in bench.of(Interrupted)][:1] == ["key"]


async def test_nothing_but_a_hang_up_breaks_into_other_hands(bench: Bench) -> None:
    """The check refuses it; where it happens all the same, the call is not lost."""
    await bench.call(
        """
        sections:
          main:
            - answer
            - wait:
                for: 10s
                keys: {1: hangup}
                meanwhile:
                  - queue: service
                    exits: {else: next}
                  - log: never
            - say: Back from the agent.
        """,
        given=Given(queues={"service": QueueUse(after=5, talk=60)}),
    )
    await bench.after(64)
    assert bench.heard == []
    await bench.ended()
    assert (bench.heard, bench.notes, bench.failures) == (["Back from the agent."], [], [])


async def test_the_flows_own_key_while_another_flow_runs_inside(bench: Bench) -> None:
    await bench.call(
        """
        exits: {else: hangup}
        keys: {0: agent}
        sections:
          main:
            - answer
            - wait:
                for: 30s
                keys: {1: [{log: one}]}
                meanwhile: [{run: {flow: inner}}]
          agent: [{log: agent}]
        """,
        flows={"inner": "sections: {main: [{say: This takes some time.}, {wait: 20s}]}"},
    )
    await bench.after(1)
    await bench.press("0")
    assert await bench.ended() == "flow"
    assert bench.notes == ["agent"]


async def test_an_error_inside_that_ends_the_call_is_not_forgotten(bench: Bench) -> None:
    """The step is over before the apology is: it ends the call all the same."""
    await bench.call(
        """
        variables: {unknown: duration}
        sections:
          main:
            - answer
            - wait: {for: 2s, meanwhile: [{wait: 1s}, {wait: "{{ unknown }}"}]}
            - log: behind
        """
    )
    assert await bench.ended() == "error"
    assert bench.notes == []
    assert bench.said[-1][1] == "finished"


async def test_stopping_the_engine_leaves_no_work_that_was_being_let_finish(lookup: Bench) -> None:
    await lookup.call(
        """
        exits: {not_found: next}
        sections:
          main:
            - answer
            - lookup: {lasts: 30s, writes: true, keys: {1: other}}
          other: [{wait: 50s}]
        """
    )
    await lookup.press("1")
    await lookup.after(1)
    assert Lookup.ended == []
    await lookup.die()
    assert Lookup.ended == ["cancelled"]
