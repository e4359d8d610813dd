from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ivrkit.connectors.connector import Attempt, BreakerSettings
from ivrkit.connectors.guard import Guard
from ivrkit.errors import (
    ConnectionLost,
    ConnectorBusy,
    ConnectorError,
    ConnectorResting,
    ConnectorTimeout,
    OutcomeUnknown,
    RequestRefused,
)
from ivrkit.expressions.secrets import MASK, Secret
from ivrkit.workers.breaker import BreakerState
from tests.connectors.fakes import FakeConnector, answers, fails, guarded, never, request

SOON = 0.02
BREAKS_AT_ONCE = BreakerSettings(failures=1, rest=timedelta(hours=1))


async def test_an_answer_is_an_answer() -> None:
    guard, _ = guarded(answers({"name": "Ann", "balance": Decimal("12.50")}))
    assert await guard.ask(request()) == {"name": "Ann", "balance": Decimal("12.50")}
    assert (guard.fare.asked, guard.fare.failed, guard.fare.busy) == (1, 0, 0)


# ---- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "fields", "settings", "error"),
    [
        (False, {}, {}, ConnectorTimeout),
        (True, {}, {}, OutcomeUnknown),
        (True, {"reads": True}, {}, ConnectorTimeout),
        (True, {"repeatable": True}, {}, ConnectorTimeout),
        (True, {"reads": True}, {"read_only": True}, ConnectorTimeout),
    ],
)
async def test_no_answer_in_time(
    sent: bool, fields: dict[str, Any], settings: dict[str, Any], error: type[ConnectorError]
) -> None:
    guard, connector = guarded(never(sent=sent), **settings)
    with pytest.raises(error, match=r"within 0\.02 s"):
        await guard.ask(request(seconds=SOON, **fields))
    assert connector.cancelled == 1


async def test_the_time_of_the_configuration_holds_where_the_step_says_none() -> None:
    guard, _ = guarded(never(sent=False), timeout=timedelta(seconds=SOON))
    with pytest.raises(ConnectorTimeout):
        await guard.ask(request())


async def test_what_does_not_stop_is_not_waited_for() -> None:
    stop = asyncio.Event()

    async def stubborn(attempt: Attempt) -> Any:
        while not stop.is_set():
            try:
                await stop.wait()
            except asyncio.CancelledError:
                continue

    guard, _ = guarded(stubborn)
    with pytest.raises(ConnectorTimeout):
        await guard.ask(request(seconds=SOON))
    assert guard.fare.busy == 0
    stop.set()


async def test_who_hangs_up_breaks_it_off() -> None:
    guard, connector = guarded(never(sent=True), answers("well"))
    asking = asyncio.create_task(guard.ask(request()))
    while not connector.asked:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert connector.cancelled == 1
    assert guard.fare.busy == 0
    assert await guard.ask(request()) == "well"


# ---- at once -------------------------------------------------------------------------------------


async def test_only_so_many_at_once_and_the_others_in_turn() -> None:
    busy = most = 0

    async def counted(attempt: Attempt) -> Any:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        busy -= 1
        return True

    guard, connector = guarded(counted, at_once=3)
    await asyncio.gather(*(guard.ask(request()) for _ in range(20)))
    assert (most, connector.asked) == (3, 20)


async def test_who_does_not_get_a_turn_in_time_has_changed_nothing() -> None:
    guard, connector = guarded(never(sent=True), at_once=1, breaker=BREAKS_AT_ONCE)
    first = asyncio.create_task(guard.ask(request()))
    while not connector.asked:
        await asyncio.sleep(0)
    with pytest.raises(ConnectorBusy, match="busy"):
        await guard.ask(request(seconds=SOON))
    assert connector.asked == 1
    assert guard.fare.state is BreakerState.CLOSED
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize("seconds", [0.0, -5.0])
async def test_a_time_that_is_over_says_nothing_about_the_system(seconds: float) -> None:
    guard, connector = guarded(answers("well"), breaker=BREAKS_AT_ONCE)
    with pytest.raises(ConnectorTimeout, match="was not asked"):
        await guard.ask(request(seconds=seconds))
    assert connector.asked == 0
    assert await guard.ask(request()) == "well"


# ---- lost connections ----------------------------------------------------------------------------

LOST = ConnectionLost("the connection broke")


@pytest.mark.parametrize(
    ("sent", "fields"), [(False, {}), (True, {"reads": True}), (True, {"repeatable": True})]
)
async def test_what_does_no_harm_is_asked_once_more(sent: bool, fields: dict[str, Any]) -> None:
    guard, connector = guarded(fails(LOST, sent=sent), answers("well"))
    assert await guard.ask(request(**fields)) == "well"
    assert connector.asked == 2


async def test_a_write_that_was_sent_is_not() -> None:
    guard, connector = guarded(fails(LOST, sent=True), answers("twice"))
    with pytest.raises(OutcomeUnknown, match="not known whether look up was done"):
        await guard.ask(request())
    assert connector.asked == 1


async def test_once_more_and_no_more() -> None:
    guard, connector = guarded(fails(LOST))
    with pytest.raises(ConnectionLost):
        await guard.ask(request(reads=True))
    assert connector.asked == 2


async def test_a_second_attempt_that_is_lost_when_sent_is_not_known() -> None:
    guard, _ = guarded(fails(LOST), fails(LOST, sent=True))
    with pytest.raises(OutcomeUnknown):
        await guard.ask(request())


# ---- the breaker ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "behaviour", [fails(LOST), never(sent=False), never(sent=True)], ids=["lost", "late", "unknown"]
)
async def test_a_system_in_trouble_is_left_alone(behaviour: Any) -> None:
    guard, connector = guarded(behaviour, breaker=BREAKS_AT_ONCE)
    with pytest.raises(ConnectorError):
        await guard.ask(request(seconds=SOON))
    asked = connector.asked
    why = guard.fare.last_error
    with pytest.raises(ConnectorResting, match="failed too often") as caught:
        await guard.ask(request())
    assert connector.asked == asked
    assert caught.value.hint.endswith(f"last: {why}")
    assert guard.fare.last_error == why
    assert guard.fare.state is BreakerState.OPEN


async def test_the_log_tells_of_a_system_in_trouble_and_of_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings = {"breaker": BreakerSettings(failures=2, rest=timedelta(microseconds=1))}
    guard, _ = guarded(*[fails(LOST)] * 6, answers("Ann"), **settings)
    for _ in range(3):
        with pytest.raises(ConnectionLost):
            await guard.ask(request(reads=True))
    await guard.ask(request())
    assert [each.levelname for each in caplog.records] == ["WARNING"] * 3
    first, resting, back = caplog.messages
    assert first == f"fake.crm fails: {LOST.message}"
    assert resting.startswith("fake.crm is left alone")
    assert back == "fake.crm answers again; it had failed 3 times"


async def test_the_log_tells_of_a_request_that_was_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    guard, _ = guarded(fails(RequestRefused("no such table")))
    for _ in range(3):
        with pytest.raises(RequestRefused):
            await guard.ask(request())
    assert caplog.messages == ["fake.crm has not done a request: no such table"]


async def test_too_many_at_once_are_no_reason_to_leave_it_alone() -> None:
    turn = asyncio.Event()

    async def first(attempt: Attempt) -> Any:
        await turn.wait()

    behaviours = first, never(sent=False)
    guard, connector = guarded(*behaviours, at_once=1, breaker=BREAKS_AT_ONCE)
    served = asyncio.create_task(guard.ask(request()))
    while not connector.asked:
        await asyncio.sleep(0)
    waits = asyncio.create_task(guard.ask(request(seconds=10 * SOON)))
    asyncio.get_running_loop().call_later(8 * SOON, turn.set)
    with pytest.raises(ConnectorBusy, match=r"waited for its turn|was busy"):
        await waits
    await served
    assert guard.fare.state is BreakerState.CLOSED


async def test_a_request_that_is_refused_says_nothing_about_the_system() -> None:
    guard, connector = guarded(fails(RequestRefused("no such table")), breaker=BREAKS_AT_ONCE)
    for _ in range(3):
        with pytest.raises(RequestRefused):
            await guard.ask(request())
    assert connector.asked == 3


async def test_a_connector_that_breaks_down_is_no_answer(caplog: Any) -> None:
    guard, _ = guarded(fails(ValueError("a bug")), answers("well"))
    with pytest.raises(ConnectorError, match="ValueError"):
        await guard.ask(request())
    assert await guard.ask(request()) == "well"
    assert "a bug" in caplog.text


# ---- what passes ---------------------------------------------------------------------------------


async def test_a_connector_that_only_reads_refuses_the_rest() -> None:
    guard, connector = guarded(answers("well"), read_only=True)
    with pytest.raises(RequestRefused, match="only reads"):
        await guard.ask(request())
    assert connector.asked == 0
    assert await guard.ask(request(reads=True)) == "well"


async def test_an_operation_that_only_reads_by_the_configuration_is_asked_again() -> None:
    guard, connector = guarded(
        fails(ConnectionLost("gone"), sent=True), answers("well"), looks=("look up",)
    )
    assert await guard.ask(request()) == "well"
    assert connector.asked == 2


async def test_an_answer_that_is_too_large_is_refused() -> None:
    guard, _ = guarded(answers("x" * 2000), kilobytes=1)
    with pytest.raises(RequestRefused, match="2002 bytes"):
        await guard.ask(request())


async def test_no_message_holds_a_secret_or_a_value_of_the_call() -> None:
    told = ConnectionLost(
        "login of pa55word for 4111111111111111 and 123456 failed", hint="is it pa55word?"
    )
    guard, _ = guarded(fails(told))
    parameters = {"card": Secret("4111111111111111"), "rows": [{"account": "123456", "n": None}]}
    with pytest.raises(ConnectionLost) as caught:
        await guard.ask(request(parameters=parameters))
    expected = f"login of {MASK} for {MASK} and {MASK} failed (is it {MASK}?)"
    assert str(caught.value) == expected
    assert caught.value.args == (caught.value.message,)
    assert guard.fare.last_error == caught.value.message


async def test_each_request_is_observed_with_its_exit() -> None:
    seen: list[tuple[str, str]] = []
    _, connector = guarded(answers("well"), fails(RequestRefused("no")), never(sent=False))
    guard = Guard(connector, lambda one, outcome, seconds: seen.append((one.name, outcome)))
    await guard.ask(request())
    for _ in range(2):
        with pytest.raises(ConnectorError):
            await guard.ask(request(seconds=SOON))
    assert seen == [("crm", "next"), ("crm", "error"), ("crm", "timeout")]
    assert (guard.fare.asked, guard.fare.failed) == (3, 2)


# ---- what the review found -----------------------------------------------------------------------


async def test_what_is_asked_again_is_logged_without_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    guard, _ = guarded(fails(ConnectionLost("pa55word for 4111111111111111")), answers("well"))
    await guard.ask(request(reads=True, parameters={"card": Secret("4111111111111111")}))
    assert "is asked again" in caplog.text
    assert "4111111111111111" not in caplog.text
    assert "pa55word" not in caplog.text


async def test_a_break_down_is_logged_without_values(caplog: Any) -> None:
    guard, _ = guarded(fails(ValueError("a bug with 4111111111111111 and pa55word")))
    with pytest.raises(ConnectorError):
        await guard.ask(request(parameters={"card": Secret("4111111111111111")}))
    assert "a bug with" in caplog.text
    assert "4111111111111111" not in caplog.text
    assert "pa55word" not in caplog.text


@pytest.mark.parametrize("sent", [True, False])
async def test_a_connector_that_cancels_itself_has_broken_down(sent: bool) -> None:
    async def behave(attempt: Attempt) -> Any:
        attempt.sent = sent
        raise asyncio.CancelledError

    guard, _ = guarded(behave)
    with pytest.raises(OutcomeUnknown if sent else ConnectorError, match="broke") as caught:
        await guard.ask(request())
    assert isinstance(caught.value, OutcomeUnknown) is sent


@pytest.mark.parametrize("fields", [{}, {"repeatable": True}, {"reads": True}])
async def test_a_write_whose_answer_is_too_large_may_have_been_done(fields: dict[str, Any]) -> None:
    async def behave(attempt: Attempt) -> Any:
        attempt.sent = True
        return "x" * 2000

    guard, _ = guarded(behave, kilobytes=1)
    with pytest.raises(RequestRefused if fields else OutcomeUnknown, match="2002 bytes"):
        await guard.ask(request(**fields))


@pytest.mark.parametrize("answer", ["\ud800", {"\udfff": 1}, [{"a": "b\ud83d"}]])
async def test_half_a_character_is_no_answer(answer: Any) -> None:
    guard, _ = guarded(answers(answer), answers("well"))
    with pytest.raises(ConnectorError, match="half a character"):
        await guard.ask(request())
    assert guard.fare.state is BreakerState.CLOSED


@pytest.mark.parametrize("number", [Decimal(10) ** 30, Decimal("12345678901234567890.5"), 2**70])
async def test_a_large_number_is_an_answer(number: Any) -> None:
    guard, _ = guarded(answers([number]))
    assert await guard.ask(request()) == [number]


async def test_only_who_tries_ends_the_trial() -> None:
    rest = timedelta(milliseconds=1)
    guard, connector = guarded(
        never(sent=False),
        fails(LOST, sent=True),
        never(sent=False),
        breaker=BreakerSettings(failures=1, rest=rest),
    )
    old = await _asking(guard, connector)
    with pytest.raises(OutcomeUnknown):
        await guard.ask(request())
    while guard.fare.rests:
        await asyncio.sleep(0)
    trial = await _asking(guard, connector)
    assert guard.fare.state is BreakerState.TRYING
    await _hangs_up(old)
    with pytest.raises(ConnectorResting):
        await guard.ask(request())
    await _hangs_up(trial)
    await _hangs_up(await _asking(guard, connector))


async def _asking(guard: Guard, connector: FakeConnector) -> asyncio.Task[Any]:
    """A request that is with the connector now."""
    asked, task = connector.asked, asyncio.create_task(guard.ask(request()))
    while connector.asked == asked:
        await asyncio.sleep(0)
    return task


async def _hangs_up(asking: asyncio.Task[Any]) -> None:
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (Secret("7"), "no 7 in 17 rows", f"no {MASK} in 17 rows"),
        (Secret(Decimal("1E+3")), "limit 1000 of 1E+3", f"limit {MASK} of {MASK}"),
        (Secret(Decimal("12.50")), "12.5 and 12.50", f"{MASK} and {MASK}"),
        (Secret("first line\nsecond line"), "near 'first line'", f"near '{MASK}'"),
        ("not", "cannot do: not there", f"cannot do: {MASK} there"),
        ("e", "the e is wrong", "the e is wrong"),
        (Decimal(1), "1 row", "1 row"),
        ("Äpfel", "keine Äpfel da", f"keine {MASK} da"),
    ],
)
async def test_what_is_hidden_of_a_message(value: Any, text: str, expected: str) -> None:
    guard, _ = guarded(fails(RequestRefused(text)))
    with pytest.raises(RequestRefused) as caught:
        await guard.ask(request(parameters={"value": value}))
    assert caught.value.message == expected


async def test_a_long_secret_is_hidden_before_its_message_is_cut_off() -> None:
    token = "".join(f"{number:x}." for number in range(400))
    guard, _ = guarded(fails(RequestRefused(f'no number: "{token}"')))
    with pytest.raises(RequestRefused) as caught:
        await guard.ask(request(parameters={"token": Secret(token)}))
    assert caught.value.message == f'no number: "{MASK}"'


async def test_what_another_system_says_is_one_line_of_a_message() -> None:
    told = "no\r\n2026-03-02 [error] all is lost\x1b[2J\u202e\u2028" + "x" * 10_000
    guard, _ = guarded(fails(RequestRefused(told, hint=told)))
    with pytest.raises(RequestRefused) as caught:
        await guard.ask(request())
    for text in (caught.value.message, caught.value.hint, guard.fare.last_error):
        assert text.startswith("no 2026-03-02 [error] all is lost [2J x")
        assert text.isprintable()
        assert len(text) < 500


async def test_neither_who_hangs_up_nor_what_is_not_found_is_a_failure() -> None:
    missing = RequestRefused("no such account")
    missing.exit = "not_found"
    guard, connector = guarded(fails(missing), fails(RequestRefused("no")), never(sent=False))
    for _ in range(2):
        with pytest.raises(RequestRefused):
            await guard.ask(request())
    await _hangs_up(await _asking(guard, connector))
    assert (guard.fare.asked, guard.fare.failed) == (3, 1)


# ---- many at once --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
async def test_thousands_that_come_and_go_leave_nothing_behind(seed: int) -> None:
    chance = random.Random(seed)
    errors = (LOST, ConnectorTimeout("late"), RequestRefused("no"), TimeoutError(), ValueError())

    async def anything(attempt: Attempt) -> Any:
        attempt.sent = chance.random() < 0.5
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        if chance.random() < 0.3:
            raise chance.choice(errors)
        return "well"

    rest = BreakerSettings(failures=4, rest=timedelta(milliseconds=1))
    guard, _ = guarded(anything, at_once=3, breaker=rest)
    asked: set[asyncio.Task[Any]] = set()
    for _ in range(1000):
        seconds = chance.choice([0.0, 0.0005, 5.0])
        reads = chance.random() < 0.5
        asked.add(asyncio.create_task(guard.ask(request(seconds=seconds, reads=reads))))
        if chance.random() < 0.5:
            await asyncio.sleep(0)
        if chance.random() < 0.4:
            chance.choice(list(asked)).cancel()
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    told = (str, ConnectorError, asyncio.CancelledError)
    assert not [each for each in outcomes if not isinstance(each, told)]
    assert (guard.fare.busy, guard.fare.waiting) == (0, 0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    while guard.fare.rests:
        await asyncio.sleep(0)
    guard.connector.behaviours[:] = [answers("well")]  # type: ignore[attr-defined]
    assert await guard.ask(request()) == "well"
    assert await asyncio.gather(*(guard.ask(request()) for _ in range(9))) == ["well"] * 9
