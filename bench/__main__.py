"""``python -m bench``: the table, and ``bench/results.json``.

Exit status 1 when calls failed, 2 when this machine lacks something; aims that are missed are no
failure.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench import results
from bench.stage import Stage, Turn
from bench.subjects import SUBJECTS
from ivrkit.errors import IvrkitError, NotAvailable

console = Console()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--calls", type=int, default=300, help="in each turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each")
    parser.add_argument("--rate", type=float, default=40.0, help="new calls per second")
    parser.add_argument("--quick", action="store_true", help="see that it works: few calls")
    parser.add_argument("--results", type=Path, default=results.FILE, help="where figures go")
    given = parser.parse_args()
    if given.quick:
        given.calls, given.rounds = 20, 1
    return given


async def measure(given: argparse.Namespace, folder: Path) -> None:
    """The whole run. Raises IvrkitError when something failed."""
    with console.status("starting Asterisk and the engines") as status:
        async with Stage(folder) as stage:
            for subject in SUBJECTS:
                status.update(f"a few calls that do not count: {subject.title}")
                await stage.rehearse(subject, min(40, given.calls), given.rate)
            await stage.hush()
            turns: dict[str, list[Turn]] = {subject.name: [] for subject in SUBJECTS}
            for number in range(1, given.rounds + 1):
                for subject in SUBJECTS:
                    status.update(f"round {number} of {given.rounds}: {subject.title}")
                    turn = await stage.turn(subject, given.calls, given.rate)
                    turns[subject.name].append(turn)
                    console.print(
                        f"{number}/{given.rounds} {subject.title:28} engine {turn.engine:5.2f} ms, "
                        f"Asterisk {turn.asterisk:5.2f} ms"
                    )
            version = stage.asterisk.version
    found = results.document(
        turns, asterisk=version, calls=given.calls, rounds=given.rounds, rate=given.rate
    )
    results.write(found, given.results)
    console.print(results.table(results.rows(turns)))


def main() -> int:
    given = arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="ivrkit-bench-") as folder:
            asyncio.run(measure(given, Path(folder)))
    except IvrkitError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, NotAvailable) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
