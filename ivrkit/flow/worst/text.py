"""The figures of a flow as people read them."""

from __future__ import annotations

from ivrkit.flow.worst.figures import Worst


def described(worst: Worst) -> str:
    """The figures of one flow: its file, and a line for each figure."""
    rows = [
        ("longest call", _longest(worst)),
        ("to a person", _person(worst)),
        ("no person from", ", ".join(worst.without_person) or "none"),
        ("dead ends", ", ".join(worst.dead_ends) or "none"),
        ("asks", ", ".join(worst.asks) or "nothing outside"),
    ]
    if worst.person is None:
        del rows[2]
    return "\n".join([worst.file, *(f"  {name:<15} {text}" for name, text in rows)])


def _longest(worst: Worst) -> str:
    text = duration(worst.seconds)
    if not worst.circle:
        return text
    names = worst.circle if len(worst.circle) > 1 else worst.circle * 2
    return (
        f"{text} if each circle is gone round once; no bound but max_call "
        f"({duration(worst.max_call)}): {' > '.join(names)}"
    )


def _person(worst: Worst) -> str:
    if worst.person is None:
        if worst.only_failing:
            return "only where something fails"
        return "no step hands over to a person"
    fewest, most, seconds = worst.person
    keys = f"{fewest}" if fewest == most else f"{fewest} to {most}"
    return f"{keys} {'key' if most == 1 else 'keys'}, at most {duration(seconds)}"


def duration(seconds: float) -> str:
    """A length of time, to the second: ``1h 2m 5s``."""
    rest = round(seconds)
    parts = []
    for size, unit in ((3600, "h"), (60, "m"), (1, "s")):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
