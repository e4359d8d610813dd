"""What steps have in common that ask whether an entry is right."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.call import Answer, Call, Exit, Prompt, Question, Word
from ivrkit.call.asking import ATTEMPTS, ReadBack
from ivrkit.call.exits import GO_ON
from ivrkit.input.attempts import Attempts, Failure, GiveUp
from ivrkit.input.entries import Entry
from ivrkit.input.patterns import Pattern
from ivrkit.steps.asking import KEYS_ONLY, Asking, Speech, count, timing


async def confirmed(
    call: Call,
    asking: Asking,
    form: ReadBack,
    prompt: Prompt,
    variables: Sequence[str],
    speech: Speech = KEYS_ONLY,
    *,
    secret: bool = False,
    stored: bool = True,
) -> Exit | None:
    """Ask whether what was entered is right; an exit when the step is over, None to ask anew.

    "No" empties the variables, and asks anew as often as the form allows; silence repeats the
    confirmation. ``speech`` understands yes as true and no as false. ``secret`` and ``stored`` are
    those of what was entered: many a caller enters it once more instead of yes or no.
    """
    step = asking.step
    most = count(call, form.attempts, ATTEMPTS) or ATTEMPTS
    question = Question(
        (prompt,),
        (Entry(Pattern.parse(form.yes), "yes"), Entry(Pattern.parse(form.no), "no")),
        timing(call, step),
        flow_keys=step.flow_keys,
        barge_in=step.barge_in,
        secret=secret,
        stored=stored,
        hearing=speech.hearing,
        confidence=speech.confidence,
        speech_barge_in=speech.barge_in,
        understand=speech.understand,
    )
    counts = Attempts(most, most)
    given = call.session.lookup("input")
    while True:
        answer = await call.keys.ask(question)
        agreed = _agreed(answer)
        if agreed:
            call.session.provide("input", given)  # the entry, not what confirms it
            return Exit()
        if answer.result == "word" and answer.word is Word.NEXT:
            return GO_ON
        if answer.result == "word":
            _empty(call, variables)
            return asking.word(answer.word)
        if agreed is not None:
            return _refused(call, asking, most, variables)
        failure: Failure = "no_input" if answer.result == "no_input" else "no_match"
        if isinstance(counts.failed(failure), GiveUp):
            _empty(call, variables)
            return Exit(failure)


def _agreed(answer: Answer) -> bool | None:
    """Yes or no; None where it was neither."""
    if answer.result == "understood":
        return answer.value is True
    return answer.entry.label == "yes" if answer.entry is not None else None


def _refused(call: Call, asking: Asking, most: int, variables: Sequence[str]) -> Exit | None:
    data = call.session.entry.data
    refused = data["refused"] = int(data.get("refused", 0)) + 1
    _empty(call, variables)
    if refused >= most:
        return Exit("used_up", otherwise="no_match")
    asking.prompts = [asking.step.prompt] if asking.step.prompt is not None else []
    return None


def _empty(call: Call, variables: Sequence[str]) -> None:
    for name in variables:
        call.session.set(name, None)


def refuse(call: Call, variables: Sequence[str]) -> None:
    """The entry is not good: its variables are emptied again, and the flow can tell why."""
    given = call.session.lookup("input")
    if isinstance(given, dict):
        call.session.provide("input", {**given, "reason": "check", "exit": "no_match"})
    _empty(call, variables)
